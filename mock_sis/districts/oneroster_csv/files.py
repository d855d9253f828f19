"""A OneRoster CSV export, folder or zip, read row by row; faults are named by file and line."""

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TextIO

from mock_sis.districts.oneroster_csv.row import ImportFault, Row
from mock_sis.districts.oneroster_csv.source import MOST_BYTES, Source
from mock_sis.districts.oneroster_csv.tables import TABLES

MOST_IN_LINE = 2**20
MOST_COLUMNS = 500
WIDE_BYTES = (b"\xff\xfe", b"\xfe\xff")
"""How a file in UTF-16 begins."""
TOLD = {
    "unexpected end of data": "a quotation mark is opened here and never closed",
    "field larger": "a text has no end: is a quotation mark opened here and never closed?",
    "expected after": "a text goes on behind its closing quotation mark; inside a text, double it",
}
"""What Python's reader says -> what is wrong."""


class CsvFiles:
    """The files of one export."""

    def __init__(self, source: Path, *, most_bytes: int = MOST_BYTES) -> None:
        """ImportFault: *source* is no folder or zip of files, or holds more than *most_bytes*."""
        self._source = Source(source, most_bytes=most_bytes)

    def has(self, name: str) -> bool:
        """Whether the export holds *name*.csv."""
        return self._source.has(f"{name}.csv")

    def others(self) -> list[str]:
        """Names of the CSV files that are not read, in lower case."""
        known = {f"{name}.csv".casefold() for name in TABLES}
        return sorted(set(self._source.names()) - known)

    def rows(self, name: str) -> Iterator[Row]:
        """The rows of *name*.csv that are not marked as deleted; none where it is not needed.

        ImportFault: the file is needed and missing, lacks a column, or is no CSV in UTF-8.
        """
        file, table = f"{name}.csv", TABLES[name]
        if not self._source.has(file):
            if table.needed:
                raise ImportFault(file, "the file is missing")
            return
        columns = table.columns
        if name == "users" and not self.has("roles"):
            columns = (*columns, "role")  # 1.2 keeps roles in a file of their own
        try:
            with self._source.open(file) as data:
                text = io.TextIOWrapper(data, encoding="utf-8-sig", newline="")
                yield from _rows(file, text, columns)
        except UnicodeDecodeError as error:
            raise self._not_utf8(file) from error

    def _not_utf8(self, file: str) -> ImportFault:
        """The fault of a file in another encoding, with the first line that shows it."""
        with self._source.open(file) as data:
            for number, line in enumerate(iter(lambda: data.readline(MOST_IN_LINE), b""), 1):
                try:
                    line.decode("utf-8-sig")
                except UnicodeDecodeError:
                    wide = number == 1 and line.startswith(WIDE_BYTES)
                    what = "is UTF-16" if wide else "is not UTF-8"
                    return ImportFault(file, f"{what}: save it as CSV in UTF-8", line=number)
        return ImportFault(file, "is not UTF-8: save it as CSV in UTF-8")


def _rows(file: str, text: TextIO, columns: Sequence[str]) -> Iterator[Row]:
    reader = csv.reader(_lines(file, text), strict=True)
    header = _header(file, _next(file, reader) or [])
    for column in columns:
        if column.casefold() not in header:
            raise ImportFault(file, "the column is missing", column=column)
    while (cells := _next(file, reader)) is not None:
        if any(cells):
            named = dict(zip(header, cells, strict=False))
            row = Row(file, reader.line_num, named, more=any(cells[len(header) :]))
            if not row.is_gone:
                yield row


def _header(file: str, cells: list[str]) -> list[str]:
    if len(cells) > MOST_COLUMNS:
        raise ImportFault(file, f"has more than {MOST_COLUMNS} columns", line=1)
    return [name.strip().casefold() for name in cells]


def _next(file: str, reader: Any) -> list[str] | None:
    """The cells of the next row; None at the end."""
    line = reader.line_num + 1
    try:
        cells: list[str] | None = next(reader, None)
    except csv.Error as error:
        told = next((words for said, words in TOLD.items() if said in str(error)), str(error))
        raise ImportFault(file, f"is not CSV: {told}", line=line) from error
    return cells


def _lines(file: str, text: TextIO) -> Iterator[str]:
    """The lines of *text*; a file without line ends must not stand in memory as a whole."""
    number = 0
    while line := text.readline(MOST_IN_LINE):
        number += 1
        if len(line) == MOST_IN_LINE and not line.endswith(("\n", "\r")):
            raise ImportFault(file, f"is longer than {MOST_IN_LINE:,} characters", line=number)
        if "\0" in line:
            what = "holds a character that is no text: save the file as CSV in UTF-8"
            raise ImportFault(file, what, line=number)
        yield line
