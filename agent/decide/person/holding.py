"""What a decision holds back, and how one comes to its end."""

from collections.abc import Collection, Iterable, Mapping

from agent.decide.facts import Unresolved
from agent.decide.person.decision import HOLDING, Choice, Decision, EndedDecision
from agent.decide.plan import undone_state
from agent.decide.students import ColumnContext
from agent.domain import AssessmentId, PersonId, SisPersonId
from agent.records import RecordKey, RecordState, State
from agent.rules.codes import Code

IGNORED = (
    "a person decided that nothing is done with it: `passback decide --list` tells who and why"
)
WITH_ASSIGNMENT = "its assignment is held by a decision; `passback decide --list` tells which"
KEPT = "a person decided that the gradebook's value stands"
CHANGED = "its value changed in Otus since it was decided"
OTHER_CELL = "the student's SIS id changed since it was decided"
REFUSED = "the rules refuse the record now"
NO_ZERO = "Otus has no score, and no decision makes a 0"
EDITED = "the gradebook was changed once more after it was decided"
NOT_TONIGHT = "nothing could be sent for the record in the run that was to carry it out"


def held_by(decision: Decision | None) -> Unresolved | None:
    """Why a record is left alone, if a decision holds it."""
    if decision is None or decision.choice not in HOLDING:
        return None
    undone = decision.undone
    if decision.choice is Choice.IGNORE or undone is None:
        return Unresolved(State.HELD, IGNORED, (Code.IGNORED,))
    return Unresolved(*undone_state(undone.run, undone.stands))


def left_alone(
    context: ColumnContext, student: PersonId, sis_student: SisPersonId | None, section: str
) -> Unresolved | None:
    """Why nothing is done with a score, nor with its cell, if anything speaks against it.

    Its last write has an unknown outcome and the cell cannot be read (C10), or a decision holds it.
    """
    assessment = context.column.assessment
    unread = context.run.unread.of(assessment, student, sis_student)
    return unread or held_by(context.facts.decided.score(assessment, student, section))


def held_with_assignment(decision: Decision) -> Unresolved:
    """Why a score is left alone whose assignment a decision holds."""
    code = Code.IGNORED if decision.choice is Choice.IGNORE else Code.UNDONE
    return Unresolved(State.HELD, WITH_ASSIGNMENT, (code,))


def carried_out(decision: Decision) -> EndedDecision:
    """A decision that has been done."""
    return EndedDecision(id=decision.id, how="carried_out")


def left_over(
    sends: Iterable[Decision],
    done: Collection[int | None],
    states: Mapping[RecordKey, RecordState],
    unresolved: Collection[AssessmentId],
) -> list[EndedDecision]:
    """What was to be sent, and is not among what was *done* of it tonight: it lapses.

    Later it would go over what a teacher typed after it was decided. It only waits where nobody can
    tell yet what the gradebook holds (C10).
    """
    waiting = {
        key
        for key, told in states.items()
        if told.state is State.FAILED or Code.OUTCOME_UNKNOWN in told.codes
    }
    return [
        lapsed(each, NOT_TONIGHT)
        for each in sends
        if each.id not in done and each.key not in waiting and each.assessment not in unresolved
    ]


def lapsed(decision: Decision | int, why: str) -> EndedDecision:
    """A decision whose ground is gone."""
    number = decision if isinstance(decision, int) else decision.id
    return EndedDecision(id=number, how="lapsed", why=why)
