"""A score whose student sits in no section that has the assessment is told once, by the night.

No gradebook can say it alone where an assessment is in several: each would leave it to the others.
"""

from collections.abc import Collection, Iterable, Iterator

from agent.domain import AssessmentId, ClassId, PersonId
from agent.records import RecordState, State
from agent.rules.codes import Code
from agent.sync.context import Kit

_OWED = "strays_owed"


def owe(kit: Kit) -> None:
    """Note that a night begins: one that ends early leaves its strays to the next."""
    if not kit.ledger.get(_OWED):
        kit.ledger.put(_OWED, kit.run)


def tell_strays(kit: Kit, looked_at: Iterable[ClassId]) -> None:
    """State the strays of the classes that were looked at, now that all else is recorded."""
    ledger, owed = kit.ledger, kit.ledger.get(_OWED)
    shared = ledger.records.shared(list(looked_at) if owed == kit.run else None)
    ledger.records.forget(
        (assessment, student, "")
        for assessment, student in ledger.records.outdated_unplaced(kit.run)
    )
    ledger.records.record(
        kit.run, [_stray(*each) for each in ledger.records.unplaced_scores(shared)]
    )
    ledger.put(_OWED, "")


def forecast_strays(
    kit: Kit, looked_at: Iterable[ClassId], told: Collection[tuple[AssessmentId, PersonId]]
) -> Iterator[RecordState]:
    """The strays of a plan: *told* are the scores of which anything is said."""
    for assessment in kit.ledger.records.shared(list(looked_at)):
        for row in kit.ledger.source.scores(assessment):
            if row.score is not None and (assessment, row.student) not in told:
                yield _stray(assessment, row.student)


def _stray(assessment: AssessmentId, student: PersonId) -> RecordState:
    return RecordState(
        assessment=assessment,
        student=student,
        section="",
        state=State.REFUSED,
        codes=(Code.NOT_ENROLLED,),
        reason="enrolled in none of the sections that have the assignment",
    )
