"""The SIS side of a OneRoster export: orgs, calendar, classes, people, enrolments, categories."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from mock_sis.districts.generate import Writer
from mock_sis.districts.ids import SISES, TABLE_ID
from mock_sis.districts.oneroster_csv.files import CsvFiles
from mock_sis.districts.oneroster_csv.roles import STAFF, STUDENT, TEACHER, Roles
from mock_sis.districts.oneroster_csv.row import Row
from mock_sis.districts.oneroster_csv.sessions import Calendar
from mock_sis.districts.oneroster_csv.tables import ROLES

ALLOCATED_FROM = 900_000_001
"""The number of a record whose sourcedId is no number."""


@dataclass
class RosterImport:
    """Writes the district; what it learns on the way serves the Otus side."""

    files: CsvFiles
    writer: Writer
    staff: list[str] = field(default_factory=list)
    students: list[str] = field(default_factory=list)
    classes: dict[str, str] = field(default_factory=dict)
    """id -> title."""
    class_teachers: dict[str, list[str]] = field(default_factory=dict)
    main_teachers: dict[str, str] = field(default_factory=dict)
    categories: dict[str, str] = field(default_factory=dict)
    """id -> title."""

    def write(self) -> None:
        """Everything, in the order in which it refers to each other."""
        self._orgs()
        self._calendar()
        self._courses()
        self._classes()
        self._users()
        self._enrolments()
        self._categories()
        self.writer.numbering()

    def _write(
        self, table: str, rows: Iterable[Row], columns: Callable[[int, Row], Mapping[str, Any]]
    ) -> None:
        stamp = self.writer.stamp
        self.writer.rows(
            table,
            (
                {"id": row.need("sourcedId"), "dcid": _dcid(n, row), **columns(n, row)}
                | {"modified": stamp}
                for n, row in enumerate(rows)
            ),
        )

    def _orgs(self) -> None:
        self._write("org", self.files.rows("orgs"), _org)

    def _calendar(self) -> None:
        calendar, stamp = Calendar.read(self.files.rows("academicSessions")), self.writer.stamp
        self.writer.rows("session", calendar.session_rows(stamp))
        self.writer.rows("period", calendar.period_rows(stamp))
        self.writer.rows("term_period", calendar.links())

    def _courses(self) -> None:
        self._write("course", self.files.rows("courses"), _course)

    def _classes(self) -> None:
        rows = partial(self.files.rows, "classes")
        self._write("section", rows(), _section)
        self.classes = {row["sourcedId"]: row["title"] for row in rows()}
        self.writer.rows(
            "section_term",
            (
                {"section": row["sourcedId"], "term": term}
                for row in rows()
                for term in dict.fromkeys(row.words("termSourcedIds"))
            ),
        )

    def _users(self) -> None:
        roles = Roles(self.files.rows("roles"))
        self.students = self._people(STUDENT, roles, lambda role: role == STUDENT)
        self.staff = self._people(TEACHER, roles, lambda role: role in STAFF)

    def _people(self, kind: str, roles: Roles, ours: Callable[[str], bool]) -> list[str]:
        ids: list[str] = []

        def chosen() -> Iterator[Row]:
            for row in self.files.rows("users"):
                if ours(roles.of(row)):
                    ids.append(row["sourcedId"])
                    yield row

        self._write(kind, chosen(), partial(_person, kind, roles))
        return ids

    def _enrolments(self) -> None:
        rows = partial(self.files.rows, "enrollments")
        for row in rows():
            if row["role"].casefold() == "teacher":
                self._teaches(row)
        for section, teachers in self.class_teachers.items():
            self.main_teachers.setdefault(section, teachers[0])
        taken = (row for row in rows() if row["role"].casefold() in ROLES)
        self._write("enrolment", taken, self._enrolment)

    def _teaches(self, row: Row) -> None:
        section, teacher = row.need("classSourcedId"), row.need("userSourcedId")
        teachers = self.class_teachers.setdefault(section, [])
        if teacher not in teachers:
            teachers.append(teacher)
        if row.flag("primary", default=False):
            self.main_teachers.setdefault(section, teacher)

    def _enrolment(self, _: int, row: Row) -> dict[str, Any]:
        section, person = row.need("classSourcedId"), row.need("userSourcedId")
        role = row["role"].casefold()
        begin, end = row.day("beginDate"), row.day("endDate")
        return {
            "section": section,
            "person": person,
            "role": role,
            "main": int(role == "teacher" and self.main_teachers.get(section) == person),
            "begin": begin and begin.isoformat(),
            "end": end and end.isoformat(),
        }

    def _categories(self) -> None:
        """Those of the export; where it has none the mocks' own, since a gradebook needs some."""
        rows = partial(self.files.rows, "categories")
        self.categories = {row["sourcedId"]: row.need("title") for row in rows()}
        if not self.categories:
            self.writer.categories()
            return
        for sis in SISES:
            self._write("category", rows(), partial(_category, sis))


def _dcid(n: int, row: Row) -> int:
    id_ = row["sourcedId"]
    plain = id_.isascii() and id_.isdigit() and len(id_) < len(str(ALLOCATED_FROM))
    return int(id_) if plain else ALLOCATED_FROM + n


def _org(_: int, row: Row) -> dict[str, Any]:
    return {
        "kind": "school" if row["type"].casefold() == "school" else "district",
        "name": row.need("name"),
        "number": row["identifier"] or row["sourcedId"],
        "parent": row["parentSourcedId"] or None,
    }


def _course(_: int, row: Row) -> dict[str, Any]:
    return {
        "title": row["title"] or row["courseCode"],
        "code": row["courseCode"] or row["sourcedId"],
        "school": row["orgSourcedId"],
    }


def _section(n: int, row: Row) -> dict[str, Any]:
    return {
        "table_id": TABLE_ID["section"] + n,
        "title": row["title"] or row["sourcedId"],
        "code": row["classCode"] or row["sourcedId"],
        "course": row["courseSourcedId"],
        "school": row["schoolSourcedId"],
        "slot": row["periods"],
        "link": row["metadata.link"] or None,
    }


def _person(kind: str, roles: Roles, n: int, row: Row) -> dict[str, Any]:
    schools = row.words("orgSourcedIds") or row.words("primaryOrgSourcedId")
    person = {
        "table_id": TABLE_ID[kind] + n,
        "number": row["identifier"] or row["sourcedId"],
        "given": row["givenName"],
        "family": row["familyName"],
        "email": row["email"],
        "username": row["username"] or row["sourcedId"],
        "school": schools[0] if schools else "",
        "active": int(row.flag("enabledUser", default=True)),
    }
    if kind == STUDENT:
        return {**person, "grade": row["grades"]}
    return {**person, "role": TEACHER if roles.of(row) == TEACHER else "administrator"}


def _category(sis: str, n: int, row: Row) -> dict[str, Any]:
    title = row["title"]
    return {"sis": sis, "title": title, "code": row["metadata.code"] or title, "position": n + 1}
