"""Facts about the whole district: its reporting terms with their locks, and its categories."""

from dataclasses import dataclass

from agent.errors import UnavailableError
from agent.probe import SisCategory
from agent.sis.powerschool.calendar import ReportingTerms
from agent.sis.reading import checksum


@dataclass(frozen=True, slots=True)
class DistrictFacts:
    """What was last read of the whole district.

    Attributes:
        names: of the district's categories, id -> name.
        unread: why some of it could not be read.
    """

    terms: ReportingTerms
    names: dict[str, str]
    unread: tuple[UnavailableError, ...]

    @property
    def categories(self) -> tuple[SisCategory, ...]:
        """Every category of the district; it has names and no codes."""
        names = sorted(name.strip() for name in self.names.values())
        return tuple(SisCategory(title=name) for name in names)

    def fingerprint(self) -> str:
        """Changes when reporting terms, locks, unlocks or the district's categories do."""
        return checksum([self.terms.facts(), self.names])
