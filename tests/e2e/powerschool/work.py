"""A night's work over PowerSchool, and what comes of it; shared by the tests of trouble."""

from typing import Any

from tests.e2e.district import District
from tests.e2e.powerschool.verdicts import join
from tests.e2e.work import shown, told


def some_work(district: District) -> None:
    """Four columns in three gradebooks, with scores that are to be sent and some that are not."""
    join(district, "t-2003")
    classes = [district.assigned("c-1001"), district.assigned("c-1002")]
    district.assess("a-1", classes=classes)
    district.assess("a-2", type="Test", classes=[district.assigned("c-1001", dueDate="2026-10-13")])
    district.assess("a-3", assignedBy="t-2002", classes=[district.assigned("c-1003")])
    for n in range(1, 12):
        district.score("a-1", f"s-30{n:02}", n + 0.5)
    for n in (1, 2):
        district.score("a-2", f"s-30{n:02}", n)
    district.score("a-3", "s-3015", 7)
    district.score("a-3", "s-3001", None, "turned_in")


def all_columns(district: District) -> int:
    """How many columns there are, over all gradebooks."""
    return sum(len(columns) for columns, _ in shown(district).values())


def assert_as_if_nothing_had_happened(district: District, twin: District) -> None:
    """A night without faults brings the district to where its undisturbed twin is."""
    run = district.sync()
    assert run.code == 0, (run.err, run.out)
    some_work(twin)
    twin.control("PUT", "/clock", {"now": district.now().isoformat(), "frozen": True})
    assert twin.sync().code == 0
    assert shown(district) == shown(twin)
    assert all_columns(district) == 4
    again = district.sync()
    assert (again.code, again.writes) == (0, 0)
    assert set(told(again)) == set(told(twin.sync()))


def states(run: Any) -> set[str]:
    """Every state that a record of the run has."""
    return {r["state"] for r in run.report["records"]}
