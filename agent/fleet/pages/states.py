"""The states of a district in words for people who support districts, and what to do about each.

The states are those of the view `district_now` (migrations of `agent.fleet.database`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from agent.serve.words import BUG, ENDINGS, plain


@dataclass(frozen=True, slots=True)
class Looks:
    """A state as people see it.

    Attributes:
        counted: stands below a figure.
        level: Bootstrap's.
        todo: what the vendor's staff do about it; "": nothing.
        own: what the district's own people do.
    """

    title: str
    counted: str
    level: str
    todo: str = ""
    own: str = ""


_VENDOR = "Whoever runs Passback for you looks after it."
_NEXT = "The next night makes good what is missing."


STATES: Mapping[str, Looks] = {
    "parked": Looks(
        "Parked",
        "parked",
        "danger",
        "No night of it begins any more. Find out why its nights were lost, then let it go on: Try"
        " again.",
        _VENDOR,
    ),
    "failing": Looks("Failing", "failing", "danger", own=_VENDOR),
    "brake": Looks(
        "Held by the brake",
        "held by the brake",
        "danger",
        "Look at what the night would send: `passback plan -c FILE`, or ask the district whether so"
        " many changes are right. If they are, run it once with `passback sync --force REASON`.",
        "Nothing was sent, because the night would have changed more than is usual. If so many"
        " changes are right, tell whoever runs Passback for you.",
    ),
    "missed": Looks(
        "Missed",
        "missed",
        "warning",
        "The next night makes good what is missing. To have it sooner, press Run now on its page."
        " Where many were missed, look at Workers and SIS hosts.",
        _NEXT,
    ),
    "late": Looks(
        "Late",
        "late",
        "warning",
        "Half of its time is over. Look whether workers are there, and how many districts wait for"
        " its SIS host.",
        _NEXT,
    ),
    "person": Looks(
        "Waits for a person",
        "wait for a person",
        "warning",
        "Records of it are not sent until somebody decides about them: `passback decide`, or the"
        " list To decide of its pages. The district's administrator knows best.",
        "The list To decide says of each what would settle it.",
    ),
    "working": Looks("At work", "at work", "info"),
    "queued": Looks("Due", "due, not begun", "info"),
    "paused": Looks("Paused", "paused", "secondary"),
    "done": Looks("Done", "done", "success"),
    "new": Looks("No night yet", "without a night yet", "secondary"),
    "gone": Looks("Configuration gone", "without a configuration", "secondary"),
}
"""In the order of how soon somebody should look."""

NEED_SOMEBODY = ("parked", "failing", "brake", "missed", "late", "person")
COUNTED = ("done", "working", "queued", "late", "failing", "parked", "brake", "person", "missed")
"""Shown above the list also where there is none."""

FAILED: Mapping[int, str] = {
    1: "This is a fault of Passback: keep the log of its worker and report it. The next night"
    " goes on from there.",
    5: "Nothing is lost: the next night goes on from there. If it stays so, ask the district"
    " whether its SIS is well.",
    6: "Nothing was sent. If it stays so, try `passback check -c FILE`: it says whether Otus or"
    " the SIS does not answer.",
    10: "Try `passback config check -c FILE` and `passback check -c FILE`, and mend what they say.",
    11: "Another program runs this district: a `passback sync` or `serve` on another machine. End"
    " one of the two.",
}
"""Exit code of a night that failed -> what to do."""
TROUBLE = "Mend its configuration. Until then the last one that could be used is in force."

WAITS: Mapping[str, str] = {
    "waiting": "it waits for its turn at its SIS host",
    "queued": "it waits for a free worker",
    "running": "it is at work and takes longer than it may",
}
"""State of an open night -> why it is not done."""


def reason(row: Mapping[str, Any]) -> str:
    """Why the district of a row of `district_now` stands as it does; "": nothing is to be said."""
    state, why = row["state"], plain(row["why"] or "")
    if state == "person":
        held = row["held"]
        return f"{held:,} record{'s wait' if held != 1 else ' waits'} for a person"
    if state in {"late", "queued"}:
        again = row["open_again"] is not None and row["exit_code"] is not None
        waits = WAITS[row["open_state"]]
        return f"it is tried again: {why or _ending(row)}" if again else why or waits
    if state == "working":
        return ""
    if state in {"failing", "brake"}:
        return why or _ending(row)
    if state == "missed":
        return why or "its night did not come to its end in the time that it has"
    return why


def todo(row: Mapping[str, Any], *, staff: bool = True) -> str:
    """What a person does about it, of the vendor's *staff* or of the district; "": nothing."""
    looks = STATES[row["state"]]
    if row["state"] != "failing" or not staff:
        return looks.todo if staff else looks.own
    return TROUBLE if row["trouble"] else FAILED.get(row["exit_code"], FAILED[1])


def _ending(row: Mapping[str, Any]) -> str:
    return ENDINGS.get(row["exit_code"], BUG).text
