"""Otus's words: a token, and the change feed from a cursor to its end."""

from typing import Any
from urllib.parse import quote

from contracts.scenarios.oneroster import signed_in
from contracts.scenarios.runner import Failed, Run

MOST_PAGES = 1000


def sign_in(run: Run) -> str:
    """A token."""
    return signed_in(run, {"grant_type": "client_credentials"})


def pull(run: Run, cursor: str = "", limit: int = 10_000) -> list[dict[str, Any]]:
    """All changes since *cursor*; what follows the last one is known as `cursor`."""
    changes: list[dict[str, Any]] = []
    for _ in range(MOST_PAGES):
        body = run.call("GET", f"/v1/changes?limit={limit}&cursor={quote(cursor, safe='')}", 200)
        changes += body["changes"]
        cursor = run.known["cursor"] = body["cursor"]
        if not body["more"]:
            return changes
    raise Failed("the feed does not end")


def a_quiz(**changes: Any) -> dict[str, Any]:
    """An assessment for the mock's Otus."""
    entry = {"classId": "c-1001", "assignedDate": "2026-10-01", "dueDate": "2026-10-08"}
    whole = {
        "title": "Check",
        "type": "Quiz",
        "totalPoints": 20,
        "assignedBy": "t-2001",
        "classes": [entry],
    }
    return {**whole, **changes}
