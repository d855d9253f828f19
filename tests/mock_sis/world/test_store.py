"""The world's file under reads and writes of several threads and processes."""

import sqlite3
import threading
import time
from contextlib import closing

import pytest

from mock_sis.world.checkpoints import WRITES, checkpointing
from mock_sis.world.world import World

TITLE = "SELECT title FROM section WHERE id = '200001'"
RENAME = "UPDATE section SET title = ? WHERE id = '200001'"


@pytest.fixture
def other(world):
    """The same file, opened as another process does."""
    opened = World.open(world.path)
    yield opened
    opened.close()


def rename(world, title):
    with world.db.write() as cursor:
        cursor.execute(RENAME, (title,))


def test_a_glance_sees_one_state_of_the_file(world, other):
    rename(world, "before")
    with world.db.one_state():
        seen = [world.db.one(TITLE)[0]]
        rename(other, "meanwhile")
        seen.append(world.db.one(TITLE)[0])

    assert seen == ["before", "before"]
    assert world.db.one(TITLE)[0] == "meanwhile"


def test_a_glance_that_writes_goes_on_from_what_others_have_written(world, other):
    with world.db.one_state():
        world.db.one(TITLE)
        rename(other, "theirs")
        with world.db.write():
            assert world.db.one(TITLE)[0] == "theirs"
            rename(world, "ours")
        assert world.db.one(TITLE)[0] == "ours"
    assert other.db.one(TITLE)[0] == "ours"


def test_a_refused_write_leaves_a_glance_that_others_do_not_wait_for(world, other):
    with world.db.one_state():
        with pytest.raises(KeyError), world.db.write():
            raise KeyError
        rename(other, "theirs")
        assert world.db.one(TITLE)[0] == "theirs"


def test_who_writes_waits_for_its_turn(world, other):
    def write():
        rename(other, "second")

    waiting = threading.Thread(target=write)
    with world.db.write() as cursor:
        waiting.start()
        cursor.execute(RENAME, ("first",))
        assert waiting.is_alive()
    waiting.join()

    assert world.db.one(TITLE)[0] == "second"


def test_the_log_is_taken_into_the_file_beside_the_requests(world):
    before = in_the_file(world.path)
    with checkpointing(world.db):
        for number in range(WRITES):
            rename(world, str(number))
        deadline = time.monotonic() + 60
        while in_the_file(world.path) == before and time.monotonic() < deadline:
            time.sleep(0.01)

    assert in_the_file(world.path).isdecimal()


def in_the_file(path):
    """The title that the file itself has, whatever its log says."""
    with closing(sqlite3.connect(f"file:{path}?immutable=1", uri=True)) as alone:
        return alone.execute(TITLE).fetchone()[0]
