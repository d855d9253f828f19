"""A world's file that somebody brings: it is a world only if a world of this version looks so.

The file is data of a stranger. It is copied to a file for this user alone, opened without writing
and without trust in its schema, held against the schema and checked, and written anew by SQLite;
only that new file is ever served. What is not a world leaves nothing behind.
"""

import shutil
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from secrets import token_hex
from typing import IO

from mock_sis.world.clock import text
from mock_sis.world.private import private_file
from mock_sis.world.snapshots import Snapshots, discard, put_in_place
from mock_sis.world.store import schema
from mock_sis.world.world import World

MOST_BYTES = 2 * 2**30
"""Several times the largest district."""
HEADER = b"SQLite format 3\x00"
LAYOUT = {"page_size": 4096, "encoding": "UTF-8", "auto_vacuum": 0}
"""A file of another layout could not take the place of a world that is being served."""
TABLES = "SELECT type, name, tbl_name, sql FROM sqlite_schema"
SETTINGS = "the file's clock, time zone or seed makes no sense"
YEARS = range(2000, 2200)
DATES: Mapping[str, Sequence[str]] = {
    "period": ("start", "end"),
    "session": ("start", "end"),
    "enrolment": ("begin", "end"),
    "assignment": ("assigned", "due"),
}
JSON: Mapping[str, str] = {
    "setting": "value",
    "otus": "record",
    "otus_pending": "record",
    "assignment": "extra",
    "score": "extra",
    "category_copy": "fields",
    "own_category": "fields",
    "journal": "violations",
}


class NotAWorldError(ValueError):
    """The file is no world that this version can serve; the words are for who brought it."""


def world_of_upload(upload: IO[bytes], path: Path) -> World:
    """Make the uploaded world in *path*; its start is as it came. NotAWorldError: why not."""
    with checked(upload, path) as clean:
        made = World(clean)
        Snapshots(made).save_pristine()
        put_in_place(made, path)
    return World(path)


def replace_by_upload(world: World, upload: IO[bytes]) -> None:
    """Let *world* be the uploaded one, its start too. NotAWorldError: why not; nothing changed."""
    with checked(upload, world.path) as clean:
        Snapshots(world).begin_anew(clean)


@contextmanager
def checked(upload: IO[bytes], path: Path) -> Iterator[Path]:
    """In the block, a file beside *path* with the uploaded world. NotAWorldError: why not."""
    stem = f".{path.name}.{token_hex(4)}"
    raw, clean = path.with_name(f"{stem}.upload"), path.with_name(f"{stem}.checked")
    try:
        with private_file(raw).open("wb") as file:
            shutil.copyfileobj(upload, file)
        try:
            _write_anew(raw, private_file(clean))
            _settle(clean)
        except sqlite3.DatabaseError as error:
            if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL:
                raise
            raise NotAWorldError("the file is damaged") from error
        yield clean
    finally:
        for left in (raw, clean, Path(f"{clean}.start")):
            discard(left)


def _write_anew(raw: Path, clean: Path) -> None:
    with raw.open("rb") as file:
        if file.read(len(HEADER)) != HEADER:
            raise NotAWorldError("the file is no world: it was not downloaded from a mock")
    # Without a lock and without a log: nothing that stands beside the file is read.
    address = f"{raw.absolute().as_uri()}?mode=ro&immutable=1"
    with closing(sqlite3.connect(address, uri=True, isolation_level=None)) as connection:
        for pragma in ("trusted_schema = OFF", "cell_size_check = ON", "mmap_size = 0"):
            connection.execute(f"PRAGMA {pragma}")
        _must_have_the_tables(connection)
        if connection.execute("PRAGMA integrity_check(1)").fetchone()[0] != "ok":
            raise NotAWorldError("the file is damaged")
        _must_hold_dates_and_json(connection)
        connection.execute("VACUUM INTO ?", (str(clean),))


def _must_have_the_tables(connection: sqlite3.Connection) -> None:
    with closing(sqlite3.connect(":memory:")) as own:
        own.executescript(schema())
        expected = set(own.execute(TABLES))
    found = connection.execute(TABLES).fetchmany(len(expected) + 1)
    layout = {name: connection.execute(f"PRAGMA {name}").fetchone()[0] for name in LAYOUT}
    if set(found) != expected or len(found) != len(expected) or layout != LAYOUT:
        raise NotAWorldError("the file is no world of this version of Passback")


def _must_hold_dates_and_json(connection: sqlite3.Connection) -> None:
    strange = [
        *(
            f"SELECT 1 FROM {t} WHERE date({c}, '+0 days') IS NOT {c}"
            for t, some in DATES.items()
            for c in some
        ),
        *(
            f"SELECT 1 FROM {table} WHERE NOT json_valid({column})"
            for table, column in JSON.items()
        ),
    ]
    for query in strange:
        if connection.execute(f"{query} LIMIT 1").fetchone():
            raise NotAWorldError("the file holds dates or records that no mock writes")


def _settle(clean: Path) -> None:
    """Read what every page reads, and let a reset return to the state that was uploaded."""
    world = World(clean)
    try:
        sensible = world.today().year in YEARS and int(world.feed.epoch) >= 0 and world.seed >= 0
        world.configure(source=None, clock_start=text(world.now()))
        with world.db.write() as cursor:
            # What is undone is put back as it stands there: a stranger could put anything back.
            cursor.execute("DELETE FROM act")
    except sqlite3.DatabaseError:
        raise
    except (ArithmeticError, LookupError, OSError, TypeError, ValueError) as error:
        raise NotAWorldError(SETTINGS) from error
    finally:
        world.close()
    if not sensible:
        raise NotAWorldError(SETTINGS)
