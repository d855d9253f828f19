"""A OneRoster CSV export, folder or zip, read row by row; faults are named by file and line."""

import csv
import io
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import NoReturn, TextIO

MOST_BYTES = 4 * 2**30
"""Of the CSV files of one export, unpacked: some times what the largest district's roster takes."""
MOST_IN_LINE = 2**20
MADE_UP = ("/proc", "/sys")
"""Folders whose files the kernel makes up as they are read."""
UNPACKING = (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError)
"""What a broken zip, or one under a password, is told with."""
GONE = ("tobedeleted", "inactive")
MIDNIGHT = time()


class ImportFault(ValueError):
    """The export cannot be used; says where: file, line and column as far as they are known."""

    def __init__(
        self, file: str, what: str, *, line: int | None = None, column: str | None = None
    ) -> None:
        places = [file, f"line {line}" if line else "", f"column {column}" if column else ""]
        super().__init__(f"{', '.join(place for place in places if place)}: {what}")
        self.file = file
        self.line = line
        self.column = column

    @classmethod
    def as_told(cls, sentence: str) -> "ImportFault":
        """The fault that another process met, by its sentence."""
        file, _, what = sentence.partition(": ")
        return cls(file, what)


@dataclass(frozen=True, slots=True)
class Row:
    """One row; a column that the file lacks reads as empty."""

    file: str
    line: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return (self.cells.get(column.casefold()) or "").strip()

    def need(self, column: str) -> str:
        """The value; ImportFault when it is empty."""
        return self[column] or self._fault(column, "is empty")

    def flag(self, column: str, *, default: bool) -> bool:
        """Whether it says true, in any case."""
        value = self[column].casefold()
        return default if not value else value in ("true", "1", "yes")

    def words(self, column: str) -> list[str]:
        """A list in one cell, separated by commas or spaces."""
        return self[column].replace(",", " ").split()

    def day(self, column: str) -> date | None:
        """A date, or of a date-time the date as written; ImportFault when it is something else."""
        cell = self[column]
        moment = parse_moment(cell[:10] if cell[10:11] == "T" else cell)
        if isinstance(moment, str):
            self._fault(column, "is not a date")
        return moment

    def need_day(self, column: str) -> date:
        """A date that must be there."""
        self.need(column)
        day = self.day(column)
        assert day is not None
        return day

    def _fault(self, column: str, what: str) -> NoReturn:
        raise ImportFault(self.file, what, line=self.line, column=column)


def parse_moment(cell: str) -> date | datetime | str | None:
    """A date (midnight UTC is one), an aware instant, None for nothing, else the text as it is."""
    if not cell:
        return None
    try:
        if len(cell) == len("2026-10-05"):
            return date.fromisoformat(cell)
        moment = datetime.fromisoformat(cell)
    except ValueError:
        return cell
    if moment.tzinfo is None:
        return cell
    moment = moment.astimezone(UTC)
    return moment.date() if moment.time() == MIDNIGHT else moment


def parse_number(cell: str) -> Decimal | str | None:
    """An exact number, None for nothing, or the text that is none."""
    if not cell:
        return None
    try:
        value = Decimal(cell)
    except InvalidOperation:
        return cell
    return value if value.is_finite() else cell


class CsvFiles:
    """The files of one export."""

    def __init__(self, source: Path, *, most_bytes: int = MOST_BYTES) -> None:
        """ImportFault: *source* is no folder or zip of files, or holds more than *most_bytes*."""
        if not source.exists():
            raise ImportFault(str(source), "there is no such folder or zip")
        if _made_up(source) or not (
            source.is_dir() or (source.is_file() and zipfile.is_zipfile(source))
        ):
            raise ImportFault(str(source), "is neither a folder nor a zip")
        self._source = source
        self._packed = not source.is_dir()
        # By name in lower case: the name as it is, and the size. The first of a name counts.
        self._files: dict[str, tuple[str, int]] = {}
        for name, size in self._listed() if self._packed else self._in_folder():
            self._files.setdefault(Path(name).name.casefold(), (name, size))
        if sum(size for _, size in self._files.values()) > most_bytes:
            raise ImportFault(str(source), f"holds more than {most_bytes:,} bytes")

    def has(self, name: str) -> bool:
        """Whether the export holds *name*.csv."""
        return self._find(f"{name}.csv") is not None

    def rows(self, name: str, *columns: str, required: bool = True) -> Iterator[Row]:
        """Rows of *name*.csv that are not marked as deleted.

        ImportFault: the file is missing and *required*, or lacks one of *columns*.
        """
        file = f"{name}.csv"
        found = self._find(file)
        if found is None:
            if required:
                raise ImportFault(file, "the file is missing")
            return
        with self._open(found) as text:
            try:
                yield from self._rows(file, text, columns)
            except UNPACKING as error:
                raise ImportFault(file, f"cannot be unpacked: {error}") from error
            except UnicodeDecodeError as error:
                raise ImportFault(file, "is not UTF-8") from error
            except csv.Error as error:
                raise ImportFault(file, f"is not CSV: {error}") from error

    def _rows(self, file: str, text: TextIO, columns: tuple[str, ...]) -> Iterator[Row]:
        reader = csv.reader(_lines(file, text))
        header = [name.strip().casefold() for name in next(reader, [])]
        for column in columns:
            if column.casefold() not in header:
                raise ImportFault(file, "the column is missing", column=column)
        for cells in reader:
            if not any(cells):
                continue
            row = Row(file, reader.line_num, dict(zip(header, cells, strict=False)))
            if row["status"].casefold() not in GONE:
                yield row

    def _find(self, file: str) -> str | None:
        return self._files.get(file.casefold(), (None,))[0]

    def _listed(self) -> Iterator[tuple[str, int]]:
        """The CSV files of a zip. What is read of one is never more than its directory tells."""
        try:
            with zipfile.ZipFile(self._source) as archive:
                for one in archive.infolist():
                    if one.filename.casefold().endswith(".csv"):
                        yield one.filename, one.file_size
        except UNPACKING as error:
            raise ImportFault(self._source.name, f"cannot be unpacked: {error}") from error

    def _in_folder(self) -> Iterator[tuple[str, int]]:
        """The CSV files of a folder; ImportFault where one is a pipe, a device or a folder."""
        for path in self._source.iterdir():
            if path.name.casefold().endswith(".csv"):
                if not path.is_file() or _made_up(path):
                    raise ImportFault(path.name, "is not a regular file")
                yield path.name, path.stat().st_size

    @contextmanager
    def _open(self, name: str) -> Iterator[TextIO]:
        if not self._packed:
            with (self._source / name).open(encoding="utf-8-sig", newline="") as text:
                yield text
            return
        with zipfile.ZipFile(self._source) as archive:
            try:
                data = archive.open(name)
            except UNPACKING as error:
                raise ImportFault(Path(name).name, f"cannot be unpacked: {error}") from error
            with data:
                yield io.TextIOWrapper(data, encoding="utf-8-sig", newline="")


def _made_up(path: Path) -> bool:
    real = path.resolve()
    return any(real.is_relative_to(folder) for folder in MADE_UP)


def _lines(file: str, text: TextIO) -> Iterator[str]:
    """The lines of *text*; a file without line ends must not stand in memory as a whole."""
    number = 0
    while line := text.readline(MOST_IN_LINE):
        number += 1
        if len(line) == MOST_IN_LINE and not line.endswith(("\n", "\r")):
            raise ImportFault(file, f"is longer than {MOST_IN_LINE:,} characters", line=number)
        yield line
