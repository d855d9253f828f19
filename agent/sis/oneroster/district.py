"""A district as OneRoster tells it: calendar, categories, and who sits and teaches in a section.

What the standard cannot tell (closed periods, linked gradebooks, category codes) a vendor adds as
`Extras`, read anew at every survey.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from hashlib import sha256
from typing import NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from agent.domain import Period, Section, SectionId, Span
from agent.errors import NotUnderstoodError
from agent.setup import SisCategory
from agent.sis.oneroster.calendar import Calendar
from agent.sis.oneroster.reader import Reader, segment
from agent.sis.oneroster.roster import labels, main_teacher, period, seated
from agent.sis.oneroster.roster_changes import turnover
from agent.sis.oneroster.rows import (
    CATEGORIES,
    CLASSES,
    ENROLLMENTS,
    SESSIONS,
    CategoryRow,
    ClassRow,
    EnrollmentRow,
)
from agent.sis.oneroster.vendor_extras import Beside, Extras
from agent.sis.oneroster.versions import Version
from agent.sis.port import Survey


@dataclass(frozen=True)
class _Context:
    """What concerns the whole district, as last read."""

    calendar: Calendar
    rows: tuple[CategoryRow, ...]
    extras: Extras

    @property
    def categories(self) -> tuple[SisCategory, ...]:
        """All of the district, also those that are switched off."""
        codes = self.extras.codes
        return tuple(
            SisCategory(title=r.title.strip(), code=codes.get(r.sourced_id, ""), active=r.lives)
            for r in self.rows
        )

    @cached_property
    def labels(self) -> frozenset[str]:
        """Every name that a category of the district has."""
        return frozenset().union(*(category.labels for category in self.categories))

    def fingerprint(self) -> str:
        extras = self.extras
        facts = [
            [(p.id, p.title, p.parent, p.start, p.end) for p in self.calendar.periods],
            sorted((c.sourced_id, c.title, c.lives) for c in self.rows),
            sorted(extras.links.items()),
            sorted(extras.closed),
            sorted(extras.closed_in),
            sorted(extras.codes.items()),
        ]
        return sha256(msgspec.json.encode(facts)).hexdigest()


class _Place(NamedTuple):
    """Where a section belongs: all that is remembered of its class."""

    school: str | None = None
    terms: tuple[str, ...] = ()


class District:
    """The rostering side of one OneRoster server."""

    def __init__(
        self,
        read: Reader,
        version: Version,
        *,
        zone: ZoneInfo,
        now: Callable[[], datetime],
        beside: Beside | None,
    ) -> None:
        self._read = read
        self._version = version
        self._operations = version.operations
        self._zone = zone
        self._now = now
        self._beside = beside
        self._known: _Context | None = None
        self._places: dict[SectionId, _Place] = {}

    def today(self) -> date:
        """The district's date."""
        return self._now().astimezone(self._zone).date()

    def survey(self, since: str | None) -> Survey:
        """Read what concerns everyone, and which rosters changed since the mark *since*."""
        context = self._known = self._read_context()
        changed, mark = self._turnover(since)
        return Survey(
            links=context.extras.links,
            fingerprint=context.fingerprint(),
            changed=changed,
            mark=mark,
        )

    def categories(self) -> tuple[SisCategory, ...]:
        """Every category of the district."""
        return self._context().categories

    def section(self, section: SectionId) -> Section | None:
        """A section and who sits in it; None when the SIS has no such section."""
        row = self._class(section)
        if row is None or not row.lives:
            return None
        enrolments = [e for e in self._enrolments(row) if e.lives]
        return Section(
            id=section,
            main_teacher=main_teacher(enrolments, self.today(), self._zone),
            categories=labels(self._categories(section), self._context().extras.codes),
            known=self._context().labels,
            periods=self.periods(section),
            enrolments=seated(enrolments, self._zone),
        )

    def school(self, section: SectionId) -> str | None:
        """The school of *section*, where the SIS tells."""
        return self._place(section).school

    def periods(self, section: SectionId) -> tuple[Period, ...]:
        """The grading periods that apply to *section*."""
        context = self._context()
        return tuple(
            period(
                stretch,
                closed=context.extras.closes(section, stretch.id),
                grace=context.extras.grace.get(stretch.id),
            )
            for stretch in context.calendar.of_class(self._place(section).terms)
        )

    def term(self, section: SectionId) -> Span | None:
        """The days in which *section* is taught."""
        return self._context().calendar.span(self._place(section).terms)

    # -- the whole district

    def _turnover(self, since: str | None) -> tuple[frozenset[SectionId] | None, str]:
        """A server that can neither sort nor filter does not tell which rosters changed."""
        try:
            return turnover(_Enrolments(self._read, self._version), since)
        except NotUnderstoodError:
            return None, ""

    def _context(self) -> _Context:
        if self._known is None:
            self._known = self._read_context()
        return self._known

    def _read_context(self) -> _Context:
        sessions = f"{self._version.rostering}/academicSessions"
        categories = f"{self._version.gradebook}/categories"
        operations = self._operations
        return _Context(
            Calendar(self._read.all(operations.sessions, sessions, SESSIONS), self._zone),
            tuple(self._read.all(operations.categories, categories, CATEGORIES)),
            self._beside.read() if self._beside else Extras(),
        )

    # -- one section

    def _class(self, section: SectionId) -> ClassRow | None:
        path = f"{self._version.rostering}/classes/{segment(section)}"
        row = self._read.one(self._operations.get_class, path, CLASSES)
        if row is not None:
            self._places[section] = _Place(
                row.school.sourced_id if row.school else None,
                tuple(term.sourced_id for term in row.terms),
            )
        return row

    def _place(self, section: SectionId) -> _Place:
        if section not in self._places:
            self._class(section)
        return self._places.get(section, _Place())

    def _enrolments(self, row: ClassRow) -> Iterator[EnrollmentRow]:
        root, operations = self._version.rostering, self._operations
        if row.school is None:
            where = f"class.sourcedId='{row.sourced_id}'"
            path = f"{root}/enrollments"
            return self._read.all(operations.enrollments, path, ENROLLMENTS, where=where)
        school, class_ = segment(row.school.sourced_id), segment(row.sourced_id)
        path = f"{root}/schools/{school}/classes/{class_}/enrollments"
        return self._read.all(operations.enrollments_of_class, path, ENROLLMENTS)

    def _categories(self, section: SectionId) -> Iterable[CategoryRow]:
        if not self._version.class_categories:
            return (row for row in self._context().rows if row.lives)
        path = f"{self._version.gradebook}/classes/{segment(section)}/categories"
        rows = self._read.all(self._operations.categories_of_class, path, CATEGORIES)
        return (row for row in rows if row.lives)


class _Enrolments:
    """All enrolments of the district, for `turnover`."""

    def __init__(self, read: Reader, version: Version) -> None:
        self._read = read
        self._operation = version.operations.enrollments
        self._path = f"{version.rostering}/enrollments"

    def newest(self) -> EnrollmentRow | None:
        return self._read.newest(self._operation, self._path, ENROLLMENTS)

    def since(self, moment: str) -> Iterator[EnrollmentRow]:
        where = f"dateLastModified>'{moment}'"
        return self._read.all(self._operation, self._path, ENROLLMENTS, where=where)

    def count(self, moment: str | None = None) -> int | None:
        where = f"dateLastModified='{moment}'" if moment else ""
        return self._read.count(self._operation, self._path, where=where)
