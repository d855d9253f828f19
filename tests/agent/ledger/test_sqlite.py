"""The SQLite ledger: the conformance suite, and what only a file can get wrong."""

import sqlite3
import stat
from contextlib import closing

import pytest
from sqlite_utils import Database

from agent.errors import ConfigError, LedgerError
from agent.ledger import open_ledger, schema
from agent.records import Outcome
from tests.agent.ledger.conformance import LedgerConformance
from tests.agent.ledger.records_of_a_school import (
    NOW,
    a_class,
    a_column,
    a_score,
    a_state,
    an_intent,
    pull,
)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "passback.db"


@pytest.fixture
def opened(path):
    """Opens the ledger of `path`; whatever is still open at the end is closed."""
    ledgers = []

    def open_(district="lakeview"):
        ledgers.append(open_ledger(f"sqlite:///{path}", district))
        return ledgers[-1]

    yield open_
    for ledger in ledgers:
        ledger.close()


@pytest.fixture
def ledger(opened):
    return opened()


@pytest.fixture
def reopen(opened):
    def reopen_(ledger):
        ledger.close()
        return opened()

    return reopen_


def raw(path, *statements):
    with closing(sqlite3.connect(path)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


class TestSqliteLedger(LedgerConformance):
    pass


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


def test_every_table_is_strict(ledger, path):
    ledger.close()
    with closing(Database(path)) as db:
        ours = [t for t in db.tables if t.name not in ("_sqlite_migrations", "sqlite_stat1")]
        assert len(ours) > 10
        assert [t.name for t in ours if not t.strict] == []


def test_sqlite_utils_knows_what_was_applied(ledger, path):
    ledger.close()
    with closing(Database(path)) as db:
        assert [row["name"] for row in db["_sqlite_migrations"].rows] == list(schema.FILES)
        assert db.journal_mode == "wal"


def as_version(path, version, *statements):
    """A ledger file as the program of that schema version left it."""
    made = [line for name in schema.FILES[:version] for line in schema._statements(name)]
    named = ["CREATE TABLE _sqlite_migrations (migration_set TEXT, name TEXT, applied_at TEXT)"]
    named += [
        f"INSERT INTO _sqlite_migrations VALUES ('passback', '{name}', '2026-10-01')"
        for name in schema.FILES[:version]
    ]
    named += [
        f"PRAGMA user_version = {version}",
        f"PRAGMA application_id = {schema.APPLICATION_ID}",
    ]
    raw(path, *made, *named, "INSERT INTO district (name) VALUES ('lakeview')", *statements)


@pytest.mark.parametrize(
    ("codes", "columns", "expected"),
    [
        ('["not_due_yet"]', 1, "unscored"),
        ('["not_fully_graded"]', 1, "unscored"),
        ('["withheld_missing"]', 1, "unscored"),
        ('["excused_no_score","not_due_yet"]', 1, "unscored"),
        ('["not_enrolled"]', 1, None),
        ('["not_enrolled","not_fully_graded"]', 1, None),
        ('["score_invalid"]', 1, None),
        ('["not_due_yet"]', 0, None),
        ('["not_due_yet"]', 2, None),
    ],
)
def test_an_upgrade_keeps_that_a_night_saw_a_student_without_a_score(
    path, opened, codes, columns, expected
):
    column = (
        "INSERT INTO known_column VALUES ('a-1', 'c-{0}', '501', 'pb-{0}', '{0}', NULL, NULL, 0)"
    )
    owned = [column.format(n) for n in range(1, columns + 1)]
    record = f"INSERT INTO record VALUES ('a-1', 's-1', '501', 'refused', '{codes}', 'why', 'r-1')"
    as_version(path, 2, *owned, record)

    found = opened().delivered.known_scores("a-1", "c-1").get("s-1")

    assert (found and found.seen) == expected


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        ([("put", "701", "accepted")], "701"),
        ([("put", "701", "accepted"), ("put", "702", "accepted")], "702"),
        ([("put", "701", "adopted"), ("put", "702", "rejected")], "701"),
        ([("put", "701", "failed")], None),
        ([], None),
    ],
)
def test_an_upgrade_takes_whose_cell_it_is_from_the_last_accepted_attempt(
    path, opened, outcomes, expected
):
    tried = ["INSERT INTO known_score VALUES ('a-1', 'c-1', 's-1', '8', '8', 1)"]
    for n, (op, sis, kind) in enumerate(outcomes, 1):
        sending = f'{{"points":"8","seen":"8","sis_student":"{sis}"}}'
        tried += [
            (
                f"INSERT INTO attempt VALUES ({n}, 'r', 'at', '{op}', 'a-1', 'c-1', 's-1', '501',"
                f" '{sending}', NULL)"
            ),
            f"INSERT INTO outcome VALUES ({n}, 'at', '{kind}', '')",
        ]
    as_version(path, 3, *tried)

    assert opened().delivered.known_scores("a-1", "c-1")["s-1"].sis_student == expected


def test_a_ledger_of_an_older_version_keeps_its_columns(path, opened):
    row = "'a-1', 'c-1', '501', 'pb-a-1-c-1', 'ref-1', NULL, NULL, 0"
    as_version(path, 2, f"INSERT INTO known_column VALUES ({row})")
    assert list(opened().delivered.columns(["c-1"])) == [a_column(ref="ref-1")]


def test_another_districts_ledger_is_refused(ledger, opened):
    ledger.close()
    with pytest.raises(LedgerError, match="'lakeview', not that of 'hillside'"):
        opened("hillside")
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


def test_a_ledger_that_lost_a_table_is_refused(ledger, path, opened):
    ledger.close()
    raw(path, "DROP TABLE known_score")
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
        damaged.source.scores("a-1")
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
        ("postgresql://db/passback", "comes with the fleet"),
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
