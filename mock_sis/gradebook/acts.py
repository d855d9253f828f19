"""What a teacher did, as it stands in the world's file until it is undone."""

from typing import Any, NamedTuple

import orjson

from mock_sis.gradebook.reads import Reads

Rows = dict[int, dict[str, Any]]
"""Rows of one table by id."""


class Act(NamedTuple):
    """Something that a teacher did: what, as a sentence for the page, and the rows behind it."""

    id: int
    sentence: str
    changed: str
    before: Rows
    after: Rows


def last_act(book: Reads, section: str) -> Act | None:
    """The latest act in the gradebook of *section* that was not undone."""
    row = book.world.db.one(
        "SELECT * FROM act WHERE sis = ? AND section IN (SELECT value FROM json_each(?))"
        " ORDER BY id DESC LIMIT 1",
        book.sis,
        orjson.dumps(book.linked(section)).decode(),
    )
    if row is None:
        return None
    before, after = (
        {int(id_): one for id_, one in orjson.loads(row[name]).items()}
        for name in ("before", "after")
    )
    return Act(row["id"], row["sentence"], row["changed"], before, after)
