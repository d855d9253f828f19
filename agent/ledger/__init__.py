"""What the agent remembers of one district between runs."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from agent.domain import SisPersonId
from agent.errors import ConfigError
from agent.ledger.care.closed import drop_closed, erased_cells
from agent.ledger.care.last_run import distrust_if_older, note_pull
from agent.ledger.care.move import refuse_moved
from agent.ledger.decisions import Decisions
from agent.ledger.delivered import Delivered
from agent.ledger.moving import copy_all
from agent.ledger.pull import Pull
from agent.ledger.records import Records
from agent.ledger.runs import Attempts, Runs
from agent.ledger.schedule import Schedule, mark_selected
from agent.ledger.search import RecordSearch
from agent.ledger.slots import Pauses, Slots
from agent.ledger.source_copy import SourceCopy
from agent.ledger.sqlite.lock import alone
from agent.ledger.sqlite.opening import MEMORY
from agent.ledger.sqlite.read_only import refuse_missing
from agent.ledger.sqlite.store import SqliteStore
from agent.ledger.store import Store
from agent.secrets.lookup import secret
from agent.settings import Settings

if TYPE_CHECKING:
    from agent.ledger.postgres.facts import StoredFacts

__all__ = [
    "Ledger",
    "facts_in_postgres",
    "file_of",
    "in_postgres",
    "ledger_for_run",
    "open_ledger",
    "open_store",
    "refuse_none",
    "run_lock",
    "store_for_run",
    "store_to_move",
]


class Ledger:
    """The memory of one district, for one run at a time and any number of threads.

    Whatever ends a run, the ledger says what is where: an intent is committed before its request,
    the outcome after it, and both are append-only.

    Args:
        store: open, and the district's; it is closed with the ledger.

    Attributes:
        source: the local copy of the source.
        delivered: the columns and scores that the SIS accepted from us.
        attempts: every write, begun and settled.
        records: the state of each record, for reports.
        search: the records of a run, filtered and paged.
        schedule: which classes must be checked again, and when.
        runs: the runs of the agent, and what they did with a record.
        decisions: what persons decided about records.
        slots, pauses: the nights by the clock of `passback serve`, and what pauses them.
    """

    def __init__(self, store: Store, district: str) -> None:
        self._store, self._district = store, district
        self.source = SourceCopy(self._store)
        self.delivered = Delivered(self._store)
        self.attempts = Attempts(self._store)
        self.records = Records(self._store)
        self.search = RecordSearch(self._store)
        self.schedule = Schedule(self._store)
        self.runs = Runs(self._store)
        self.decisions = Decisions(self._store, self.source)
        self.slots = Slots(self._store)
        self.pauses = Pauses(self._store)

    def begin_pull(self, *, snapshot: bool) -> Pull:
        """Start a pull; one that was begun before and not committed is forgotten."""
        return Pull(self._store, mark_selected, drop_closed, note_pull, snapshot=snapshot)

    def together(self, *, durable: bool = False) -> AbstractContextManager[None]:
        """One transaction of all that is written inside; send nothing inside.

        *durable*: it is on the disk at the end, as intents have to be.
        """
        return self._store.together(durable=durable)

    def get(self, name: str) -> str | None:
        """A note that an earlier run left under *name*."""
        rows = self._store.read("SELECT value FROM setting WHERE name = ?", name)
        return rows[0][0] if rows else None

    def put(self, name: str, value: str) -> None:
        """Leave a note for later runs, in place of the one under the same name."""
        replace = "ON CONFLICT (name) DO UPDATE SET value = excluded.value"
        self._store.insert("setting", ("name", "value"), [(name, value)], replace)

    def erased(self, cells: Iterable[SisPersonId]) -> frozenset[SisPersonId]:
        """Those of *cells*, by SIS id, whose student was erased: what stood there is not known."""
        return frozenset(SisPersonId(each) for each in erased_cells(self._store, cells))

    @contextmanager
    def copied(self) -> Iterator["Ledger"]:
        """Give a copy of all of it, to try something out on; it is gone afterwards."""
        # Nobody else may look into the folder, so that the mode of the copy does not matter.
        with TemporaryDirectory(prefix="passback-") as folder:
            path = Path(folder, "copy.db")
            whole = self._store.copied_to(path)
            with closing(SqliteStore(str(path), self._district)) as copy:
                if not whole:
                    copy_all(self._store, copy)
                yield Ledger(copy, self._district)

    def check_lock(self) -> None:
        """Raise `LedgerLostError` if the lock of this run is lost: then it sends nothing more."""
        self._store.check_lock()

    def close(self) -> None:
        """Close the file; using the ledger after that is a `LedgerError`."""
        self._store.close()


def ledger_of(settings: Settings, environ: Mapping[str, str], **how: bool) -> Ledger:
    """Open the ledger that a configuration names; for *how* see `open_ledger`."""
    password = ledger_password(settings, environ)
    return open_ledger(settings.ledger.url, settings.district, password=password, **how)


def ledger_password(settings: Settings, environ: Mapping[str, str]) -> str:
    """Look up the password of the ledger's database; empty where none is configured."""
    reference = settings.ledger.password
    return secret(reference, environ, "[ledger] password") if reference else ""


