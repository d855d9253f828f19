"""A ledger that is only read: nothing is made, migrated or written, and a run is not in the way."""

import os
import sqlite3
import stat
from contextlib import closing, contextmanager

import pytest

from agent.errors import LedgerError
from agent.ledger import open_ledger
from agent.ledger.sqlite.schema import VERSION
from agent.records import State
from tests.agent.ledger.files import raw
from tests.agent.ledger.records_of_a_school import NOW, a_class, a_state, pull
from tests.agent.ledger.test_schema import as_version

NOBODY = 65534


def reading(path, district="lakeview"):
    return closing(open_ledger(f"sqlite:///{path}", district, read_only=True))


@contextmanager
def a_disk_without_writes(folder):
    """Neither the folder nor its files can be written, as on a disk that is mounted read-only."""
    rights = {each: stat.S_IMODE(each.stat().st_mode) for each in [folder, *folder.iterdir()]}
    above = [each for each in folder.parents if os.access(each, os.W_OK) and each != each.parent]
    rights |= {each: stat.S_IMODE(each.stat().st_mode) for each in above}
    for each, mode in rights.items():
        each.chmod(mode | 0o055 if each in above else 0o555)
    privileged = os.geteuid() == 0
    if privileged:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if privileged:
            os.seteuid(0)
        for each, mode in rights.items():
            if each.exists():
                each.chmod(mode)


def bytes_of(folder):
    return {each.name: each.read_bytes() for each in folder.iterdir() if each.suffix == ".db"}


def test_where_there_is_no_ledger_none_is_made(path):
    with pytest.raises(LedgerError, match="the first `passback sync` makes it"):
        reading(path)
    assert not path.exists()


def test_an_empty_file_stays_empty(path):
    path.touch()
    with pytest.raises(LedgerError, match="the first `passback sync` makes it"):
        reading(path)
    assert path.read_bytes() == b""


def test_what_a_run_left_is_read_and_the_file_stays_as_it_was(path, ledger):
    ledger.records.record("r-1", [a_state()])
    ledger.close()
    before = bytes_of(path.parent)
    with reading(path) as read:
        assert [each.state for each in read.records.records_of(["a-1"])] == [State.SENT]
    assert bytes_of(path.parent) == before


def test_nothing_can_be_written(path, ledger):
    ledger.close()
    with reading(path) as read, pytest.raises(LedgerError, match="readonly"):
        read.runs.begin("r-1", NOW, "sync", None)


def test_a_run_writes_on_while_somebody_reads(path, ledger):
    ledger.records.record("r-1", [a_state()])
    with reading(path) as read:
        states = read.records.records("r-1")
        next(states)
        ledger.records.record("r-1", [a_state(student="s-2")])
        assert len(read.records.records_of(["a-1"])) == 2


def test_what_a_killed_run_left_beside_the_file_is_read(path, ledger, tmp_path):
    ledger.records.record("r-1", [a_state()])
    copy = tmp_path / "killed"
    copy.mkdir()
    for each in (path, path.with_name(f"{path.name}-wal")):
        (copy / each.name).write_bytes(each.read_bytes())
    with reading(copy / path.name) as read:
        assert len(read.records.records_of(["a-1"])) == 1


def test_a_ledger_of_an_older_version_is_read_and_stays_of_that_version(path):
    row = "'a-1', 'c-1', '501', 'pb-a-1-c-1', 'ref-1', NULL, NULL, 0"
    as_version(path, 2, f"INSERT INTO known_column VALUES ({row})")
    before = bytes_of(path.parent)
    with reading(path) as read:
        assert [each.ref for each in read.delivered.columns(["c-1"])] == ["ref-1"]
    assert bytes_of(path.parent) == before


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        (f"PRAGMA user_version = {VERSION + 1}", "use the newer program"),
        ("PRAGMA application_id = 7", "not a Passback ledger"),
        ("DROP TABLE known_score", "damaged"),
        ("UPDATE district SET name = 'oakridge'", "that of district 'oakridge'"),
    ],
)
def test_what_is_refused_for_a_run_is_refused_to_a_reader(path, ledger, statement, why):
    ledger.close()
    raw(path, statement)
    with pytest.raises(LedgerError, match=why):
        reading(path)


def test_a_file_of_something_else_is_one_line(path):
    path.write_bytes(b"no database at all, but long enough to be looked at" * 40)
    with pytest.raises(LedgerError, match="cannot be used"):
        reading(path)


# ---- a disk that takes no writes -----------------------------------------------------------------


def test_a_ledger_at_rest_is_read_on_a_disk_without_writes(path, ledger):
    pull(ledger, a_class())
    ledger.close()
    with a_disk_without_writes(path.parent), reading(path) as read:
        assert [each.id for each in read.source.classes()] == ["c-1"]
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_an_older_ledger_is_read_there_too(path):
    as_version(path, VERSION - 1)
    with a_disk_without_writes(path.parent), reading(path) as read:
        assert read.runs.latest(1) == []


def test_a_run_at_work_is_read_there_too(path, ledger):
    pull(ledger, a_class())
    with a_disk_without_writes(path.parent), reading(path) as read:
        assert [each.id for each in read.source.classes()] == ["c-1"]


def test_changes_that_cannot_be_read_there_are_not_left_out(path, ledger, tmp_path):
    ledger.records.record("r-1", [a_state()])
    copy = tmp_path / "copy"
    copy.mkdir()
    for each in (path, path.with_name(f"{path.name}-wal")):
        (copy / each.name).write_bytes(each.read_bytes())
    with (
        a_disk_without_writes(copy),
        pytest.raises(LedgerError, match="copy all files of the ledger to another folder"),
    ):
        reading(copy / path.name)


def test_a_run_that_begins_while_a_ledger_at_rest_is_read_is_noticed(path, ledger):
    ledger.close()
    with a_disk_without_writes(path.parent):
        read = open_ledger(f"sqlite:///{path}", "lakeview", read_only=True)
    with closing(read), closing(sqlite3.connect(path)) as run:
        run.execute("INSERT INTO setting VALUES ('of', 'the run')")
        run.commit()
        with pytest.raises(LedgerError, match="a run began while"):
            read.get("of")
