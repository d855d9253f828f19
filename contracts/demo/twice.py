"""One district in two gradebooks: whether they show the same scores.

Each SIS has rules of its own, so one may hold what the other refused; where both show a score it
must be the same.
"""

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence

from contracts.demo.stage import Stage

Cell = tuple[str, str]


def compare(stages: Sequence[Stage], tell: Callable[[str], None]) -> list[bool]:
    """Tell in how many cells two gradebooks agree; whether no two scores differ."""
    first, second = stages
    ours, theirs = scores(first), scores(second)
    both = ours.keys() & theirs.keys()
    differing = sum(ours[cell] != theirs[cell] for cell in both)
    verdict = "all the same" if not differing else f"{differing} DIFFER"
    tell(f"\n{len(both)} scores stand in both gradebooks: {verdict}")
    for stage, own in ((first, ours), (second, theirs)):
        tell(f"  {len(own.keys() - both):>8}  in {stage.kind} alone, by rules of its own")
    return [not differing]


def scores(stage: Stage) -> Mapping[Cell, str]:
    """(assessment, student) -> the score that the gradebook shows, `*` left out."""
    return {cell: shown for cell, shown in _cells(stage) if shown != "*"}


def _cells(stage: Stage) -> Iterator[tuple[Cell, str]]:
    assessments = _assessments(stage)
    for entry in stage.control("GET", "/gradebooks"):
        book = stage.control("GET", f"/gradebooks/{entry['id']}")
        names = {
            column["id"]: assessments.get(column["external_id"] or column["id"])
            for column in book["columns"]
        }
        for row in book["rows"]:
            for cell in row["cells"]:
                assessment = names[cell["column"]]
                if assessment is not None:
                    yield (assessment, row["student"]), cell["display"]


def _assessments(stage: Stage) -> dict[str, str]:
    """What the gradebook calls a column -> its assessment, as the ledger knows it.

    PowerSchool's address ends with the number under which the gradebook shows the column.
    """
    with sqlite3.connect(f"file:{stage.ledger}?mode=ro", uri=True) as db:
        rows = db.execute("SELECT ref, assessment FROM known_column WHERE ref IS NOT NULL")
        return {ref.rpartition("/")[2]: assessment for ref, assessment in rows}
