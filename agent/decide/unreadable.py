"""What to say of what could not be looked at: what was to be sent stays behind, by name."""

from collections.abc import Iterable, Iterator, Mapping

from agent.decide.steps import canonical
from agent.decide.targets import source_fields
from agent.domain import Assessment, AssessmentId, Broken, ClassId, PersonId, Progress, Score
from agent.eligibility import due_of
from agent.records import KnownColumn, RecordState, SourceFields, State
from agent.sync.context import GradebookWork, RunContext


def unreadable(kit: RunContext, work: GradebookWork, why: str) -> tuple[RecordState, ...]:
    """A gradebook that cannot be read: what changed fails, and is tried again next night."""
    sections = {c.id: c.section or c.id for c in work.classes}
    return _left_behind(kit, sections, State.FAILED, (), why, work.sections)


def broken_class(kit: RunContext, class_id: ClassId, what: Broken) -> tuple[RecordState, ...]:
    """A class whose record cannot be used: what changed is refused until it can be."""
    why = f"broken record of class {class_id}: {what.reason}"
    return _left_behind(kit, {class_id: class_id}, State.REFUSED, ("class_invalid",), why)


def broken_nowhere(kit: RunContext) -> tuple[RecordState, ...]:
    """Broken assessments whose classes cannot be told, and that no gradebook knows of."""
    return tuple(
        RecordState(
            assessment=assessment,
            student=None,
            section="",
            state=State.REFUSED,
            codes=("assessment_invalid",),
            reason=f"broken record: {what.reason}",
        )
        for assessment, _, what in kit.ledger.broken_assessments([NOWHERE])
        if not kit.ledger.columns_of(assessment)
    )


NOWHERE = ClassId("")
"""The class under which the local copy keeps broken assessments of no readable class."""


def _left_behind(
    kit: RunContext,
    sections: Mapping[ClassId, str],
    state: State,
    codes: tuple[str, ...],
    why: str,
    linked: Iterable[str] | None = None,
) -> tuple[RecordState, ...]:
    """Records whose source changed since we last acted; nothing else is touched.

    The rules cannot all be asked here, so a record that was refused before keeps its refusal. What
    is stored under sections other than these and the *linked* ones belongs to another gradebook;
    None: in which sections the class was cannot be told, so every record is taken for its own.
    """
    here = None if linked is None else {*sections.values(), *linked}
    classes = list(sections)
    by_id: dict[AssessmentId, Assessment] = {}
    for assessment in kit.ledger.assessments(classes):
        by_id.setdefault(assessment.id, assessment)
    records = kit.ledger.records_of(by_id)
    mine = (s for s in records if here is None or s.section in here)
    stored = {(s.assessment, s.student): s for s in mine}
    elsewhere = {(s.assessment, s.student) for s in records if s.student} - stored.keys()
    states = []
    for id_, assessment in by_id.items():
        for student, section in _changed(kit, assessment, sections):
            if (id_, student) in elsewhere:
                continue
            before = stored.get((id_, student))
            if before is not None and before.state is State.REFUSED and before.codes != codes:
                continue
            states.append(
                RecordState(
                    assessment=id_,
                    student=student,
                    section=before.section if before else section,
                    state=state,
                    codes=codes,
                    reason=why,
                )
            )
    return tuple(states)


def _changed(
    kit: RunContext, assessment: Assessment, sections: Mapping[ClassId, str]
) -> Iterator[tuple[PersonId | None, str]]:
    """The assignment (None) and the students whose source differs from what we last acted on."""
    section = sections[assessment.class_id]
    columns = kit.ledger.columns_of(assessment.id)
    own = (column for column in columns if column.owner in sections)
    known = next(own, None)
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


def _fields(kit: RunContext, assessment: Assessment) -> SourceFields:
    due = due_of(assessment, kit.tonight.zone)
    return source_fields(assessment, due, assigned_dates=kit.sis.traits.assigned_dates)
