"""A district's schema: found, made, or refused; and what its errors say."""

import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import psycopg
import pytest
from msgspec.structs import replace

from agent.commands.care.parts import file
from agent.district_key import schema_of
from agent.errors import ConfigError, LedgerAwayError, LedgerError
from agent.ledger import ledger_for_run, open_ledger
from agent.ledger.postgres.schema import FILES, VERSION
from agent.ledger.postgres.store import PostgresStore
from agent.ledger.sqlite import schema as sqlite_schema
from agent.records import Outcome
from agent.settings import LedgerSettings
from tests.agent.ledger.records_of_a_school import NOW, a_class, a_score, an_intent, pull
from tests.agent.sync.played import settings

DISTRICT = "lakeview"


def sql(url, statement):
    with psycopg.connect(url, autocommit=True) as connection:
        done = connection.execute(statement)
        return done.fetchall() if done.description else None


def opened(url, district=DISTRICT, **how):
    return closing(open_ledger(url, district, **how))


@pytest.mark.parametrize(
    ("district", "name"),
    [
        ("lakeview", "passback_lakeview"),
        ("Lake View ISD", "passback_lake-view-isd"),
        ("ü", "passback_district"),
        ("l" * 80, "passback_" + "l" * 45 + "_186e6528"),
    ],
)
def test_a_schema_is_named_after_its_district(district, name):
    assert schema_of(district) == name
    assert len(name) <= 63


def test_a_file_and_a_schema_have_the_same_version():
    assert max(FILES) == VERSION == sqlite_schema.VERSION


def test_times_that_are_set_for_all_users_end_no_run(postgres_url):
    database = postgres_url.rpartition("/")[2]
    names = ("statement_timeout", "idle_session_timeout", "idle_in_transaction_session_timeout")
    for name in names:
        sql(postgres_url, f"ALTER DATABASE {database} SET {name} = '1s'")
    store = PostgresStore(postgres_url, DISTRICT)
    with closing(store):
        assert [store.read(f"SHOW {name}") for name in names] == [[("0",)]] * 3


def test_districts_share_a_database_and_no_row(postgres_url):
    with opened(postgres_url) as one, opened(postgres_url, "hillside") as other:
        pull(one, a_class())
        assert list(other.source.classes()) == []
    with opened(postgres_url) as again:
        assert [each.id for each in again.source.classes()] == ["c-1"]


def test_two_districts_whose_names_read_alike_are_told_apart(postgres_url):
    with (
        opened(postgres_url, "Lake View"),
        pytest.raises(LedgerError, match="'Lake View', not that of 'lake-view'"),
    ):
        open_ledger(postgres_url, "lake-view")


def test_those_who_make_it_at_once_make_one(postgres_url):
    with ThreadPoolExecutor(4) as pool:
        for ledger in pool.map(lambda _: open_ledger(postgres_url, DISTRICT), range(4)):
            ledger.close()
    assert sql(postgres_url, "SELECT name FROM passback_lakeview.district") == [(DISTRICT,)]


def test_a_newer_ledger_is_refused_naming_both_versions(postgres_url):
    with opened(postgres_url):
        sql(postgres_url, f"UPDATE passback_lakeview.ledger SET version = {VERSION + 6}")
    for how in ({}, {"read_only": True}):
        with pytest.raises(LedgerError, match=rf"version {VERSION + 6}.* knows {VERSION}"):
            open_ledger(postgres_url, DISTRICT, **how)


@pytest.mark.parametrize("how", [{"read_only": True}, {"existing": True}])
def test_only_a_run_makes_a_ledger(postgres_url, how):
    with pytest.raises(LedgerError, match="there is no ledger passback_lakeview in postgresql://"):
        open_ledger(postgres_url, DISTRICT, **how)
    assert sql(postgres_url, "SELECT to_regnamespace('passback_lakeview') IS NULL") == [(True,)]


def test_who_reads_alone_cannot_write(postgres_url):
    with opened(postgres_url), opened(postgres_url, read_only=True) as reader:
        assert reader.source.cursor() is None
        with pytest.raises(LedgerError, match="read-only transaction"):
            reader.put("note", "text")


