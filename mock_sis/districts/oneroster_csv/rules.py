"""The rules of an export, beside those of its form (`files`).

The import stops at the first fault; whoever checks an export before lists all of them.
"""

from collections.abc import Callable, Iterator
from datetime import date

from mock_sis.districts.oneroster_csv.files import CsvFiles
from mock_sis.districts.oneroster_csv.row import ImportFault, Row
from mock_sis.districts.oneroster_csv.tables import TABLES, Table

LONGEST_ID = 255
KEY = "sourcedId"


def faults(files: CsvFiles) -> Iterator[ImportFault]:
    """Every fault for which an export cannot be used, file by file, in the order of the rows.

    A file that is missing or not readable has one fault, and its other rows are not looked at.
    """
    for name, table in TABLES.items():
        seen: dict[str, int] = {}
        try:
            for row in files.rows(name):
                if not table.roles or row["role"].casefold() in table.roles:
                    yield from _of_row(row, table)
                    yield from _again(row, table, seen)
        except ImportFault as fault:
            yield fault
        else:
            if name == "academicSessions" and not seen:
                yield ImportFault(f"{name}.csv", "has no rows: a district needs a calendar")


def _of_row(row: Row, table: Table) -> Iterator[ImportFault]:
    if row["propertyName"].startswith("file.") and row["value"].casefold() == "delta":
        what = f"{row['propertyName'][5:]}.csv holds changes only: ask for a whole export (bulk)"
        yield ImportFault(row.file, what, line=row.line)
    if row.more:
        what = "has more cells than the header: a text with a comma needs quotation marks"
        yield ImportFault(row.file, what, line=row.line)
    for column in table.filled:
        yield from _broken(row.need, column)
    for column in table.days:
        yield from _broken(row.day, column)
    id_ = row[KEY]
    if len(id_) > LONGEST_ID or not id_.isprintable():
        what = f"is no id: at most {LONGEST_ID} characters that can be printed"
        yield ImportFault(row.file, what, line=row.line, column=KEY)
    if len(table.days) == 2:
        yield from _order(row, *table.days)


def _broken(read: Callable[[str], object], column: str) -> Iterator[ImportFault]:
    """What reading a cell of the row meets."""
    try:
        read(column)
    except ImportFault as fault:
        yield fault


def _order(row: Row, first: str, last: str) -> Iterator[ImportFault]:
    """An end before its start."""
    try:
        start, end = row.day(first), row.day(last)
    except ImportFault:
        return
    if isinstance(start, date) and isinstance(end, date) and end < start:
        yield ImportFault(row.file, f"is before {first}", line=row.line, column=last)


def _again(row: Row, table: Table, seen: dict[str, int]) -> Iterator[ImportFault]:
    """An id that an earlier row has."""
    id_ = row[KEY]
    if table.keyed and id_ and id_ in seen:
        what = f"is the same as in line {seen[id_]}"
        yield ImportFault(row.file, what, line=row.line, column=KEY)
    if table.keyed:
        seen.setdefault(id_, row.line)
