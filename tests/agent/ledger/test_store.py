"""What only a file can get wrong: its mode, damage, other programs, other districts."""

import sqlite3
import stat

import pytest

from agent.errors import ConfigError, LedgerError
from agent.ledger import open_ledger
from agent.ledger.sqlite import schema
from agent.records import Outcome
from tests.agent.ledger.files import raw
from tests.agent.ledger.records_of_a_school import (
    NOW,
    a_class,
    a_score,
    a_state,
    an_intent,
    pull,
)


def test_student_values_are_for_the_owner_only(ledger, path):
    pull(ledger, a_score())
    modes = {each.name: stat.S_IMODE(each.stat().st_mode) for each in path.parent.iterdir()}
    assert modes == {"passback.db": 0o600, "passback.db-wal": 0o600, "passback.db-shm": 0o600}


def test_a_file_that_others_could_read_is_closed_to_them(ledger, path, reopen):
    ledger.close()
    path.chmod(0o644)
    pull(reopen(ledger), a_score())
    assert {stat.S_IMODE(each.stat().st_mode) for each in path.parent.iterdir()} == {0o600}


@pytest.mark.parametrize("table", ["attempt", "outcome"])
@pytest.mark.parametrize("edit", ["DELETE FROM {}", "UPDATE {} SET at = 'never'"])
def test_history_cannot_be_edited(ledger, path, table, edit):
    (attempt,) = ledger.attempts.intend("r-1", [an_intent()], NOW)
    ledger.attempts.settle([Outcome(attempt=attempt, kind="accepted")], NOW)
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        raw(path, edit.format(table))


def test_another_districts_ledger_is_refused(ledger, opened, store):
    # In a database another district has another place, but for one whose name differs in its case.
    other = "hillside" if store.startswith("sqlite") else "Lakeview"
    ledger.close()
    with pytest.raises(LedgerError, match=f"'lakeview', not that of '{other}'"):
        opened(other)
    assert opened().source.cursor() is None


def test_a_newer_ledger_is_refused_naming_both_versions(ledger, path, opened):
    ledger.close()
    raw(path, f"PRAGMA user_version = {schema.VERSION + 6}")
    with pytest.raises(
        LedgerError, match=rf"version {schema.VERSION + 6}.* knows {schema.VERSION}"
    ):
        opened()


def test_an_empty_file_becomes_a_ledger(path, opened):
    path.touch()
    assert opened().source.cursor() is None


def test_a_creation_cut_short_is_begun_again(path, opened):
    raw(path, "PRAGMA journal_mode = wal")
    assert opened().source.cursor() is None


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"district = 'lakeview'\n" * 100, id="a text file"),
        pytest.param(b"SQLite format 3\x00" + b"\x07" * 5000, id="a broken header"),
        pytest.param(b"SQLite format 3\x00", id="only a header"),
    ],
)
def test_a_file_that_is_no_database_is_refused_in_one_line(path, opened, content):
    path.write_bytes(content)
    with pytest.raises(LedgerError) as refused:
        opened()
    assert str(path) in str(refused.value)
    assert "\n" not in str(refused.value)
    assert path.read_bytes() == content


def test_another_programs_database_is_refused_and_left_alone(path, opened):
    raw(path, "CREATE TABLE stamp (id INTEGER)")
    path.chmod(0o644)
    before = path.read_bytes()
    with pytest.raises(LedgerError, match="not a Passback ledger"):
        opened()
    assert path.read_bytes() == before
    assert stat.S_IMODE(path.stat().st_mode) == 0o644


@pytest.mark.parametrize("table", ["known_score", "schedule"])
def test_a_ledger_that_lost_a_table_is_refused(ledger, path, opened, table):
    ledger.close()
    raw(path, f"DROP TABLE {table}")
    with pytest.raises(LedgerError, match="damaged"):
        opened()


@pytest.mark.parametrize("kept", [0.3, 0.7])
def test_a_ledger_cut_off_is_refused(ledger, path, opened, kept):
    pull(ledger, *(a_score(student=f"s-{n}") for n in range(5000)))
    ledger.close()
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * kept)])
    with pytest.raises(LedgerError):
        opened()


def test_damage_found_on_the_way_is_a_ledger_error(ledger, path, opened):
    pull(ledger, *(a_score(student=f"s-{n:05}") for n in range(5000)))
    ledger.close()
    content = bytearray(path.read_bytes())
    content[len(content) // 2 :] = b"\xff" * (len(content) - len(content) // 2)
    path.write_bytes(content)

    def read():
        damaged = opened()
        damaged.source.scores(["a-1"])
        list(damaged.records.records("r-1"))

    with pytest.raises(LedgerError, match=r"passback\.db"):
        read()


def test_a_folder_is_no_ledger_and_is_left_alone(path, opened):
    path.mkdir(mode=0o755)
    with pytest.raises(LedgerError, match="cannot be opened"):
        opened()
    assert stat.S_IMODE(path.stat().st_mode) == 0o755


def test_a_path_that_leads_nowhere_is_a_ledger_error(path):
    with pytest.raises(LedgerError, match="cannot be opened"):
        open_ledger(f"sqlite:///{path}/missing/passback.db", "lakeview")


def test_using_a_closed_ledger_is_a_ledger_error(ledger):
    ledger.close()
    with pytest.raises(LedgerError):
        ledger.source.cursor()


def test_errors_quote_no_values(ledger):
    (attempt,) = ledger.attempts.intend("r-1", [an_intent(student="s-secret", points="87.25")], NOW)
    ledger.attempts.settle([Outcome(attempt=attempt, kind="accepted")], NOW)
    with pytest.raises(LedgerError) as refused:
        ledger.attempts.settle([Outcome(attempt=attempt, kind="accepted")], NOW)
    assert "secret" not in str(refused.value)
    assert "87.25" not in str(refused.value)


def test_a_second_reader_sees_what_was_committed(ledger, opened):
    pull(ledger, a_class())
    ledger.records.record("r-1", [a_state()])
    reader = opened()
    assert [c.id for c in reader.source.classes()] == ["c-1"]
    pull(ledger, a_class("c-2"))
    assert [c.id for c in reader.source.classes()] == ["c-1", "c-2"]


def test_a_ledger_in_memory_is_gone_when_closed():
    first = open_ledger("sqlite:///:memory:", "lakeview")
    pull(first, a_class())
    first.close()
    second = open_ledger("sqlite:///:memory:", "lakeview")
    assert list(second.source.classes()) == []
    second.close()


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("sqlite://passback.db", "sqlite:///FILE"),
        ("sqlite:///", "sqlite:///FILE"),
        ("passback.db", "sqlite:///FILE"),
        ("mysql://x/y", "sqlite:///FILE"),
    ],
)
def test_a_url_that_is_none_of_ours_is_a_configuration_error(url, why):
    with pytest.raises(ConfigError, match=why):
        open_ledger(url, "lakeview")


def test_a_relative_url_is_relative(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    open_ledger("sqlite:///here.db", "lakeview").close()
    assert (tmp_path / "here.db").exists()
