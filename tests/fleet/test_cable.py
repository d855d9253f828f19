"""The cable itself: what a client behind it sees when it is cut, mended and reset."""

from collections.abc import Iterator
from threading import Thread

import psycopg
import pytest

from tests.fleet.support.cable import Cable, cable
from tests.fleet.support.processes import until
from tests.postgres import Cluster


@pytest.fixture
def way(postgres: Cluster) -> Iterator[Cable]:
    """A cable to PostgreSQL."""
    with cable("127.0.0.1", postgres.port) as found:
        yield found


@pytest.fixture
def client(way: Cable) -> Iterator[psycopg.Connection]:
    """A client behind it that was answered once."""
    url = f"postgresql://postgres@127.0.0.1:{way.port}/postgres"
    with psycopg.connect(url, autocommit=True) as found:
        found.execute("SELECT 1")
        yield found
        way.mend()


def test_a_client_waits_while_it_is_cut_and_is_answered_once_it_is_mended(
    way: Cable, client: psycopg.Connection
):
    answers: list[object] = []
    way.cut()
    asking = Thread(target=lambda: answers.append(client.execute("SELECT 2").fetchone()))
    asking.start()
    asking.join(0.3)
    assert not answers

    way.mend()
    asking.join()

    assert answers == [(2,)]


def test_the_server_frees_a_lock_when_it_notices_and_the_client_learns_of_it_later(
    way: Cable, client: psycopg.Connection, postgres: Cluster
):
    client.execute("SELECT pg_advisory_lock(1)")
    with psycopg.connect(postgres.url(), autocommit=True) as other:
        taken = "SELECT pg_try_advisory_lock(1)"
        assert other.execute(taken).fetchone() == (False,)

        way.cut(noticed=True)

        until(lambda: other.execute(taken).fetchone() == (True,), "the lock is free")
    way.mend()
    with pytest.raises(psycopg.OperationalError):
        client.execute("SELECT 1")


def test_a_reset_ends_every_connection(way: Cable, client: psycopg.Connection):
    way.reset()

    with pytest.raises(psycopg.OperationalError):
        client.execute("SELECT 1")
