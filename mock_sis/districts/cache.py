"""Made-up districts kept in a folder, so that a big one is made once and copied from then on.

A file is named by all that decides what is in it: size, seed, first day, time zone, and the code
that wrote it. It comes into the folder whole or not at all, so runs side by side may share one.
"""

import hashlib
import os
import threading
from datetime import date
from functools import cache
from pathlib import Path

from mock_sis.world.private import private_copy, private_folder


class DistrictCache:
    """The folder; made when something is first kept."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def take(self, name: str, into: Path) -> bool:
        """Copy what is kept as *name* to *into*; False when there is no such thing."""
        try:
            private_copy(self._folder / name, into)
        except FileNotFoundError:
            into.unlink(missing_ok=True)
            return False
        return True

    def keep(self, name: str, file: Path) -> None:
        """Keep a copy of *file* as *name*."""
        private_folder(self._folder)
        part = self._folder / f".{name}.{os.getpid()}.{threading.get_ident()}"
        private_copy(file, part)
        part.replace(self._folder / name)


def label(size: str, seed: int, today: date, zone: str) -> str:
    """The name of a made-up district."""
    return f"{size}-{seed}-{today}-{zone.replace('/', '_')}-{_code()}.db"


@cache
def _code() -> str:
    """Changes with any file from which districts are made."""
    package = Path(__file__).parents[1]
    folders = [package / name for name in ("districts", "world")]
    found = (f for folder in folders for end in ("*.py", "*.sql") for f in folder.rglob(end))
    files = sorted(found)
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:12]
