"""What to say of a gradebook that could not be read: what was to be sent failed."""

from collections.abc import Iterator

from agent.domain import Assessment, AssessmentId, ClassId, PersonId, Progress, Score
from agent.eligibility import due_of
from agent.night.work import GradebookWork, Kit
from agent.plan import canonical
from agent.records import KnownColumn, RecordState, SourceFields, State


def unreadable(kit: Kit, work: GradebookWork, why: str) -> tuple[RecordState, ...]:
    """A record fails where the source changed since we last acted; nothing else is touched.

    The rules cannot all be asked without the gradebook, so a record that was refused before keeps
    its refusal.
    """
    classes = [c.id for c in work.classes]
    sections = {c.id: c.section or c.id for c in work.classes}
    stored = {(s.assessment, s.student): s for s in kit.ledger.records_in(sections.values())}
    by_id: dict[AssessmentId, Assessment] = {}
    for assessment in kit.ledger.assessments(classes):
        by_id.setdefault(assessment.id, assessment)
    states = []
    for id_, assessment in by_id.items():
        for student, section in _changed(kit, assessment, sections[assessment.class_id]):
            before = stored.get((id_, student))
            if before is not None and before.state is State.REFUSED:
                continue
            states.append(
                RecordState(
                    assessment=id_,
                    student=student,
                    section=before.section if before else section,
                    state=State.FAILED,
                    reason=why,
                )
            )
    return tuple(states)


def _changed(
    kit: Kit, assessment: Assessment, section: str
) -> Iterator[tuple[PersonId | None, str]]:
    """The assignment (None) and the students whose source differs from what we last acted on."""
    known = next(iter(kit.ledger.columns_of(assessment.id)), None)
    if known is None or known.ref is None or known.seen != _fields(kit, assessment):
        yield None, section
    cells = kit.ledger.known_scores(assessment.id, _owner(known, assessment))
    for row in kit.ledger.scores(assessment.id):
        cell = cells.get(row.student)
        wanted = _wanted(row.score)
        if wanted is not None and wanted != (cell.seen if cell else None):
            yield row.student, section


def _owner(known: KnownColumn | None, assessment: Assessment) -> ClassId:
    return known.owner if known else assessment.class_id


def _wanted(score: object) -> str | None:
    if not isinstance(score, Score) or score.points is None:
        return None
    return canonical(score.points) if score.progress is Progress.GRADED else None


def _fields(kit: Kit, assessment: Assessment) -> SourceFields:
    due = due_of(assessment, kit.tonight.zone)
    return SourceFields(
        title=assessment.title,
        type=assessment.type,
        assigned_on=assessment.assigned_on,
        due=due.day if due else None,
        points=assessment.total_points,
    )
