"""Records of a gradebook or class that could not be read: what changed there is not delivered."""

from collections.abc import Iterator, Mapping, Sequence

from agent.decide.assignments import source_fields
from agent.decide.facts import GradebookFacts, RunFacts
from agent.decide.scores.compare import canonical
from agent.domain import Assessment, AssessmentId, Broken, ClassId, PersonId, Progress, Score
from agent.records import RecordState, State
from agent.rules.codes import Code
from agent.rules.due import due_of


def unreadable_gradebook(
    run: RunFacts, facts: GradebookFacts, records: Sequence[RecordState], why: str
) -> tuple[RecordState, ...]:
    """States of a gradebook that cannot be read: what changed fails, and is tried again next night.

    *records* are all that the ledger has of its assessments. Those in other sections belong to
    another gradebook.
    """
    sections = {each.id: each.section or each.id for each in facts.classes}
    here = {*sections.values(), *facts.sections}
    mine = [record for record in records if record.section in here]
    taken = {(r.assessment, r.student) for r in records if r.student}
    taken -= {(r.assessment, r.student) for r in mine}
    changed = _changed(run, facts, sections)
    left = [each for each in changed if each[:2] not in taken]
    return tuple(_left_behind(left, mine, State.FAILED, why, ()))


def broken_class(
    run: RunFacts, facts: GradebookFacts, records: Sequence[RecordState], what: Broken
) -> tuple[RecordState, ...]:
    """States of a class whose record cannot be used: what changed is refused until it can be.

    In which sections the class was cannot be told, so every record is taken for its own.
    """
    [class_] = facts.classes
    why = f"broken record of class {class_.id}: {what.reason}"
    changed = _changed(run, facts, {class_.id: class_.id})
    return tuple(_left_behind(changed, records, State.REFUSED, why, (Code.CLASS_INVALID,)))


Changed = tuple[AssessmentId, PersonId | None, str]
"""An assessment, a student (None: the assignment itself), and the section of its class."""


def _left_behind(
    changed: Iterator[Changed] | Sequence[Changed],
    records: Sequence[RecordState],
    state: State,
    why: str,
    codes: tuple[Code, ...],
) -> Iterator[RecordState]:
    """Records whose source changed since we last acted; nothing else is touched.

    The rules cannot all be asked here, so a record that was refused before keeps its refusal.
    """
    stored = {(r.assessment, r.student): r for r in records}
    for assessment, student, section in changed:
        before = stored.get((assessment, student))
        if before is not None and before.state is State.REFUSED and before.codes != codes:
            continue
        place = before.section if before else section
        yield RecordState(assessment, student, place, state, why, codes)


def _changed(
    run: RunFacts, facts: GradebookFacts, sections: Mapping[ClassId, str]
) -> Iterator[Changed]:
    """The assignments and scores whose source differs from what we last acted on."""
    by_id: dict[AssessmentId, Assessment] = {}
    for assessment in facts.assessments:
        by_id.setdefault(assessment.id, assessment)
    for name, assessment in by_id.items():
        section = sections[assessment.class_id]
        known = next(iter(facts.own(name)), None)
        due = due_of(assessment, run.tonight.zone)
        source = source_fields(assessment, due, assigned_dates=run.traits.assigned_dates)
        if known is None or known.ref is None or known.seen != source:
            yield name, None, section
        cells, _ = facts.cells[name, known.owner] if known else ({}, ())
        for student, row in facts.scores.get(name, {}).items():
            wanted = _graded_points(row.score)
            cell = cells.get(student)
            if wanted is not None and wanted != (cell.seen if cell else None):
                yield name, student, section


def _graded_points(score: object) -> str | None:
    if not isinstance(score, Score) or score.points is None:
        return None
    return canonical(score.points) if score.progress is Progress.GRADED else None
