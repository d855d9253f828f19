"""One world: a synthetic district in one file, its clock, its settings, its Otus feed."""

import json
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from mock_sis.world.clock import Clock, real_time, text
from mock_sis.world.enforcement import Enforcement
from mock_sis.world.feed import Feed
from mock_sis.world.private import close_to_others
from mock_sis.world.store import Store


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

    @classmethod
    def open(cls, path: Path) -> "World":
        """Open a world that is there. FileNotFoundError: it is not."""
        return cls(path)

    # ---- time -----------------------------------------------------------------------------------

    @property
    def zone(self) -> ZoneInfo:
        """The district's time zone."""
        return ZoneInfo(self.setting("timezone"))

    def now(self) -> datetime:
        """The world's instant, UTC."""
        return self.clock.now()

    def local_now(self) -> datetime:
        """The world's instant by the district's clock."""
        return self.now().astimezone(self.zone)

    def today(self) -> date:
        """The district's date."""
        return self.local_now().date()

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

    # ---- its life -------------------------------------------------------------------------------

    def close(self) -> None:
        """Give the connections back; the world stays on disk."""
        self.db.close()
