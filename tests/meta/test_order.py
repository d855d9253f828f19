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


EVERY = SimpleNamespace(getoption=lambda _name: True, args=[])


def test_what_takes_long_begins_first_and_all_else_keeps_its_order():
    items = [Item("b"), Item("slow", {"slow"}), Item("a"), Item("long", {"slow", "timeout"})]
    conftest.pytest_collection_modifyitems(EVERY, items)
    assert [item.name for item in items] == ["long", "slow", "b", "a"]


@dataclass
class Case:
    """As much of a case of a test as `share` looks at."""

    nodeid: str
    share: int | None

    def get_closest_marker(self, name):
        return SimpleNamespace(args=[self.share]) if name == "share" and self.share else None


def test_each_case_of_a_shared_test_has_its_day(monkeypatch):
    cases = [Case(f"t.py::shared[{n}]", 3) for n in range(9)] + [Case("t.py::one", 3)]
    always = [Case(f"t.py::always[{n}]", None) for n in range(3)]
    days = []
    for day in range(3):
        monkeypatch.setenv(conftest.DAY, str(day))
        later = list(conftest.left_to_other_days([*cases, *always]))
        days.append([case.nodeid for case in cases if case not in later])
        assert not [case for case in always if case in later]
        assert len(days[-1]) in {3, 4}
    assert sorted(each for day in days for each in day) == sorted(case.nodeid for case in cases)


def test_end_to_end_the_first_case_is_not_slow_and_all_others_are():
    first, other_sis = Item("x", cases={"kind": 0, "n": 0}), Item("x", cases={"kind": 1, "n": 0})
    elsewhere = Item("x", cases={"n": 1}, path=Path("tests/agent/test_x.py"))
    e2e.pytest_collection_modifyitems([first, other_sis, elsewhere])
    assert (first.marks, other_sis.marks, elsewhere.marks) == (set(), {"slow"}, set())
