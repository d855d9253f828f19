"""Endings of runs and errors in words for people who do not program."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agent.errors import (
    AskedToWaitError,
    BrakeError,
    DeniedError,
    LockedError,
    MaintenanceError,
    PassbackError,
    UnavailableError,
)

LONGEST_REASON = 200
"""Characters of what a person says about an order, such as a pause."""


@dataclass(frozen=True, slots=True)
class Told:
    """Something that happened: a heading, a sentence, and what to do. `level` is Bootstrap's."""

    title: str
    text: str
    level: str = "warning"
    facts: Sequence[str] = ()


ENDINGS: Mapping[int, Told] = {
    0: Told("Done", "Everything that passes is in the gradebook.", "success"),
    3: Told("Done, with open points", "Some records need a person; they are listed below."),
    4: Told(
        "Stopped by the brake",
        "Nothing was sent, because the night would have changed more than is usual. Look at"
        " what it would do on the page Tonight before you let it run all the same.",
        "danger",
    ),
    5: Told(
        "Interrupted",
        "The SIS stopped answering, or the run was stopped, after something was sent. Nothing is"
        " lost or doubled: the next run goes on from there.",
    ),
    6: Told(
        "Not possible now",
        "Otus or the SIS could not be reached or understood. Nothing was sent; the next run"
        " tries again.",
    ),
    10: Told(
        "Not possible",
        "The configuration, the ledger or the folder with the source cannot be used. Nothing"
        " was sent.",
        "danger",
    ),
    130: Told("Stopped", "It was stopped before anything was sent."),
}
BUG = Told(
    "A fault in Passback",
    "Passback itself failed. What was sent is noted, and the next run goes on from there.",
    "danger",
)
NOT_ENDED = Told(
    "Not ended",
    "It is at work right now, or it was cut off. In that case the next run goes on from there.",
)

SHADOW = Told(
    "Shadow night {} of {}",
    "Nothing was sent. The figures say what this night would have sent: before a district begins,"
    " its first nights are only looked at. What the brake would have stopped stands here.",
)


def plain(message: str) -> str:
    """An error's text without the names that programs have for a system and a call."""
    return re.sub(r"\b(sis|source): \w+: ", "", message)


def ending(run: Mapping[str, Any]) -> Told:
    """How a run of the ledger ended."""
    if run["ended"] is None:
        return NOT_ENDED
    summary = run["summary"] or {}
    if "shadow" in summary:
        night, of = summary["shadow"]["night"], summary["shadow"]["of"]
        return Told(SHADOW.title.format(night, of), SHADOW.text, "info", summary["findings"])
    told = ENDINGS.get(run["exit_code"], BUG)
    facts = summary.get("findings") or ([plain(summary["message"])] if "message" in summary else [])
    return Told(told.title, told.text, told.level, facts)


TROUBLES: Sequence[tuple[type[PassbackError], Told]] = (
    (
        LockedError,
        Told(
            "Another run is at work",
            "Another run of this district, or a preview of one, is at work. Wait until it has"
            " ended, then try again.",
        ),
    ),
    (
        BrakeError,
        Told(
            "The brake would stop tonight",
            "Otus gives much less than it did before, or other ids for many students. Nothing was"
            " sent, and what was read from Otus was not taken over.",
            "danger",
        ),
    ),
    (
        MaintenanceError,
        Told("Closed for maintenance", "{} is closed for maintenance. Try again later."),
    ),
    (
        AskedToWaitError,
        Told(
            "Asked to wait",
            "{} asks Passback to wait for long: it is closed for maintenance, or has too much to"
            " do. Try again later.",
        ),
    ),
    (
        DeniedError,
        Told("Access refused", "{} does not let Passback in, so nothing was sent.", "danger"),
    ),
    (
        UnavailableError,
        Told("No answer", "{} gives no usable answer, so nothing was sent. Try again later."),
    ),
    (PassbackError, Told(ENDINGS[10].title, ENDINGS[10].text, "danger")),
)
"""Kinds of errors, special ones first; `{}` is the system that an error is about."""


def trouble(error: PassbackError) -> Told:
    """Why a preview could not be made, or a run could not be begun."""
    told = next(told for kind, told in TROUBLES if isinstance(error, kind))
    system = "Otus" if getattr(error, "system", "") == "source" else "The SIS"
    facts: Sequence[str] = [plain(str(error))]
    if isinstance(error, LockedError):
        facts = ()
    elif isinstance(error, BrakeError):
        facts = error.findings
    return Told(told.title, told.text.format(system), told.level, facts)
