"""Other columns of an assessment in the same gradebook, and the students who have a score there.

Sections merge and bring their columns along; gradebooks are linked after each had its own, and then
students move between the sections. What a student has in one column and gets in another too would
count twice, so a later score goes to the column that holds the one that the SIS accepted (C3a).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from agent.decide.decided import Decided, score_state
from agent.decide.facts import MISSING, OTHER_ADDRESS, Unresolved
from agent.decide.moved import Cells, cells_of
from agent.decide.once import Once
from agent.decide.readers import CellReader, ColumnReader
from agent.decide.seats import Desk, Seat
from agent.decide.steps import seen_as
from agent.decide.take_over import Place, clear_left
from agent.decide.targets import with_found
from agent.domain import ClassId, PersonId
from agent.eligibility.scores import Wanted
from agent.records import ZERO, KnownColumn, State

Stopped = tuple[State, tuple[str, ...], str]
"""State, codes and reason of what is not written."""


@dataclass(slots=True)
class OtherColumn:
    """A column that another class made, that stands in this gradebook and holds scores of ours.

    Attributes:
        desk: the classes under decision, as if that column were theirs.
        stopped: why nothing is written into it tonight.
        decided: what came of its cells.
    """

    desk: Desk
    read: CellReader
    cells: Cells
    stopped: Stopped | None = None
    decided: Decided = field(default_factory=Decided)

    def rank(self, seat: Seat) -> int | None:
        """How much speaks for it: a score, a 0 that nobody typed, what another student left."""
        known = self.cells.known.get(seat.student)
        if known is not None and known.accepted is not None:
            return 1 if known.seen == ZERO else 0
        left = self.cells.before(seat.sis_student, seat.student)
        return 2 if left is not None and left.accepted is not None else None

    def stands(self, place: Place) -> bool:
        """Whether the cell stays as it is, and then the record says so."""
        seen, verdict = place.known.seen, place.verdict
        if isinstance(verdict, tuple):
            # Who joined the class after the due date keeps the 0 that the class before called for.
            kept = seen == ZERO and {each.code for each in verdict} == {"withheld_missing"}
            if kept:
                self.decided.states.append(score_state(place.seat, State.UNCHANGED, MISSING))
            return kept
        stopped = self._stopped(place.seat)
        if stopped is None or (isinstance(verdict, Wanted) and seen_as(verdict) == seen):
            return False
        state, codes, reason = stopped
        self.decided.states.append(score_state(place.seat, state, reason, codes=codes))
        return True

    def _stopped(self, seat: Seat) -> Stopped | None:
        """Why a student's score is not written there."""
        known = self.desk.group.known
        seen = known.seen if known else None
        total = seat.target.candidate.assessment.total_points
        if self.stopped is None and seen is not None and seen.points != total:
            reason = (
                "its score stands in another assignment of it in this gradebook, which counts"
                f" {_plain(seen.points)} points and not {_plain(total)}: delete that one in the SIS"
                " to have it here"
            )
            return State.HELD, (), reason
        return self.stopped


class OtherColumns:
    """What a column under decision must know of the others of its assessment.

    Args:
        places: the cells of the column itself.

    Attributes:
        columns: those that somebody has a score in.
        gone: those that ought to stand in this gradebook, and that somebody deleted (C7). Who had a
            score there counts as having none.
        moved: those that stand here and that the ledger had in another gradebook.
    """

    def __init__(self, desk: Desk, read: ColumnReader, places: Iterable[Place]) -> None:
        self._desk, self._read = desk, read
        self._empty = [place.seat for place in places if place.known.accepted is None]
        self.columns: list[OtherColumn] = []
        self.gone: list[KnownColumn] = []
        self.moved: list[KnownColumn] = []

    def first(self, place: Place) -> bool:
        """Whether no other column of the gradebook had the student's score before, tonight.

        Two classes may both name a student, and each column decides by itself.
        """
        group, room = self._desk.group, self._desk.room
        alone = room is None or room.classes[group.assessment] == len(group.targets)
        if alone or isinstance(place.verdict, tuple):
            return True
        return self._read.first(group.assessment, place.seat.student)

    def holding(self, place: Place) -> OtherColumn | None:
        """The other column that holds the student's score; None: the column itself is the one.

        A refusal is worth a look only where the classes of the gradebook have several columns.
        """
        if place.known.accepted is not None:
            return None
        if isinstance(place.verdict, tuple) and not self._desk.group.several_columns:
            return None
        return self._holders.get(place.seat.student)

    def clear_left(self, places: Sequence[Place]) -> None:
        """Take out what stands under SIS ids that nobody has any more, where no class does it."""
        for column in self.columns:
            known = column.desk.group.known
            if known is not None and not self._read.owns(known) and column.stopped is None:
                clear_left(column.desk, column.cells, places, column.read, column.decided)

    @Once
    def _holders(self) -> Mapping[PersonId, OtherColumn]:
        """Student -> column: the one for which most speaks, then that of the smaller class."""
        desk = self._desk
        owners = desk.kit.ledger.owners_with_scores(
            desk.group.assessment, desk.group.owner, [seat.student for seat in self._empty]
        )
        self.columns += filter(None, map(self._column, self._known(owners)))
        holders: dict[PersonId, OtherColumn] = {}
        for seat in self._empty:
            ranked = [(rank, c) for c in self.columns if (rank := c.rank(seat)) is not None]
            if ranked:
                holders[seat.student] = min(ranked, key=lambda each: each[0])[1]
        return holders

    def _known(self, owners: Iterable[ClassId]) -> list[KnownColumn]:
        if not owners:
            return []
        every = self._desk.kit.ledger.columns_of(self._desk.group.assessment)
        return [known for known in every if known.owner in owners]

    def _column(self, known: KnownColumn) -> OtherColumn | None:
        """The column, if it stands in this gradebook."""
        own, kit = self._read.owns(known), self._desk.kit
        here = own or known.gradebook == self._desk.gradebook.id
        if known.ref is None or not kit.sis.addresses(known.ref):
            return self._with(known, _of(OTHER_ADDRESS)) if here else None
        found = self._read.at(known)
        if found is None:
            if here and not known.deleted:
                self.gone.append(known)
            return None
        if not here:
            double = self._read.has_double(known)
            moved = replace(known, gradebook=self._desk.gradebook.id, list_again=double)
            self.moved.append(moved)
        doubt = kit.unresolved.get((known.assessment, known.owner))
        if doubt is not None:
            return self._with(known, _of(doubt))
        barred = with_found(kit, self._desk.group.lead, found, known).barred
        if not barred:
            return self._with(known, None)
        reason = "; ".join(refusal.reason for refusal in barred)
        codes = tuple(refusal.code for refusal in barred)
        return self._with(known, (State.REFUSED, codes, reason))

    def _with(self, known: KnownColumn, stopped: Stopped | None) -> OtherColumn:
        group = replace(self._desk.group, owner=known.owner, known=known, cells_unknown=False)
        desk = replace(self._desk, group=group, room=None)
        scores = desk.kit.ledger.known_scores(known.assessment, known.owner)
        column = OtherColumn(desk, CellReader(desk), cells_of(desk, scores), stopped)
        if not self._read.owns(known):
            column.decided.saves += column.cells.saves
            column.decided.leaves += column.cells.leaves
        return column


def _of(doubt: Unresolved) -> Stopped:
    return doubt.state, doubt.codes, doubt.reason


def _plain(points: Decimal | None) -> str:
    return "no" if points is None else f"{points:f}"
