"""What the ledger asks of the database that holds it; there are two: `sqlite` and `postgres`.

SQL is the same text for both. It follows these rules:

- `?` stands for a value, by position alone; a value that is used twice is given twice.
- `INSERT .. ON CONFLICT (key) DO UPDATE SET` or `DO NOTHING`; in it the row that is there is named
  by its table. Values that may be NULL are compared by `IS [NOT] DISTINCT FROM`.
- `elements(X)` has a row for each text of a JSON list, with the column `value`; `members(X)` one
  for each member of a JSON object, with `key` and `value`; `objects(X)` one for each element that
  is a list or an object itself, to be read by `value ->> 'name'`. Each store puts its own there.
- Flags are written as conditions (`NOT gone`, `true`), and are Python's bools as arguments.
- Of the functions that only one of the two has (`json_*`, `total`, `iif`, `instr`) there are none.
- A subselect in FROM has a name.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from types import GenericAlias
from typing import Any, Protocol, TypeVar

import msgspec

from agent.ledger.dialect import Dialect

Row = tuple[Any, ...]
Value = TypeVar("Value")

_PAGE = 1000


class TakeBack(Exception):
    """Raised inside `Store.write`: all of it is taken back, and nothing else happens."""


class Found(Protocol):
    """What a statement gave."""

    @property
    def rowcount(self) -> int:
        """How many rows it changed."""

    def fetchone(self) -> Row | None:
        """The next row."""

    def fetchall(self) -> list[Row]:
        """All rows that are left."""

    def __iter__(self) -> Iterator[Row]:
        """Each row that is left."""


class Sql(Protocol):
    """Statements in one transaction."""

    def execute(self, sql: str, arguments: Sequence[Any] = ()) -> Found:
        """Run one statement."""

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run a statement for each of *rows*, in their order."""

    def put(
        self, table: str, columns: Sequence[str], key: Sequence[str], rows: Iterable[Row]
    ) -> None:
        """Put many rows in the place of those with the same key; of several the last."""

    def stage(self, table: str, like: str, columns: Sequence[str], key: Sequence[str]) -> None:
        """Make a temporary table of these columns of another, and of the flag `gone`."""

    def analyze(self, table: str) -> None:
        """Tell the database that a temporary table has what it is to have."""


class Store(Protocol):
    """The open ledger of one district. One connection serves all threads, guarded by one lock.

    Every error of the database leaves here as a `LedgerError` of one line, which shows no values.
    What both stores do in the same way stands here.

    Attributes:
        dialect: what it writes in another way.
        name: of the ledger, as messages call it.
        file: that it lies in; None for one in memory or in PostgreSQL.
    """

    dialect: Dialect
    name: str
    file: Path | None
    _joined: bool

    def read(self, sql: str, *arguments: Any) -> list[Row]:
        """All rows of a query."""

    def values(self, kind: type[Value], select: str, *arguments: Any) -> list[Value]:
        """Each row of a query as a value of a type, whose members are columns by name.

        The database writes JSON, which is decoded in half the time that reading rows takes. A
        member that is not a text, a number or a flag lies in its column as JSON.
        """
        [[text]] = self.read(f"SELECT {self.dialect.json_list(kind, select)}", *arguments)
        found: list[Value] = msgspec.json.decode(text, type=GenericAlias(list, (kind,)))
        return found

    def pages(self, sql: str) -> Iterator[Row]:
        """All rows of a query, a page at a time: of a large table only a page is in memory.

        The query takes the first column of the last row before the page, and a limit.
        """
        last = ""
        while rows := self.read(sql, last, _PAGE):
            yield from rows
            last = rows[-1][0]

    def check_lock(self) -> None:
        """Raise `LedgerLostError` if a run that holds the lock does not hold it any more."""

    def snapshot(self) -> AbstractContextManager[None]:
        """Have everything that is read inside be of one moment."""

    def write(self, *, durable: bool = False) -> AbstractContextManager[Sql]:
        """One transaction: all of it or nothing. A ledger has one writer at a time.

        `durable` waits until the disk has it. Without it the transaction survives a kill of this
        process, but a power cut may lose the last ones, never a part of one or an earlier one.
        """

    @contextmanager
    def together(self, *, durable: bool) -> Iterator[None]:
        """One transaction of all that this thread writes inside."""
        with self.write(durable=durable):
            self._joined = True
            try:
                yield
            finally:
                self._joined = False

    def insert(
        self,
        table: str,
        columns: Sequence[str],
        rows: Sequence[Row],
        otherwise: str = "",
        *,
        durable: bool = False,
    ) -> None:
        """Insert *rows*, all or none."""

    def number(
        self, table: str, columns: Sequence[str], rows: Sequence[Row], *, durable: bool = False
    ) -> Sequence[int]:
        """Insert *rows* into a table that numbers them; give their ids, in order."""

    def staging(self) -> AbstractContextManager[Sql]:
        """One transaction over temporary tables only: it does not lock the ledger."""

    def removing(self) -> AbstractContextManager[Sql]:
        """Write durably where attempts and outcomes may be removed, which are append-only."""

    def shrink(self, *, whole: bool) -> bool:
        """Give room back, always where *whole*; whether nothing removed is left in a log."""

    def schemas(self) -> tuple[Mapping[str, str], Mapping[str, str]] | None:
        """Tables and guards with their definitions, as this program makes them and as they are.

        None: nobody can tell.
        """

    def size(self) -> int:
        """How many bytes it takes."""

    def renumber(self, table: str) -> None:
        """Have the next id of a table come after those that were inserted with theirs."""

    def copied_to(self, path: Path) -> bool:
        """Write a copy as it is now, an SQLite file; False, and nothing, where it is none."""

    def identity(self) -> str | None:
        """Which database it is in; another one after that was set back. None: it is a file."""

    def close(self) -> None:
        """Close it; using the ledger after that is a `LedgerError`."""


_NUL = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")


def without_nul(text: str) -> str:
    """A text without the one character that PostgreSQL takes neither in a text nor in JSON."""
    text = text.replace("\0", "\ufffd")
    return _NUL.sub("\\1\ufffd", text) if "u0000" in text else text


# ---- SQL that several parts of the ledger share

ANY_OF = "IN (SELECT value FROM elements(?))"
"""SQL that takes the text of `listed`; there is no limit on how many."""


def listed(values: Iterable[str]) -> str:
    """JSON for `ANY_OF`."""
    return msgspec.json.encode(tuple(values)).decode()
