"""A refusal: a code, and why; and all refusals that a list of rules finds."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TypeVar

from agent.rules.codes import Code

Subject = TypeVar("Subject")


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something does not pass back; from `until` on, time alone may change that."""

    code: Code
    reason: str
    until: date | None = None


@cache
def code_of(rule: Callable[..., object]) -> Code:
    """The code that a rule is named by."""
    return Code[rule.__name__.upper()]


gates_due_date: frozenset[Code] = frozenset({Code.DUE_OUTSIDE_CURRENT_PERIOD})
"""Codes that gate creation and a change of the due date only (A11)."""

gates_creation: frozenset[Code] = gates_due_date | {Code.NOT_ASSIGNED_YET}
"""Codes that gate creation: a column that exists goes on (A6, A11)."""


def refusals(
    subject: Subject, rules: Iterable[Callable[[Subject], str | Refusal | None]]
) -> tuple[Refusal, ...]:
    """Every reason to keep *subject* back, in the order of *rules*; empty means eligible."""
    found = []
    for rule in rules:
        why = rule(subject)
        if why is not None:
            found.append(why if isinstance(why, Refusal) else Refusal(code_of(rule), why))
    return tuple(found)


def codes_of(refused: Sequence[Refusal]) -> tuple[Code, ...]:
    """The codes of some refusals, in their order."""
    return tuple(r.code for r in refused)


def reasons_of(refused: Sequence[Refusal]) -> str:
    """Their reasons, as one sentence."""
    return "; ".join(r.reason for r in refused)
