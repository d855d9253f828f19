"""Which assessments pass back: one function a rule, A1 to A16 of docs/reference/rules.md.

A rule is named by its refusal code. It returns one sentence with the facts that a teacher can read,
or None if the candidate passes. All rules are asked, so that a teacher sees every reason.
"""

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from agent.domain import (
    Assessment,
    AssessmentId,
    Class,
    Column,
    Gradebook,
    Kind,
    Period,
    PersonId,
    Scale,
    Section,
    Teacher,
)
from agent.policy import LongTitle, Policy, RunDate
from agent.rules.due import Due

TITLE_LIMIT = 50
"""Every SIS takes titles of fewer characters than this (A14)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An assessment in a class, with every fact that the rules need.

    Attributes:
        due: the due date that counts; None when none is given or can be computed.
        group: the passback teacher group.
        section: the SIS section of the class; None when not linked, or not in the SIS.
        found: the column as the SIS holds it now; None when there is none, or it was not read.
        accepted_due: the due date that the SIS last accepted from us.
        duplicate_of: an older assessment of the same activity, class and due date (A15).
        scored: a student of the class has a graded score; only looked up for an assessment whose
            assigned date is still to come.
    """

    assessment: Assessment
    class_: Class
    due: Due | None
    group: frozenset[PersonId]
    teachers: Mapping[PersonId, Teacher]
    gradebook: Gradebook | None
    section: Section | None
    policy: Policy
    tonight: RunDate
    found: Column | None = None
    accepted_due: date | None = None
    duplicate_of: AssessmentId | None = None
    scored: bool = False


Rule = Callable[[Candidate], str | None]
"""A sentence that says why not, or None."""


def standards_based_scale(candidate: Candidate) -> str | None:
    """A1: refuse everything but a points scale."""
    if candidate.assessment.scale is Scale.POINTS:
        return None
    return "graded on a standards-based scale; only points pass back"


def total_points_not_whole(candidate: Candidate) -> str | None:
    """A2: refuse a total that is not a whole number above zero; only a points scale has one."""
    if candidate.assessment.scale is not Scale.POINTS:
        return None
    total = candidate.assessment.total_points
    if total is None:
        return "has no total points"
    if not total.is_finite() or total <= 0:
        return f"total points {total} is not above zero"
    return None if total == total.to_integral_value() else f"total points {total:f} is not whole"


def not_in_final_grade(candidate: Candidate) -> str | None:
    """A3: refuse unless "Include Score in Final Grade" is on (default: off for a plus one only)."""
    assessment = candidate.assessment
    included = assessment.in_final_grade
    if included is None:
        included = assessment.kind is Kind.ORDINARY
    return None if included else '"Include Score in Final Grade" is off'


def type_not_mapped(candidate: Candidate) -> str | None:
    """A4: refuse a type that the district's mapping does not name."""
    kind = candidate.assessment.type
    if candidate.policy.category_for(kind) is not None:
        return None
    return f'the type "{kind}" maps to no district category'


def category_not_active(candidate: Candidate) -> str | None:
    """A5: refuse where the mapped category cannot be used in the section tonight."""
    category = candidate.policy.category_for(candidate.assessment.type)
    section = candidate.section
    if category is None or section is None or category.casefold() in section.categories:
        return None
    if section.known is not None and category.casefold() not in section.known:
        return f'the SIS has no category "{category}"'
    return f'the category "{category}" is not active in section {section.id}'


def before_effective_date(candidate: Candidate) -> str | None:
    """A6: refuse what was assigned before the effective date; on the day itself it passes."""
    effective = candidate.policy.effective_date
    assigned = candidate.assessment.assigned_on
    if assigned is None and candidate.assessment.created_at is not None:
        assigned = candidate.assessment.created_at.astimezone(candidate.tonight.zone).date()
    if assigned is None:
        return f"has no assigned date to hold against the effective date {effective}"
    if assigned >= effective:
        return None
    return f"assigned {assigned}, before the effective date {effective}"


def not_assigned_yet(candidate: Candidate) -> str | None:
    """A6: refuse a new column before the day on which the class is assigned it.

    A student who has a score has been assigned it, whatever the date says. It stops a new column
    only (`gates_creation`).
    """
    assigned = candidate.assessment.assigned_on
    if assigned is None or assigned <= candidate.tonight.night or candidate.scored:
        return None
    return f"assigned for {assigned}, a day that is still to come"


def assigner_not_in_group(candidate: Candidate) -> str | None:
    """A7 (Skyward): refuse unless the person who assigned it is in the teacher group tonight."""
    assigner = candidate.assessment.assigned_by
    if assigner is None:
        return "the source does not say who assigned it"
    if assigner in candidate.group:
        return None
    return f"assigned by {assigner}, who is not in the passback teacher group"


def class_teachers_not_in_group(candidate: Candidate) -> str | None:
    """A8 (PowerSchool): refuse unless main teacher and every co-teacher are in the group."""
    missing = [t.teacher for t in candidate.class_.teachers if t.teacher not in candidate.group]
    if missing:
        return f"not in the passback teacher group: {', '.join(missing)}"
    return None if candidate.class_.teachers else "the class has no teacher"


