"""The ledger in one SQLite file."""

from agent.ledger.accepted import Accepted
from agent.ledger.agenda import Agenda
from agent.ledger.attempts import Attempts
from agent.ledger.digest import Digests
from agent.ledger.history import History
from agent.ledger.local_copy import LocalCopy
from agent.ledger.records import Records
from agent.ledger.runs import Runs
from agent.ledger.standing import Standings
from agent.ledger.store import Store
from agent.ledger.strays import Strays


class SqliteLedger(
    LocalCopy, Accepted, Attempts, Records, Strays, Digests, Standings, History, Agenda, Runs
):
    """The memory of one district in one file, for one run at a time and any number of threads.

    Args:
        path: of the file, made with mode 0600 when there is none; `":memory:"` for a ledger that is
            gone when closed.
        district: whose ledger it is; another district's file is refused.
    """

    def __init__(self, path: str, district: str) -> None:
        super().__init__(Store(path, district))

    def close(self) -> None:
        """Close the file; using the ledger after that is a `LedgerError`."""
        self._store.close()
