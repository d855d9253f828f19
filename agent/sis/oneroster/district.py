"""Facts about the whole district: its calendar and categories, and what a vendor adds to them.

The standard has no closed grading periods, no linked gradebooks and no category codes. A vendor
that offers them passes in how to read them, and they are read again with every snapshot.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from agent.domain import SectionId
from agent.probe import SisCategory
from agent.sis.oneroster.calendar import Calendar
from agent.sis.oneroster.rows import CategoryRow
from agent.sis.reading import checksum


@dataclass(frozen=True, slots=True, kw_only=True)
class VendorExtras:
    """What a vendor offers beside OneRoster.

    Attributes:
        links: section -> key of its linked gradebook.
        closed: periods that are closed for every section.
        closed_in: (section, period) pairs that are closed for that section.
        grace: period -> the last day on which it takes scores, where it was extended.
        codes: category -> its code; a code is a label before any title is.
        summary: a sentence for `check`.
    """

    links: Mapping[SectionId, str] = field(default_factory=dict)
    closed: frozenset[str] = frozenset()
    closed_in: frozenset[tuple[str, str]] = frozenset()
    grace: Mapping[str, date] = field(default_factory=dict)
    codes: Mapping[str, str] = field(default_factory=dict)
    summary: str = ""

    def closes(self, section: SectionId, period: str) -> bool:
        """Whether *period* is closed for *section*."""
        return period in self.closed or (section, period) in self.closed_in


@dataclass(frozen=True, slots=True)
class ExtrasReader:
    """How a vendor's extras are read, and for `check`: their name, and where to look."""

    read: Callable[[], VendorExtras]
    name: str
    step: str


@dataclass(frozen=True)
class DistrictFacts:
    """What was last read of the whole district."""

    calendar: Calendar
    rows: tuple[CategoryRow, ...]
    extras: VendorExtras

    @property
    def categories(self) -> tuple[SisCategory, ...]:
        """All of the district, also those that are switched off."""
        codes = self.extras.codes
        return tuple(
            SisCategory(title=r.title.strip(), code=codes.get(r.sourced_id, ""), active=r.active)
            for r in self.rows
        )

    @cached_property
    def labels(self) -> frozenset[str]:
        """Every name that a category of the district has."""
        return frozenset().union(*(category.labels for category in self.categories))

    def fingerprint(self) -> str:
        """Changes when periods, closings, categories or links do."""
        extras = self.extras
        categories = sorted((c.sourced_id, c.title, c.active) for c in self.rows)
        told = [extras.links, extras.closed, extras.closed_in, extras.codes]
        return checksum([self.calendar.facts(), categories, told])
