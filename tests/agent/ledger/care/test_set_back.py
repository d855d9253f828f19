"""A database that was set back, or copied, is known for it; one that went on is trusted."""

import subprocess
from contextlib import closing

import pytest

from agent.errors import LedgerError
from agent.ledger import open_ledger, open_store, store_for_run
from agent.ledger.care.check import examine_database
from agent.ledger.care.last_run import distrust
from tests.agent.ledger.care.test_move import fill
from tests.agent.ledger.stores import DISTRICT, drop_schemas, raw
from tests.postgres import Cluster


@pytest.fixture
def url(database):
    fill(database)
    yield database
    drop_schemas(database)


def in_doubt(url):
    with closing(open_ledger(url, DISTRICT)) as ledger:
        return ledger.delivered.not_compared()


def test_a_ledger_that_goes_on_is_trusted(url):
    assert not in_doubt(url)
    with store_for_run(url, DISTRICT) as store:
        store.shrink(whole=True)
    assert not in_doubt(url)


def test_a_schema_that_was_restored_from_a_dump_is_in_doubt(postgres, url):
    whole = ["--dbname", url, "--schema", f"passback_{DISTRICT}"]
    dump = subprocess.run(
        [postgres.programs / "pg_dump", *whole], capture_output=True, check=True
    ).stdout
    drop_schemas(url)
    load = [postgres.programs / "psql", "-Xq", "-v", "ON_ERROR_STOP=1", "-d", url]
    subprocess.run(load, input=dump, stdout=subprocess.DEVNULL, check=True)
    with store_for_run(url, DISTRICT) as store:
        assert examine_database(store).damaged == ()
    assert in_doubt(url)


@pytest.mark.slow
def test_a_ledger_on_a_standby_that_took_over_is_in_doubt(postgres):
    cluster = Cluster(postgres.programs, postgres.folder.parent / "standby")
    cluster.create()
    cluster.start()
    fill(cluster.url())
    cluster.stop("fast")
    cluster.start()
    assert not in_doubt(cluster.url())
    cluster.promote()
    assert in_doubt(cluster.url())
    cluster.stop()


def test_a_person_can_put_it_in_doubt(store):
    fill(store)
    with store_for_run(store, DISTRICT) as opened:
        distrust(opened)
    assert in_doubt(store)
    with closing(open_ledger(store, DISTRICT)) as ledger:
        assert [each.in_doubt for each in ledger.delivered.columns(["c-1"])] == [True]


DAMAGE = {
    "UPDATE record SET state = 'lost' WHERE assessment = 'a-1'": "1 records have a state that is",
    "UPDATE record SET codes = '[' WHERE assessment = 'a-1'": "1 records have codes that cannot be",
    "DELETE FROM run": "attempts belong to no run",
    "DROP INDEX record_by_section": "index record_by_section is missing",
    "DROP TRIGGER attempt_is_not_edited ON attempt": "attempt_is_not_edited is missing",
    "ALTER TABLE attempt DISABLE TRIGGER attempt_is_not_edited": "attempt_is_not_edited is not as",
    "ALTER TABLE score ALTER gone DROP NOT NULL": "table score is not as",
    "CREATE OR REPLACE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql"
    " AS 'BEGIN RETURN NULL; END'": "function append_only is not as",
}


@pytest.mark.parametrize("statement", DAMAGE)
def test_what_is_wrong_in_it_is_told(url, statement):
    raw(url, statement)
    with store_for_run(url, DISTRICT) as store:
        assert any(DAMAGE[statement] in line for line in examine_database(store).damaged)


def test_a_role_that_may_make_no_schema_is_told_that_it_was_not_compared(postgres, url):
    name = url.rpartition("/")[2]
    postgres.sql("CREATE ROLE lookers LOGIN", name)
    try:
        schema = f"passback_{DISTRICT}"
        postgres.sql(f"GRANT USAGE ON SCHEMA {schema} TO lookers", name)
        postgres.sql(f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO lookers", name)
        other = url.replace("postgres@", "lookers@")
        with closing(open_store(other, DISTRICT, read_only=True)) as store:
            found = examine_database(store)
            assert (found.damaged, len(found.warnings)) == ((), 1)
            with pytest.raises(LedgerError):
                distrust(store)
    finally:
        drop_schemas(url)
        postgres.sql("DROP OWNED BY lookers; DROP ROLE lookers", name)
