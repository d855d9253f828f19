"""What a vendor offers beside OneRoster: closed periods, linked gradebooks and category codes.

The standard has none of these. A vendor that offers them passes in how to read them, and they are
read again with every snapshot of the district.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from agent.domain import SectionId
from agent.probe import Probe


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
    """How a vendor's extras are read; for `check` their name, where to look, what else to try."""

    read: Callable[[], VendorExtras]
    name: str
    step: str
    checks: Callable[[], Iterable[Probe]] = lambda: ()
