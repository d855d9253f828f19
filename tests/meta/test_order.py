"""What `make check` leaves out, and what a run begins with."""

from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests import conftest
from tests.e2e import conftest as e2e


@dataclass
class Item:
    """As much of a test as the hooks look at."""

    name: str
    marks: set[str] = field(default_factory=set)
    cases: dict[str, int] = field(default_factory=dict)
    path: Path = e2e.HERE / "test_x.py"

    @property
    def callspec(self):
        return SimpleNamespace(indices=self.cases)

    def get_closest_marker(self, name):
        return name if name in self.marks else None

    def add_marker(self, mark: pytest.MarkDecorator):
        self.marks.add(mark.name)


def test_what_takes_long_begins_first_and_all_else_keeps_its_order():
    items = [Item("b"), Item("slow", {"slow"}), Item("a"), Item("long", {"slow", "timeout"})]
    conftest.pytest_collection_modifyitems(items)
    assert [item.name for item in items] == ["long", "slow", "b", "a"]


def test_end_to_end_the_first_case_is_not_slow_and_all_others_are():
    first, other_sis = Item("x", cases={"kind": 0, "n": 0}), Item("x", cases={"kind": 1, "n": 0})
    elsewhere = Item("x", cases={"n": 1}, path=Path("tests/agent/test_x.py"))
    e2e.pytest_collection_modifyitems([first, other_sis, elsewhere])
    assert (first.marks, other_sis.marks, elsewhere.marks) == (set(), {"slow"}, set())
