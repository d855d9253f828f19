"""Random days over PowerSchool: bad nights lose and double nothing, quiet ones miss nothing.

Two twins live the same days. One of them has a night of faults before the good one, or must look at
everything every night; gradebooks and records must never differ.
"""

import random
from datetime import timedelta
from typing import Any

import pytest

from tests.e2e.powerschool.campus import Q1, PowerSchoolDistrict
from tests.e2e.powerschool.test_same_marks import STUDENTS, assess, edit, lock, roster
from tests.e2e.powerschool.verdicts import CREATE, REPLACE, SCORES
from tests.e2e.support.actors import join
from tests.e2e.support.district import START, District
from tests.e2e.support.night_work import fault, healed, shown, told
from tests.e2e.support.verdicts import assert_adds_up, lenient, sis_writes
from tests.e2e.test_quiet_nights import look_at_everything

pytestmark = pytest.mark.slow

WEATHER: tuple[dict[str, Any], ...] = (
    {"action": "status", "status": 503, "probability": 0.1},
    {"action": "drop_before", "probability": 0.1},
    {"action": "drop_after", "probability": 0.1},
    {"action": "drop_after", "operation": CREATE},
    {"action": "drop_before", "operation": CREATE, "probability": 0.5},
    {"action": "drop_after", "operation": REPLACE},
    {"action": "drop_after", "operation": SCORES, "probability": 0.5},
    {"action": "status", "status": 500, "operation": SCORES, "probability": 0.5},
    {"action": "status", "status": 412, "operation": SCORES, "probability": 0.5},
    {"action": "status", "status": 409, "operation": SCORES, "probability": 0.5},
    {"action": "status", "status": 500, "operation": "getAssignment"},
    {"action": "maintenance", "operation": SCORES},
    {"action": "maintenance", "operation": CREATE},
    {"action": "truncate", "probability": 0.05},
    {"action": "revoke", "probability": 0.1},
)


def score(chance: random.Random, district: District, _day: int) -> None:
    """Enter a score."""
    if district.ours:
        id_, student = chance.choice(sorted(district.ours)), chance.choice(STUDENTS)
        district.score(id_, student, chance.randint(1, 20))


def type_in(chance: random.Random, district: District, _day: int) -> None:
    """A teacher types a mark somewhere, or deletes a column once in a while."""
    section = chance.choice(["200001", "200002", "200003"])
    columns, rows = district.gradebook(section)["columns"], district.gradebook(section)["rows"]
    if not columns or not rows:
        return
    column, row = chance.choice(columns)["id"], chance.choice(rows)
    if chance.random() < 0.1:
        district.try_control("DELETE", f"/columns/{column}")
    else:
        path = f"/columns/{column}/scores/{row['student']}"
        district.try_control("PUT", path, {"score": chance.randint(0, 19) + 0.5})


ACTS = [assess, assess, edit, score, score, score, score, score, roster, lock, type_in]


def live(seed: int, day: int, *twins: District) -> None:
    """The same day for both."""
    for one in twins:
        chance = random.Random(f"{seed} {day}")
        one.evening(START + timedelta(days=day), 18)
        if day == 1:
            join(one, "t-2003")
        for _ in range(chance.randint(0, 5)):
            chance.choice(ACTS)(chance, one, day)
        one.evening(START + timedelta(days=day))


def end(*twins: District) -> None:
    """A last night into an open term, so that every 0 that is left has a right to be."""
    for one in twins:
        one.control("POST", f"/periods/{Q1}/reopen")
        assert one.sync().code == 0


@pytest.mark.seeds(2)
def test_e1_e2_bad_nights_lose_nothing_and_double_nothing(
    district: PowerSchoolDistrict, twin: PowerSchoolDistrict, seed: int
):
    chance = random.Random(seed)
    for day in range(1, 9):
        live(seed, day, district, twin)
        weather = chance.choice(WEATHER)
        fault(district, **{"operation": None, **weather})
        bad = district.sync()
        assert bad.code in {0, 3, 5, 6}, bad.err
        healed(district)

        assert (district.sync().code, twin.sync().code) == (0, 0)
        assert shown(district) == shown(twin), (day, weather)
    end(district, twin)


@pytest.mark.seeds(2)
def test_c1_e5_a_quiet_night_equals_a_full_pass(
    district: PowerSchoolDistrict, twin: PowerSchoolDistrict, seed: int
):
    for day in range(1, 9):
        live(seed, day, district, twin)
        if day > 1:
            look_at_everything(twin)
        quiet, full = district.sync(), twin.sync()
        assert quiet.code == full.code == 0
        assert quiet.writes == full.writes
        assert told(quiet) == told(full)
        assert shown(district) == shown(twin)
        assert district.sync().writes == 0
    end(district, twin)


@pytest.mark.seeds(2)
def test_e4_e5_e6_e7_nights_add_up_and_leave_locked_terms_alone(
    district: PowerSchoolDistrict, seed: int
):
    """The mock refuses nothing in a locked term, so that only the agent keeps out of it."""
    lenient(district, "A12")
    for day in range(1, 9):
        live(seed, day, district)
        closed = district.gradebook()["periods"][0]["state"] == "closed"
        before, calls = shown(district), len(sis_writes(district))

        run = district.sync()

        assert run.code == 0, run.err
        assert_adds_up(run)
        # Everything here is due in Q1.
        assert not closed or shown(district) == before
        done = [e["operation"] for e in sis_writes(district)[calls:] if e["status"] < 300]
        counts = run.report["counts"]
        assert run.writes == len(done)
        assert done.count(CREATE) == counts.get("created", 0)
        assert done.count(REPLACE) == counts.get("updated", 0)
        again = district.sync()
        assert (again.code, again.writes) == (0, 0)
    end(district)
