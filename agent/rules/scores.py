"""Which scores of a student pass back: a function for each of B1 to B9 (docs/reference/rules.md).

`judge` returns the score that the source wants in a column, or why there is none. It looks at the
source and the roster alone: what the gradebook holds is for the three-way comparison in `plan`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import msgspec

from agent.domain import Broken, Progress, Score, StatusFlag
from agent.policy import MissingAfterDue, Policy, RunDate
from agent.rules.codes import Code
from agent.rules.due import Due
from agent.rules.refusals import Refusal, refusals

POINTS_LIMIT = Decimal(100_000)
"""A score above it is a typing error, not extra credit; no gradebook here takes more digits."""

_EXCUSED = frozenset({StatusFlag.EXCUSED, StatusFlag.EXCLUDED})


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """One student's place in one column, with every fact that B1 to B9 need.

    Attributes:
        score: the source's row; None when it has none (or no longer).
        had_score: the source once had a score here (C6).
        others_score: a score of ours once stood in the cell for another student of the source, or
            may have.
        assigned_since: None when not assigned to this student; `date.min` if no day is given.
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

    @property
    def due_passed(self) -> bool:
        """Whether the class's due date has passed (B3, B4)."""
        return self.due.passed(self.tonight)


class Wanted(msgspec.Struct, frozen=True):
    """The source wants these points; `zero` when nobody typed them (B4)."""

    points: Decimal
    zero: bool = False


@dataclass(frozen=True, slots=True)
class Gone:
    """The source had a score and has none now (C6); `due_passed` decides between clear and hold."""

    due_passed: bool


Verdict = Wanted | Gone | tuple[Refusal, ...]


def unscored(score: Score | Broken | None) -> bool:
    """Whether the source surely has no graded score (C5); a broken record may hide one."""
    if isinstance(score, Broken):
        return False
    return score is None or score.progress is not Progress.GRADED or score.points is None


ScoreRule = Callable[[Cell], str | Refusal | None]


def not_assigned(cell: Cell) -> str | None:
    """B5: refuse a score for a student to whom it was not assigned."""
    return "not assigned to this student" if cell.assigned_since is None else None


def not_enrolled(cell: Cell) -> str | None:
    """B6: refuse a score for a student who is in no section of the gradebook today."""
    if cell.enrolled_today:
        return None
    return f"not enrolled in the section on {cell.tonight.today}"


def excluded(cell: Cell) -> str | None:
    """B7: refuse a score that is marked Excluded, unless the district sends such scores."""
    score = cell.score
    if not isinstance(score, Score) or cell.policy.send_excluded:
        return None
    return "marked Excluded in Otus" if StatusFlag.EXCLUDED in score.flags else None


def not_fully_graded(cell: Cell) -> str | None:
    """B2: refuse work that is not graded to the end; never a 0, however late."""
    score = cell.score
    if not isinstance(score, Score):
        return None
    if score.progress is Progress.TURNED_IN:
        return "turned in, not all items are graded"
    if score.progress is Progress.NOT_SUBMITTED:
        return None if score.points is None else "has points in Otus, but is not graded"
    # Excused work is graded without points: that is `excused_no_score`.
    if score.points is None and excused_no_score(cell) is None:
        return "graded in Otus, but without points"
    return None


def score_invalid(cell: Cell) -> str | None:
    """B9: refuse a broken record, and a score that is no number, negative or too large."""
    score = cell.score
    if isinstance(score, Broken):
        return f"broken record: {score.reason}"
    if score is None or score.points is None:
        return None
    points = score.points
    if not points.is_finite():
        return "the score is no number"
    if points < 0:
        return "the score is negative"
    return f"the score is above {POINTS_LIMIT}" if points > POINTS_LIMIT else None


def excused_no_score(cell: Cell) -> str | None:
    """B7: refuse a 0 for a student who is excused or excluded, unless the district gives one."""
    score = cell.score
    if cell.policy.zero_excused or not isinstance(score, Score):
        return None
    return "excused in Otus, without a score" if score.flags & _EXCUSED else None


def not_due_yet(cell: Cell) -> Refusal | None:
    """B3: refuse a 0 until the due date has passed."""
    if cell.due_passed:
        return None
    why = f"no score yet; due {cell.due.day}"
    return Refusal(Code.NOT_DUE_YET, why, until=cell.due.passes_on)


def withheld_missing(cell: Cell) -> str | None:
    """B4: refuse a 0 unless the student was enrolled and assigned on the due date.

    A student whose SIS id is, or was, another student's too gets none either.
    """
    if not cell.due_passed or excused_no_score(cell):
        return None
    day = cell.due.day
    if cell.policy.missing_after_due is MissingAfterDue.WITHHOLD:
        why = "the district withholds"
    elif not cell.alone:
        why = "another student in Otus has the same SIS id"
    elif cell.others_score:
        why = "a score stood, or may have stood, in this cell for another student of Otus"
    elif not cell.enrolled_when_due:
        why = f"was not enrolled on the due date {day}"
    elif cell.assigned_since is None or cell.assigned_since > day:
        why = f"was assigned after the due date {day}"
    else:
        return None
    return f"past due without a score; {why}"


SCORE_RULES: tuple[ScoreRule, ...] = (
    not_assigned,
    not_enrolled,
    excluded,
    not_fully_graded,
    score_invalid,
)
"""What refuses a score, and a 0 for a missing one, in the order in which a report names it."""

ZERO_RULES: tuple[ScoreRule, ...] = (excused_no_score, not_due_yet, withheld_missing)
"""What refuses a 0 for a missing score (B4); asked if no rule above refuses."""


def judge(cell: Cell) -> Verdict:
    """What the source wants for this student; refusals are collected, not only the first."""
    refused = refusals(cell, SCORE_RULES)
    if refused:
        return refused
    score = cell.score
    if isinstance(score, Score) and score.points is not None:
        return Wanted(score.points)
    if cell.had_score:
        return Gone(due_passed=cell.due_passed)
    return refusals(cell, ZERO_RULES) or Wanted(Decimal(0), zero=True)
