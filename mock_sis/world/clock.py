"""The world's clock: real time plus an offset, or frozen; in the file, so all servers agree."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from mock_sis.world.store import Store

MICROSECOND = timedelta(microseconds=1)


class ClockBackwardsError(ValueError):
    """The clock was asked to go back; only a reset or a snapshot does that."""

    def __init__(self, now: datetime, asked: datetime) -> None:
        super().__init__(f"the clock stands at {text(now)} and cannot go back to {text(asked)}")


def real_time() -> datetime:
    """The machine's clock, UTC."""
    return datetime.now(UTC)


def text(instant: datetime) -> str:
    """An aware instant as stored: UTC, ISO, microseconds only where there are any, ending in Z."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def instant(stored: str) -> datetime:
    """A stored instant, aware."""
    return datetime.fromisoformat(stored).astimezone(UTC)


class Clock:
    """Tells and sets the time of one world."""

    def __init__(self, store: Store, real: Callable[[], datetime] = real_time) -> None:
        self._store = store
        self.real = real

    def now(self) -> datetime:
        """The world's instant, UTC."""
        offset, frozen_at = self._row()
        return instant(frozen_at) if frozen_at else self.real() + offset

    @property
    def frozen(self) -> bool:
        """Whether it stands still."""
        return self._row()[1] is not None

    def set(self, now: datetime | None = None, *, frozen: bool | None = None) -> None:
        """Move on to *now*, and stop or go on; None leaves as it is. Never backwards."""
        with self._store.write():
            current = self.now()
            if now is not None and now < current:
                raise ClockBackwardsError(current, now)
            self.force(now or current, frozen=self.frozen if frozen is None else frozen)

    def advance(self, by: timedelta) -> None:
        """Move on by *by*."""
        with self._store.write():
            self.set(self.now() + by)

    def force(self, now: datetime | None, *, frozen: bool = False) -> None:
        """Set to any instant, also backwards; None is real time."""
        offset = (now - self.real()) // MICROSECOND if now else 0
        with self._store.write() as cursor:
            cursor.execute(
                "INSERT INTO clock VALUES (1, ?, ?) ON CONFLICT DO UPDATE"
                " SET offset_us = excluded.offset_us, frozen_at = excluded.frozen_at",
                (offset, text(now) if now and frozen else None),
            )

    def _row(self) -> tuple[timedelta, str | None]:
        row = self._store.settled("SELECT offset_us, frozen_at FROM clock")
        return (timedelta(microseconds=row[0]), row[1]) if row else (timedelta(), None)
