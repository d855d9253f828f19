"""Made-up worlds: kept in a cache, and written in a stream."""

import sys
from datetime import date

import pytest

from bench.cost import cost_of
from mock_sis.districts.cache import DistrictCache
from mock_sis.districts.factory import WorldFactory

START = date(2026, 10, 14)

MEASURED = """
import sys
from datetime import date
from pathlib import Path
from mock_sis.districts.generate import Writer
from mock_sis.districts.sized import write
from mock_sis.world.store import Store
from zoneinfo import ZoneInfo

store = Store(Path(sys.argv[1]))
store.create()
with store.write():
    writer = Writer(db=store, seed=1, start=date(2026, 10, 14), zone=ZoneInfo("America/Chicago"))
    write(writer, students=int(sys.argv[2]))
"""


def facts(world):
    """The district's people, and the Otus side."""
    people = world.db.read("SELECT * FROM student ORDER BY id")
    return [tuple(row) for row in people], list(world.feed.records("assessment"))


def test_a_world_from_the_cache_is_the_world_that_would_have_been_made(tmp_path):
    cache = DistrictCache(tmp_path / "cache")
    made = WorldFactory().make(tmp_path / "a.db", start=START)
    first = WorldFactory(cache).make(tmp_path / "b.db", start=START)
    [kept] = (tmp_path / "cache").iterdir()
    kept_at = kept.stat().st_mtime_ns
    second = WorldFactory(cache).make(tmp_path / "c.db", start=START)

    assert facts(made) == facts(first) == facts(second)
    assert kept.stat().st_mtime_ns == kept_at
    WorldFactory(cache).reset(second)
    assert facts(second) == facts(made)


@pytest.mark.parametrize(
    "other", [{"seed": 2}, {"start": date(2026, 10, 15)}, {"settings": {"timezone": "UTC"}}]
)
def test_what_decides_a_world_decides_its_name_in_the_cache(tmp_path, other):
    cache = DistrictCache(tmp_path / "cache")
    WorldFactory(cache).make(tmp_path / "a.db", start=START)
    WorldFactory(cache).make(tmp_path / "b.db", **{"start": START, **other})

    assert len(list((tmp_path / "cache").iterdir())) == 2


@pytest.mark.slow
def test_memory_hardly_grows_with_the_world(tmp_path):
    def peak(students):
        command = [sys.executable, "-c", MEASURED, str(tmp_path / f"{students}.db"), str(students)]
        cost = cost_of(command)
        assert cost.code == 0
        return cost.peak_mb

    assert peak(7_200) < peak(1_200) * 1.25
