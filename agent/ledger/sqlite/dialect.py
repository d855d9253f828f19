"""What SQLite writes in another way than the SQL of the ledger (`agent.ledger.store`)."""

import re
from functools import lru_cache

from agent.ledger.members import Form, object_of

INSTEAD = (
    (r"\b(elements|members|objects)\(", "json_each("),
    # Before version 3.39 it does not know the standard's words.
    (r"\bIS NOT DISTINCT FROM\b", "IS"),
    (r"\bIS DISTINCT FROM\b", "IS NOT"),
)

MEMBERS: dict[Form, str] = {
    "plain": "{}",
    "flag": "json(iif({}, 'true', 'false'))",
    "json": "json({})",
}


@lru_cache(maxsize=1024)
def translated(sql: str) -> str:
    """The statement as SQLite takes it."""
    for ours, its in INSTEAD:
        sql = re.sub(ours, its, sql)
    return sql


@lru_cache(maxsize=256)
def json_list(kind: type, select: str) -> str:
    """SQL of a JSON list with an object for each row of a query."""
    members = object_of(kind, MEMBERS)
    return f"(SELECT json_group_array(json_object({members})) FROM ({select}))"
