"""What passes back: rules A and B of docs/reference/rules.md, and the list of each SIS."""

from agent.rules import assessments as a
from agent.rules.assessments import Rule

_EVERYWHERE: tuple[Rule, ...] = (
    a.standards_based_scale,
    a.total_points_not_whole,
    a.not_in_final_grade,
    a.type_not_mapped,
    a.class_not_linked,
    a.category_not_active,
    a.before_effective_date,
    a.not_assigned_yet,
    a.assigner_not_in_sis,
    a.no_due_date,
    a.grading_period_closed,
    a.title_missing,
    a.title_too_long,
)

RULES_FOR: dict[str, tuple[Rule, ...]] = {
    "skyward": (*_EVERYWHERE, a.assigner_not_in_group, a.due_outside_current_period),
    "powerschool": (
        *_EVERYWHERE,
        a.class_teachers_not_in_group,
        a.due_outside_term,
        a.duplicate_of,
    ),
    "oneroster": (*_EVERYWHERE, a.assigner_not_in_group, a.due_outside_current_period),
}
"""What each kind of SIS refuses, in the order in which a report names it."""

REVISION = 1
"""To be raised by hand with every change after which a rule decides otherwise under its old name:
the next run then judges every gradebook again. A release does that by itself."""
