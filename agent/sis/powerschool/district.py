"""What concerns the whole district: its reporting terms with their locks, and its categories."""

from dataclasses import dataclass
from hashlib import sha256

import msgspec

from agent.answers import Operation
from agent.errors import NotUnderstoodError, UnavailableError
from agent.setup import SisCategory
from agent.sis.port import DistrictSnapshot
from agent.sis.powerschool.calendar import ReportingTerms, year_id
from agent.sis.powerschool.error_text import NotGrantedError
from agent.sis.powerschool.roster_changes import roster_changes
from agent.sis.powerschool.rows import (
    BinRow,
    DistrictCategoryRow,
    LockRow,
    R,
    SchoolRow,
    UnlockRow,
)
from agent.sis.powerschool.server import Server

LIST_SCHOOLS = Operation("listSchools")
_NOT_FOR_US = {400, 403, 404}


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
        facts = [self.terms.facts(), sorted(self.names.items())]
        return sha256(msgspec.json.encode(facts)).hexdigest()


class District:
    """The facts about one district, read when they are first needed and with every snapshot."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._known: DistrictFacts | None = None

    def facts(self) -> DistrictFacts:
        """The facts as last read."""
        return self._known or self.refresh()

    def refresh(self) -> DistrictFacts:
        """Read the facts anew."""
        self._known = self._read_facts()
        return self._known

    def snapshot(self, cursor: str | None) -> DistrictSnapshot:
        """Read the facts anew, and which rosters changed since *cursor*."""
        fingerprint = self.refresh().fingerprint()
        try:
            changed, cursor = roster_changes(self._server, cursor)
        except (NotGrantedError, NotUnderstoodError):
            changed, cursor = None, ""
        return DistrictSnapshot(links={}, fingerprint=fingerprint, changed=changed, cursor=cursor)

    def _read_facts(self) -> DistrictFacts:
        today = self._server.today()
        year = f"yearid=ge={year_id(today)}"
        unread: list[UnavailableError] = []
        path = "/ws/v1/district/school"
        schools = self._server.all(LIST_SCHOOLS, path, "schools", "school", SchoolRow)
        terms = ReportingTerms(
            self._rows("termbins", BinRow, year, unread),
            self._rows("gradeschoolconfig", LockRow, year, unread),
            # Nothing public names this table, so a server without it is no surprise.
            self._rows("sectionunlock", UnlockRow, "", []),
            schools={row.id: row.school_number for row in schools},
            today=today,
        )
        categories = self._rows("districtteachercategory", DistrictCategoryRow, "", unread)
        names = {row.districtteachercategoryid: row.name for row in categories}
        return DistrictFacts(terms, names, tuple(unread))

    def _rows(self, name: str, kind: type[R], q: str, unread: list[UnavailableError]) -> list[R]:
        """The rows of a table that a night can do without; why there are none goes to *unread*."""
        try:
            return self._server.table(name, kind, q)
        except (NotGrantedError, NotUnderstoodError) as error:
            if error.status not in _NOT_FOR_US:
                raise
            unread.append(error)
            return []
