"""RULES E1 to E6 and E9 over wild days: whatever people, calendars, networks and kills do.

`test_invariants` knows what each cell must show, for fewer acts; here a witness holds each change
of a night against both sides, and asks for whatever is missing after a good one.
"""

import random
from collections.abc import Iterator
from datetime import timedelta

import pytest
import stamina

from mock_sis.sis import registrar_of
from tests.e2e.support.district import START, District
from tests.e2e.support.kinds import BOTH
from tests.e2e.wild.nights import live_a_night
from tests.e2e.wild.wild import Wild

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def _retries_at_once() -> Iterator[None]:
    stamina.set_testing(True, attempts=3)
    yield
    stamina.set_testing(False)


@BOTH
@pytest.mark.seeds(2)
def test_e1_to_e6_and_e9_hold_over_wild_days(servers, district: District, seed: int):
    chance = random.Random(f"wild {seed}")
    district.more = "[brake]\nenabled = false\n"
    world = servers.worlds.find(district.sis.rpartition("/")[2]).world
    wild = Wild(district, chance, registrar_of(world), world.feed)
    day = 0
    for _ in range(10):
        step = chance.choice([0, 1, 1, 1, 2, 5, 12])
        day += step
        district.evening(START + timedelta(days=day), 18 if step else 22)
        for _ in range(chance.randint(1, 12)):
            wild.act()
        district.evening(START + timedelta(days=day))
        try:
            live_a_night(wild, chance)
        except AssertionError as error:
            error.add_note(f"day {day}: {' '.join(wild.log)}; {district.policy}")
            raise
