"""PowerSchool by its OneRoster 1.1 push: `route = "oneroster"`.

Sections, teachers and categories are read as from any OneRoster server. It does not serve locks, so
PowerSchool itself refuses what comes too late: one write a run asks whether a reporting term of a
section is locked, and while it is refused all others in that term wait. A column takes points only
where its metadata say so.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from agent.domain import ColumnRef, SectionId
from agent.http.client import Http
from agent.sis.oneroster.columns import Columns
from agent.sis.oneroster.payloads import NOTHING
from agent.sis.oneroster.roster import Roster
from agent.sis.oneroster.scores import Cell, Scores
from agent.sis.oneroster.server import Server
from agent.sis.oneroster.sis import TRAITS as ONEROSTER
from agent.sis.oneroster.sis import OneRoster
from agent.sis.oneroster.versions import VERSIONS, Version
from agent.sis.port import Draft, Receipt

TRAITS = replace(ONEROSTER, kind="powerschool", connections=1)

_ROOT = "/api/ims/oneroster/v1p1"

PUSH = replace(
    VERSIONS["1.1"],
    rostering=_ROOT,
    gradebook=_ROOT,
    column_metadata={"scoreType": "POINTS"},
    due_within_terms=True,
)
"""The standard's 1.1 as PowerSchool serves it."""

WAITS = Receipt(
    accepted=False,
    reason="the SIS says that the reporting term is locked, of another record in it; this one goes"
    " on the night on which that is taken",
    locked=True,
)

Place = tuple[SectionId, frozenset[str]]
"""A section, and the reporting terms in which a due date lies: locked for all of it or for none."""


class WaitingColumns(Columns):
    """The columns of one server, for one run; those in a locked reporting term wait."""

    def __init__(self, server: Server, roster: Roster) -> None:
        super().__init__(server, roster)
        self._locked: set[Place] = set()
        self._places: dict[ColumnRef, Place | None] = {}

    def put(self, draft: Draft, theirs: Mapping[str, Any] = NOTHING) -> Receipt:
        """Write a column; one whose due date moves lies in two places, either of which may wait."""
        dues = {draft.data.due, draft.before.due if draft.before else draft.data.due}
        places = {self._place(draft.section, due) for due in dues}
        if places & self._locked:
            return WAITS
        receipt = super().put(draft, theirs)
        if receipt.locked and len(places) == 1:
            self._locked |= {place for place in places if place is not None}
        if receipt.ref is not None:
            self._places.pop(receipt.ref, None)
        return receipt

    def waits(self, cell: Cell) -> bool:
        """Whether the column of *cell* lies in a reporting term that refused a write."""
        here = any(section in cell.gradebook.sections for section, _ in self._locked)
        return here and self._place_of(cell) in self._locked

    def refused(self, cell: Cell) -> None:
        """A write into *cell* was refused because of the reporting term of its column."""
        if place := self._place_of(cell):
            self._locked.add(place)

    def _place_of(self, cell: Cell) -> Place | None:
        """Where a column lies as the gradebook shows it; a teacher may have moved it."""
        ref, [section, *_] = cell.ref, cell.gradebook.sections
        if ref not in self._places:
            column = self.one(cell.gradebook, ref)
            self._places[ref] = self._place(section, column.data.due) if column else None
        return self._places[ref]

    def _place(self, section: SectionId, due: date) -> Place | None:
        """None: outside of every reporting term."""
        terms = frozenset(p.id for p in self._roster.periods(section) if p.holds(due))
        return (section, terms) if terms else None


class WaitingScores(Scores):
    """The cells of one server; those of a column that waits wait with it."""

    def __init__(self, server: Server, columns: WaitingColumns) -> None:
        super().__init__(server, columns.one)
        self._waiting = columns

    def write(self, cell: Cell, points: Decimal | None) -> Receipt:
        """Write a score or take one back, unless the column waits."""
        if self._waiting.waits(cell):
            return WAITS
        receipt = super().write(cell, points)
        if receipt.locked:
            self._waiting.refused(cell)
        return receipt


def open_push(
    http: Http, _version: Version, zone: ZoneInfo, now: Callable[[], datetime]
) -> OneRoster:
    """The gradebooks of one PowerSchool server behind its OneRoster API, for one run."""
    server = Server(http, PUSH, zone, now)
    roster = Roster(server)
    columns = WaitingColumns(server, roster)
    return OneRoster(server, roster, columns, WaitingScores(server, columns), traits=TRAITS)
