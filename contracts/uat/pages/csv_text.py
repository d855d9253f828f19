"""Tables to download as CSV that a spreadsheet opens without running anything in them."""

import csv
import io
from collections.abc import Iterable, Sequence

RUNS = ("=", "+", "-", "@", "\t", "\r")
"""What makes a spreadsheet take a cell for a formula."""


def csv_text(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table as CSV; a cell that would be a formula begins with an apostrophe."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows([[inert(cell) for cell in row] for row in rows])
    return text.getvalue()


def inert(cell: object) -> str:
    """The cell as text; None is empty."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(RUNS) else text
