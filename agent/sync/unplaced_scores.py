"""Report scores whose student is in no section that has the assessment, once a run.

One gradebook alone cannot report them where an assessment is in several: its student may be in the
section of another. So this comes last, when the records of all gradebooks are known.
"""

from collections.abc import Collection, Iterable, Iterator

from agent.decide.plan import NOWHERE
from agent.domain import AssessmentId, ClassId, PersonId
from agent.records import RecordState, State
from agent.rules.codes import Code
from agent.sync.context import RunContext

_OWED = "strays_owed"
"""The ledger's note of the first run that was to report unplaced scores and has not yet."""


def owe_unplaced_scores(run: RunContext) -> None:
    """Note that this run has to report unplaced scores; if it ends early, the next one does."""
    if not run.ledger.get(_OWED):
        run.ledger.put(_OWED, run.id)


def record_unplaced_scores(run: RunContext, classes: Iterable[ClassId]) -> None:
    """Record the unplaced scores of *classes*; of every class, where an earlier run owes them."""
    ledger, owed = run.ledger, run.ledger.get(_OWED)
    records = ledger.records
    shared = records.shared(list(classes) if owed == run.id else None)
    records.forget((a, s, NOWHERE) for a, s in records.outdated_unplaced(run.id))
    records.record(run.id, [_unplaced(*each) for each in records.unplaced_scores(shared)])
    ledger.put(_OWED, "")


def preview_unplaced_scores(
    run: RunContext, classes: Iterable[ClassId], placed: Collection[tuple[AssessmentId, PersonId]]
) -> Iterator[RecordState]:
    """Yield the unplaced scores of a plan; *placed* are the scores that have a record in it."""
    shared = run.ledger.records.shared(list(classes))
    for assessment, rows in run.ledger.source.scores(shared).items():
        for student, row in rows.items():
            if row.score is not None and (assessment, student) not in placed:
                yield _unplaced(assessment, student)


def _unplaced(assessment: AssessmentId, student: PersonId) -> RecordState:
    reason = "the student is enrolled in none of the sections that have the assignment"
    codes = (Code.NOT_ENROLLED,)
    return RecordState(assessment, student, NOWHERE, State.REFUSED, reason, codes)