def assigner_not_in_sis(candidate: Candidate) -> str | None:
    """A9: refuse what an administrator assigned whom the SIS does not know."""
    assigner = candidate.assessment.assigned_by
    if assigner is None:
        return None
    teacher = candidate.teachers.get(assigner)
    if teacher is not None and teacher.sis_id is not None:
        return None
    return f"assigned by {assigner}, who is not in the SIS"


def no_due_date(candidate: Candidate) -> str | None:
    """A10: refuse when there is no due date and nothing to compute one from."""
    return None if candidate.due else "has no due date, and no date to compute one from"


def due_outside_current_period(candidate: Candidate) -> str | None:
    """A11 (Skyward): refuse a due date outside the grading period that contains tonight.

    First and last day are inside. It stops a new column and a changed due date only
    (`gates_due_date`): the scores of an existing column pass.
    """
    if candidate.due is None or candidate.section is None:
        return None
    night, day = candidate.tonight.night, candidate.due.day
    current = [period for period in candidate.section.periods if period.holds(night)]
    if any(period.holds(day) for period in current):
        return None
    computed = f" (computed from the {candidate.due.computed_from})"
    due = f"due {day}{computed if candidate.due.computed_from else ''}"
    if not current:
        return f"{due}, and no grading period contains {night}"
    return f"{due}, outside the current grading period {_named(current[0])}"


def grading_period_closed(candidate: Candidate) -> str | None:
    """A12: refuse what touches a grading period that the SIS calls closed.

    The period is that of the due date which the gradebook shows; of a column that was not read,
    the one that the SIS last accepted; of a new column, the one in Otus.
    """
    if candidate.found is not None:
        day: date | None = candidate.found.data.due
    elif candidate.accepted_due is not None:
        day = candidate.accepted_due
    else:
        day = candidate.due.day if candidate.due else None
    return None if day is None else closed_on(candidate.section, day)


def closed_on(section: Section | None, day: date) -> str | None:
    """The reason for A12 when *day* lies in a closed period of *section*, else None."""
    for period in section.periods if section else ():
        if period.closed and period.holds(day):
            return f"the grading period {_named(period)} is closed"
    return None


def closed_lately(candidate: Candidate) -> bool:
    """Whether its grading period closed within the last 24 hours.

    When a person closes a period, the SIS does not record the hour: the calendar's end counts.
    """
    due = candidate.due.day if candidate.due else None
    days = [day for day in (candidate.accepted_due, due) if day is not None]
    periods = candidate.section.periods if candidate.section else ()
    closed = (p for p in periods if p.closed and any(p.holds(day) for day in days))
    return any(_lately(period, candidate.tonight) for period in closed)


def _lately(period: Period, tonight: RunDate) -> bool:
    last = period.grace or period.end
    if last == date.max:
        return False
    over = datetime.combine(last + timedelta(days=1), time(), tonight.zone)
    return timedelta(0) <= tonight.now - over <= timedelta(days=1)


def due_outside_term(candidate: Candidate) -> str | None:
    """A12 (PowerSchool): refuse a due date outside the section's term; its ends are inside."""
    section, due = candidate.section, candidate.due
    if section is None or due is None or section.term is None or section.term.holds(due.day):
        return None
    return f"due {due.day}, outside the section's term {section.term.start} to {section.term.end}"


def class_not_linked(candidate: Candidate) -> str | None:
    """A13: refuse a class without a SIS section, or with one that the SIS does not have."""
    linked = candidate.class_.section
    if linked is None:
        return "the class is not linked to a SIS section"
    return None if candidate.section else f"the SIS has no section {linked}"


def title_missing(candidate: Candidate) -> str | None:
    """A14: refuse a title without a visible character: empty, or blanks of any kind or width."""
    if any(_shows(character) for character in candidate.assessment.title):
        return None
    return "has no title"


def title_too_long(candidate: Candidate) -> str | None:
    """A14: refuse a title of 50 characters or more, where the district chose to refuse."""
    length = len(candidate.assessment.title)
    if candidate.policy.long_title is LongTitle.SHORTEN or length < TITLE_LIMIT:
        return None
    return f"the title has {length} characters; the SIS takes fewer than {TITLE_LIMIT}"


def duplicate_of(candidate: Candidate) -> str | None:
    """A15 (PowerSchool): refuse the second id of one assessment, class and due date."""
    older = candidate.duplicate_of
    if older is None:
        return None
    return f"the same assessment with the same due date was assigned before, as {older}"


_NOT_SHOWN = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp", "Mn", "Me"})
"""Unicode categories of controls, blanks, and accents that need a letter to combine with."""
_BLANK_SIGNS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Characters of other categories that look like a blank: fillers, the empty Braille pattern."""


def _shows(character: str) -> bool:
    """Whether a character is visible by itself."""
    return unicodedata.category(character) not in _NOT_SHOWN and character not in _BLANK_SIGNS


def _named(period: Period) -> str:
    return f"{period.title} ({period.start} to {period.end})"
