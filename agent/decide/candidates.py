"""Every assessment in every class of a gradebook, with the facts that the rules ask about it."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from agent.decide.facts import GradebookFacts, Reads, RunFacts
from agent.domain import Assessment, AssessmentId, Progress, Score, Section
from agent.records import ColumnKey, SourceScore
from agent.rules.assessments import Candidate
from agent.rules.due import Due, due_of


def candidates(run: RunFacts, facts: GradebookFacts, reads: Reads) -> list[Candidate]:
    """One candidate for every assessment in every class of the gradebook."""
    classes = {each.id: each for each in facts.classes}
    sections = facts.gradebook.sections if facts.gradebook else {}
    dues = [(each, due_of(each, run.tonight.zone)) for each in facts.assessments]
    older = duplicates(dues)
    found = []
    for assessment, due in dues:
        class_ = classes[assessment.class_id]
        section = sections.get(class_.section) if class_.section else None
        later = _is_later(assessment, run.tonight.night)
        found.append(
            Candidate(
                assessment=assessment,
                class_=class_,
                due=due,
                group=run.group,
                teachers=facts.teachers,
                gradebook=facts.gradebook,
                section=section,
                policy=run.policy,
                tonight=run.tonight,
                duplicate_of=older.get((assessment.id, assessment.class_id)),
                scored=later and _scored(facts, reads, assessment, section),
            )
        )
    return found


def duplicates(
    assessments: Iterable[tuple[Assessment, Due | None]],
) -> dict[ColumnKey, AssessmentId]:
    """A15: assessment in class -> the oldest id of the same activity, title and due date there."""
    alike: dict[tuple[object, ...], list[Assessment]] = defaultdict(list)
    for each, due in assessments:
        if each.activity is not None and due is not None:
            alike[each.activity, each.class_id, each.title, due.day].append(each)
    found: dict[ColumnKey, AssessmentId] = {}
    for group in alike.values():
        oldest = min(group, key=lambda each: (str(each.created_at or ""), each.id)).id
        found |= {(each.id, each.class_id): oldest for each in group if each.id != oldest}
    return found


def _is_later(assessment: Assessment, night: date) -> bool:
    """Whether the class's assigned date is after *night*."""
    assigned = assessment.assigned_on
    return assigned is not None and assigned > night


def _scored(
    facts: GradebookFacts, reads: Reads, assessment: Assessment, section: Section | None
) -> bool:
    """Whether a student of the assessment's class has a graded score of it (A6).

    A score does not say in which class it was given: a student belongs to the class by its list,
    else by ever having sat in its section. In the only class that has the assessment, everybody
    does.
    """
    rows = facts.scores.get(assessment.id, {})
    graded = {student for student, row in rows.items() if _graded(row)}
    if not graded:
        return False
    if assessment.students is not None:
        return not graded.isdisjoint(assessment.students)
    if facts.assigned[assessment.id] == {assessment.class_id}:
        return True
    enrolled = section.enrolments if section is not None else {}
    return any(sis_id in enrolled for sis_id in reads.sis_ids(graded).values())


def _graded(row: SourceScore) -> bool:
    score = row.score
    if not isinstance(score, Score):
        return False
    return score.progress is Progress.GRADED and score.points is not None
