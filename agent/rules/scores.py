"""Which scores pass back: B1 to B9 of docs/rules.md, for one student in one column.

`judge` gives the mark that the source wants in the gradebook, or why there is none. It looks at the
source and the roster alone: what the gradebook holds is for the three-way comparison in `plan`.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from agent.domain import Broken, Mark, Progress, Score
from agent.policy import MissingAfterDue, Policy, RunDate
from agent.rules.due import Due

POINTS_LIMIT = Decimal(100_000)
"""A score above it is a typing error, not extra credit; no gradebook here takes more digits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One student's place in one column, with every fact that B1 to B9 ask.

    Attributes:
        score: the source's row; None when it has none (or no longer).
        had_score: the source once had a score here (C6).
        others_score: a score of ours once stood in the cell for another student of the source.
        assigned_since: None when not assigned to this student; `date.min` where no day is told.
        alone: no other student of the source claims the same SIS id.
        enrolled_today: in any section of the gradebook, on the local calendar day of the run.
        enrolled_when_due: the same, on the due date.
    """

    score: Score | Broken | None
    had_score: bool
    others_score: bool = False
    assigned_since: date | None
    alone: bool
    enrolled_today: bool
    enrolled_when_due: bool
    due: Due
    policy: Policy
    tonight: RunDate


@dataclass(frozen=True, slots=True)
class Wanted:
    """The source wants this mark; `zero` when nobody typed it (B4)."""

    points: Decimal
    zero: bool = False


@dataclass(frozen=True, slots=True)
class Withheld:
    """Nothing is to be sent, for the refusal code; from `until` on, time alone may change that."""

    code: str
    reason: str
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Gone:
    """The source had a score and has none now (C6); `due_passed` decides between clear and hold."""

    due_passed: bool


Verdict = Wanted | Gone | tuple[Withheld, ...]


def unscored(score: Score | Broken | None) -> bool:
    """Whether the source surely has no graded score (C5); a broken record may hide one."""
    if isinstance(score, Broken):
        return False
    return score is None or score.progress is not Progress.GRADED or score.points is None


def judge(cell: Cell) -> Verdict:
    """What the source wants for this student; refusals are collected, not only the first."""
    refused = tuple(r for r in (_not_assigned(cell), _not_enrolled(cell)) if r)
    score = cell.score
    if isinstance(score, Broken):
        return (*refused, Withheld("score_invalid", f"broken record: {score.reason}"))
    refused += tuple(r for r in (_excluded(cell), _not_fully_graded(cell), _invalid(cell)) if r)
    if refused:
        return refused
    if score is not None and score.progress is Progress.GRADED and score.points is not None:
        return Wanted(score.points)
    return _without_score(cell)


def _not_assigned(cell: Cell) -> Withheld | None:
    if cell.assigned_since is not None:
        return None
    return Withheld("not_assigned", "not assigned to this student")


def _not_enrolled(cell: Cell) -> Withheld | None:
    if cell.enrolled_today:
        return None
    return Withheld("not_enrolled", f"not enrolled in the section on {cell.tonight.today}")


def _excluded(cell: Cell) -> Withheld | None:
    score = cell.score
    if isinstance(score, Score) and Mark.EXCLUDED in score.marks and not cell.policy.send_excluded:
        return Withheld("excluded", "marked Excluded in Otus")
    return None


def _not_fully_graded(cell: Cell) -> Withheld | None:
    """B2, and a graded score without points: never 0, however late."""
    score = cell.score
    if not isinstance(score, Score):
        return None
    if score.progress is Progress.TURNED_IN:
        return Withheld("not_fully_graded", "turned in, not all items are graded")
    excused = _excused(cell) and not cell.policy.zero_excused
    if score.progress is Progress.GRADED and score.points is None and not excused:
        return Withheld("not_fully_graded", "graded in Otus, but without points")
    if score.progress is Progress.NOT_SUBMITTED and score.points is not None:
        return Withheld("not_fully_graded", "has points in Otus, but is not graded")
    return None


def _invalid(cell: Cell) -> Withheld | None:
    score = cell.score
    if not isinstance(score, Score) or score.points is None:
        return None
    points = score.points
    if not points.is_finite():
        return Withheld("score_invalid", "the score is no number")
    if points < 0:
        return Withheld("score_invalid", "the score is negative")
    if points > POINTS_LIMIT:
        return Withheld("score_invalid", f"the score is above {POINTS_LIMIT}")
    return None


def _without_score(cell: Cell) -> Verdict:
    """B3, B4, B7 and C6 for a student without a score who handed nothing in."""
    passed = cell.due.passed(cell.tonight.now, cell.tonight.zone)
    if cell.had_score:
        return Gone(due_passed=passed)
    refused: tuple[Withheld, ...] = ()
    if _excused(cell) and not cell.policy.zero_excused:
        refused += (Withheld("excused_no_score", "excused in Otus, without a score"),)
    if not passed:
        why = f"no score yet; due {cell.due.day}"
        refused += (Withheld("not_due_yet", why, until=cell.due.passes_on),)
    return refused or _past_due(cell)


def _past_due(cell: Cell) -> Verdict:
    """B4: a 0 only for who was enrolled and assigned on the due date, and is nobody else too."""
    day = cell.due.day
    if cell.policy.missing_after_due is MissingAfterDue.WITHHOLD:
        why = "past due without a score; the district withholds"
    elif not cell.alone:
        why = "past due without a score; another student in Otus has the same SIS id"
    elif cell.others_score:
        why = "past due without a score; a score stood in this cell under another SIS id"
    elif not cell.enrolled_when_due:
        why = f"past due without a score; was not enrolled on the due date {day}"
    elif cell.assigned_since is None or cell.assigned_since > day:
        why = f"past due without a score; was assigned after the due date {day}"
    else:
        return Wanted(Decimal(0), zero=True)
    return (Withheld("withheld_missing", why),)


def _excused(cell: Cell) -> bool:
    score = cell.score
    return isinstance(score, Score) and bool(score.marks & {Mark.EXCUSED, Mark.EXCLUDED})
