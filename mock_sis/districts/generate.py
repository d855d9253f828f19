"""Deterministic districts: the same (size, seed, start) writes the same rows, in the same order."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from mock_sis.districts import names
from mock_sis.districts.calendar import SchoolYear, school_year
from mock_sis.districts.ids import FIRST_ID, SISES, TABLE_ID, otus_id, sis_id
from mock_sis.districts.sections import SectionPlan, class_record
from mock_sis.world.clock import text
from mock_sis.world.feed import Feed
from mock_sis.world.store import Store

CATEGORIES = (
    ("Quiz", "QUIZ"),
    ("Test", "TEST"),
    ("Homework", "HW"),
    ("Project", "PROJ"),
    ("Lab", "LAB"),
)


Away = tuple[date, date]
"""First and last day."""


@dataclass(kw_only=True)
class Writer:
    """Writes a district; everything in it was last modified as the school year began."""

    db: Store
    seed: int
    start: date
    zone: ZoneInfo
    year: SchoolYear = field(init=False)
    stamp: str = field(init=False)

    def __post_init__(self) -> None:
        self.year = school_year(self.start)
        first = self.year.whole.start
        self.stamp = text(datetime.combine(first, time(), self.zone))

    def rows(self, table: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """Insert; the first row names the columns of all."""
        every = iter(rows)
        first = next(every, None)
        if first is None:
            return
        names = list(first)
        sql = (
            f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join(f':{n}' for n in names)})"
        )
        with self.db.write() as cursor:
            cursor.execute(sql, first)
            cursor.executemany(sql, every)

    def otus(self, records: Iterable[tuple[str, str, Mapping[str, Any]]]) -> None:
        """Put records into the feed, in order."""
        Feed(self.db).put_many(records)

    def calendar(self) -> None:
        """The school year: one year, two semesters, four grading periods."""
        year, ends = self.year, self.year.ends
        self.rows("session", [*self._sessions()])
        terms = [sis_id("session", 1 + n // 2) for n in range(len(year.periods))]
        self.rows(
            "period",
            (
                {
                    "id": sis_id("period", n),
                    "title": period.title,
                    "number": n + 1,
                    "start": period.start.isoformat(),
                    "end": period.end.isoformat(),
                    "term": terms[n],
                    "year": ends,
                    "modified": self.stamp,
                }
                for n, period in enumerate(year.periods)
            ),
        )
        self.rows(
            "term_period",
            ({"term": term, "period": sis_id("period", n)} for n, term in enumerate(terms)),
        )

    def _sessions(self) -> Iterator[Mapping[str, Any]]:
        parts = (self.year.whole, *self.year.semesters)
        for n, part in enumerate(parts):
            yield {
                "id": sis_id("session", n),
                "dcid": FIRST_ID["session"] + n,
                "kind": "semester" if n else "schoolYear",
                "title": part.title,
                "start": part.start.isoformat(),
                "end": part.end.isoformat(),
                "parent": sis_id("session", 0) if n else None,
                "year": self.year.ends,
                "modified": self.stamp,
            }

    def orgs(self, district: str, schools: Sequence[str]) -> None:
        """The district and its schools."""
        self.rows(
            "org",
            (
                {
                    "id": sis_id("org", n),
                    "dcid": FIRST_ID["org"] + n,
                    "kind": "school" if n else "district",
                    "name": name,
                    "number": str(n),
                    "parent": sis_id("org", 0) if n else None,
                    "modified": self.stamp,
                }
                for n, name in enumerate((district, *schools))
            ),
        )

    def categories(self) -> None:
        """The same district categories in both SIS, each with ids of its own."""
        self.rows(
            "category",
            (
                {
                    "sis": sis,
                    "id": sis_id(sis, n),
                    "dcid": FIRST_ID[sis] + n,
                    "title": title,
                    "code": code,
                    "position": n + 1,
                    "modified": self.stamp,
                }
                for sis in SISES
                for n, (title, code) in enumerate(CATEGORIES)
            ),
        )

    def courses(self, courses: Iterable[tuple[str, str, int]]) -> None:
        """(title, code, school index)."""
        self.rows(
            "course",
            (
                {
                    "id": sis_id("course", n),
                    "dcid": FIRST_ID["course"] + n,
                    "title": title,
                    "code": code,
                    "school": sis_id("org", 1 + school),
                    "modified": self.stamp,
                }
                for n, (title, code, school) in enumerate(courses)
            ),
        )

    def people(self, kind: str, members: Iterable[tuple[int, Mapping[str, Any]]]) -> None:
        """(school index, further columns) of each teacher or student."""
        self.rows(
            kind, (self._person(kind, n, school, more) for n, (school, more) in enumerate(members))
        )

    def _person(self, kind: str, n: int, school: int, more: Mapping[str, Any]) -> Mapping[str, Any]:
        given, family = names.name(self.seed, kind, n)
        username = f"{kind[0]}{TABLE_ID[kind] + n}"
        return {
            "id": sis_id(kind, n),
            "dcid": FIRST_ID[kind] + n,
            "table_id": TABLE_ID[kind] + n,
            "number": str(700_001 + n if kind == "student" else 80_001 + n),
            "given": given,
            "family": family,
            "email": f"{username}@example.org",
            "username": username,
            "school": sis_id("org", 1 + school),
            "modified": self.stamp,
            **more,
        }

    def sections(self, plans: Iterable[SectionPlan]) -> None:
        """Sections; all are taught in both semesters."""
        self.rows("section", map(self._section, plans))
        with self.db.write() as cursor:
            cursor.execute(
                "INSERT INTO section_term SELECT section.id, session.id FROM section, session"
                " WHERE session.kind = 'semester'"
            )

    def _section(self, plan: SectionPlan) -> Mapping[str, Any]:
        return {
            "id": sis_id("section", plan.index),
            "dcid": FIRST_ID["section"] + plan.index,
            "table_id": TABLE_ID["section"] + plan.index,
            "title": plan.title,
            "code": f"{plan.course + 1:04d}-{plan.index + 1:02d}",
            "course": sis_id("course", plan.course),
            "school": sis_id("org", 1 + plan.school),
            "slot": plan.slot,
            "link": plan.link,
            "modified": self.stamp,
        }

    def enrolments(
        self, plans: Iterable[SectionPlan], away: Callable[[int, int], Away | None]
    ) -> None:
        """Everyone from the first to the last day of the year.

        Args:
            away: of (section, student), the days away: two spans instead of one.
        """
        spans = (span for plan in plans for span in self._spans(plan, away))
        self.rows(
            "enrolment",
            (
                {
                    "id": sis_id("enrolment", n),
                    "dcid": FIRST_ID["enrolment"] + n,
                    **span,
                    "modified": self.stamp,
                }
                for n, span in enumerate(spans)
            ),
        )

    def _spans(
        self, plan: SectionPlan, away: Callable[[int, int], Away | None]
    ) -> Iterator[Mapping[str, Any]]:
        whole = self.year.whole
        section = sis_id("section", plan.index)
        for position, teacher in enumerate(plan.teachers):
            yield _span(section, "teacher", teacher, whole.start, whole.end, main=not position)
        for student in plan.students:
            days = away(plan.index, student)
            if days is None:
                yield _span(section, "student", student, whole.start, whole.end)
                continue
            leaves, back = days[0].toordinal() - 1, days[1].toordinal() + 1
            yield _span(section, "student", student, whole.start, date.fromordinal(leaves))
            yield _span(section, "student", student, date.fromordinal(back), whole.end)

    def numbering(self) -> None:
        """Columns and cells begin in ranges of their own."""
        self.rows(
            "sqlite_sequence",
            ({"name": table, "seq": FIRST_ID[table] - 1} for table in ("assignment", "score")),
        )

    def otus_people(self, teachers: int, students: int, group: Iterable[int]) -> None:
        """Teachers and an administrator whom the SIS does not know, students, teacher group."""
        admin = otus_id("teacher", teachers)
        self.otus(
            ("teacher", otus_id("teacher", n), _person_record("teacher", n))
            for n in range(teachers)
        )
        self.otus([("teacher", admin, {"id": admin, "sisId": None})])
        self.otus(
            ("student", otus_id("student", n), _person_record("student", n))
            for n in range(students)
        )
        members = [*(otus_id("teacher", n) for n in group), admin]
        self.otus(("groupMember", member, {"teacherId": member}) for member in members)

    def otus_classes(self, plans: Iterable[SectionPlan]) -> None:
        """A class for each section."""
        self.otus(("class", otus_id("section", plan.index), class_record(plan)) for plan in plans)


def _person_record(kind: str, n: int) -> dict[str, Any]:
    return {"id": otus_id(kind, n), "sisId": sis_id(kind, n)}


def _span(
    section: str, role: str, person: int, begin: date, end: date, *, main: bool = False
) -> dict[str, Any]:
    return {
        "section": section,
        "person": sis_id(role, person),
        "role": role,
        "main": int(main),
        "begin": begin.isoformat(),
        "end": end.isoformat(),
    }
