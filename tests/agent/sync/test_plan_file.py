"""The plans of a night in their file: in order, and the largest first."""

from contextlib import closing
from pathlib import Path

import pytest

from agent.decide.plan import ColumnPlan, GradebookPlan, WriteScore
from agent.errors import SpoolError
from agent.sync.plan_file import Spool


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
def spool():
    with closing(Spool()) as made:
        yield made


def test_plans_come_back_in_order_and_as_often_as_wanted(spool):
    plans = [a_plan("a", 1), a_plan("b", 2, 1), a_plan("c")]
    for plan in plans:
        spool.add(plan)
    assert list(spool) == list(spool) == plans


def test_the_largest_comes_first_and_equal_ones_in_order(spool):
    plans = [a_plan("small", 1), a_plan("wide", 1, 1, write="create"), a_plan("none")]
    plans += [a_plan("long", 9), a_plan("equal", 4), a_plan("last")]
    for plan in plans:
        spool.add(plan)
    keys = [plan.key for plan in spool.largest_first()]
    assert keys == ["long", "wide", "equal", "small", "none", "last"]
    assert list(spool) == plans


def test_two_may_be_read_at_a_time(spool):
    plans = [a_plan(str(n), n) for n in range(5)]
    for plan in plans:
        spool.add(plan)
    assert list(zip(spool, spool.largest_first(), strict=True)) == [
        (one, plans[4 - place]) for place, one in enumerate(plans)
    ]


def test_a_plan_that_does_not_fit_is_one_line_by_the_end_of_writing():
    with closing(Spool(Path("/dev/full").open("r+b"))) as spool:
        spool.add(a_plan("short", 1))
        with pytest.raises(SpoolError, match="No space left on device"):
            spool.finish()


def test_a_plan_that_does_not_fit_is_one_line_while_it_grows():
    with (
        closing(Spool(Path("/dev/full").open("r+b"))) as spool,
        pytest.raises(SpoolError, match="No space left on device"),
    ):
        spool.add(a_plan("long", 999))
