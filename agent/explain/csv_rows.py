"""Rows of a CSV file to download, in which a spreadsheet runs nothing."""

import csv
import io
from collections.abc import Iterable

WIDE = ("\uff1d", "\uff0b", "\uff0d", "\uff20")
"""The same signs at full width, which some spreadsheets take for the narrow ones."""
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", *WIDE)
"""What makes a spreadsheet take a cell for a formula when it begins with it."""


def csv_row(cells: Iterable[object]) -> str:
    """A line of the file; None is empty, and what would be a formula begins with an apostrophe."""
    out = io.StringIO()
    csv.writer(out).writerow([_inert(cell) for cell in cells])
    return out.getvalue()


def _inert(cell: object) -> str:
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) else text
