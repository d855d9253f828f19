"""What came of a column's students, while it is being decided."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from agent.decide.plan import WriteScore
from agent.decide.seats import Seat
from agent.decide.steps import Reading
from agent.domain import AssessmentId, SisPersonId
from agent.records import KnownScore, LeftScore, RecordState, State

MARKED_BESIDE = "past due without a score; another column of it in the gradebook holds a mark"
UNREAD_BESIDE = "past due without a score, but another column of it cannot be read"


def not_due_in_gradebook(due: date) -> str:
    """Why B4 waits although the class's own due date has passed."""
    return f"no score yet; in the gradebook it is due {due}"


@dataclass(slots=True)
class Decided:
    """What came of a column's students.

    Attributes:
        leaves: scores that stay in a cell whose student has another SIS id now.
        settled: cells in which nothing stands any more for an earlier holder of their SIS id.
    """

    writes: list[WriteScore] = field(default_factory=list)
    saves: list[KnownScore] = field(default_factory=list)
    leaves: list[LeftScore] = field(default_factory=list)
    settled: list[SisPersonId] = field(default_factory=list)
    states: list[RecordState] = field(default_factory=list)
    again: date | None = None
    unreadable: bool = False

    def look_again(self, day: date | None) -> None:
        """Keep the earliest date."""
        if day is not None and (self.again is None or day < self.again):
            self.again = day

    def keep_from(
        self, assessment: AssessmentId, zeros: Iterable[WriteScore], *, readable: bool
    ) -> None:
        """Leave out these zeros: a mark stands, or may stand, in another column."""
        for write in zeros:
            self.writes.remove(write)
            self.states.append(
                RecordState(
                    assessment=assessment,
                    student=write.student,
                    section=write.section,
                    state=State.KEPT if readable else State.HELD,
                    codes=() if readable else ("zero_not_verifiable",),
                    reason=MARKED_BESIDE if readable else UNREAD_BESIDE,
                )
            )

    def hold_zeros(self, assessment: AssessmentId, due: date) -> None:
        """Keep B4's zeros back until the due date that the gradebook shows has passed."""
        for write in [w for w in self.writes if w.zero]:
            self.writes.remove(write)
            self.states.append(
                RecordState(
                    assessment=assessment,
                    student=write.student,
                    section=write.section,
                    state=State.REFUSED,
                    codes=("not_due_yet",),
                    reason=not_due_in_gradebook(due),
                )
            )


def score_state(
    seat: Seat, state: State, reason: str, *, codes: tuple[str, ...] = ()
) -> RecordState:
    """The record of a student in a column."""
    return RecordState(
        assessment=seat.target.candidate.assessment.id,
        student=seat.student,
        section=seat.section,
        state=state,
        codes=codes,
        reason=reason,
    )


def score_write(
    seat: Seat,
    *,
    points: Decimal | None,
    seen: str | None,
    before: Reading,
    zero: bool = False,
    codes: tuple[str, ...] = (),
) -> WriteScore:
    """A score to write for a student, or (None) to take back."""
    if seat.sis_student is None:
        raise AssertionError("a student outside the SIS is never written")
    return WriteScore(
        op="clear" if points is None else "put",
        student=seat.student,
        sis_student=seat.sis_student,
        section=seat.section,
        points=points,
        seen=seen,
        before=before.shown,
        zero=zero,
        codes=codes,
    )
