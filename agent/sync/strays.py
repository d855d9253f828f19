"""A score whose student sits in no section that has the assessment is told once, by the night.

No gradebook can say it alone where an assessment is in several: each would leave it to the others.
"""

from collections.abc import Collection, Iterable, Iterator

from agent.domain import AssessmentId, ClassId, PersonId
from agent.records import RecordState, State
from agent.sync.context import RunContext

_OWED = "strays_owed"


def owe(run: RunContext) -> None:
    """Note that a night begins: one that ends early leaves its strays to the next."""
    if not run.ledger.get(_OWED):
        run.ledger.put(_OWED, run.id)


def tell_strays(run: RunContext, looked_at: Iterable[ClassId]) -> None:
    """State the strays of the classes that were looked at, now that all else is recorded."""
    ledger, owed = run.ledger, run.ledger.get(_OWED)
    shared = ledger.shared(list(looked_at) if owed == run.id else None)
    ledger.forget((assessment, student, "") for assessment, student in ledger.found_strays(run.id))
    ledger.record(run.id, [_stray(*each) for each in ledger.strays(shared)])
    ledger.put(_OWED, "")


def forecast_strays(
    run: RunContext, looked_at: Iterable[ClassId], told: Collection[tuple[AssessmentId, PersonId]]
) -> Iterator[RecordState]:
    """The strays of a plan: *told* are the scores of which anything is said."""
    for assessment in run.ledger.shared(list(looked_at)):
        for row in run.ledger.scores(assessment):
            if row.score is not None and (assessment, row.student) not in told:
                yield _stray(assessment, row.student)


def _stray(assessment: AssessmentId, student: PersonId) -> RecordState:
    return RecordState(
        assessment=assessment,
        student=student,
        section="",
        state=State.REFUSED,
        codes=("not_enrolled",),
        reason="enrolled in none of the sections that have the assignment",
    )
