"""What a person is told after a change: what the next night makes of it. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

Record = Mapping[str, Any]


def saved(found: Sequence[object], otherwise: str) -> str:
    """What becomes of a change: *otherwise*, or what in Otus stands against it."""
    if not found:
        return otherwise
    return "It does not pass back as it is. " + " ".join(str(each) for each in found)


def scores_saved(changes: Sequence[tuple[Record | None, Record]]) -> list[str]:
    """One sentence for each kind of change; *changes* are (before, after)."""
    kinds = [_kind(before, after) for before, after in changes]
    return [
        words.format("1 score" if kinds.count(kind) == 1 else f"{kinds.count(kind)} scores")
        for kind, words in WORDS.items()
        if kind in kinds
    ]


WORDS = {
    "graded": "{} saved as graded. The next night will send it.",
    "turned_in": "{} saved as turned in. It is held back until all items are graded.",
    "withdrawn": (
        "{} taken out. Before the due date the next night clears the cell in the SIS;"
        " after it a person must decide."
    ),
    "not_submitted": "{} saved as not started. After the due date the next night sends a 0.",
    "excluded": "{} saved as excluded. An excluded student's score is not sent.",
    "excused": "{} saved as excused without a score. The next night sends no 0 for it.",
}


def _kind(before: Record | None, after: Record) -> str:
    if "excluded" in after["marks"]:
        return "excluded"
    if after["progress"] != "not_submitted":
        return str(after["progress"])
    if before is not None and before["progress"] == "graded":
        return "withdrawn"
    return "excused" if "excused" in after["marks"] else "not_submitted"


def group_changed(
    name: str, *, joined: bool, taught: Sequence[tuple[str, bool]], assigned: int
) -> str:
    """What a teacher's joining or leaving means.

    Args:
        taught: title of each class that the teacher teaches, and whether all its teachers are in
            the group now.
        assigned: how many assessments the teacher assigned.
    """
    titles = [title for title, complete in taught if complete]
    waiting = [title for title, complete in taught if not complete]
    many = f"{assigned} assessment{'' if assigned == 1 else 's'}"
    if not joined:
        classes = ", ".join(title for title, _ in taught) or "no class"
        return (
            f"{name} has left the group. What was sent stays. Nothing more is sent to Skyward of"
            f" the {many} that {name} assigned, and nothing to PowerSchool of {classes}."
        )
    text = (
        f"{name} is in the group now. The next night can send Skyward the {many} that {name}"
        " assigned, back to the start of the grading period or the effective date."
    )
    if titles:
        text += f" It can send PowerSchool the scores of {', '.join(titles)}."
    if waiting:
        text += f" For PowerSchool {', '.join(waiting)} still waits for another teacher."
    return text
