"""Rosters of a OneRoster server: who sits and teaches in a section, its categories and periods."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import NamedTuple
from zoneinfo import ZoneInfo

from agent.domain import CategoryId, Period, Section, SectionId, SisPersonId, Span
from agent.sis.oneroster.calendar import Calendar
from agent.sis.oneroster.district import DistrictFacts, ExtrasReader, VendorExtras
from agent.sis.oneroster.rows import (
    CATEGORIES,
    CLASSES,
    ENROLLMENTS,
    SESSIONS,
    CategoryRow,
    ClassRow,
    EnrollmentRow,
)
from agent.sis.oneroster.server import Server
from agent.sis.reading import segment


class Place(NamedTuple):
    """Where a section belongs: all that is remembered of its class."""

    school: str | None = None
    terms: tuple[str, ...] = ()


class Roster:
    """The sections of one OneRoster server, and the facts about its district."""

    def __init__(self, server: Server, extras: ExtrasReader | None) -> None:
        self._server, self._extras = server, extras
        self._version, self._operations = server.version, server.version.operations
        self._known: DistrictFacts | None = None
        self._places: dict[SectionId, Place] = {}

    def facts(self) -> DistrictFacts:
        """The facts about the district, as last read."""
        return self._known or self.refresh()

    def refresh(self) -> DistrictFacts:
        """Read the facts about the district anew."""
        server, operations = self._server, self._operations
        sessions = f"{self._version.rostering}/academicSessions"
        categories = f"{self._version.gradebook}/categories"
        self._known = DistrictFacts(
            Calendar(server.all(operations.sessions, sessions, SESSIONS), server.zone),
            tuple(server.all(operations.categories, categories, CATEGORIES)),
            self._extras.read() if self._extras else VendorExtras(),
        )
        return self._known

    def section(self, section: SectionId) -> Section | None:
        """A section and who sits in it; None when the SIS has no such section."""
        row = self._class(section)
        if row is None or not row.active:
            return None
        facts, zone = self.facts(), self._server.zone
        enrolments = [e for e in self._enrolments(row) if e.active]
        return Section(
            id=section,
            main_teacher=_main_teacher(enrolments, self._server.today(), zone),
            categories=_labels(self._categories(section), facts.extras.codes),
            known=facts.labels,
            periods=self.periods(section),
            enrolments=_spans(enrolments, zone),
        )

    def school(self, section: SectionId) -> str | None:
        """The school of *section*, where the SIS has one for it."""
        return self._place(section).school

    def periods(self, section: SectionId) -> tuple[Period, ...]:
        """The grading periods that apply to *section*."""
        facts = self.facts()
        return tuple(
            Period(
                id=term.id,
                title=term.title,
                start=term.start,
                end=term.end,
                closed=facts.extras.closes(section, term.id),
                grace=facts.extras.grace.get(term.id),
            )
            for term in facts.calendar.of_class(self._place(section).terms)
        )

    def term(self, section: SectionId) -> Span | None:
        """The days in which *section* is taught."""
        return self.facts().calendar.span(self._place(section).terms)

    def _class(self, section: SectionId) -> ClassRow | None:
        path = f"{self._version.rostering}/classes/{segment(section)}"
        row = self._server.one(self._operations.get_class, path, CLASSES)
        if row is not None:
            self._places[section] = Place(
                row.school.sourced_id if row.school else None,
                tuple(term.sourced_id for term in row.terms or ()),
            )
        return row

    def _place(self, section: SectionId) -> Place:
        if section not in self._places:
            self._class(section)
        return self._places.get(section, Place())

    def _enrolments(self, row: ClassRow) -> Iterator[EnrollmentRow]:
        root, operations = self._version.rostering, self._operations
        if row.school is None:
            where = f"class.sourcedId='{row.sourced_id}'"
            path = f"{root}/enrollments"
            return self._server.all(operations.enrollments, path, ENROLLMENTS, where=where)
        school, class_ = segment(row.school.sourced_id), segment(row.sourced_id)
        path = f"{root}/schools/{school}/classes/{class_}/enrollments"
        return self._server.all(operations.enrollments_of_class, path, ENROLLMENTS)

    def _categories(self, section: SectionId) -> Iterator[CategoryRow]:
        rows: Iterable[CategoryRow] = self.facts().rows
        if self._version.class_categories:
            path = f"{self._version.gradebook}/classes/{segment(section)}/categories"
            rows = self._server.all(self._operations.categories_of_class, path, CATEGORIES)
        return (row for row in rows if row.active)


def _main_teacher(
    enrolments: Iterable[EnrollmentRow], today: date, zone: ZoneInfo
) -> SisPersonId | None:
    """Of several main teachers, the one who came last."""
    leading = [
        (span.start or date.min, row.user.sourced_id)
        for row in enrolments
        if row.role == "teacher" and row.leads and (span := _span(row, zone)).holds(today)
    ]
    return SisPersonId(max(leading)[1]) if leading else None


def _spans(
    enrolments: Iterable[EnrollmentRow], zone: ZoneInfo
) -> dict[SisPersonId, tuple[Span, ...]]:
    """The days on which each student sits there."""
    spans: dict[SisPersonId, tuple[Span, ...]] = {}
    for row in enrolments:
        if row.role == "student":
            student = SisPersonId(row.user.sourced_id)
            spans[student] = (*spans.get(student, ()), _span(row, zone))
    return spans


def _span(row: EnrollmentRow, zone: ZoneInfo) -> Span:
    start = row.begin_date.day(zone) if row.begin_date else None
    return Span(start=start, end=row.end_date.day(zone) if row.end_date else None)


def _labels(categories: Iterable[CategoryRow], codes: Mapping[str, str]) -> dict[str, CategoryId]:
    """Codes and titles; a title that two categories share names neither."""
    titled: dict[str, CategoryId | None] = {}
    coded: dict[str, CategoryId] = {}
    for row in categories:
        title, id_ = row.title.strip().casefold(), CategoryId(row.sourced_id)
        titled[title] = id_ if title not in titled else None
        if row.sourced_id in codes:
            coded[codes[row.sourced_id].casefold()] = id_
    return {label: id_ for label, id_ in titled.items() if id_ is not None} | coded
