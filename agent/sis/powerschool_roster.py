"""A district as PowerSchool tells it: who sits and teaches in a section, and with which categories.

`/ws/v1` and `/ws/xte` know sections, students and teachers by DCID; inside tables they stand under
another number, TABLE.ID, that must never be mixed with it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from typing import TypeVar

import msgspec

from agent.domain import CategoryId, Section, SectionId, SisPersonId, Span
from agent.errors import NotUnderstoodError, UnavailableError
from agent.http.client import Http
from agent.http.responses import Operation
from agent.setup import SisCategory
from agent.sis.powerschool_calendar import ReportingTerms, year_id
from agent.sis.powerschool_reading import PowerSchoolReader, query
from agent.sis.powerschool_rows import (
    BinRow,
    CategoryRow,
    DistrictCategoryRow,
    LockRow,
    SchoolRow,
    SeatRow,
    SectionIds,
    SectionRow,
    StaffRow,
    UnlockRow,
)
from agent.sis.powerschool_wire import (
    Json,
    NotGrantedError,
    about_record,
    granted,
    listed,
    read,
    truth,
)
from agent.sis.reading import absent, segment

GET_SECTION = Operation("getSection")
LIST_SEATS = Operation("listSectionEnrollments")
GET_STAFF = Operation("getStaff")
LIST_SCHOOLS = Operation("listSchools")
LIST_CATEGORIES = Operation("listTeacherCategories", told=about_record)

R = TypeVar("R", bound=msgspec.Struct)
_DAY = timedelta(days=1)
_NOT_FOR_US = {400, 403, 404}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a section belongs.

    Attributes:
        school: SCHOOLS.DCID; tables know the school as `school_number`.
        term_id: TERMS.ID.
        teacher: USERS.DCID of its lead, who acts in every call about it; empty without one.
    """

    section: SectionId
    school: str
    school_number: str
    term_id: str
    term: Span | None
    teacher: str

    @property
    def year_id(self) -> str:
        """YEARID: the term's place within its year takes the last two digits of its id."""
        return self.term_id[:-2] or "0"


@dataclass(frozen=True, slots=True)
class District:
    """What concerns everyone.

    Attributes:
        categories: of the district, id -> name.
        untold: why some of it could not be read.
    """

    terms: ReportingTerms
    categories: dict[str, str]
    untold: tuple[UnavailableError, ...]

    def fingerprint(self) -> str:
        """Changes when reporting terms, locks, unlocks or the district's categories do."""
        facts = [self.terms.facts(), sorted(self.categories.items())]
        return sha256(msgspec.json.encode(facts)).hexdigest()


