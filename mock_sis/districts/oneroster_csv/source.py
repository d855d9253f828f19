"""The CSV files of an export, wherever they stand: in a folder or in a zip, within bounds.

A zip is never unpacked to disk: only its CSV files are read, by their base names, so that a name
that leads elsewhere, or a link, leads nowhere.
"""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from mock_sis.districts.oneroster_csv.row import ImportFault

MOST_BYTES = 4 * 2**30
"""Of the CSV files of one export, unpacked: some times what the largest district's roster takes."""
MOST_FILES = 1_000
"""In one zip, of any kind."""
MOST_DIRECTORY_BYTES = 2**20
"""That the list of a zip's files may take: read before anything else of it."""
MOST_TIMES, PLAIN_BYTES = 200, 50 * 2**20
"""How many times smaller than its content a packed file may be, where that is more than so many
bytes: rosters and gradebooks become 5 to 20 times smaller."""
MADE_UP = ("/proc", "/sys")
"""Folders whose files the kernel makes up as they are read."""
UNPACKING = (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError)
"""What a broken zip, or one under a password, is told with."""
END_OF_ZIP = struct.Struct("<4s4H2LH")
SIGNATURE = b"PK\x05\x06"


class Source:
    """A folder or a zip, and the CSV files in it."""

    def __init__(self, path: Path, *, most_bytes: int = MOST_BYTES) -> None:
        """ImportFault: *path* is no folder or zip of files, or one that is too large."""
        if not path.exists():
            raise ImportFault(str(path), "there is no such folder or zip")
        if _made_up(path) or not (path.is_dir() or (path.is_file() and zipfile.is_zipfile(path))):
            raise ImportFault(str(path), "is neither a folder nor a zip")
        self._path = path
        self._packed = not path.is_dir()
        # By name in lower case: the name as it is, and the size. The first of a name counts.
        self._files: dict[str, tuple[str, int]] = {}
        for name, size in self._listed() if self._packed else self._in_folder():
            self._files.setdefault(Path(name).name.casefold(), (name, size))
        if sum(size for _, size in self._files.values()) > most_bytes:
            raise ImportFault(str(path), f"holds more than {most_bytes:,} bytes")

    def names(self) -> list[str]:
        """The base names of the CSV files, in lower case."""
        return list(self._files)

    def has(self, file: str) -> bool:
        """Whether the CSV file of that base name is there, in any case."""
        return file.casefold() in self._files

    @contextmanager
    def open(self, file: str) -> Iterator[IO[bytes]]:
        """The bytes of a file that is there. ImportFault: it cannot be unpacked."""
        name = self._files[file.casefold()][0]
        if not self._packed:
            with (self._path / name).open("rb") as data:
                yield data
            return
        with _unpacking(file), zipfile.ZipFile(self._path) as archive, archive.open(name) as data:
            yield data

    def _listed(self) -> Iterator[tuple[str, int]]:
        """The CSV files of a zip. What is read of one is never more than its directory tells."""
        self._directory()
        with _unpacking(self._path.name), zipfile.ZipFile(self._path) as archive:
            entries = archive.infolist()
        if len(entries) > MOST_FILES:
            raise ImportFault(self._path.name, f"holds more than {MOST_FILES:,} files")
        for one in entries:
            if one.filename.casefold().endswith(".csv"):
                if one.file_size > max(PLAIN_BYTES, MOST_TIMES * one.compress_size):
                    what = f"unpacks to more than {MOST_TIMES} times its size"
                    raise ImportFault(Path(one.filename).name, what)
                yield one.filename, one.file_size

    def _directory(self) -> None:
        """ImportFault: the list of files alone would take long to read, and much memory."""
        with self._path.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - END_OF_ZIP.size - 2**16))
            end = file.read()
        at = len(end) - END_OF_ZIP.size
        at = at if end[at : at + 4] == SIGNATURE else end.rfind(SIGNATURE)
        if 0 <= at <= len(end) - END_OF_ZIP.size:
            *_, directory, _, _ = END_OF_ZIP.unpack_from(end, at)
            if directory > MOST_DIRECTORY_BYTES:
                raise ImportFault(self._path.name, f"holds more than {MOST_FILES:,} files")

    def _in_folder(self) -> Iterator[tuple[str, int]]:
        """The CSV files of a folder; ImportFault where one is a pipe, a device or a folder."""
        for path in sorted(self._path.iterdir()):
            if path.name.casefold().endswith(".csv"):
                if not path.is_file() or _made_up(path):
                    raise ImportFault(path.name, "is not a regular file")
                yield path.name, path.stat().st_size


@contextmanager
def _unpacking(file: str) -> Iterator[None]:
    try:
        yield
    except UNPACKING as error:
        raise ImportFault(file, f"cannot be unpacked: {error}") from error


def _made_up(path: Path) -> bool:
    real = path.resolve()
    return any(real.is_relative_to(folder) for folder in MADE_UP)
