"""Score scales and assessment objects: kept as sent, since no gradebook here uses them."""

import json
import sqlite3
from collections.abc import Mapping
from typing import Any

from mock_sis.oneroster.errors import unknown
from mock_sis.oneroster.objects.relation import Member, Relation
from mock_sis.oneroster.objects.roster import FRAME
from mock_sis.oneroster.objects.shapes import frame
from mock_sis.oneroster.version import Dialect
from mock_sis.world.world import World

KINDS = ("scoreScale", "assessmentLineItem", "assessmentResult")
TABLE = (
    "CREATE TABLE IF NOT EXISTS oneroster_document (kind TEXT NOT NULL, id TEXT NOT NULL,"
    " body TEXT NOT NULL, status TEXT NOT NULL, modified TEXT NOT NULL,"
    " PRIMARY KEY (kind, id)) STRICT"
)
REFS = {
    "class": "class",
    "course": "course",
    "parentAssessmentLineItem": "assessmentLineItem",
    "scoreScale": "scoreScale",
    "assessmentLineItem": "assessmentLineItem",
    "student": "user",
}
MEMBERS: Mapping[str, tuple[str, ...]] = {
    "scoreScale": ("title", "type", "course", "class", "scoreScaleValue"),
    "assessmentLineItem": (
        "title", "description", "class", "parentAssessmentLineItem", "scoreScale",
        "resultValueMin", "resultValueMax",
    ),
    "assessmentResult": (
        "assessmentLineItem", "student", "score", "textScore", "scoreDate", "scoreScale",
        "scorePercentile", "scoreStatus", "comment",
    ),
}  # fmt: skip


def relation(kind: str) -> Relation:
    """The documents of one kind."""
    plain = {
        name: Member(f"json_extract(body, '$.{name}')")
        for name in MEMBERS[kind]
        if name not in REFS
    }
    refs = {
        f"{name}.sourcedId": Member(f"json_extract(body, '$.{name}.sourcedId')", "id")
        for name in MEMBERS[kind]
        if name in REFS
    }
    return Relation(
        f"SELECT id, body, status, modified FROM oneroster_document WHERE kind = '{kind}'",
        {**FRAME, **plain, **refs},
    )


def shape(kind: str, row: sqlite3.Row, dialect: Dialect) -> dict[str, Any]:
    """A document with whole references."""
    body = json.loads(row["body"])
    return {
        **frame(row),
        **{
            name: dialect.ref(REFS[name], body[name]["sourcedId"]) if name in REFS else body[name]
            for name in MEMBERS[kind]
            if body.get(name) is not None
        },
    }


def put(world: World, kind: str, sourced_id: str, record: Mapping[str, Any]) -> bool:
    """Keep a document; True when it is new."""
    with world.db.write() as cursor:
        cursor.execute(TABLE)
        known = cursor.execute(
            "SELECT 1 FROM oneroster_document WHERE kind = ? AND id = ?", (kind, sourced_id)
        ).fetchone()
        body = {"scoreStatus": "fully graded", "scoreDate": world.today().isoformat(), **record}
        cursor.execute(
            "INSERT OR REPLACE INTO oneroster_document VALUES (?, ?, ?, ?, ?)",
            (kind, sourced_id, json.dumps(body, default=float), "active", world.stamp()),
        )
    return known is None


def delete(world: World, kind: str, sourced_id: str) -> None:
    """Forget a document."""
    with world.db.write() as cursor:
        cursor.execute(TABLE)
        cursor.execute(
            "DELETE FROM oneroster_document WHERE kind = ? AND id = ?", (kind, sourced_id)
        )
        if not cursor.rowcount:
            raise unknown(kind, sourced_id)


def ready(world: World) -> None:
    """Make the table where a world has none yet; a reset takes it away again."""
    if world.db.one("SELECT 1 FROM sqlite_master WHERE name = 'oneroster_document'") is None:
        with world.db.write() as cursor:
            cursor.execute(TABLE)
