"""A person's decision about one record as a value, and what may be decided about one.

A decision never does what the rules forbid: no choice makes a 0 of B4, and none writes into a cell
of which it is not plain whose it is.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any, Literal

import msgspec

from agent.domain import Assessment, AssessmentId, Broken, PersonId, Progress, SisPersonId
from agent.records import RecordKey, RecordState, SourceScore, State
from agent.rules.codes import Code


class Choice(StrEnum):
    """What is to be done with a record; the first three are a person's to choose.

    SEND: once, ours goes over what stands there. KEEP: the SIS's value stands until Otus changes.
    IGNORE: nothing is done with it until released. RESEND: once, ours goes where the SIS holds what
    we left there. UNDONE: a run was undone, and nothing is done with it until released.
    """

    SEND = "send"
    KEEP = "keep"
    IGNORE = "ignore"
    RESEND = "resend"
    UNDONE = "undone"


HOLDING = frozenset({Choice.IGNORE, Choice.UNDONE})
"""Choices that keep everything away from a record until they are released."""


class Undone(msgspec.Struct, frozen=True, kw_only=True):
    """What undoing a run did with a record.

    Attributes:
        run: the run that was undone.
        left: what the cell shows since then, as `compare.shown`; of a column the data it has.
        stands: why the run's value still stands in the SIS, so that a teacher must act.
    """

    run: str
    left: str | Mapping[str, Any] | None = None
    stands: str = ""


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """A person's decision about one record, until it is carried out, released or lapses.

    Attributes:
        about: the source's value that it was decided on; with another one it lapses.
        sis_student: whose cell it was decided on.
    """

    id: int
    at: str
    by: str
    choice: Choice
    assessment: AssessmentId
    student: PersonId | None
    section: str
    reason: str
    about: str = ""
    sis_student: SisPersonId | None = None
    undone: Undone | None = None

    @property
    def key(self) -> RecordKey:
        """The record."""
        return self.assessment, self.student, self.section


class EndedDecision(msgspec.Struct, frozen=True, kw_only=True):
    """How a decision of a person came to its end, and why."""

    id: int
    how: Literal["carried_out", "released", "replaced", "lapsed"]
    why: str = ""


class Decided:
    """The open decisions of a gradebook, by record.

    What holds a record back does so in every section: a student may move on to another one. What
    is to be written goes to the one record that it was decided for.
    """

    def __init__(self, decisions: Iterable[Decision]) -> None:
        self._found: dict[tuple[AssessmentId, PersonId | None], list[Decision]] = defaultdict(list)
        for each in decisions:
            self._found[each.assessment, each.student].append(each)

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self._found)

    def sends(self, sections: Collection[str]) -> Sequence[Decision]:
        """Those that go over what stands there, in these sections."""
        every = (each for some in self._found.values() for each in some)
        return [d for d in every if d.choice is Choice.SEND and d.section in sections]

    def column(self, assessment: AssessmentId, sections: Collection[str]) -> Decision | None:
        """The decision about an assignment in a gradebook with these sections."""
        here = [d for d in self._found.get((assessment, None), ()) if d.section in sections]
        return next((d for d in here if d.choice in HOLDING), here[0] if here else None)

    def score(self, assessment: AssessmentId, student: PersonId, section: str) -> Decision | None:
        """The decision about a student's score."""
        every = self._found.get((assessment, student))
        if not every:  # asked for each cell of each gradebook
            return None
        held = next((d for d in every if d.choice in HOLDING), None)
        return held or next((d for d in every if d.section == section), None)


NOTHING_DECIDED = Decided(())


ONLY_IGNORED = frozenset(
    {Code.SIS_ID_SHARED, Code.SIS_ID_CHANGED, Code.DOUBLED_IN_SIS, Code.OUTCOME_UNKNOWN}
)
"""Whose cell or column it is, or what stands there, is not plain: nothing may be written."""
ONLY_KEPT = frozenset({Code.ZERO_NOT_VERIFIABLE, Code.ZERO_NOT_TAKEN_BACK})
"""About a 0 that nobody typed, which a person cannot order either (B4)."""
BY_DECISION = frozenset({Code.IGNORED, Code.UNDONE, Code.UNDONE_BUT_STANDS})
"""A person has decided already."""

_SENDABLE = frozenset({State.KEPT, State.UNCHANGED, State.SENT, State.CREATED, State.UPDATED})
_TRIED = frozenset({State.REJECTED, State.FAILED})


def choices_for(record: RecordState) -> tuple[Choice, ...]:
    """What a person may choose for a record as it stands; nothing once a decision holds it."""
    codes = frozenset(record.codes)
    if not record.section or BY_DECISION & codes:
        return ()
    able = [Choice.IGNORE]
    if not ONLY_IGNORED & codes:
        able = [*_other_choices(record, codes), Choice.IGNORE]
    return tuple(able)


def _other_choices(record: RecordState, codes: frozenset[str]) -> list[Choice]:
    """What can be chosen beside that nothing is done with it."""
    state, column = record.state, record.student is None
    send = state in _SENDABLE or (column and state is State.DELETED_IN_SIS)
    keep = ONLY_KEPT & codes or state in _TRIED
    if state is State.HELD and not column:
        send, keep = Code.SCORE_WITHDRAWN in codes, True
    chosen = ((Choice.SEND, send), (Choice.KEEP, keep))
    return [choice for choice, can in chosen if can]


def score_as_text(row: SourceScore | None) -> str:
    """What the source has for a student: its points, or nothing at all."""
    score = row.score if row else None
    if score is None or isinstance(score, Broken) or score.progress is not Progress.GRADED:
        return ""
    return "" if score.points is None else f"{score.points.normalize():f}"


def assessment_as_text(assessment: Assessment) -> str:
    """The assignment data that the source has in a class."""
    a = assessment
    return f"{a.title}\n{a.type}\n{a.assigned_on}\n{a.due}\n{a.total_points}"
