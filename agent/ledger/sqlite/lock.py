"""The lock of a ledger's file: one run at a time, however the other one ended."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from agent.errors import LedgerError, LockedError


@contextmanager
def alone(path: str) -> Iterator[None]:
    """Hold a lock file, which the kernel frees however the run ends.

    The file stays; only the lock on it counts. Not for network file systems, whose locks are not
    reliable.

    Raises:
        LockedError: at once, when another run holds it.
    """
    try:
        file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise LedgerError(f"the lock {path} cannot be opened: {error.strerror}") from error
    try:
        _take(file, path)
        try:
            yield
        finally:
            os.ftruncate(file, 0)
    finally:
        os.close(file)


def _take(file: int, path: str) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.read(file, 32).decode("ascii", "replace").strip()
        process = f" (process {holder})" if holder else ""
        raise LockedError(
            f"another run, or a preview, is at work{process} and holds {path};"
            " wait until it has ended"
        ) from None
    os.ftruncate(file, 0)
    os.write(file, f"{os.getpid()}\n".encode())
