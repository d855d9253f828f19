"""Files that strangers bring: only what is a world of this version becomes one."""

import io
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from mock_sis.world.snapshots import Snapshots
from mock_sis.world.uploads import NotAWorldError, replace_by_upload, world_of_upload


@pytest.fixture
def content(world):
    with Snapshots(world).open_copy() as file:
        return file.read()


def changed(content, *statements):
    """The file after *statements*, by somebody who may write anything."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "odd.db"
        path.write_bytes(content)
        with closing(sqlite3.connect(path, isolation_level=None)) as db:
            for statement in statements:
                db.execute(statement)
        return path.read_bytes()


def bring(content, folder):
    return world_of_upload(io.BytesIO(content), folder / "brought.db")


HOSTILE = {
    "trigger": [
        "CREATE TRIGGER t AFTER INSERT ON score BEGIN UPDATE score SET value = '100'; END",
    ],
    "view": ["CREATE VIEW v AS SELECT randomblob(1000000000)"],
    "view in place of a table": ["DROP TABLE unlocked", "CREATE VIEW unlocked AS SELECT 1"],
    "more tables": ["CREATE TABLE more (x)"],
    "fewer tables": ["DROP TABLE journal"],
    "index on an expression": ["CREATE INDEX i ON score (abs(value))"],
    "another version": ["ALTER TABLE fault ADD COLUMN colour TEXT"],
    "planner's statistics": ["ANALYZE"],
    "other pages": ["PRAGMA page_size = 8192", "VACUUM"],
    "a schema that is no SQL": [
        "PRAGMA writable_schema = ON",
        "UPDATE sqlite_schema SET sql = 'CREATE TABLE score (x, y' WHERE name = 'score'",
    ],
}


@pytest.mark.parametrize("statements", HOSTILE.values(), ids=HOSTILE)
def test_a_file_with_another_schema_is_no_world(content, tmp_path, statements):
    with pytest.raises(NotAWorldError):
        bring(changed(content, *statements), tmp_path)

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE setting SET value = '{' WHERE name = 'size'", "dates or records"),
        ("UPDATE otus SET record = 'x'", "dates or records"),
        ("UPDATE period SET start = '2026-02-30'", "dates or records"),
        ("UPDATE period SET end = 'soon'", "dates or records"),
        ("UPDATE enrolment SET begin = '1-1-1'", "dates or records"),
        ("UPDATE setting SET value = '\"../../etc\"' WHERE name = 'timezone'", "makes no sense"),
        ("UPDATE setting SET value = '\"Mars/Base\"' WHERE name = 'timezone'", "makes no sense"),
        ("UPDATE setting SET value = '7' WHERE name = 'timezone'", "makes no sense"),
        ("DELETE FROM setting", "makes no sense"),
        ("UPDATE setting SET value = '\"x\"' WHERE name = 'seed'", "makes no sense"),
        ("INSERT OR REPLACE INTO setting VALUES ('feed_epoch', '\"x\"')", "makes no sense"),
        ("UPDATE clock SET offset_us = 9223372036854775807", "makes no sense"),
        ("UPDATE clock SET offset_us = -40000000000000000", "makes no sense"),
        ("UPDATE clock SET frozen_at = 'never'", "makes no sense"),
    ],
)
def test_a_file_with_odd_content_is_no_world(content, tmp_path, statement, words):
    with pytest.raises(NotAWorldError, match=words):
        bring(changed(content, statement), tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_a_damaged_or_cut_file_is_no_world(content, tmp_path):
    page = 4096
    for odd in (
        content[: len(content) // 2],
        content[:page] + b"\xff" * page + content[2 * page :],
        content[: 10 * page] + bytes(20 * page) + content[30 * page :],
    ):
        with pytest.raises(NotAWorldError, match="damaged"):
            bring(odd, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_wal_mode_is_read_without_its_log(content, tmp_path):
    wal = bytearray(content)
    wal[18:20] = b"\x02\x02"  # the header's mark of write-ahead logging

    assert bring(bytes(wal), tmp_path).setting("size") == "tiny"


def test_what_was_deleted_from_a_file_is_not_taken_over(content, tmp_path):
    name = "Zyxwv"
    odd = changed(
        content,
        f"UPDATE student SET family = '{name * 200}'",
        "PRAGMA secure_delete = OFF",
        "DELETE FROM student",
    )
    assert name.encode() in odd

    made = bring(odd, tmp_path)

    made.close()
    for path in tmp_path.iterdir():
        assert name.encode() not in path.read_bytes()


def test_the_path_of_somebody_elses_roster_is_not_taken_over(content, tmp_path):
    odd = changed(content, "UPDATE setting SET value = '\"/etc\"' WHERE name = 'source'")

    assert bring(odd, tmp_path).setting("source") is None


def test_a_world_stays_as_it_is_when_the_file_is_refused(world, content):
    before = list(world.db.connection.iterdump())

    with pytest.raises(NotAWorldError):
        replace_by_upload(world, io.BytesIO(changed(content, "CREATE TABLE more (x)")))

    assert list(world.db.connection.iterdump()) == before


def test_a_world_that_is_in_use_becomes_the_uploaded_one(world, content):
    world.advance(timedelta(days=3))
    epoch = world.feed.epoch

    replace_by_upload(world, io.BytesIO(content))

    assert world.today().isoformat() == "2026-10-01"
    assert world.feed.epoch != epoch
    Snapshots(world).restore_pristine()
    assert world.today().isoformat() == "2026-10-01"


def test_nothing_of_an_uploaded_world_can_be_undone(content, tmp_path):
    act = (
        "INSERT INTO act (sis, section, sentence, changed, before, after) VALUES"
        " ('skyward', '200001', 's', 'score', '{\"1\": {\"value = 1, status\": 2}}', '{}')"
    )

    made = bring(changed(content, act), tmp_path)

    assert made.db.read("SELECT * FROM act") == []
    made.close()
