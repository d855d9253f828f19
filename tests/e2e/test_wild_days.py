"""RULES E1 to E6 and E9 over wild days: whatever people, calendars, networks and kills do.

`test_invariants` knows what each cell must show, for fewer acts; here a witness holds each change
of a night against both sides, and asks for whatever is missing after a good one.
"""

import random
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import stamina

from tests.e2e.bypass import Bypass
from tests.e2e.district import START, District
from tests.e2e.kinds import BOTH, Kind
from tests.e2e.test_random_days import closed_cells, every_zero_is_earned_tonight
from tests.e2e.verdicts import assert_adds_up
from tests.e2e.wild import Wild
from tests.e2e.witness import Look, Witness
from tests.e2e.work import fault, healed, killed

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def _retries_at_once() -> Iterator[None]:
    stamina.set_testing(True, attempts=3)
    yield
    stamina.set_testing(False)


def weather(chance: random.Random, sis: Kind) -> dict[str, Any]:
    """What goes wrong in a night."""
    operations = [None, "get*", sis.create, sis.update, sis.score, sis.clear or sis.score]
    action = chance.choice(
        ["status", "status", "drop_before", "drop_after", "drop_after", "truncate", "maintenance"]
    )
    trouble: dict[str, Any] = {"action": action, "operation": chance.choice(operations)}
    if action == "status":
        trouble["status"] = chance.choice([500, 503, 429, 409, 422])
    if action in {"status", "maintenance"}:
        trouble["seconds"] = 0
    if chance.random() < 0.3:
        return {**trouble, "nth": chance.randint(1, 4)}
    return {**trouble, "probability": chance.choice([0.1, 0.4, 1.0])}


def bad_night(chance: random.Random, district: District) -> dict[str, Any]:
    """A night in trouble, or one that is killed."""
    if chance.random() < 0.2:
        fault(district, "delay", seconds=0.02)
        process = district.start_sync()
        calls = len(district.journal()) + chance.randint(0, 30)
        while process.poll() is None and len(district.journal()) < calls:
            time.sleep(0.005)
        killed(process)
        healed(district)
        return {"killed": calls}
    trouble = weather(chance, district.facts)
    fault(district, **trouble)
    run = district.sync()
    healed(district)
    assert run.code in {0, 3, 5, 6}, run.err
    return trouble


@BOTH
@pytest.mark.seeds(3)
def test_e1_to_e6_and_e9_hold_over_wild_days(servers, district: District, seed: int):
    chance = random.Random(f"wild {seed}")
    district.more = "[brake]\nenabled = false\n"
    world = servers.worlds.find(district.sis.rpartition("/")[2]).world
    wild = Wild(district, chance, world.registrar, world.feed)
    day = 0
    for _ in range(10):
        step = chance.choice([0, 1, 1, 1, 2, 5, 12])
        day += step
        district.evening(START + timedelta(days=day), 18 if step else 22)
        for _ in range(chance.randint(1, 9)):
            wild.act()
        district.evening(START + timedelta(days=day))
        try:
            live_a_night(wild, chance)
        except AssertionError as error:
            error.add_note(f"day {day}: {' '.join(wild.log)}; {district.policy}")
            raise


def live_a_night(wild: Wild, chance: random.Random) -> None:
    """Perhaps a bad one, and a good one; what was done is told where a claim fails."""
    district, witness = wild.district, wild.witness
    before, shut = Look.at(district), closed_cells(district)
    if chance.random() < 0.5:
        wild.log.append(str(bad_night(chance, district)))
        between = Look.at(district)
        witness.bad_night(before, between)
        before = between
    run = district.sync()
    assert run.code == 0, run.err + run.out
    witness.good_night(before, Look.at(district), run)
    assert closed_cells(district) == shut, "E4"
    assert_adds_up(run)
    every_zero_is_earned_tonight(district)
    again = district.sync()
    assert (again.code, again.writes) == (0, 0), "E5"
    wild.log.append("night")


# ---- the witness -------------------------------------------------------------------------------


def a_mark(district: District, student: str, score: float | None) -> None:
    """Put there by nobody who tells the witness, as an agent might that errs."""
    column = district.column("a-1")["id"]
    district.control("PUT", f"/columns/{column}/scores/{student}", {"score": score})


def over_the_teacher(district: District, witness: Witness) -> Look:
    """The teacher types a mark, and it is gone again."""
    a_mark(district, "400001", 5)
    witness.typed(district.column("a-1")["id"], "400001", "5", "8")
    before = Look.at(district)
    a_mark(district, "400001", 8)
    return before


def from_nowhere(district: District, _: Witness) -> Look:
    """A mark that Otus does not have."""
    before = Look.at(district)
    a_mark(district, "400002", 7)
    return before


def of_somebody_else(district: District, _: Witness) -> Look:
    """Another mark than Otus has."""
    before = Look.at(district)
    a_mark(district, "400001", 9)
    return before


def emptied(district: District, _: Witness) -> Look:
    """A mark taken back that Otus still has."""
    before = Look.at(district)
    a_mark(district, "400001", None)
    return before


def not_sent(district: District, _: Witness) -> Look:
    """A score that the night did not bring."""
    district.score("a-1", "s-3002", 11)
    return Look.at(district)


def not_made(district: District, _: Witness) -> Look:
    """An assessment that the night did not bring."""
    district.assess("a-2")
    return Look.at(district)


def made_twice(district: District, _: Witness) -> Look:
    """A second column."""
    before = Look.at(district)
    assert Bypass(district).put_column("pb-a-1.c-1002").done
    return before


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (over_the_teacher, "E3: the teacher's mark"),
        (from_nowhere, "Otus has no score"),
        (of_somebody_else, "Otus has 8"),
        (emptied, "Otus has 8"),
        (not_sent, "E1: a-1 of 400002"),
        (not_made, "E1: a-2 is not in"),
        (made_twice, "E2: a-1"),
    ],
)
def test_the_witness_finds_what_an_agent_may_not_do(
    district: District, wrong: Callable[..., Look], words: str
):
    witness = Witness(district)
    before = Look.at(district)
    district.assess("a-1")
    district.score("a-1", "s-3001", 8)
    run = district.night(START)
    witness.good_night(before, Look.at(district), run)

    before = wrong(district, witness)
    with pytest.raises(AssertionError, match=words):
        witness.good_night(before, Look.at(district), run)
