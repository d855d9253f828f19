"""One world: a synthetic district in one file, its clock, its gradebooks, its Otus side."""

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from mock_sis.districts.build import Recipe, build, discard, rebuild
from mock_sis.districts.cache import DistrictCache
from mock_sis.gradebook.enforcement import Enforcement
from mock_sis.gradebook.gradebook import Gradebook
from mock_sis.gradebook.periods import Period, all_periods
from mock_sis.gradebook.registrar import Registrar
from mock_sis.world.clock import Clock, real_time, text
from mock_sis.world.feed import Feed
from mock_sis.world.private import close_to_others
from mock_sis.world.snapshots import Snapshots
from mock_sis.world.store import Store

SISES = ("skyward", "powerschool")


class World:
    """A district; safe to share between threads, and between processes by opening it again."""

    def __init__(self, path: Path, *, real: Callable[[], datetime] = real_time) -> None:
        if not path.is_file():
            raise FileNotFoundError(f"no world in {path}")
        close_to_others(path)
        self.path = path
        self.name = path.stem
        self.db = Store(path)
        self.clock = Clock(self.db, real)
        self.feed = Feed(self.db)
        self.enforcement = Enforcement(self.db)
        self.snapshots = Snapshots(self)
        self.registrar = Registrar(self)
        self._gradebooks = {sis: Gradebook(self, sis) for sis in SISES}

    @classmethod
    def create(
        cls,
        path: Path,
        *,
        size: str | int = "tiny",
        source: Path | None = None,
        seed: int = 1,
        start: date | datetime | None = None,
        dated: bool = False,
        settings: Mapping[str, Any] | None = None,
        real: Callable[[], datetime] = real_time,
        cache: DistrictCache | None = None,
    ) -> "World":
        """Make a world, and the pristine copy that `reset` returns to; see `Recipe`.

        A *cache* keeps made-up districts, so that the next one like it is a copy.

        ValueError: no such size. FileExistsError: *path* is taken. ImportFault: a bad *source*.
        """
        recipe = Recipe(
            size=size, source=source, seed=seed, start=start, dated=dated, settings=settings or {}
        )
        return build(path, recipe, real, cache)

    @classmethod
    def open(cls, path: Path) -> "World":
        """Open a world that is there. FileNotFoundError: it is not."""
        return cls(path)

    # ---- time -----------------------------------------------------------------------------------

    @cached_property
    def zone(self) -> ZoneInfo:
        """The district's time zone."""
        return ZoneInfo(self.setting("timezone"))

    def now(self) -> datetime:
        """The world's instant, UTC."""
        return self.clock.now()

    def today(self) -> date:
        """The district's date."""
        return self.now().astimezone(self.zone).date()

    def noon(self, day: date) -> datetime:
        """Local noon of *day*, aware."""
        return datetime.combine(day, time(12), self.zone)

    def stamp(self) -> str:
        """Now, as stored in `modified`."""
        return text(self.now())

    def set_clock(self, now: datetime | None = None, *, frozen: bool | None = None) -> None:
        """Move the clock on; what the feed held back for the days passed comes out."""
        self.clock.set(now, frozen=frozen)
        self.release(self.today())

    def advance(self, by: timedelta) -> None:
        """Move the clock on by *by*, as `set_clock`."""
        self.clock.advance(by)
        self.release(self.today())

    def release(self, upto: date) -> int:
        """Let the feed have what an import held back for *upto* and earlier; answers how many."""
        return self.feed.release(upto)

    # ---- what it holds --------------------------------------------------------------------------

    @property
    def seed(self) -> int:
        """The number that its people and scores grew from."""
        return int(self.setting("seed", 0))

    def setting(self, name: str, default: Any = None) -> Any:
        """A setting of this world: JSON value, or *default*."""
        stored = self.setting_text(name)
        return json.loads(stored) if stored else default

    def setting_text(self, name: str) -> str:
        """A setting as it stands in the file; empty where there is none."""
        row = self.db.settled("SELECT value FROM setting WHERE name = ?", name)
        return str(row[0]) if row else ""

    def configure(self, **settings: Any) -> None:
        """Keep settings in the world's file."""
        with self.db.write() as cursor:
            cursor.executemany(
                "INSERT OR REPLACE INTO setting VALUES (?, ?)",
                [(name, json.dumps(value)) for name, value in settings.items()],
            )

    def gradebook(self, sis: str) -> Gradebook:
        """The gradebooks of "skyward" or "powerschool"."""
        return self._gradebooks[sis]

    def periods(self) -> list[Period]:
        """Every grading period, by start."""
        return all_periods(self.db, self.now(), self.zone)

    # ---- its life -------------------------------------------------------------------------------

    def reset(self, seed: int | None = None) -> None:
        """Back to its start: data, clock, journal, faults. Cursors of the feed become unknown.

        Another *seed* makes another district of the same size or source.
        """
        if seed is not None and seed != self.seed:
            rebuild(self, seed)
        self.snapshots.restore_pristine()

    def close(self) -> None:
        """Give the connections back; the world stays on disk."""
        self.db.close()

    def delete(self) -> None:
        """Remove the world and its snapshots from disk."""
        self.close()
        self.snapshots.delete_all()
        discard(self.path)
