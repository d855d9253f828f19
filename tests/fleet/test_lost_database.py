"""PostgreSQL goes away in the middle of a night, or the way to it: restarted, cut off, reset."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fleet.conftest import Told
from tests.fleet.support.checks import writes
from tests.fleet.support.processes import until
from tests.fleet.support.rig import Fleet, fleet
from tests.fleet.support.school import School, Schools
from tests.fleet.support.slow import quick, slow
from tests.postgres import Cluster, wanted_programs

pytestmark = pytest.mark.slow


@pytest.fixture
def own() -> Iterator[Cluster]:
    """A PostgreSQL that nobody else uses."""
    with tempfile.TemporaryDirectory(prefix="passback-postgresql-") as folder:
        cluster = Cluster(wanted_programs(), Path(folder, "cluster"))
        cluster.create()
        cluster.start()
        yield cluster
        cluster.stop()


def test_a_night_goes_on_after_postgresql_was_restarted_under_load(
    own: Cluster, schools: Schools, tmp_path: Path, recovery: Told
):
    with own.database() as url, fleet(tmp_path, url, schools) as rig:
        districts = rig.districts(3)
        slow(*districts)
        rig.tick()
        workers = [rig.processes.keep(lambda: rig.start("worker")) for _ in range(2)]
        rig.processes.keep(lambda: rig.start("sweep"))
        for district in districts:
            rig.written(district, 3)

        own.stop("fast")
        own.start()
        quick(*districts)

        recovery("PostgreSQL restarted in the middle of three nights", rig.finished())
        rig.assert_done_once()
        for district in districts:
            rig.assert_all_is_well(district)
        assert all("Traceback" not in worker.process.said for worker in workers)


def cut_off(rig: Fleet, *schools: School) -> None:
    """A worker behind the cable, in the middle of its nights."""
    slow(*schools)
    rig.tick()
    rig.processes.keep(lambda: rig.start("worker", cut=True))
    for school in schools:
        rig.written(school, 3)


def test_a_worker_that_is_cut_off_writes_nothing_after_another_one_took_over(
    rig: Fleet, recovery: Told
):
    schools = rig.districts(2)
    cut_off(rig, *schools)

    rig.cable.cut(noticed=True)
    rig.start("sweep")
    rig.start("worker")
    quick(*schools)

    recovery("network cut between worker and PostgreSQL", rig.finished())
    done = {school.name: writes(school) for school in schools}
    schools[0].type_over("a-1", "400007", 19)
    rig.cable.mend()
    until(rig.cable.connections, "it is back")
    rig.assert_done_once()
    rig.assert_all_is_well()
    assert {school.name: writes(school) for school in schools} == done


def test_a_night_waits_while_the_network_carries_nothing_and_goes_on_with_it(
    rig: Fleet, recovery: Told
):
    [school] = rig.districts(1)
    cut_off(rig, school)

    rig.cable.cut()
    rig.start("sweep")
    rig.start("worker")
    until(lambda: rig.nights()[school.name]["lost"] == 1, "its worker counts as lost")
    rig.cable.mend()
    quick(school)

    recovery("network that carries nothing for a while", rig.finished())
    rig.assert_done_once()
    rig.assert_all_is_well(school)


def test_a_night_goes_on_after_every_connection_was_reset(rig: Fleet, recovery: Told):
    [school] = rig.districts(1)
    cut_off(rig, school)
    rig.start("sweep")

    rig.cable.reset()
    quick(school)

    recovery("connections to PostgreSQL reset", rig.finished())
    rig.assert_done_once()
    rig.assert_all_is_well(school)
