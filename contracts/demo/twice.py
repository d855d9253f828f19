"""One district in two gradebooks: whether they show the same scores.

Each SIS has rules of its own, so one may hold what the other refused; where both show a score it
must be the same.
"""

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence

from contracts.demo.district import DemoDistrict

Cell = tuple[str, str]


def compare(districts: Sequence[DemoDistrict], tell: Callable[[str], None]) -> list[bool]:
    """Tell in how many cells two gradebooks agree; whether no two scores differ."""
    first, second = districts
    ours, theirs = scores(first), scores(second)
    both = ours.keys() & theirs.keys()
    differing = sum(ours[cell] != theirs[cell] for cell in both)
    verdict = "all the same" if not differing else f"{differing} DIFFER"
    tell(f"\n{len(both)} scores stand in both gradebooks: {verdict}")
    for district, own in ((first, ours), (second, theirs)):
        tell(f"  {len(own.keys() - both):>8}  in {district.kind} alone, by rules of its own")
    return [not differing]


def scores(district: DemoDistrict) -> Mapping[Cell, str]:
    """(assessment, student) -> the score that the gradebook shows, `*` left out."""
    return {cell: shown for cell, shown in _cells(district) if shown != "*"}


def _cells(district: DemoDistrict) -> Iterator[tuple[Cell, str]]:
    assessments = _assessments(district)
    for entry in district.control("GET", "/gradebooks"):
        book = district.control("GET", f"/gradebooks/{entry['id']}")
        names = {
            column["id"]: assessments.get(column["external_id"] or column["id"])
            for column in book["columns"]
        }
        for row in book["rows"]:
            for cell in row["cells"]:
                assessment = names[cell["column"]]
                if assessment is not None:
                    yield (assessment, row["student"]), cell["display"]


def _assessments(district: DemoDistrict) -> dict[str, str]:
    """What the gradebook calls a column -> its assessment, as the ledger knows it.

    PowerSchool's address ends with the number under which the gradebook shows the column.
    """
    with sqlite3.connect(f"file:{district.ledger}?mode=ro", uri=True) as db:
        rows = db.execute("SELECT ref, assessment FROM known_column WHERE ref IS NOT NULL")
        return {ref.rpartition("/")[2]: assessment for ref, assessment in rows}
