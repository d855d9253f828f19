"""The plans of a night in their file: in order, and the largest first."""

from contextlib import closing
from pathlib import Path

import pytest

from agent.decide.plan import ColumnPlan, GradebookPlan, WriteScore
from agent.errors import PlanFileError
from agent.sync.plan_file import PlanFile


def a_plan(key, *scores, write=""):
    """A gradebook with a column for each of *scores*, a number of them."""
    return GradebookPlan(
        key=key,
        sections=(key,),
        classes=(),
        columns=tuple(
            ColumnPlan(
                assessment=f"a-{place}",
                owner=key,
                section=key,
                external_id="",
                ref=None,
                write=write,
                scores=tuple(a_score(str(n)) for n in range(number)),
            )
            for place, number in enumerate(scores)
        ),
    )


def a_score(student):
    return WriteScore(
        op="put",
        student=student,
        sis_student=student,
        section="",
        points=None,
        seen=None,
        before=None,
    )


@pytest.fixture
def plan_file():
    with closing(PlanFile()) as made:
        yield made


def test_plans_come_back_in_order_and_as_often_as_wanted(plan_file):
    plans = [a_plan("a", 1), a_plan("b", 2, 1), a_plan("c")]
    for plan in plans:
        plan_file.add(plan)
    assert list(plan_file) == list(plan_file) == plans


def test_the_largest_comes_first_and_equal_ones_in_order(plan_file):
    plans = [a_plan("small", 1), a_plan("wide", 1, 1, write="create"), a_plan("none")]
    plans += [a_plan("long", 9), a_plan("equal", 4), a_plan("last")]
    for plan in plans:
        plan_file.add(plan)
    keys = [plan.key for plan in plan_file.largest_first()]
    assert keys == ["long", "wide", "equal", "small", "none", "last"]
    assert list(plan_file) == plans


def test_two_may_be_read_at_a_time(plan_file):
    plans = [a_plan(str(n), n) for n in range(5)]
    for plan in plans:
        plan_file.add(plan)
    assert list(zip(plan_file, plan_file.largest_first(), strict=True)) == [
        (one, plans[4 - place]) for place, one in enumerate(plans)
    ]


def test_a_plan_that_does_not_fit_is_one_line_by_the_end_of_writing():
    with closing(PlanFile(Path("/dev/full").open("r+b"))) as plan_file:
        plan_file.add(a_plan("short", 1))
        with pytest.raises(PlanFileError, match="No space left on device"):
            plan_file.finish()


def test_a_plan_that_does_not_fit_is_one_line_while_it_grows():
    with (
        closing(PlanFile(Path("/dev/full").open("r+b"))) as plan_file,
        pytest.raises(PlanFileError, match="No space left on device"),
    ):
        plan_file.add(a_plan("long", 999))
