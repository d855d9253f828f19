"""Rosters of PowerSchool: who sits and teaches in a section, and its teacher's categories.

`/ws/v1` and `/ws/xte` address sections, students and teachers by DCID; in tables they stand under
another number, TABLE.ID, that must never be mixed with it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from agent.domain import CategoryId, Section, SectionId, SisPersonId, Span
from agent.errors import NotUnderstoodError, UnavailableError
from agent.http.responses import Operation
from agent.probe import SisCategory
from agent.sis.port import Receipt
from agent.sis.powerschool.district import DistrictFacts, ReportingTerms, year_id
from agent.sis.powerschool.error_text import NotGrantedError, about_record, granted
from agent.sis.powerschool.rows import (
    BinRow,
    CategoryRow,
    DistrictCategoryRow,
    EnrollmentRow,
    Json,
    LockRow,
    R,
    SectionIds,
    UnlockRow,
    read,
)
from agent.sis.powerschool.server import (
    GET_SECTION,
    GET_STAFF,
    LIST_ENROLLMENTS,
    LIST_SCHOOLS,
    Server,
    listed,
)
from agent.sis.reading import absent, query, spans_of, truth, unshared

LIST_CATEGORIES = Operation("listTeacherCategories", told=about_record)

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


class Roster:
    """The sections of one PowerSchool server, and the facts about its district."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._known: DistrictFacts | None = None
        self._places: dict[SectionId, Place] = {}
        self._teachers: dict[str, str] = {}
        self._categories: dict[tuple[str, str], tuple[CategoryRow, ...]] = {}

    def facts(self) -> DistrictFacts:
        """The facts about the district, as last read."""
        return self._known or self.refresh()

    def refresh(self) -> DistrictFacts:
        """Read the facts about the district anew, and each section when it is needed next."""
        for known in (self._places, self._teachers, self._categories):
            known.clear()
        self._server.forget()
        today = self._server.today()
        year = f"yearid=ge={year_id(today)}"
        unread: list[UnavailableError] = []
        terms = ReportingTerms(
            self._rows("termbins", BinRow, year, unread),
            self._rows("gradeschoolconfig", LockRow, year, unread),
            # Nothing public names this table, so a server without it is no surprise.
            self._rows("sectionunlock", UnlockRow, "", []),
            schools={row.id: row.school_number for row in self._server.all(LIST_SCHOOLS)},
            today=today,
        )
        categories = self._rows("districtteachercategory", DistrictCategoryRow, "", unread)
        names = {row.districtteachercategoryid: row.name for row in categories}
        self._known = DistrictFacts(terms, names, tuple(unread))
        return self._known

    def categories(self) -> Sequence[SisCategory]:
        """Every category of the district, by its name."""
        return self.facts().categories

    def section(self, section: SectionId) -> Section | None:
        """A section and who sits in it; None when the SIS has no such section."""
        place = self._read_place(section)
        if place is None:
            return None
        facts = self.facts()
        names = (name.strip().casefold() for name in facts.names.values())
        return Section(
            id=section,
            main_teacher=SisPersonId(place.teacher) if place.teacher else None,
            categories=self._labels(place, facts.names) if place.teacher else {},
            known=frozenset(names) if facts.names else None,
            periods=facts.terms.of(section, place.school_number, place.term_id),
            term=place.term,
            enrolments=spans_of(
                (row.student_id, _span(row)) for row in self._server.all(LIST_ENROLLMENTS, section)
            ),
        )

    def place(self, section: SectionId) -> Place | None:
        """Where a section belongs, as last read; None when the SIS has no such section."""
        return self._places.get(section) or self._read_place(section)

    def teaching(self, section: SectionId) -> Place | Receipt:
        """Where a section belongs; a receipt where there is nobody in whose name to write."""
        place = self.place(section)
        if place is not None and place.teacher:
            return place
        lack = "is not in the SIS" if place is None else "has no teacher to act for"
        return Receipt(accepted=False, reason=f"section {section} {lack}")

    def _rows(self, name: str, kind: type[R], q: str, unread: list[UnavailableError]) -> list[R]:
        """The rows of a table that a night can do without; why there are none goes to *unread*."""
        try:
            return self._server.table(name, kind, q)
        except (NotGrantedError, NotUnderstoodError) as error:
            if error.status not in _NOT_FOR_US:
                raise
            unread.append(error)
            return []

    def _read_place(self, section: SectionId) -> Place | None:
        row = self._server.one(GET_SECTION, section)
        ids = self._server.table("sections", SectionIds, f"dcid=={section}") if row else []
        if row is None or not ids:
            self._places.pop(section, None)
            return None
        term = row.term
        place = self._places[section] = Place(
            section=section,
            school=row.school_id,
            school_number=ids[0].schoolid,
            term_id=ids[0].termid,
            term=Span(start=term.start_date.date, end=term.end_date.date) if term else None,
            teacher=self._teacher(row.staff_id) if row.staff_id else "",
        )
        return place

    def _teacher(self, staff: str) -> str:
        """USERS.DCID of someone whom a section names by their row in its school."""
        if staff not in self._teachers:
            row = self._server.one(GET_STAFF, staff)
            self._teachers[staff] = row.users_dcid if row else ""
        return self._teachers[staff]

    def _labels(self, place: Place, district: dict[str, str]) -> dict[str, CategoryId]:
        """The teacher's copies by the district's names, and by those that the teacher gave them.

        A name that two copies share names neither, and one of the district's is never another's.
        """
        theirs = {id_: name.strip().casefold() for id_, name in district.items()}
        copies = [(row, CategoryId(row.teachercategoryid)) for row in self._copies(place)]
        own = unshared((row.name, id_) for row, id_ in copies)
        origins = ((theirs.get(row.districtteachercategoryid or ""), id_) for row, id_ in copies)
        named = {label: id_ for label, id_ in origins if label is not None}
        return {label: id_ for label, id_ in own.items() if label not in theirs.values()} | named

    def _copies(self, place: Place) -> Iterable[CategoryRow]:
        key = place.teacher, place.year_id
        if key not in self._categories:
            search = query(users_dcid=place.teacher, year_id=place.year_id)
            reply = self._server.http.call(LIST_CATEGORIES, f"/ws/xte/teacher_category?{search}")
            rows = [] if absent(reply) else read(reply, listed(granted(reply)), CategoryRow)
            self._categories[key] = tuple(row for row in rows if _usable(row, place.teacher))
        return (row for row in self._categories[key] if not _excluded(row, place))


def _span(row: EnrollmentRow) -> Span:
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
