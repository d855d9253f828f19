"""Every assessment in every class of a gradebook, with the facts that the rules ask about it."""

from collections.abc import Iterable, Sequence
from datetime import date

from agent.decide.twins import twins
from agent.domain import Assessment, Class, Gradebook, Progress, Score, Section
from agent.eligibility import Candidate, due_of
from agent.records import SourceScore
from agent.sync.context import RunContext


def candidates(
    kit: RunContext,
    classes: Iterable[Class],
    assessments: Sequence[Assessment],
    gradebook: Gradebook | None,
) -> list[Candidate]:
    """One candidate for every assessment in every class of the gradebook."""
    by_id = {c.id: c for c in classes}
    group = kit.staff.group
    teachers = kit.ledger.teachers({a.assigned_by for a in assessments if a.assigned_by})
    dues = [due_of(assessment, kit.tonight.zone) for assessment in assessments]
    older = twins(zip(assessments, dues, strict=True))
    found = []
    for assessment, due in zip(assessments, dues, strict=True):
        class_ = by_id[assessment.class_id]
        section = gradebook.sections.get(class_.section) if gradebook and class_.section else None
        found.append(
            Candidate(
                assessment=assessment,
                class_=class_,
                due=due,
                group=group,
                teachers=teachers,
                gradebook=gradebook,
                section=section,
                policy=kit.policy,
                tonight=kit.tonight,
                twin=older.get((assessment.id, assessment.class_id)),
                scored=is_later(assessment, kit.tonight.night)
                and _scored(kit, assessment, section),
            )
        )
    return found


def is_later(assessment: Assessment, night: date) -> bool:
    """Whether the class's assigned date is after *night*."""
    assigned = assessment.assigned_on
    return assigned is not None and assigned > night


def _scored(kit: RunContext, assessment: Assessment, section: Section | None) -> bool:
    """Whether a student of the assessment's class has a graded score of it.

    A score does not say in which class it was given: a student belongs to the class by its list,
    else by ever having sat in its section. In the only class that has the assessment, everybody
    does.
    """
    graded = {row.student for row in kit.ledger.scores(assessment.id) if _graded(row)}
    if not graded:
        return False
    if assessment.students is not None:
        return not graded.isdisjoint(assessment.students)
    if kit.ledger.assigned_to(assessment.id) == {assessment.class_id}:
        return True
    seated = section.enrolments if section is not None else {}
    return any(student.sis_id in seated for student in kit.ledger.students(graded).values())


def _graded(row: SourceScore) -> bool:
    score = row.score
    if not isinstance(score, Score):
        return False
    return score.progress is Progress.GRADED and score.points is not None
