"""One district does not hold the others back: one whose run always crashes, one with a slow SIS."""

from urllib.parse import urlsplit

import pytest

from tests.fleet.conftest import Told
from tests.fleet.support.cable import cable
from tests.fleet.support.checks import written_between
from tests.fleet.support.poison import poisoned
from tests.fleet.support.rig import Fleet
from tests.fleet.support.slow import slow

pytestmark = pytest.mark.slow


def test_districts_whose_runs_crash_are_parked_after_three_tries_and_the_others_done(
    rig: Fleet, recovery: Told
):
    well, dies, raises = rig.districts(3)
    sis = urlsplit(well.sis)
    host, port = str(sis.hostname), int(sis.port or 0)
    with cable(host, port) as one, cable(host, port) as other:
        for school, way in ((dies, one), (raises, other)):
            school.sis = school.sis.replace(f":{port}/", f":{way.port}/")
            school.save()
        site = poisoned(rig.folder / "site", dies=one.port, raises=other.port)
        rig.tick()
        worker = rig.start("worker", **site)
        sweep = rig.start("sweep")

        recovery("two districts whose runs crash are parked", rig.finished())

    rig.assert_done_once(well)
    rig.assert_all_is_well(well)
    for school in (dies, raises):
        night = rig.nights()[school.name]
        assert (night["state"], night["tries"], night["lost"]) == ("parked", 3, 3)
    told = rig.said("status", code=3)
    for school in (dies, raises):
        assert any(school.name in line and "parked" in line for line in told.splitlines()), told
    assert worker.code is None
    assert "Byron" not in worker.said + sweep.said + told + str(rig.nights())


def test_a_slow_sis_with_a_limit_holds_no_other_back(rig: Fleet, recovery: Told):
    slow_ones, fast_ones = rig.districts(2), rig.districts(2)
    slow(*slow_ones)
    for school in fast_ones:  # the same mock by another name
        school.sis = school.sis.replace("127.0.0.1", "localhost")
        school.save()
    rig.more = {"hosts": {urlsplit(slow_ones[0].sis).netloc: 1}, "worker": {"slots": 2}}
    rig.tick()
    rig.start("worker")
    rig.start("sweep")

    recovery("four districts, two of them at a slow SIS with a limit of one", rig.finished())
    rig.assert_done_once()
    rig.assert_all_is_well()
    one_by_one = sorted(written_between(school) for school in slow_ones)
    (_, end), (begin, _) = one_by_one
    assert end < begin
    assert max(written_between(school)[1] for school in fast_ones) < begin
