"""Which section, assignment and student a write is about, for the journal: no name, no score."""

from collections.abc import Mapping, Sequence
from typing import Any

from mock_sis.oneroster import bodies as oneroster


def about(arguments: Mapping[str, Any], body: Any) -> dict[str, object]:
    """As `Entry.about`; of several students or sections their number."""
    sent = body if isinstance(body, Mapping) else {}
    if parts := _objects(sent.get("_assignmentsections")):
        several = {"count": len(parts)} if len(parts) > 1 else {}
        return oneroster.said(
            section=_text(parts[0].get("sectionsdcid")), title=parts[0].get("name"), **several
        )
    one = sent.get("assignment_score", sent if "studentsdcid" in sent else None)
    batch = body if isinstance(body, list) else sent.get("assignment_scores")
    if rows := _objects(batch) or _objects([one]):
        return _scores(rows)
    return oneroster.about(arguments, body)


def _scores(rows: Sequence[Mapping[str, Any]]) -> dict[str, object]:
    columns = {_column(row) for row in rows}
    facts = {"assignment": columns.pop() if len(columns) == 1 else None}
    if len(rows) == 1:
        return oneroster.said(**facts, student=_text(rows[0].get("studentsdcid")))
    return oneroster.said(**facts, count=len(rows))


def _column(row: Mapping[str, Any]) -> str | None:
    section = row.get("_assignmentsection")
    found = section if isinstance(section, Mapping) else {}
    return _text(found.get("assignmentsectionid", found.get("_id")))


def _text(number: object) -> str | None:
    return str(number) if isinstance(number, str | int) else None


def _objects(values: Any) -> list[Mapping[str, Any]]:
    some = values if isinstance(values, list) else []
    return [value for value in some if isinstance(value, Mapping)]
