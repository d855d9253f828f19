"""What passes back and what does not: rules A and B of docs/rules.md, and the list of each SIS."""

from collections.abc import Callable, Iterable

from agent.rules import assessments as a
from agent.rules.assessments import Candidate
from agent.rules.codes import Code, Refusal, code_of
from agent.rules.due import Due, as_shown, due_of

__all__ = [
    "REVISION",
    "RULES_FOR",
    "Candidate",
    "Code",
    "Due",
    "Refusal",
    "Rule",
    "as_shown",
    "due_of",
    "gates_creation",
    "gates_due_date",
    "refusals",
]

Rule = Callable[[Candidate], str | None]


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

gates_due_date: frozenset[Code] = frozenset({Code.DUE_OUTSIDE_CURRENT_PERIOD})
"""Codes that stop a new column and a change of the due date, and nothing else (A11)."""

gates_creation: frozenset[Code] = gates_due_date | {Code.NOT_ASSIGNED_YET}
"""Codes that stop a new column; one that exists is updated and scored as before (A6, A11)."""


def refusals(candidate: Candidate, rules: Iterable[Rule]) -> tuple[Refusal, ...]:
    """Every reason to keep *candidate* back, in the order of *rules*; empty means eligible."""
    found = []
    for rule in rules:
        reason = rule(candidate)
        if reason is not None:
            found.append(Refusal(code_of(rule), reason))
    return tuple(found)