class Roster:
    """The rostering side of one PowerSchool server.

    Args:
        today: the district's date.
    """

    def __init__(self, http: Http, reader: PowerSchoolReader, today: Callable[[], date]) -> None:
        self._http = http
        self._read = reader
        self._today = today
        self._known: District | None = None
        self._places: dict[SectionId, Place] = {}
        self._teachers: dict[str, str] = {}
        self._categories: dict[tuple[str, str], tuple[CategoryRow, ...]] = {}

    def survey(self) -> District:
        """Read anew what concerns everyone, and forget every section."""
        self._places.clear()
        self._teachers.clear()
        self._categories.clear()
        self._read.forget()
        self._known = self._read_district()
        return self._known

    def categories(self) -> tuple[SisCategory, ...]:
        """Every category of the district; it has names and no codes."""
        names = sorted(name.strip() for name in self._district().categories.values())
        return tuple(SisCategory(title=name) for name in names)

    def section(self, section: SectionId) -> Section | None:
        """A section and who sits in it; None when the SIS has no such section."""
        place = self._read_place(section)
        if place is None:
            return None
        district = self._district()
        names = (name.strip().casefold() for name in district.categories.values())
        return Section(
            id=section,
            main_teacher=SisPersonId(place.teacher) if place.teacher else None,
            categories=self._labels(place, district.categories) if place.teacher else {},
            known=frozenset(names) if district.categories else None,
            periods=district.terms.of(section, place.school_number, place.term_id),
            term=place.term,
            enrolments=self._spans(section),
        )

    def place(self, section: SectionId) -> Place | None:
        """Where a section belongs, as last read; None when the SIS has no such section."""
        return self._places.get(section) or self._read_place(section)

    # -- the whole district

    def _district(self) -> District:
        if self._known is None:
            self._known = self._read_district()
        return self._known

    def _read_district(self) -> District:
        year = f"yearid=ge={year_id(self._today())}"
        untold: list[UnavailableError] = []
        path = "/ws/v1/district/school"
        schools = self._read.all(LIST_SCHOOLS, path, "schools", "school", SchoolRow)
        terms = ReportingTerms(
            self._told("termbins", BinRow, year, untold),
            self._told("gradeschoolconfig", LockRow, year, untold),
            # Nothing public names this table, so a server without it is no surprise.
            self._told("sectionunlock", UnlockRow, "", []),
            schools={row.id: row.school_number for row in schools},
            today=self._today(),
        )
        categories = self._told("districtteachercategory", DistrictCategoryRow, "", untold)
        names = {row.districtteachercategoryid: row.name for row in categories}
        return District(terms, names, tuple(untold))

    def _told(self, name: str, kind: type[R], q: str, untold: list[UnavailableError]) -> list[R]:
        """The rows of a table that a night can do without; why there are none goes to *untold*."""
        try:
            return self._read.table(name, kind, q)
        except (NotGrantedError, NotUnderstoodError) as error:
            if error.status not in _NOT_FOR_US:
                raise
            untold.append(error)
            return []

    # -- one section

    def _read_place(self, section: SectionId) -> Place | None:
        path = f"/ws/v1/section/{segment(section)}?expansions=term"
        row = self._read.one(GET_SECTION, path, "section", SectionRow)
        ids = self._read.table("sections", SectionIds, f"dcid=={section}") if row else []
        if row is None or not ids:
            self._places.pop(section, None)
            return None
        place = self._places[section] = Place(
            section=section,
            school=row.school_id,
            school_number=ids[0].schoolid,
            term_id=ids[0].termid,
            term=Span(start=row.term.start_date.date, end=row.term.end_date.date)
            if row.term
            else None,
            teacher=self._teacher(row.staff_id) if row.staff_id else "",
        )
        return place

    def _teacher(self, staff: str) -> str:
        """USERS.DCID of someone whom a section names by their row in its school."""
        if staff not in self._teachers:
            row = self._read.one(GET_STAFF, f"/ws/v1/staff/{segment(staff)}", "staff", StaffRow)
            self._teachers[staff] = row.users_dcid if row else ""
        return self._teachers[staff]

    def _spans(self, section: SectionId) -> dict[SisPersonId, tuple[Span, ...]]:
        path = f"/ws/v1/section/{segment(section)}/section_enrollment"
        name = "section_enrollment"
        spans: dict[SisPersonId, tuple[Span, ...]] = {}
        for row in self._read.all(LIST_SEATS, path, f"{name}s", name, SeatRow):
            student = SisPersonId(row.student_id)
            spans[student] = (*spans.get(student, ()), _span(row))
        return spans

    # -- categories

    def _labels(self, place: Place, district: dict[str, str]) -> dict[str, CategoryId]:
        """The teacher's copies by the district's names, and by those that the teacher gave them.

        A name that two copies share names neither, and one of the district's is never another's.
        """
        labels: dict[str, CategoryId | None] = {}
        theirs = {id_: name.strip().casefold() for id_, name in district.items()}
        taken = frozenset(theirs.values())
        for row in self._copies(place):
            own, id_ = row.name.strip().casefold(), CategoryId(row.teachercategoryid)
            if own not in taken:
                labels[own] = id_ if own not in labels else None
            origin = theirs.get(row.districtteachercategoryid or "")
            if origin is not None:
                labels[origin] = id_
        return {label: id_ for label, id_ in labels.items() if id_ is not None}

    def _copies(self, place: Place) -> Iterable[CategoryRow]:
        key = place.teacher, place.year_id
        if key not in self._categories:
            self._categories[key] = tuple(
                r for r in self._read_categories(*key) if _usable(r, key[0])
            )
        return (row for row in self._categories[key] if not _excluded(row, place))

    def _read_categories(self, teacher: str, year: str) -> list[CategoryRow]:
        search = query(users_dcid=teacher, year_id=year)
        reply = self._http.call(LIST_CATEGORIES, f"/ws/xte/teacher_category?{search}")
        if absent(reply):
            return []
        return read(reply, listed(granted(reply)), CategoryRow)


def _span(row: SeatRow) -> Span:
    """The exit date is the day after the last one."""
    end = row.exit_date.date
    return Span(start=row.entry_date.date, end=end - _DAY if end else None)


def _usable(row: CategoryRow, teacher: str) -> bool:
    """An active copy of a district category, and the teacher's own."""
    return truth(row.isactive) and row.usersdcid == teacher and bool(row.districtteachercategoryid)


def _excluded(row: CategoryRow, place: Place) -> bool:
    return _names(row.sections_excluded, "sectionsdcid", place.section) or _names(
        row.schools_excluded, "schoolsdcid", place.school
    )


def _names(associations: Iterable[Json], key: str, id_: str) -> bool:
    return any(str(association.get(key)) == id_ for association in associations)
