"""A OneRoster CSV export, folder or zip, read row by row; faults are named by file and line."""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import NoReturn, TextIO

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

    def __init__(self, source: Path) -> None:
        if not source.exists():
            raise ImportFault(str(source), "there is no such folder or zip")
        if source.is_file() and not zipfile.is_zipfile(source):
            raise ImportFault(source.name, "is neither a folder nor a zip")
        self._source = source

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
            except UnicodeDecodeError as error:
                raise ImportFault(file, "is not UTF-8") from error
            except csv.Error as error:
                raise ImportFault(file, f"is not CSV: {error}") from error

    def _rows(self, file: str, text: TextIO, columns: tuple[str, ...]) -> Iterator[Row]:
        reader = csv.reader(text)
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
        names: Iterable[str]
        if self._source.is_dir():
            names = (path.name for path in self._source.iterdir())
        else:
            with zipfile.ZipFile(self._source) as archive:
                names = archive.namelist()
        return next((n for n in names if Path(n).name.casefold() == file.casefold()), None)

    @contextmanager
    def _open(self, name: str) -> Iterator[TextIO]:
        if self._source.is_dir():
            with (self._source / name).open(encoding="utf-8-sig", newline="") as text:
                yield text
            return
        with zipfile.ZipFile(self._source) as archive, archive.open(name) as data:
            yield io.TextIOWrapper(data, encoding="utf-8-sig", newline="")
