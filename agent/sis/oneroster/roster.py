"""Rosters of a OneRoster server: who sits and teaches in a section, its categories and periods."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

from agent.domain import CategoryId, Period, Section, SectionId, SisPersonId, Span
from agent.probe import SisCategory
from agent.sis.oneroster.district import Calendar, DistrictFacts
from agent.sis.oneroster.rows import CategoryRow, ClassRow, EnrollmentRow
from agent.sis.oneroster.server import (
    ALL_CATEGORIES,
    ALL_ENROLLMENTS,
    ALL_SESSIONS,
    CATEGORIES_OF_CLASS,
    ENROLLMENTS_OF_CLASS,
    GET_CLASS,
    Server,
)
from agent.sis.oneroster.vendor_extras import ExtrasReader, VendorExtras
from agent.sis.reading import spans_of, unshared


class Roster:
    """The sections of one OneRoster server, and the facts about its district."""

    def __init__(self, server: Server, extras: ExtrasReader | None = None) -> None:
        self._server, self.extras = server, extras
        self._known: DistrictFacts | None = None
        self._classes: dict[SectionId, ClassRow | None] = {}

    def facts(self) -> DistrictFacts:
        """The facts about the district, as last read."""
        return self._known or self.refresh()

    def refresh(self) -> DistrictFacts:
        """Read the facts about the district anew."""
        server = self._server
        self._known = DistrictFacts(
            Calendar(server.all(ALL_SESSIONS), server.zone),
            tuple(server.all(ALL_CATEGORIES)),
            self.extras.read() if self.extras else VendorExtras(),
        )
        return self._known

    def categories(self) -> Sequence[SisCategory]:
        """Every category of the district, by its title and the code that the vendor has for it."""
        return self.facts().categories

    def section(self, section: SectionId) -> Section | None:
        """A section and who sits in it; None when the SIS has no such section."""
        row = self._read_class(section)
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
            term=self._term(section) if self._server.version.due_within_terms else None,
            enrolments=spans_of(
                (e.user.sourced_id, _span(e, zone)) for e in enrolments if e.role == "student"
            ),
        )

    def school(self, section: SectionId) -> str | None:
        """The school of *section*, where the SIS has one for it."""
        row = self._class(section)
        return row.school.sourced_id if row and row.school else None

    def periods(self, section: SectionId) -> tuple[Period, ...]:
        """The grading periods that apply to *section*."""
        calendar, extras = self.facts().calendar, self.facts().extras
        return tuple(
            replace(p, closed=extras.closes(section, p.id), grace=extras.grace.get(p.id))
            for p in calendar.of_class(self._terms(section))
        )

    def _term(self, section: SectionId) -> Span | None:
        """The days in which *section* is taught."""
        return self.facts().calendar.span(self._terms(section))

    def _read_class(self, section: SectionId) -> ClassRow | None:
        row = self._classes[section] = self._server.one(GET_CLASS, section)
        return row

    def _class(self, section: SectionId) -> ClassRow | None:
        """A class as last read."""
        known = section in self._classes
        return self._classes[section] if known else self._read_class(section)

    def _terms(self, section: SectionId) -> list[str]:
        row = self._class(section)
        return [term.sourced_id for term in row.terms or ()] if row else []

    def _enrolments(self, row: ClassRow) -> Iterator[EnrollmentRow]:
        if row.school is None:
            where = f"class.sourcedId='{row.sourced_id}'"
            return self._server.all(ALL_ENROLLMENTS, where=where)
        return self._server.all(ENROLLMENTS_OF_CLASS, row.school.sourced_id, row.sourced_id)

    def _categories(self, section: SectionId) -> Iterator[CategoryRow]:
        rows: Iterable[CategoryRow] = self.facts().rows
        if self._server.version.class_categories:
            rows = self._server.all(CATEGORIES_OF_CLASS, section)
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


def _span(row: EnrollmentRow, zone: ZoneInfo) -> Span:
    start = row.begin_date.day(zone) if row.begin_date else None
    return Span(start=start, end=row.end_date.day(zone) if row.end_date else None)


def _labels(categories: Iterable[CategoryRow], codes: Mapping[str, str]) -> dict[str, CategoryId]:
    """By title and by code; a code is a label before any title is."""
    rows = list(categories)
    coded = [row.sourced_id for row in rows if row.sourced_id in codes]
    titled = unshared((row.title, row.sourced_id) for row in rows)
    return titled | {codes[id_].casefold(): CategoryId(id_) for id_ in coded}