def test_history_cannot_be_edited(postgres_url):
    with opened(postgres_url) as ledger:
        (attempt,) = ledger.attempts.intend("r-1", [an_intent()], NOW)
        ledger.attempts.settle([Outcome(attempt=attempt, kind="accepted")], NOW)
        for table in ("attempt", "outcome"):
            for edit in ("DELETE FROM {}", "UPDATE {} SET at = 'never'", "TRUNCATE {} CASCADE"):
                with pytest.raises(psycopg.IntegrityError, match="s are append-only"):
                    sql(postgres_url, edit.format(f"passback_lakeview.{table}"))


def test_errors_quote_no_values(postgres_url):
    with opened(postgres_url) as ledger:
        (attempt,) = ledger.attempts.intend("r-1", [an_intent(student="s-secret")], NOW)
        ledger.attempts.settle([Outcome(attempt=attempt, kind="accepted")], NOW)
        with pytest.raises(LedgerError, match="outcome_pkey") as refused:
            ledger.attempts.settle([Outcome(attempt=attempt, kind="accepted")], NOW)
    with (
        closing(PostgresStore(postgres_url, DISTRICT)) as store,
        pytest.raises(LedgerError, match="22P02") as wrong,
    ):
        store.read("SELECT CAST(? AS integer)", "s-secret")
    for told in (refused, wrong):
        assert "secret" not in str(told.value)
        assert "\n" not in str(told.value)


def test_what_text_cannot_hold_does_not_end_a_night(postgres_url):
    with opened(postgres_url) as ledger:
        for _ in range(2):
            pull(ledger, a_class(title="Alge\0bra\ud800"))
        assert [each.title for each in ledger.source.classes()] == ["Alge\ufffdbra?"]


def test_of_a_record_that_a_page_tells_twice_the_last_counts(postgres_url):
    with opened(postgres_url) as ledger:
        pull(ledger, a_score(points="7"), a_score(points="9"))
        [score] = ledger.source.scores(["a-1"])["a-1"].values()
    assert str(score.score.points) == "9"


@pytest.mark.parametrize(
    ("url", "error", "told"),
    [
        ("postgresql://u:hunter2@db/x", ConfigError, "has a password in it"),
        ("postgresql://db/x?%70assword=hunter2", ConfigError, "has a password in it"),
        ("postgresql://hunter2 a:::/", ConfigError, "cannot be read"),
        ("postgresql://127.0.0.1:1/x", LedgerAwayError, "cannot be reached"),
        ("mysql://x/y", ConfigError, "postgresql://"),
    ],
)
def test_a_url_that_leads_nowhere_is_one_line_without_a_secret(url, error, told):
    with pytest.raises(error, match=told) as refused:
        open_ledger(url, DISTRICT, password="hunter2")
    assert "hunter2" not in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_refused_sign_in_is_a_setting_to_mend(postgres_url):
    with pytest.raises(LedgerError, match='"nobody" does not exist') as refused:
        open_ledger(postgres_url.replace("postgres@", "nobody@"), DISTRICT)
    assert refused.value.exit_code == 10


def test_without_psycopg_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    for module in [name for name in sys.modules if name.startswith("agent.ledger.postgres")]:
        monkeypatch.delitem(sys.modules, module)
    with pytest.raises(ConfigError, match=r"pip install 'passback\[fleet\]'"):
        open_ledger("postgresql://db/x", DISTRICT)


def test_a_run_and_a_copy_of_its_ledger(postgres_url):
    with ledger_for_run(postgres_url, DISTRICT) as ledger:
        pull(ledger, a_class(), a_score())
        with ledger.copied() as copy:
            pull(copy, a_class("c-2"))
            assert [each.id for each in copy.source.classes()] == ["c-1", "c-2"]
        assert [each.id for each in ledger.source.classes()] == ["c-1"]


def test_who_would_copy_it_as_a_file_is_told_its_schema():
    name = "l" * 80
    with pytest.raises(ConfigError, match=f"--schema={schema_of(name)} copies it"):
        file(replace(settings(), district=name, ledger=LedgerSettings(url="postgresql://db/x")))
