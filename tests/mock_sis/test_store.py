"""The world's file under reads and writes of several threads and processes."""

import threading

import pytest

from mock_sis.world import World

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
    with world.db.glance():
        seen = [world.db.one(TITLE)[0]]
        rename(other, "meanwhile")
        seen.append(world.db.one(TITLE)[0])

    assert seen == ["before", "before"]
    assert world.db.one(TITLE)[0] == "meanwhile"


def test_a_glance_that_writes_goes_on_from_what_others_have_written(world, other):
    with world.db.glance():
        world.db.one(TITLE)
        rename(other, "theirs")
        with world.db.write():
            assert world.db.one(TITLE)[0] == "theirs"
            rename(world, "ours")
        assert world.db.one(TITLE)[0] == "ours"
    assert other.db.one(TITLE)[0] == "ours"


def test_a_refused_write_leaves_a_glance_that_others_do_not_wait_for(world, other):
    with world.db.glance():
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
