"""Scores, compared student by student: what to do about a cell (C2, C5, C6)."""

from dataclasses import dataclass
from decimal import Decimal

from agent.decide.facts import Reads
from agent.domain import EMPTY_CELL, ColumnRef, Marks, SisCell, SisPersonId
from agent.records import ZERO, KnownScore
from agent.rules.scores import Gone, Wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class Put:
    """Write a mark; `before` is what was read from its cell, None if it could not be."""

    points: Decimal
    seen: str
    before: SisCell | None
    zero: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AdoptScore:
    """The cell already holds it: remember that, send nothing."""

    points: Decimal
    seen: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Keep:
    """A teacher's mark stands; remember the source value that it stands against."""

    seen: str
    reason: str
    withdrawn: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Clear:
    """Take our mark back to `*`."""

    before: SisCell


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn:
    """The source took its score back and nothing is to be sent; `held`: a person must decide."""

    reason: str
    held: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldZero:
    """B4 wants a 0, but the cell cannot be read, so it may hold a mark; or `reason`."""

    reason: str = "past due without a score, but the cell cannot be read: it may hold a mark"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadCell:
    """The ledger was restored from a copy, and the cell cannot be read: it may hold anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """The source did not change since we last acted; whatever the gradebook holds stays."""


EXEMPT = "the gradebook shows the student as exempt; such a cell is never written"
TEACHER_KNOWS = "past due without a score, but a teacher's comment or flag stands in the cell"
BESIDE = (
    "a teacher's comment or flag stands beside the score, and the SIS cannot take out the score"
    " alone: a teacher must"
)
HOLDS_A_MARK = "past due without a score, and the gradebook holds a mark"

STAR = "*"
NO_NUMBER = "no number"
"""How a cell is compared that holds no points, and one that holds something else than points."""

ScoreStep = Put | AdoptScore | Keep | Clear | Withdrawn | HeldZero | UnreadCell | Settled


def canonical(points: Decimal) -> str:
    """Points as the text that is compared: 8.50 and 8.5 are the same mark."""
    text = f"{points:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text if points else "0"


def last_handled(wanted: Wanted) -> str:
    """How the ledger remembers the source's wish: a 0 by B4 is not a 0 that somebody typed."""
    return ZERO if wanted.zero else canonical(wanted.points)


def shown(cell: SisCell) -> str:
    """A cell as the text that is compared."""
    if cell.points is not None and not cell.exempt:
        return canonical(cell.points)
    return NO_NUMBER if cell.has_value else STAR


class CellReads:
    """The cells of one column, read from the SIS when first asked for.

    Args:
        ref: None for a column that does not exist yet, which holds `*` everywhere.
    """

    def __init__(self, reads: Reads, ref: ColumnRef | None) -> None:
        self._reads, self._ref = reads, ref
        self._cells: Marks | None = None
        self._read = False

    @property
    def failed(self) -> bool:
        """Whether the column was read, and its cells could not be."""
        return self._read and self._cells is None

    def __call__(self, student: SisPersonId) -> SisCell | None:
        """What the student's cell holds; None: it cannot be read."""
        if self._ref is None:
            return EMPTY_CELL
        if not self._read:
            self._cells = self._reads.cells(self._ref)
            self._read = True
        return None if self._cells is None else self._cells.get(student, EMPTY_CELL)


def decide_score(wanted: Wanted, known: KnownScore, cell: SisCell | None) -> ScoreStep:
    """What to do about a score that the source wants; *cell* None: it cannot be read.

    What stands in a cell at our first look is a teacher's, unless a night before saw the student
    without a score: then the first score is a change in Otus like any other (C5).
    """
    if last_handled(wanted) == known.seen:
        return Settled()
    return _decide_zero(known, cell) if wanted.zero else _decide_points(wanted.points, known, cell)


def _decide_points(points: Decimal, known: KnownScore, cell: SisCell | None) -> ScoreStep:
    seen = canonical(points)
    put = Put(points=points, seen=seen, before=cell)
    if cell is None:
        return put
    if cell.exempt:
        return Keep(seen=seen, reason=EXEMPT)
    if cell.points == points:
        return AdoptScore(points=points, seen=seen)
    # C5: what stood there at our first look is the teacher's, unless a night saw no score in Otus.
    first_time = known.seen is None and known.accepted is None
    if first_time and cell.has_value:
        return Keep(seen=seen, reason="the gradebook held a mark before ours")
    return put


def _decide_zero(known: KnownScore, cell: SisCell | None) -> ScoreStep:
    if not known.never_written:
        return Withdrawn(reason="a score stood here before; it never turns into a 0", held=True)
    if cell is None:
        return HeldZero()
    if cell.has_value:
        return Keep(seen=ZERO, reason=EXEMPT if cell.exempt else HOLDS_A_MARK)
    if cell.bars_zero:
        return Keep(seen=ZERO, reason=TEACHER_KNOWS)
    return Put(points=Decimal(0), seen=ZERO, before=cell, zero=True)


def decide_gone(
    gone: Gone, known: KnownScore, cell: SisCell | None, *, can_clear: bool, can_empty: bool = True
) -> ScoreStep:
    """What to do about a mark that the source took back (C6); *cell* None: it cannot be read.

    *can_empty*: a score can be taken out while what stands beside it stays.
    """
    if known.accepted is None:
        return Withdrawn(reason="the score was removed in Otus", held=False)
    if gone.due_passed:
        return Withdrawn(reason="removed in Otus after the due date; the SIS keeps it", held=True)
    if not can_clear:
        return Withdrawn(reason="removed in Otus; the SIS cannot take a mark back", held=False)
    if cell is not None and not cell.exempt and cell.points == known.accepted:
        if cell.annotated and not can_empty:
            return Withdrawn(reason=f"removed in Otus, but {BESIDE}", held=True)
        return Clear(before=cell)
    return _not_ours_to_clear(known, cell)


def _not_ours_to_clear(known: KnownScore, cell: SisCell | None) -> ScoreStep:
    if cell is None:
        return Withdrawn(reason="removed in Otus; the cell cannot be read, so it stays", held=True)
    if not cell.has_value:
        return Withdrawn(reason="removed in Otus, and the gradebook shows none", held=False)
    why = f"removed in Otus, but {EXEMPT if cell.exempt else 'changed in the gradebook'}"
    return Keep(seen=known.seen or "", reason=why, withdrawn=True)
