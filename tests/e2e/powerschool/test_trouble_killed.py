"""A night over PowerSchool that is killed, or that another one meets: nothing lost, nothing twice.

A create carries no id and must not be repeated blindly, so every kill is a chance for a second
column; the next night looks the tag up first.
"""

import pytest

from tests.e2e.powerschool.campus import PowerSchoolDistrict
from tests.e2e.powerschool.verdicts import CREATE, SCORES
from tests.e2e.support.night_work import (
    assert_as_if_nothing_had_happened,
    fault,
    healed,
    killed,
    served,
    some_work,
)

pytestmark = pytest.mark.slow


def kill_at(district: PowerSchoolDistrict, operation: str, many: int = 1) -> None:
    """Start a night and kill -9 it once so many calls of the operation were answered."""
    process = district.start_sync()
    served(district, operation, many, process)
    killed(process)


@pytest.mark.parametrize("many", [1, 2, 4])
def test_c10_killed_while_a_create_is_under_way_no_column_is_made_twice(
    district: PowerSchoolDistrict, twin: PowerSchoolDistrict, many: int
):
    """The mock is slow to answer, so the column is there and nobody heard of it."""
    some_work(district)
    fault(district, "delay", CREATE, seconds=0.3)
    fault(district, "drop_after", CREATE, nth=many)
    kill_at(district, CREATE, many)
    healed(district)

    assert_as_if_nothing_had_happened(district, twin)


def test_c10_killed_between_the_create_and_its_number(
    district: PowerSchoolDistrict, twin: PowerSchoolDistrict
):
    some_work(district)
    fault(district, "delay", "getAssignment", seconds=2)
    kill_at(district, CREATE)
    healed(district)

    assert_as_if_nothing_had_happened(district, twin)


def test_c5_c10_a_killed_night_and_a_teacher_before_the_next_one(district: PowerSchoolDistrict):
    some_work(district)
    fault(district, "delay", "listAssignments", seconds=0.2)
    kill_at(district, SCORES)
    healed(district)
    shown = [s for s in ("200001", "200002") if district.columns(s)]
    typed = []
    for section in shown:
        column = district.column("a-1", section)
        for row in district.gradebook(section)["rows"]:
            typed.append((section, row["student"]))
            path = f"/columns/{column['id']}/scores/{row['student']}"
            district.control("PUT", path, {"score": 19})

    run = district.sync()

    assert run.code == 0
    assert typed
    for section, student in typed:
        assert district.marks("a-1", section)[student] == "19"
    assert len(district.columns("200001")) == 2
    assert district.sync().writes == 0
