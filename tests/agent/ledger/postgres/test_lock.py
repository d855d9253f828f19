"""One run at a time on a ledger in PostgreSQL, and what one does that lost its lock."""

from contextlib import closing

import psycopg
import pytest

from agent.errors import LedgerAwayError, LedgerLostError, LockedError
from agent.ledger import ledger_for_run, open_ledger
from agent.ledger.postgres.store import PostgresStore
from tests.agent.ledger.records_of_a_school import NOW, a_state, an_intent
from tests.agent.ledger.stores import DISTRICT, cut_off


@pytest.fixture
def admin(postgres_url):
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        yield connection


def test_a_second_run_is_told_who_holds_the_ledger(postgres_url):
    with ledger_for_run(postgres_url, DISTRICT), pytest.raises(LockedError) as told:
        ledger_for_run(postgres_url, DISTRICT).__enter__()
    assert "passback_lakeview" in str(told.value)
    assert "(passback " in str(told.value)
    with ledger_for_run(postgres_url, DISTRICT):
        pass


def test_each_district_has_a_lock_of_its_own(postgres_url):
    with ledger_for_run(postgres_url, DISTRICT), ledger_for_run(postgres_url, "hillside"):
        pass


def test_the_lock_is_free_when_the_connection_is_gone(postgres_url):
    with ledger_for_run(postgres_url, DISTRICT) as lost:
        cut_off(postgres_url)
        with ledger_for_run(postgres_url, DISTRICT):
            for write in (
                lambda: lost.attempts.intend("r-1", [an_intent()], NOW),
                lambda: lost.records.record("r-1", [a_state()]),
                lost.check_lock,
                lost.source.cursor,
            ):
                with pytest.raises(LedgerLostError, match="run again") as told:
                    write()
                assert "\n" not in str(told.value)


def test_a_run_that_was_replaced_writes_nothing_whatever_holds_its_connection(postgres_url, admin):
    """A pooler that gives one session to two clients lets both have the lock."""
    with ledger_for_run(postgres_url, DISTRICT) as replaced:
        admin.execute("UPDATE passback_lakeview.ledger SET epoch = epoch + 1")
        for write in (
            lambda: replaced.attempts.intend("r-1", [an_intent()], NOW),
            lambda: replaced.records.record("r-1", [a_state()]),
            lambda: replaced.put("note", "text"),
            lambda: replaced.begin_pull(snapshot=True).commit("cursor", NOW),
            replaced.check_lock,
        ):
            with pytest.raises(LedgerLostError, match="another run has taken over"):
                write()
    with closing(open_ledger(postgres_url, DISTRICT, read_only=True)) as ledger:
        assert not ledger.attempts.open()
        assert ledger.source.cursor() is None
        assert ledger.get("note") is None


def test_a_transaction_is_of_the_run_from_its_start_to_its_end(postgres_url):
    """Who takes over waits for a write that has begun; the next one comes too late."""
    with ledger_for_run(postgres_url, DISTRICT) as first, psycopg.connect(postgres_url) as other:
        with first.together(durable=True):
            first.attempts.intend("r-1", [an_intent()], NOW)
            other.execute("SET lock_timeout = '100ms'")
            with pytest.raises(psycopg.errors.LockNotAvailable):
                other.execute("UPDATE passback_lakeview.ledger SET epoch = epoch + 1")
        assert len(first.attempts.open()) == 1


def test_a_transaction_inside_another_one_is_no_early_end_of_that(postgres_url):
    def nested(store):
        with store.write() as sql:
            sql.execute("INSERT INTO setting VALUES ('note', 'text')")
            store.insert("setting", ("name", "value"), [("other", "text")])

    refused = pytest.raises(AssertionError, match="the one around it")
    with closing(PostgresStore(postgres_url, DISTRICT)) as store, refused:
        nested(store)
    with closing(open_ledger(postgres_url, DISTRICT, read_only=True)) as ledger:
        assert ledger.get("note") is None


def test_persons_may_decide_beside_a_run(postgres_url):
    with (
        ledger_for_run(postgres_url, DISTRICT) as run,
        closing(open_ledger(postgres_url, DISTRICT)) as pages,
    ):
        pages.put("note", "text")
        assert run.get("note") == "text"
        run.put("note", "another")
        assert pages.get("note") == "another"


def test_one_writer_at_a_time_and_who_waits_too_long_is_told(postgres_url):
    with (
        closing(PostgresStore(postgres_url, DISTRICT)) as one,
        closing(PostgresStore(postgres_url, DISTRICT)) as other,
    ):
        other.read("SELECT set_config('lock_timeout', '50ms', false)")
        with one.write(), pytest.raises(LedgerAwayError, match="is busy"), other.write():
            pass
        with other.write() as sql:
            sql.execute("DELETE FROM setting")


def test_a_lost_ledger_says_so_with_the_exit_code_of_a_run_to_resume(postgres_url):
    with ledger_for_run(postgres_url, DISTRICT) as ledger:
        cut_off(postgres_url)
        with pytest.raises(LedgerLostError) as lost:
            ledger.source.cursor()
    with closing(open_ledger(postgres_url, DISTRICT)) as ledger:
        cut_off(postgres_url)
        with pytest.raises(LedgerAwayError) as away:
            ledger.source.cursor()
    assert (lost.value.exit_code, away.value.exit_code) == (5, 6)
