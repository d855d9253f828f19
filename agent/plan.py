"""The three-way decision: what the source says, what the SIS last accepted, what it holds now.

Assignment data is compared per field, scores per student (rules C2, C5 to C7). The values here say
what to do and carry what a write must remember; nothing is sent from here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from decimal import Decimal

from agent.domain import AssignmentData, Column
from agent.eligibility.scores import Gone, Wanted
from agent.policy import Overwrite
from agent.records import KnownColumn, KnownScore, SourceFields

TITLE_LIMIT = 49
ELLIPSIS = "…"

SOURCE_TO_COLUMN: Mapping[str, str] = {
    "title": "title",
    "type": "category",
    "assigned_on": "assigned",
    "due": "due",
    "points": "points",
}
"""A field of the source -> the field of the column that it decides."""


# ---- assignment data -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedColumn:
    """An assignment as the source wants it: its own fields, and the same mapped for the SIS."""

    source: SourceFields
    data: AssignmentData


@dataclass(frozen=True, slots=True, kw_only=True)
class Create:
    """Make the column."""

    data: AssignmentData
    seen: SourceFields


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """Replace the assignment data; `before` is what the gradebook holds now."""

    data: AssignmentData
    seen: SourceFields
    before: AssignmentData


@dataclass(frozen=True, slots=True, kw_only=True)
class Adopt:
    """The gradebook already holds it: remember that, send nothing."""

    data: AssignmentData
    seen: SourceFields


@dataclass(frozen=True, slots=True, kw_only=True)
class Deleted:
    """A person deleted the column in the SIS; it is not made again (C7)."""


AssignmentStep = Create | Update | Adopt | Deleted


def shortened(title: str, limit: int = TITLE_LIMIT) -> str:
    """A title that the SIS takes: itself, or its first characters and an ellipsis (A14)."""
    if len(title) <= limit:
        return title
    return title[: min(46, limit - 1)] + ELLIPSIS


def changed_fields(wanted: SourceFields, seen: SourceFields | None) -> frozenset[str]:
    """The source fields that changed since we last acted on them; all of them if we never did."""
    if wanted == seen:
        return frozenset()
    names = [f.name for f in fields(SourceFields)]
    if seen is None:
        return frozenset(names)
    return frozenset(n for n in names if getattr(wanted, n) != getattr(seen, n))


def decide_assignment(
    wanted: WantedColumn,
    known: KnownColumn | None,
    found: Column | None,
    *,
    overwrite: Overwrite,
    recreate_deleted: bool,
    due_may_change: bool,
) -> AssignmentStep:
    """What to do about a column whose source fields changed, or that the SIS does not have.

    A column that carries our id but that we do not remember is adopted as it is: a lost ledger must
    not undo what teachers did. A due date that may not change keeps its old value, and stays
    "changed" until it may.
    """
    if known is None or known.ref is None or found is None:
        return _decide_without(wanted, known, found, recreate_deleted=recreate_deleted)
    changed = changed_fields(wanted.source, known.seen)
    seen = wanted.source
    if "due" in changed and not due_may_change:
        changed -= {"due"}
        seen = replace(seen, due=known.seen.due if known.seen else found.data.due)
    if not changed:
        return Adopt(data=found.data, seen=seen)
    data = _merged(wanted.data, found.data, changed, overwrite, due_may_change=due_may_change)
    if data == found.data:
        return Adopt(data=data, seen=seen)
    return Update(data=data, seen=seen, before=found.data)


def _decide_without(
    wanted: WantedColumn,
    known: KnownColumn | None,
    found: Column | None,
    *,
    recreate_deleted: bool,
) -> AssignmentStep:
    """The cases in which the ledger or the gradebook has no such column."""
    if found is not None:
        return Adopt(data=found.data, seen=wanted.source)
    if known is None or known.ref is None or recreate_deleted:
        return Create(data=wanted.data, seen=wanted.source)
    return Deleted()


def _merged(
    wanted: AssignmentData,
    found: AssignmentData,
    changed: frozenset[str],
    overwrite: Overwrite,
    *,
    due_may_change: bool,
) -> AssignmentData:
    """The record to send whole: the source's value where it changed, the teacher's elsewhere."""
    if overwrite is Overwrite.WHOLE_RECORD:
        return wanted if due_may_change else replace(wanted, due=found.due)
    ours = {SOURCE_TO_COLUMN[name]: getattr(wanted, SOURCE_TO_COLUMN[name]) for name in changed}
    return replace(found, **ours)


# ---- scores --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Put:
    """Write a mark; `before` is what the cell holds now, None for `*` or not readable."""

    points: Decimal
    seen: str
    before: Decimal | None
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

    before: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn:
    """The source took its score back and nothing is to be sent; `held`: a person must decide."""

    reason: str
    held: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldZero:
    """B4 wants a 0, but the cell cannot be read, so it may hold a mark."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """The source did not change since we last acted; whatever the gradebook holds stays."""


ScoreStep = Put | AdoptScore | Keep | Clear | Withdrawn | HeldZero | Settled

ZERO = "zero"


def canonical(points: Decimal) -> str:
    """Points as the text that is compared: 8.50 and 8.5 are the same mark."""
    text = f"{points:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text if points else "0"


def seen_as(wanted: Wanted) -> str:
    """How the ledger remembers the source's wish: a 0 by B4 is not a 0 that somebody typed."""
    return ZERO if wanted.zero else canonical(wanted.points)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a look into a cell told.

    Attributes:
        points: None is `*`, unless `other` says that it holds something that is no number.
        readable: False when nothing is known of it.
    """

    points: Decimal | None = None
    other: bool = False
    readable: bool = True

    @property
    def held(self) -> bool:
        """Whether somebody put anything there."""
        return self.points is not None or self.other


def decide_score(wanted: Wanted, known: KnownScore, cell: Reading) -> ScoreStep:
    """What to do about a mark that the source wants."""
    seen = seen_as(wanted)
    if seen == known.seen:
        return Settled()
    if wanted.zero:
        return _decide_zero(known, cell)
    if cell.readable and cell.points == wanted.points:
        return AdoptScore(points=wanted.points, seen=seen)
    first_time = known.seen is None and known.accepted is None
    if first_time and cell.readable and cell.held:
        return Keep(seen=seen, reason="the gradebook held a mark before ours")
    return Put(points=wanted.points, seen=seen, before=cell.points)


def _decide_zero(known: KnownScore, cell: Reading) -> ScoreStep:
    if known.seen is not None or known.accepted is not None:
        return Withdrawn(reason="a score stood here before; it never turns into a 0", held=True)
    if not cell.readable:
        return HeldZero()
    if cell.held:
        return Keep(seen=ZERO, reason="past due without a score, and the gradebook holds a mark")
    return Put(points=Decimal(0), seen=ZERO, before=None, zero=True)


def decide_gone(gone: Gone, known: KnownScore, cell: Reading, *, can_clear: bool) -> ScoreStep:
    """What to do about a mark that the source took back (C6)."""
    if known.accepted is None:
        return Withdrawn(reason="the score was removed in Otus", held=False)
    if gone.due_passed:
        return Withdrawn(reason="removed in Otus after the due date; the SIS keeps it", held=True)
    if not can_clear:
        return Withdrawn(reason="removed in Otus; the SIS cannot take a mark back", held=False)
    if cell.readable and cell.points == known.accepted:
        return Clear(before=known.accepted)
    return _not_ours_to_clear(known, cell)


def _not_ours_to_clear(known: KnownScore, cell: Reading) -> ScoreStep:
    if not cell.readable:
        return Withdrawn(reason="removed in Otus; the cell cannot be read, so it stays", held=True)
    if not cell.held:
        return Withdrawn(reason="removed in Otus, and the gradebook shows none", held=False)
    why = "removed in Otus, but changed in the gradebook"
    return Keep(seen=known.seen or "", reason=why, withdrawn=True)
