"""Who can read what the mocks keep: this user alone, whatever the umask is."""

import os
import stat
from datetime import date
from pathlib import Path

import pytest

from mock_sis.control.token import kept_token
from mock_sis.districts.cache import DistrictCache
from mock_sis.districts.factory import WorldFactory
from mock_sis.world.snapshots import Snapshots
from mock_sis.world.world import World
from mock_sis.world.worlds import Worlds

START = date(2026, 10, 1)


@pytest.fixture(params=[0o000, 0o022, 0o077])
def umask(request):
    """The umask of this process, for one test."""
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def modes(folder: Path) -> dict[str, str]:
    """The mode of every file and folder below *folder*."""
    return {
        str(path.relative_to(folder)): f"{stat.S_IMODE(path.stat().st_mode):o}"
        for path in sorted(folder.rglob("*"))
    }


def test_all_that_a_world_keeps_is_for_this_user_alone(tmp_path, umask):
    cache = DistrictCache(tmp_path / "cache")
    world = WorldFactory(cache).make(tmp_path / "w.db", start=START)
    worlds = Worlds(world, WorldFactory(cache))
    other = worlds.create("mine", start=START).world
    for one in (world, other):
        one.configure(anything=1)
        Snapshots(one).save("first")
    worlds.factory.reset(other, seed=2)
    kept_token(tmp_path / "token")

    found = modes(tmp_path)
    worlds.close()
    assert {"w.db", "w.db-wal", "w.db-shm", "w.db.start", "w.db.snap-first"} <= found.keys()
    assert "w.db.worlds/mine.db-wal" in found
    folders = {"cache", "w.db.worlds"}
    assert {name: mode for name, mode in found.items() if name not in folders} == dict.fromkeys(
        found.keys() - folders, "600"
    )
    assert {found[name] for name in folders} == {"700"}


def test_a_world_that_others_could_read_is_closed_to_them_when_it_is_opened(tmp_path):
    path = tmp_path / "w.db"
    factory = WorldFactory()
    worlds = Worlds(factory.make(path, start=START), factory)
    Snapshots(worlds.create("mine", start=START).world).save("first")
    worlds.close()
    (tmp_path / "w.db2").touch()
    for file in tmp_path.rglob("*"):
        file.chmod(0o755 if file.is_dir() else 0o644)

    again = Worlds(World.open(path), factory)
    assert again.find("mine")
    found = modes(tmp_path)
    again.close()

    assert found.pop("w.db2") == "644"
    assert found.pop("w.db.worlds") == "700"
    assert set(found.values()) == {"600"}


def test_a_cache_folder_that_was_there_stays_as_it_is(tmp_path):
    tmp_path.chmod(0o755)
    WorldFactory(DistrictCache(tmp_path)).make(tmp_path / "w.db", start=START).close()

    assert f"{stat.S_IMODE(tmp_path.stat().st_mode):o}" == "755"
