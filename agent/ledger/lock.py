"""One run at a time on a ledger: a lock file that the kernel frees, however the run ends."""

import fcntl
import os
from types import TracebackType
from typing import Self

from agent.errors import LedgerError, LockedError


class RunLock:
    """Held from `with` to its end; `LockedError` at once when another process holds it.

    The file stays; only the lock on it counts. Not for network file systems, whose locks are not
    reliable.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._file: int | None = None

    def __enter__(self) -> Self:
        try:
            file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise LedgerError(
                f"the lock {self._path} cannot be opened: {error.strerror}"
            ) from error
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(file, 32).decode("ascii", "replace").strip()
            os.close(file)
            raise LockedError(
                f"another run{f' (process {holder})' if holder else ''} holds {self._path}"
            ) from None
        os.ftruncate(file, 0)
        os.write(file, f"{os.getpid()}\n".encode())
        self._file = file
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._file is not None:
            os.ftruncate(self._file, 0)
            os.close(self._file)
            self._file = None
