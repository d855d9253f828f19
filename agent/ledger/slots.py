"""The nights by the clock of `passback serve`, one row a local date, and what pauses them."""

from collections.abc import Sequence
from datetime import date, datetime

import msgspec

from agent.ledger.rows import instant, maybe
from agent.ledger.store import Store

NIGHT = "night"
"""The one slot of a date; the table has room for more."""


class StoredSlot(msgspec.Struct, frozen=True, kw_only=True):
    """A night by the clock that was begun.

    Attributes:
        due: when it was to begin.
        run: the last run of it.
        started: when the first one began.
        tries: how many there were.
        exit_code: None: at work or cut off.
        again: the next try comes not before.
        ended: None: at work, cut off, or to be tried again.
    """

    day: date
    due: datetime
    run: str
    started: datetime
    tries: int
    exit_code: int | None
    again: datetime | None
    ended: datetime | None


class Pause(msgspec.Struct, frozen=True, kw_only=True):
    """Why no night runs by the clock; `until` is the first date whose night does again."""

    since: datetime
    by: str
    reason: str
    until: date | None
    ended: datetime | None
    ended_by: str | None


class Slots:
    """What became of the night of a date."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def note_served(self, now: datetime) -> None:
        """Remember *now* as the moment since when nights run by the clock, the first time."""
        self._store.insert(
            "setting", ("name", "value"), [(SINCE, instant(now))], "ON CONFLICT (name) DO NOTHING"
        )

    def served_since(self) -> datetime | None:
        """When nights began to run by the clock; what was due before was nobody's."""
        rows = self._store.read("SELECT value FROM setting WHERE name = ?", SINCE)
        return datetime.fromisoformat(rows[0][0]) if rows else None

    def begin(self, day: date, due: datetime, run: str, at: datetime) -> bool:
        """Note that *run* is the night of *day*; False, and nothing noted, once that has ended."""
        row = (day.isoformat(), NIGHT, instant(due), run, instant(at), 1, None, None, None)
        with self._store.write(durable=True) as sql:
            return sql.execute(BEGIN, row).rowcount > 0

    def try_again(self, day: date, exit_code: int, not_before: datetime) -> None:
        """Note that the run of that night came to nothing, and when the next one may begin."""
        self._note("exit_code = ?, again = ?", exit_code, instant(not_before), day)

    def end(self, day: date, exit_code: int, at: datetime) -> None:
        """Note that the night is over: it never runs by the clock again."""
        self._note("exit_code = ?, ended = ?", exit_code, instant(at), day)

    def _note(self, values: str, exit_code: int, at: str, day: date) -> None:
        where = "day = ? AND name = ? AND ended IS NULL"
        with self._store.write(durable=True) as sql:
            sql.execute(
                f"UPDATE slot SET {values} WHERE {where}", (exit_code, at, day.isoformat(), NIGHT)
            )

    def find(self, day: date) -> StoredSlot | None:
        """The night of *day*, if it was begun."""
        found = self._store.values(
            StoredSlot, SLOTS.format("WHERE day = ? AND name = ?"), day.isoformat(), NIGHT
        )
        return found[0] if found else None

    def latest(self, limit: int) -> Sequence[StoredSlot]:
        """The newest first."""
        return self._store.values(
            StoredSlot, SLOTS.format("WHERE name = ? ORDER BY day DESC LIMIT ?"), NIGHT, limit
        )


class Pauses:
    """Who stopped the nights by the clock, and why."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def begin(self, reason: str, by: str, at: datetime, until: date | None = None) -> None:
        """Pause; in place of a pause that stands."""
        with self._store.write(durable=True) as sql:
            sql.execute(END_PAUSE, (instant(at), by))
            sql.execute(
                "INSERT INTO pause (since, by, reason, until) VALUES (?, ?, ?, ?)",
                (instant(at), by, reason, maybe(date.isoformat, until)),
            )

    def end(self, by: str, at: datetime) -> None:
        """Let nights run by the clock again."""
        with self._store.write(durable=True) as sql:
            sql.execute(END_PAUSE, (instant(at), by))

    def current(self) -> Pause | None:
        """The pause that nobody ended; its date may be over."""
        found = self._store.values(Pause, PAUSES.format("WHERE ended IS NULL"))
        return found[0] if found else None

    def latest(self, limit: int) -> Sequence[Pause]:
        """The newest first."""
        return self._store.values(Pause, PAUSES.format("ORDER BY id DESC LIMIT ?"), limit)


SINCE = "served_since"

BEGIN = """
INSERT INTO slot (day, name, due, run, started, tries, exit_code, again, ended)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (day, name) DO UPDATE SET
    run = excluded.run, tries = slot.tries + 1, exit_code = NULL, again = NULL
WHERE slot.ended IS NULL
"""

SLOTS = """
SELECT day, due, run, started, tries, exit_code, again, ended FROM slot {}
"""

END_PAUSE = "UPDATE pause SET ended = ?, ended_by = ? WHERE ended IS NULL"

PAUSES = """
SELECT since, by, reason, until, ended, ended_by FROM pause {}
"""
