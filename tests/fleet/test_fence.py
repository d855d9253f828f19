"""Two runs of one district with a ledger in PostgreSQL: who lost the lock sends nothing more."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Any

import psycopg
import pytest

from tests.agent.ledger.stores import cut_off
from tests.e2e.support.recording_proxy import Exchange, relaying
from tests.fleet.support.checks import assert_all_is_well, writes
from tests.fleet.support.processes import until
from tests.fleet.support.school import School, Schools

pytestmark = pytest.mark.slow

Which = tuple[str, float]
"""A student in the SIS, and points."""


@pytest.fixture
def school(schools: Schools, postgres_url: str, tmp_path: Path) -> Iterator[School]:
    """A district with its ledger in PostgreSQL and one connection to its SIS."""
    found = schools.open(f"fence-{tmp_path.name[-20:]}".replace("_", "-"), tmp_path, postgres_url)
    found.sis_more = "max_connections = 1"
    yield found
    schools.drop(found)


@contextmanager
def stuck(school: School, which: Which, *, arrives: bool) -> Iterator[tuple[Any, Event]]:
    """A run that waits for the answer to one write of a score, until the event is set.

    *arrives*: the write reaches the SIS then; else it is lost.
    """
    released, waits, mock = Event(), Event(), school.sis
    with relaying(mock) as relay:

        def hold(exchange: Exchange) -> bool:
            scores = "/results/" in exchange.path and exchange.method == "PUT"
            if not scores or waits.is_set() or which not in school.facts.scores_in(exchange.sent):
                return False
            waits.set()
            return released.wait(60) and not arrives

        relay.before, school.sis = hold, relay.url
        process = school.start_sync()
        school.sis = mock
        try:
            until(lambda: waits.is_set() or process.poll() is not None, "its write waits")
            assert process.poll() is None, process.communicate()
            yield process, released
        finally:
            released.set()
            process.kill()
            process.wait()


@pytest.mark.parametrize("arrives", [False, True])
def test_a_run_that_lost_its_lock_sends_nothing_after_another_one_took_over(
    school: School, postgres_url: str, arrives: bool
):
    with stuck(school, ("400003", 2.5), arrives=arrives) as (process, released):
        cut_off(postgres_url)
        second = school.sync()
        assert second.code == 0, second.err
        assert_all_is_well(school)
        taken = writes(school)
        school.type_over("a-1", "400006", 19)

        released.set()
        _, said = process.communicate(timeout=60)

    assert process.returncode == 5, said
    assert said.count("\n") == 1
    assert "ledger" in said
    assert writes(school) == taken + arrives
    again = school.sync()
    assert (again.code, again.writes) == (0, 0)
    assert_all_is_well(school, repeated=int(arrives))


def test_b4_a_0_that_arrives_after_the_score_of_a_second_run_does_not_stay(
    school: School, postgres_url: str
):
    """The one request that no check can call back: it was on its way when the lock was lost."""
    with stuck(school, ("400004", 0), arrives=True) as (process, released):
        cut_off(postgres_url)
        school.score("a-2", "s-3004", 17)
        assert school.sync().code == 0
        assert school.marks("a-2")["400004"] == "17"

        released.set()
        process.communicate(timeout=60)

    assert school.marks("a-2")["400004"] == "0"
    assert school.sync().code == 0
    assert school.marks("a-2")["400004"] == "17"
    assert school.sync().writes == 0


def test_a_report_that_cannot_be_read_any_more_costs_the_run_nothing(
    school: School, postgres_url: str
):
    with stuck(school, ("400003", 2.5), arrives=True) as (process, released):
        nobody_connects(postgres_url)
        released.set()
        _, said = process.communicate(timeout=60)

    assert process.returncode == 0, said
    assert said.startswith("passback: the run itself had ended, but its report cannot be read")
    assert_all_is_well(school)


def nobody_connects(url: str) -> None:
    """Let nobody connect any more who is not connected."""
    with psycopg.connect(url.rpartition("/")[0] + "/template1", autocommit=True) as connection:
        name = url.rpartition("/")[2]
        connection.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
