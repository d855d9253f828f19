"""PowerSchool by its OneRoster 1.1 push: `route = "oneroster"`.

Sections, teachers and categories are read as from any OneRoster server. It does not serve locks, so
PowerSchool itself refuses what comes too late: one write a run asks whether a reporting term of a
section is locked, and while it is refused all others in that term wait. A column takes points only
where its metadata say so.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from zoneinfo import ZoneInfo

from agent.domain import EMPTY_CELL, ColumnRef, Gradebook, Marks, SectionId, SisCell, SisPersonId
from agent.http.client import Http
from agent.sis.oneroster.columns import Change
from agent.sis.oneroster.sis import TRAITS as ONEROSTER
from agent.sis.oneroster.sis import OneRoster
from agent.sis.oneroster.versions import VERSIONS
from agent.sis.port import Receipt

TRAITS = replace(ONEROSTER, kind="powerschool", connections=1)

_ROOT = "/api/ims/oneroster/v1p1"

PUSH = replace(
    VERSIONS["1.1"], rostering=_ROOT, gradebook=_ROOT, column_metadata={"scoreType": "POINTS"}
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


class PowerSchoolOneRoster(OneRoster):
    """The gradebooks of one PowerSchool server behind its OneRoster API, for one run."""

    def __init__(self, http: Http, zone: ZoneInfo, now: Callable[[], datetime]) -> None:
        super().__init__(http, PUSH, zone, now, traits=TRAITS)
        self._locked: set[Place] = set()
        self._places: dict[ColumnRef, Place | None] = {}

    def gradebook(self, key: str, sections: Sequence[SectionId]) -> Gradebook:
        """Also the days of a section's terms: PowerSchool takes no due date outside of them."""
        book = super().gradebook(key, sections)
        termed = {s.id: replace(s, term=self._roster.term(s.id)) for s in book.sections.values()}
        return replace(book, sections=termed)

    def put_scores(
        self,
        gradebook: Gradebook,
        ref: ColumnRef,
        scores: Sequence[tuple[SisPersonId, Decimal]],
        found: Marks | None = None,
    ) -> Sequence[Receipt]:
        """Write scores, unless the column lies in a reporting term that refused another write."""
        write = super().put_scores
        return [
            receipt
            for score in scores
            for receipt in self._unless_locked(
                gradebook, ref, partial(write, gradebook, ref, [score], found)
            )
        ]

    def clear_score(
        self,
        gradebook: Gradebook,
        ref: ColumnRef,
        student: SisPersonId,
        found: SisCell = EMPTY_CELL,
    ) -> Receipt:
        """Take a score back, unless the column lies in a reporting term that refused a write."""
        write = super().clear_score
        [receipt] = self._unless_locked(
            gradebook, ref, lambda: [write(gradebook, ref, student, found)]
        )
        return receipt

    def _unless_locked(
        self, gradebook: Gradebook, ref: ColumnRef, write: Callable[[], Sequence[Receipt]]
    ) -> Sequence[Receipt]:
        """The receipt of one write into a column, or that it waits."""
        section = next(iter(gradebook.sections))
        here = any(locked[0] == section for locked in self._locked)
        if here and self._place_of(section, ref) in self._locked:
            return [WAITS]
        receipts = write()
        if any(r.locked for r in receipts) and (place := self._place_of(section, ref)):
            self._locked.add(place)
        return receipts

    def _put_column(self, change: Change) -> Receipt:
        """A column; one whose due date moves lies in two places, either of which may be locked."""
        draft = change.draft
        dues = {draft.data.due, draft.before.due if draft.before else draft.data.due}
        places = {self._place(draft.section, due) for due in dues}
        if places & self._locked:
            return WAITS
        receipt = super()._put_column(change)
        if receipt.locked and len(places) == 1:
            self._locked |= {place for place in places if place is not None}
        if receipt.ref is not None:
            self._places.pop(receipt.ref, None)
        return receipt

    def _place_of(self, section: SectionId, ref: ColumnRef) -> Place | None:
        """Where a column lies as the gradebook shows it; a teacher may have moved it."""
        if ref not in self._places:
            column = self._columns.one(ref)
            self._places[ref] = self._place(section, column.data.due) if column else None
        return self._places[ref]

    def _place(self, section: SectionId, due: date) -> Place | None:
        """None: outside of every reporting term."""
        terms = frozenset(p.id for p in self._roster.periods(section) if p.holds(due))
        return (section, terms) if terms else None
