"""Files and folders for this user alone, whatever the umask is: a world may hold a roster."""

import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

OTHERS = stat.S_IRWXG | stat.S_IRWXO


def private_file(path: Path) -> Path:
    """Make *path*, empty, where it is not there.

    SQLite gives what it keeps beside a database the database's own mode.
    """
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600))
    return path


def private_copy(source: Path, target: Path) -> None:
    """Copy the content of *source*; FileNotFoundError when there is none, and nothing is made."""
    if not source.is_file():
        raise FileNotFoundError(source)
    shutil.copyfile(source, private_file(target))


def private_folder(path: Path) -> None:
    """Make the folder *path* where it is not there; one that is there keeps its mode."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)


def close_to_others(path: Path) -> None:
    """Take from others what they may do with the database *path* and with all beside it.

    Only where it is too open, as a version before left it, and only as far as the files are ours.
    """
    if path.stat().st_mode & OTHERS:
        for one in (path, *_files_of(path)):
            with suppress(OSError):
                one.chmod(stat.S_IMODE(one.stat().st_mode) & ~OTHERS)


def _files_of(path: Path) -> Iterator[Path]:
    """What belongs to a database: `w.db-wal`, `w.db.start`, the folder `w.db.worlds`."""
    for one in path.parent.iterdir():
        if one.name.startswith((f"{path.name}-", f"{path.name}.")) and not one.is_symlink():
            yield one
