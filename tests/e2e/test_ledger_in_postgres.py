"""A district whose ledger lies in PostgreSQL: its nights, and one that loses the database."""

from contextlib import contextmanager

import psycopg
import pytest

from tests.agent.ledger.stores import cut_off
from tests.e2e.support.district import District
from tests.e2e.support.kinds import BOTH
from tests.e2e.support.night_work import shown, some_work
from tests.e2e.support.recording_proxy import relaying


@pytest.fixture
def stored(district: District, postgres_url: str) -> District:
    """The same district with its ledger in PostgreSQL, and work for a night."""
    district.ledger = postgres_url
    some_work(district)
    return district


@contextmanager
def cut_off_after(district: District, url: str, writes: int):
    """The server ends the night's connection while a write is on its way to the SIS."""
    mock = district.sis
    with relaying(mock) as relay:

        def cut(_) -> bool:
            if len(relay.of("PUT", "")) == writes:
                cut_off(url)
            return False

        relay.before, district.sis = cut, relay.url
        yield relay
        district.sis = mock


@BOTH
def test_a_night_is_the_same_as_with_a_file(stored: District, twin: District):
    some_work(twin)
    first, second = stored.sync(), stored.sync()
    assert (first.code, second.code, second.writes) == (0, 0, 0)
    assert first.report["counts"] == twin.sync().report["counts"]
    assert shown(stored) == shown(twin)


@pytest.mark.parametrize("writes", [1, 4])
def test_c10_a_night_that_loses_its_database_sends_nothing_more(
    stored: District, twin: District, postgres_url: str, writes: int
):
    stored.sis_more = "max_connections = 1"
    with cut_off_after(stored, postgres_url, writes) as relay:
        lost = stored.sync()
    assert lost.code == 5
    assert lost.err.count("\n") == 1
    assert "run again" in lost.err
    assert len(relay.of("PUT", "")) == writes

    again = stored.sync()
    assert again.code == 0
    some_work(twin)
    twin.sync()
    assert shown(stored) == shown(twin)
    assert stored.sync().writes == 0


def test_check_reads_it_and_makes_nothing(stored: District, postgres_url: str):
    def told() -> str:
        run = stored.command("check", "-c", str(stored.config), "--at", stored.now().isoformat())
        return next(line for line in run.out.splitlines() if "database" in line)

    assert "passback_lakeview in postgresql://127.0.0.1" in told()
    with psycopg.connect(postgres_url) as admin:
        found = admin.execute("SELECT to_regnamespace('passback_lakeview') IS NULL").fetchone()
    assert found == (True,)
    stored.sync()
    assert "columns that it knows: 3" in told()
