"""Find, check and read the CSV files of a folder or zip, row by row, so that memory stays flat.

The case of a file's name does not matter, and a zip may hold the files in a folder. A file that
cannot be used is a `ConfigError` that names it.
"""

import csv
import hashlib
import io
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from operator import itemgetter
from pathlib import Path, PurePosixPath
from typing import IO, NamedTuple

from agent.errors import ConfigError
from agent.log import lines as log


class Row(NamedTuple):
    """The cells that were asked for, and what is wrong with the row as a whole, if anything.

    Cells of a faulty row may have moved; those left of the fault still name its record.
    """

    line: int
    cells: Sequence[str]
    fault: str


_BLOCK = 1 << 20
_NAMES = frozenset(
    {
        *("manifest.csv", "classes.csv", "users.csv", "roles.csv", "enrollments.csv"),
        *("categories.csv", "lineitems.csv", "results.csv", "passbackgroup.csv"),
    }
)
"""The files of an export that are read, casefolded."""

_BAD_ZIP = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)
"""What a damaged, encrypted or unusual zip raises, some of it only while it is read."""


class Export:
    """A folder or zip; no file stays open between calls."""

    def __init__(self, path: str) -> None:
        self._path = Path(path)

    @contextmanager
    def opened(self) -> Iterator["ExportFiles"]:
        """The files as they are now."""
        if self._path.is_dir():
            yield ExportFiles(_files_of(self._path))
        elif self._path.is_file():
            try:
                with zipfile.ZipFile(self._path) as archive:
                    yield ExportFiles(_members_of(archive))
            except _BAD_ZIP as error:
                raise ConfigError(
                    f"source.path: {self._path} is no readable zip: {error}"
                ) from None
        else:
            raise ConfigError(f"source.path: there is no folder or zip {self._path}")

    def stamp(self) -> tuple[tuple[str, int, int], ...]:
        """Sizes and times of the files: other ones after somebody wrote to the export."""
        paths = _files_of(self._path).values() if self._path.is_dir() else [self._path]
        stats = [(path.name, path.stat()) for path in paths if path.exists()]
        return tuple((name, stat.st_size, stat.st_mtime_ns) for name, stat in stats)


class ExportFiles:
    """The files of an export, by casefolded name."""

    def __init__(self, files: Mapping[str, Path] | Mapping[str, zipfile.Path]) -> None:
        self._files = files

    def has(self, name: str) -> bool:
        """Whether the file is there."""
        return name.casefold() in self._files

    def digest(self) -> str:
        """A digest of the contents, the same for a folder and for a zip of it."""
        whole = hashlib.sha256()
        for name in sorted(self._files):
            part = hashlib.sha256()
            with self._bytes(name) as file:
                while block := file.read(_BLOCK):
                    part.update(block)
            whole.update(f"{name} {part.hexdigest()}\n".encode())
        return whole.hexdigest()

    def records(
        self, name: str, keys: Sequence[str], columns: Sequence[str], optional: Sequence[str] = ()
    ) -> Iterator[Row]:
        """The rows that are not to be deleted, with the cells of *keys*, *columns* and *optional*.

        A row in which a key is empty cannot be refused by name: it is logged by line number.
        """
        for row in self.rows(name, ("status", *keys, *columns), optional):
            status, *cells = row.cells
            if status.casefold() == "tobedeleted":
                continue
            if all(cells[: len(keys)]):
                yield row._replace(cells=cells)
            else:
                log.warning("source_row_ignored", file=name, line=row.line)

    def rows(
        self, name: str, required: Sequence[str], optional: Sequence[str] = ()
    ) -> Iterator[Row]:
        """The rows of a file, with the cells of *required*, then those of *optional*.

        A column of *optional* that the file lacks is read as "".
        """
        with self._text(name) as file:
            reader = csv.reader(file, strict=True)
            try:
                header = [cell.strip() for cell in next(reader, [])]
                pick = itemgetter(*_positions(name, header, required, optional))
                width = len(header)
                for row in reader:
                    if len(row) == width:
                        row.append("")
                        yield Row(reader.line_num, pick(row), "")
                    elif row:
                        fault = f"the row has {len(row)} cells, the header {width}"
                        padded = [*row[:width], *[""] * (width - len(row)), ""]
                        yield Row(reader.line_num, pick(padded), fault)
            except UnicodeDecodeError:
                raise ConfigError(f"{name}: not UTF-8 (line {reader.line_num + 1})") from None
            except csv.Error as error:
                raise ConfigError(f"{name}: line {reader.line_num}: {error}") from None

    def columns(self, name: str) -> frozenset[str]:
        """The names in the header of a file."""
        with self._text(name) as file:
            try:
                return frozenset(cell.strip() for cell in next(csv.reader(file), []))
            except (UnicodeDecodeError, csv.Error):
                raise ConfigError(f"{name}: the first line is no header") from None

    @contextmanager
    def _bytes(self, name: str) -> Iterator[IO[bytes]]:
        try:
            with self._files[name.casefold()].open("rb") as file:
                yield file
        except KeyError:
            raise ConfigError(f"{name}: the file is missing") from None
        except OSError as error:
            raise ConfigError(f"{name}: cannot be read: {error.strerror}") from None

    @contextmanager
    def _text(self, name: str) -> Iterator[IO[str]]:
        with self._bytes(name) as file:
            yield io.TextIOWrapper(file, encoding="utf-8-sig", newline="")


def _positions(
    name: str, header: Sequence[str], required: Sequence[str], optional: Sequence[str]
) -> list[int]:
    if missing := [column for column in required if column not in header]:
        raise ConfigError(f"{name}: the column {missing[0]} is missing")
    return [header.index(column) if column in header else -1 for column in (*required, *optional)]


def _files_of(folder: Path) -> dict[str, Path]:
    return {
        path.name.casefold(): path
        for path in sorted(folder.iterdir())
        if path.name.casefold() in _NAMES and path.is_file()
    }


def _members_of(archive: zipfile.ZipFile) -> dict[str, zipfile.Path]:
    found: dict[str, zipfile.Path] = {}
    for member in archive.namelist():
        name = PurePosixPath(member).name.casefold()
        if name not in _NAMES or member.endswith("/"):
            continue
        if name in found:
            raise ConfigError(f"source.path: the zip holds {name} twice")
        found[name] = zipfile.Path(archive, member)
    return found
