"""Which section, assignment and student a write is about, for the journal: no name, no score."""

from collections.abc import Mapping
from typing import Any


def about(arguments: Mapping[str, Any], body: Any) -> dict[str, object]:
    """As `Entry.about`, from the ids in the path and in the body.

    Whatever the body looks like: a write that the handler is about to refuse is in the log too.
    """
    sent = body if isinstance(body, Mapping) else {}
    if isinstance(item := sent.get("lineItem"), Mapping):
        return said(
            assignment=arguments.get("sourced_id"),
            title=item.get("title"),
            section=_id(item.get("class")),
        )
    if isinstance(result := sent.get("result"), Mapping):
        return said(assignment=_id(result.get("lineItem")), student=_id(result.get("student")))
    for several in ("lineItems", "results"):
        if isinstance(some := sent.get(several), list):
            return said(
                assignment=arguments.get("line_item_sourced_id"),
                section=arguments.get("class_sourced_id"),
                count=len(some),
            )
    return {}


def said(**facts: object) -> dict[str, object]:
    """Those that are known and are what they should be: text or a number."""
    return {name: value for name, value in facts.items() if isinstance(value, str | int) and value}


def _id(reference: Any) -> object:
    return reference.get("sourcedId") if isinstance(reference, Mapping) else None
