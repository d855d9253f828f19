"""The agent's memory of one district; `port` says what every store can do."""

from contextlib import AbstractContextManager, nullcontext

from agent.errors import ConfigError
from agent.ledger.lock import RunLock
from agent.ledger.port import Ledger
from agent.ledger.sqlite import SqliteLedger
from agent.ledger.store import MEMORY

__all__ = ["open_ledger", "run_lock"]


def open_ledger(url: str, district: str) -> Ledger:
    """Open, or make, the ledger of *district*: `sqlite:///relative.db`, `sqlite:////absolute.db`.

    Raises:
        ConfigError: the URL is none of ours.
        LedgerError: the file is damaged, newer, no ledger, or another district's.
    """
    return SqliteLedger(_path(url), district)


def run_lock(url: str) -> AbstractContextManager[object]:
    """What a run holds while it works on that ledger; `LockedError` when another one does."""
    path = _path(url)
    return nullcontext() if path == MEMORY else RunLock(f"{path}.lock")


def _path(url: str) -> str:
    if url.startswith(("postgresql://", "postgres://")):
        raise ConfigError("ledger.url: PostgreSQL comes with the fleet; use sqlite:///FILE")
    kind, found, path = url.partition("sqlite:///")
    if kind or not found or not path:
        raise ConfigError("ledger.url: expected sqlite:///FILE")
    return path
