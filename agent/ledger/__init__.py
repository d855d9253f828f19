"""What the agent remembers of one district between runs, in one SQLite file."""

from contextlib import AbstractContextManager, nullcontext

from agent.errors import ConfigError
from agent.ledger.delivered import Delivered
from agent.ledger.pull import Pull
from agent.ledger.records import Records
from agent.ledger.runs import Attempts, Runs, alone
from agent.ledger.schedule import Schedule, mark_selected
from agent.ledger.search import RecordSearch
from agent.ledger.source_copy import SourceCopy
from agent.ledger.store import MEMORY, Store

__all__ = ["Ledger", "open_ledger", "run_lock"]


class Ledger:
    """The memory of one district, for one run at a time and any number of threads.

    Whatever ends a run, the ledger says what is where: an intent is committed before its request,
    the outcome after it, and both are append-only.

    Args:
        path: of the file, made with mode 0600 when there is none; `":memory:"` for a ledger that is
            gone when closed.
        district: whose ledger it is; another district's file is refused.

    Attributes:
        source: the local copy of the source.
        delivered: the columns and scores that the SIS accepted from us.
        attempts: every write, begun and settled.
        records: the state of each record, for reports.
        search: the records of a run, filtered and paged.
        schedule: which classes must be checked again, and when.
        runs: the runs of the agent, and what they did with a record.
    """

    def __init__(self, path: str, district: str) -> None:
        self._store = Store(path, district)
        self.source = SourceCopy(self._store)
        self.delivered = Delivered(self._store)
        self.attempts = Attempts(self._store)
        self.records = Records(self._store)
        self.search = RecordSearch(self._store)
        self.schedule = Schedule(self._store)
        self.runs = Runs(self._store)

    def begin_pull(self, *, snapshot: bool) -> Pull:
        """Start a pull; one that was begun before and not committed is forgotten."""
        return Pull(self._store, mark_selected, snapshot=snapshot)

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
        self._store.insert("setting", [(name, value)], replace)

    def close(self) -> None:
        """Close the file; using the ledger after that is a `LedgerError`."""
        self._store.close()


def open_ledger(url: str, district: str) -> Ledger:
    """Open, or make, the ledger of *district*: `sqlite:///relative.db`, `sqlite:////absolute.db`.

    Raises:
        ConfigError: the URL is none of ours.
        LedgerError: the file is damaged, newer, no ledger, or another district's.
    """
    return Ledger(_path(url), district)


def run_lock(url: str) -> AbstractContextManager[None]:
    """What a run holds while it works on that ledger; `LockedError` when another one does."""
    path = _path(url)
    return nullcontext() if path == MEMORY else alone(f"{path}.lock")


def _path(url: str) -> str:
    if url.startswith(("postgresql://", "postgres://")):
        raise ConfigError("ledger.url: PostgreSQL comes with the fleet; use sqlite:///FILE")
    kind, found, path = url.partition("sqlite:///")
    if kind or not found or not path:
        raise ConfigError("ledger.url: expected sqlite:///FILE")
    return path
