"""Takes the log of a world's file into the file itself, beside the requests and in none of them.

Left alone, SQLite does so in whichever write makes the log a thousand pages long, and that one
waits for the disk. Only the world at `/` is looked after: others come and go.
"""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from mock_sis.world.store import Store

LOOK_SECONDS = 0.1
WRITES = 200
"""A write changes a handful of pages."""
MOST_PAGES = 16_000
"""64 MB of log: then the next write takes it in after all, and it begins anew."""


@contextmanager
def checkpointing(store: Store) -> Iterator[None]:
    """In the block, a thread looks after *store*; its connections are to be opened in there."""
    store.log_pages = MOST_PAGES
    stop = threading.Event()
    thread = threading.Thread(target=_look_after, args=(store, stop), daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _look_after(store: Store, stop: threading.Event) -> None:
    done = store.writes
    while not stop.wait(LOOK_SECONDS):
        if store.writes - done >= WRITES:
            done = store.writes
            with suppress(sqlite3.OperationalError):  # somebody is in the way; there is a next time
                store.connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
