"""What passes and what does not: rules A and B of docs/rules.md, and each SIS's tuple."""

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
"""The policy on one screen: what each kind of SIS refuses, in the order of telling."""

REVISION = 1
"""Raised by hand with every change after which a rule, A or B, decides otherwise under the same
name: then the next run judges every gradebook again. A release does that by itself."""

gates_due_date: frozenset[Code] = frozenset({Code.DUE_OUTSIDE_CURRENT_PERIOD})
"""Codes that gate creation and a change of the due date only (A11)."""

gates_creation: frozenset[Code] = gates_due_date | {Code.NOT_ASSIGNED_YET}
"""Codes that gate creation: a column that exists goes on (A6, A11)."""


def refusals(candidate: Candidate, rules: Iterable[Rule]) -> tuple[Refusal, ...]:
    """Every reason to keep *candidate* back, in the order of *rules*; empty means eligible."""
    found = []
    for rule in rules:
        reason = rule(candidate)
        if reason is not None:
            found.append(Refusal(code_of(rule), reason))
    return tuple(found)
