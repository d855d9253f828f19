"""An export written anew: only what is read and can be used, with made-up people if asked."""

import csv
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from contracts.uat.roster.findings import MOST_BYTES
from contracts.uat.roster.kept import KeptRows
from contracts.uat.roster.made_up import MadeUpPeople
from mock_sis.districts.oneroster_csv.files import CsvFiles
from mock_sis.districts.oneroster_csv.row import ImportFault
from mock_sis.districts.oneroster_csv.rules import faults
from mock_sis.districts.oneroster_csv.tables import TABLES
from mock_sis.world.private import private_folder

FIRST_CATEGORY = 960_001


def write_clean(source: Path, into: Path, *, named: bool, categories: Sequence[str] = ()) -> Path:
    """Write *source*, a folder or a zip, as a folder for this user alone; returns *into*.

    Args:
        named: keep the real names; else there is nothing of a real person in *into*.
        categories: titles of the district's categories, for an export that has none.

    Raises:
        ImportFault: the first fault for which the export cannot be used; nothing was written.
    """
    files = CsvFiles(source, most_bytes=MOST_BYTES)
    for fault in faults(files):
        raise fault
    people = MadeUpPeople(files, named=named)
    kept = KeptRows(files)
    private_folder(into)
    for name, table in TABLES.items():
        columns = (*table.columns, *table.more)
        cells = ({column: row[column] for column in columns} for row in kept.rows(name))
        rows = (people.replace(name, one) for one in cells)
        if files.has(name):
            _write(into / f"{name}.csv", columns, rows)
        elif name == "categories" and categories:
            _write(into / f"{name}.csv", columns, _categories(categories))
    if not kept.ids["classes"]:
        raise ImportFault("classes.csv", "has no class that can be used")
    return into


def _write(path: Path, columns: Sequence[str], rows: Iterator[Mapping[str, str]]) -> None:
    number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(number, "w", encoding="utf-8", newline="") as file:  # noqa: PTH123  a file number
        writer = csv.DictWriter(file, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)


def _categories(titles: Sequence[str]) -> Iterator[Mapping[str, str]]:
    for number, title in enumerate(dict.fromkeys(titles), FIRST_CATEGORY):
        yield {"sourcedId": str(number), "title": title}
