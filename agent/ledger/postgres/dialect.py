"""What PostgreSQL writes in another way than the SQL of the ledger (`agent.ledger.store`)."""

import re
from functools import lru_cache

from agent.ledger.members import Form, object_of

INSTEAD = (
    # psycopg's own sign of a value is %s.
    (r"%", "%%"),
    (r"\?", "%s"),
    (r"\belements\(([^()]*)\)", r"json_array_elements_text((\1)::json) AS elements(value)"),
    (r"\bobjects\(([^()]*)\)", r"json_array_elements((\1)::json) AS objects(value)"),
    (r"\bmembers\(([^()]*)\)", r"json_each_text((\1)::json) AS members(key, value)"),
)

MEMBERS: dict[Form, str] = {"plain": "{}", "flag": "{}", "json": "({})::json"}


@lru_cache(maxsize=1024)
def translated(sql: str) -> str:
    """The statement as psycopg takes it."""
    for ours, its in INSTEAD:
        sql = re.sub(ours, its, sql)
    return sql


@lru_cache(maxsize=256)
def json_list(kind: type, select: str) -> str:
    """SQL of a JSON list with an object for each row of a query."""
    members = object_of(kind, MEMBERS)
    return (
        f"(SELECT coalesce(json_agg(json_build_object({members})), '[]') FROM ({select}) AS each)"
    )
