"""Columns that we made, that carry no mark of ours, and that nothing in the ledger claims.

A SIS that takes no id of ours with a create shows a column by a mark in its description alone, and
a teacher may have rewritten that. Before anything is made there, what may be it is looked at: one
single column that is alike is taken for it, and where that is not plain a person decides (C10).
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from agent.decide.facts import Unresolved
from agent.domain import AssignmentData, Column
from agent.records import State
from agent.sync.context import RunContext

Key = TypeVar("Key", bound=Hashable)


def unclaimed(kit: RunContext, columns: Iterable[Column]) -> list[Column]:
    """Those of *columns* that a lost answer, or a lost ledger, may have left behind."""
    found = [c for c in columns if c.ours and c.external_id is None]
    claimed = kit.ledger.claimed([c.ref for c in found]) if found else frozenset()
    return [c for c in found if c.ref not in claimed]


def alike(found: AssignmentData, wanted: AssignmentData) -> bool:
    """Whether they agree in all but the category, which teachers like to change."""
    return replace(found, category=wanted.category) == wanted


def paired(wanted: Mapping[Key, AssignmentData], columns: Sequence[Column]) -> dict[Key, Column]:
    """Which column is whose, where neither of the two fits another."""
    fits = {key: [c for c in columns if alike(c.data, data)] for key, data in wanted.items()}
    takers = Counter(column.ref for each in fits.values() for column in each)
    only = {key: each[0] for key, each in fits.items() if len(each) == 1}
    return {key: column for key, column in only.items() if takers[column.ref] == 1}


def which_one(mark: str, number: int) -> Unresolved:
    """What a person is asked where it is not plain which column, if any, is ours."""
    these = "an assignment" if number == 1 else f"{number} assignments"
    return Unresolved(
        State.HELD,
        f"{these} that we made and that lost its mark may be this one: write {mark} into the"
        " description of the right one in the SIS, or delete what is not needed",
    )
