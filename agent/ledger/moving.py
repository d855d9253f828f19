"""All rows of a ledger carried into another store: a page at a time, the same afterwards."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

import msgspec

from agent.errors import LedgerError
from agent.ledger.care.signs import IDENTITY, MOVED
from agent.ledger.store import Row, Sql, Store, without_nul

_PAGE = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table of the ledger.

    Attributes:
        key: by which it is read in order.
        plain, flags, json: its other columns, by what they hold.
        numbered: the key is a number that the table gives.
        where: which rows belong to the ledger, and not to its store.
    """

    name: str
    key: tuple[str, ...]
    plain: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    json: tuple[str, ...] = ()
    numbered: bool = False
    where: str = "true"

    @property
    def columns(self) -> tuple[str, ...]:
        """In the order of a row that is carried."""
        return (*self.key, *self.plain, *self.json, *self.flags)

    def pages(self, store: Store) -> Iterator[list[Row]]:
        """Every row in the order of the key, the same from both stores; only a page in memory."""
        json = (f"CAST({each} AS TEXT)" for each in self.json)
        what = ", ".join((*self.key, *self.plain, *json, *self.flags))
        key, places = ", ".join(self.key), ", ".join("?" * len(self.key))
        some = f"SELECT {what} FROM {self.name} WHERE {self.where}"
        order = f"ORDER BY {key} LIMIT {_PAGE}"
        page = store.read(f"{some} {order}")
        while page:
            yield [self._carried(row) for row in page]
            last = page[-1][: len(self.key)]
            page = store.read(f"{some} AND ({key}) > ({places}) {order}", *last)

    def _carried(self, row: Row) -> Row:
        """A flag is a number in SQLite."""
        if not self.flags:
            return row
        at = len(row) - len(self.flags)
        return (*row[:at], *(None if each is None else bool(each) for each in row[at:]))


_record = ("assessment", "student", "section")

TABLES = (
    Table(name="district", key=("name",), plain=("cursor", "pulled_at")),
    Table(
        name="setting",
        key=("name",),
        plain=("value",),
        where=f"name NOT IN ('{IDENTITY}', '{MOVED}')",
    ),
    Table(name="class", key=("id",), plain=("title", "section", "teachers", "broken")),
    Table(name="teacher", key=("id",), plain=("sis_id", "broken")),
    Table(name="student", key=("id",), plain=("sis_id", "broken")),
    Table(name="group_member", key=("teacher",), plain=("broken",)),
    Table(
        name="assessment",
        key=("id", "class"),
        plain=(
            *("activity", "title", "type", "scale", "total_points", "kind", "assigned_by"),
            *("assigned_on", "created_at", "due", "submission_date", "students", "broken"),
        ),
        flags=("in_final_grade",),
    ),
    Table(
        name="score",
        key=("assessment", "student"),
        plain=("progress", "points", "flags", "broken"),
        flags=("had_score", "gone"),
    ),
    Table(
        name="known_column",
        key=("assessment", "owner"),
        plain=("gradebook", "external_id", "ref"),
        json=("seen", "accepted"),
        flags=("deleted", "list_again", "in_doubt"),
    ),
    Table(
        name="known_score",
        key=("assessment", "owner", "student"),
        plain=("seen", "accepted", "sis_student"),
        flags=("had_score", "in_doubt"),
    ),
    Table(
        name="left_score",
        key=("assessment", "owner", "sis_student"),
        plain=("student", "accepted"),
        flags=("had_score",),
    ),
    Table(name="restored_score", key=("assessment", "student")),
    Table(name="purged", key=("assessment",), plain=("at",)),
    Table(name="erased", key=("digest",), plain=("at",)),
    Table(name="schedule", key=("class",), plain=("context", "recheck_on", "dirty")),
    Table(
        name="run",
        key=("rowid",),
        plain=("id", "at", "command", "forced", "ended", "exit_code"),
        json=("summary",),
        numbered=True,
    ),
    Table(
        name="attempt",
        key=("id",),
        plain=("run", "at", "op", "assessment", "owner", "student", "section"),
        json=("sending", "before"),
        numbered=True,
    ),
    Table(name="outcome", key=("attempt",), plain=("at", "kind", "detail")),
    # After both: each attempt that is put in opens here, and its outcome closes it.
    Table(name="open_attempt", key=("id",)),
    Table(name="record", key=_record, plain=("state", "codes", "reason", "run")),
    Table(
        name="past_record",
        key=("id",),
        plain=(*_record, "state", "codes", "reason", "run"),
        numbered=True,
    ),
    Table(
        name="decision",
        key=("id",),
        plain=(
            *("at", "by", "choice", *_record, "reason", "about", "sis_student"),
            *("ended_at", "ended", "ended_why"),
        ),
        json=("undone",),
        numbered=True,
    ),
    Table(
        name="slot",
        key=("day", "name"),
        plain=("due", "run", "started", "tries", "exit_code", "again", "ended"),
    ),
    Table(
        name="pause",
        key=("id",),
        plain=("since", "by", "reason", "until", "ended", "ended_by"),
        numbered=True,
    ),
)
"""All tables, in the order of their references."""


def copy_all(source: Store, target: Store) -> Mapping[str, int]:
    """Put every row of a ledger, as it is at one moment, into an empty one, all or nothing."""
    with source.snapshot(), target.write(durable=True) as sql:
        return carry(source, target, sql)


def carry(source: Store, target: Store, sql: Sql) -> Mapping[str, int]:
    """Put every row into the *target*, whose transaction *sql* is, and compare.

    Returns:
        table -> how many rows; memory stays flat, however many they are.

    Raises:
        LedgerError: what stands there afterwards is not the same.
    """
    counts = {}
    for table in TABLES:
        taken = _Digest()
        sql.put(table.name, table.columns, table.key, taken.through(table.pages(source)))
        if table.numbered:
            target.renumber(table.name)
        _refuse_other(table, taken, target)
        counts[table.name] = taken.rows
    return counts


def compared(source: Store, target: Store) -> Mapping[str, int]:
    """Table -> how many rows it has in both.

    Raises:
        LedgerError: the two are not the same.
    """
    counts = {}
    for table in TABLES:
        taken = _of(table, source)
        _refuse_other(table, taken, target)
        counts[table.name] = taken.rows
    return counts


def _refuse_other(table: Table, taken: "_Digest", target: Store) -> None:
    found = _of(table, target)
    if found.value != taken.value:
        raise LedgerError(
            f"{target.name} does not hold the same {table.name}: {taken.rows:,} rows were to be"
            f" there, and {found.rows:,} others are; nothing was changed"
        )


def _of(table: Table, store: Store) -> "_Digest":
    found = _Digest()
    for _ in found.through(table.pages(store)):
        pass
    return found


NUL = b"\\u0000"
"""How what `without_nul` takes out looks in JSON."""


class _Digest:
    """How many rows went through, and a hash of them in their order."""

    def __init__(self) -> None:
        self.rows, self._hash = 0, hashlib.blake2b()

    def through(self, pages: Iterator[list[Row]]) -> Iterator[Row]:
        """Give each row on."""
        return chain.from_iterable(self._noted(page) for page in pages)

    def _noted(self, page: list[Row]) -> list[Row]:
        text = msgspec.json.encode(page)
        if NUL in text:
            page = [
                tuple(without_nul(each) if isinstance(each, str) else each for each in row)
                for row in page
            ]
            text = msgspec.json.encode(page)
        self.rows += len(page)
        self._hash.update(text)
        return page

    @property
    def value(self) -> tuple[int, bytes]:
        return self.rows, self._hash.digest()
