"""What changed since a moment: `/ws/dataversion`, and the log of what plugins called.

A data version is the world's clock in microseconds; a row counts as changed again in the same one.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from mock_sis.http.types import Answer, Problem
from mock_sis.powerschool.plugin import SERVER
from mock_sis.world.clock import text
from mock_sis.world.journal import Journal
from mock_sis.world.world import World

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
TABLES: Mapping[str, str] = {
    "students": "student",
    "users": "teacher",
    "sections": "section",
    "cc": "enrolment WHERE role = 'student' AND 1",
    "sectionteacher": "enrolment WHERE role = 'teacher' AND 1",
}


def since(world: World, version: int) -> Answer:
    """DCIDs of rows changed since *version*, by table, and the version to ask with next."""
    now = (world.now() - EPOCH) // MICROSECOND
    try:
        moment = text(EPOCH + timedelta(microseconds=version)).removesuffix("Z")
    except OverflowError:
        raise Problem(400, "dataVersion is out of range") from None
    tables = []
    for name, source in TABLES.items():
        sql = source if " WHERE " in source else f"{source} WHERE 1"
        rows = world.db.read(
            f"SELECT id FROM {sql} AND replace(modified, 'Z', '') >= ? ORDER BY id", moment
        )
        if rows:
            tables.append({"name": name, "dcids": [row[0] for row in rows]})
    return Answer({"$dataversion": now, "tables": tables})


def plugin_log(journal: Journal, *, failed: bool | None, after: int, limit: int) -> Answer:
    """The calls of plugins, oldest first, with the reason of those that failed."""
    entries = journal.read(server=SERVER, failed=failed, since=after, limit=limit)
    return Answer({"entries": [_entry(entry) for entry in entries]})


def _entry(entry: Mapping[str, Any]) -> dict[str, Any]:
    query = f"?{entry['query']}" if entry["query"] else ""
    return {
        "seq": entry["seq"],
        "time": entry["at"],
        "plugin": entry["client"],
        "method": entry["method"],
        "uri": f"{entry['path']}{query}",
        "status": entry["status"],
        "milliseconds": entry["duration_ms"],
        "message": entry["reason"],
    }