def open_ledger(
    url: str,
    district: str,
    *,
    read_only: bool = False,
    existing: bool = False,
    password: str = "",
) -> Ledger:
    """Open, or make, the ledger of *district*.

    Args:
        url: `sqlite:///relative.db`, `sqlite:////absolute.db` or `postgresql://USER@HOST/DATABASE`.
        read_only: make and change nothing; also on a disk that takes no writes, and beside a run.
        existing: make none: at a mistyped address a command would work on an empty one.
        password: for a database that asks for one.

    Raises:
        ConfigError: the URL is none of ours, or what PostgreSQL needs is not installed.
        LedgerError: the ledger is damaged, newer, none at all, or another district's; or there is
            none to read.
    """
    how = {"read_only": read_only, "existing": existing}
    store = _opened(url, district, password, **how)
    return Ledger(store if read_only else _trusted(store), district)


@contextmanager
def ledger_for_run(
    url: str, district: str, *, existing: bool = False, password: str = ""
) -> Iterator[Ledger]:
    """Open a ledger as `open_ledger` does, and hold the run's lock until it is closed.

    Raises:
        LockedError: at once, when another run holds it.
    """
    with store_to_move(url, district, existing=existing, password=password) as store:
        yield Ledger(_trusted(store), district)


@contextmanager
def store_for_run(url: str, district: str, *, password: str = "") -> Iterator[Store]:
    """The same for what is done to all of it (`care`).

    Raises:
        LedgerError: there is no ledger yet, or it was moved.
        LockedError: at once, when a run is at work.
    """
    with store_to_move(url, district, existing=True, password=password) as store:
        refuse_moved(store)
        yield store


@contextmanager
def store_to_move(
    url: str, district: str, *, existing: bool, password: str = ""
) -> Iterator[Store]:
    """The same, moved or not; without *existing* it is made where there is none."""
    if in_postgres(url):
        opened = _opened(url, district, password, existing=existing, for_run=True)
        with closing(opened) as store:
            yield store
        return
    if existing:
        refuse_none(url)
    with run_lock(url), closing(_opened(url, district, password)) as store:
        yield store


def open_store(url: str, district: str, *, password: str = "", read_only: bool = False) -> Store:
    """Open the ledger of *district* for what is done to it as a whole."""
    return _opened(url, district, password, read_only=read_only)


def _opened(
    url: str,
    district: str,
    password: str,
    *,
    read_only: bool = False,
    existing: bool = False,
    for_run: bool = False,
) -> Store:
    if not in_postgres(url):
        if existing:
            refuse_none(url)
        return SqliteStore(_path(url), district, read_only=read_only)
    with _installed():
        from agent.ledger.postgres.store import PostgresStore
    return PostgresStore(
        url, district, password=password, read_only=read_only, existing=existing, for_run=for_run
    )


@contextmanager
def _installed() -> Iterator[None]:
    """Say how to install what PostgreSQL needs, where it is not."""
    try:
        yield
    except ImportError:
        raise ConfigError(
            "[ledger] url: PostgreSQL needs more than the agent alone: pip install"
            " 'passback[fleet]'"
        ) from None


def facts_in_postgres() -> "Callable[[str, str, str], StoredFacts]":
    """What reads the facts of a ledger by URL, district and password, and writes nothing."""
    with _installed():
        from agent.ledger.postgres.facts import facts_of
    return facts_of


def _trusted(store: Store) -> Store:
    """The same, in doubt where it is older than the gradebook; closed where it was moved."""
    try:
        refuse_moved(store)
        distrust_if_older(store)
    except BaseException:
        store.close()
        raise
    return store


# ---- what lies in a file -------------------------------------------------------------------------


def refuse_none(url: str) -> None:
    """Raise a `LedgerError` where there is no file of a ledger yet."""
    path = _path(url)
    if path != MEMORY:
        refuse_missing(path)


def run_lock(url: str) -> AbstractContextManager[None]:
    """Keep runs away from a ledger's file, unopened; `LockedError` when one is at work."""
    path = _path(url)
    return nullcontext() if path == MEMORY else alone(f"{path}.lock")


def file_of(url: str) -> Path | None:
    """The file of a ledger; None for one in memory or in PostgreSQL."""
    if in_postgres(url):
        return None
    path = _path(url)
    return None if path == MEMORY else Path(path)


def in_postgres(url: str) -> bool:
    """Whether a ledger lies in PostgreSQL."""
    return url.startswith(("postgresql://", "postgres://"))


def _path(url: str) -> str:
    kind, found, path = url.partition("sqlite:///")
    if kind or not found or not path:
        raise ConfigError("ledger.url: expected sqlite:///FILE or postgresql://USER@HOST/DATABASE")
    return path
