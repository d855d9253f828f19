"""States, endings of runs and errors in words for people who do not program."""

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
from agent.records import DELIVERED, State
from agent.rules.codes import Code, Who


@dataclass(frozen=True, slots=True)
class Advice:
    """What a code or a state means, what would have to change, and who can do that."""

    meaning: str
    remedy: str
    who: str


@dataclass(frozen=True, slots=True)
class Told:
    """Something that happened: a heading, a sentence, and what to do. `level` is Bootstrap's."""

    title: str
    text: str
    level: str = "warning"
    facts: Sequence[str] = ()


STATES: Mapping[State, str] = {
    State.CREATED: "New assignment",
    State.UPDATED: "Assignment changed",
    State.SENT: "Score sent",
    State.CLEARED: "Score taken back",
    State.UNCHANGED: "In the gradebook",
    State.KEPT: "Teacher's entry kept",
    State.REFUSED: "Not passed back",
    State.HELD: "Waits for a person",
    State.REJECTED: "The SIS said no",
    State.FAILED: "No answer, tried again next night",
    State.ORPHANED: "No longer in Otus",
    State.DELETED_IN_SIS: "Deleted in the gradebook",
    State.WITHDRAWN: "Score removed in Otus",
}

OF_STATE = "state-"
_OF_STATES: Mapping[State, Advice] = {
    State.KEPT: Advice(
        "A teacher changed it in the gradebook, and that stays.",
        "Nothing. If Otus should count, change it there: a change in Otus is sent again.",
        Who.TEACHER,
    ),
    State.REFUSED: Advice("A rule keeps it back.", "Do what the reason says.", Who.TEACHER),
    State.HELD: Advice(
        "Passback cannot decide this alone.", "Do what the reason says.", Who.TEACHER
    ),
    State.REJECTED: Advice(
        "The SIS refused it.", "Correct what the reason names; it is tried each night.", Who.SIS
    ),
    State.FAILED: Advice(
        "The SIS gave no usable answer.", "Nothing: the next run tries again.", Who.NOBODY
    ),
    State.ORPHANED: Advice(
        "It was unassigned or removed in Otus; the gradebook keeps the assignment.",
        "Delete it in the gradebook if it should not count.",
        Who.TEACHER,
    ),
    State.DELETED_IN_SIS: Advice(
        "A teacher deleted the assignment in the gradebook, and it is not made again.",
        "Restore it there, or unassign it in Otus and assign it again.",
        Who.TEACHER,
    ),
    State.WITHDRAWN: Advice("The score was removed in Otus.", "Nothing.", Who.NOBODY),
}
ADVICE: Mapping[str, Advice] = {
    **{code.value: Advice(code.meaning, code.remedy, code.who) for code in Code},
    **{OF_STATE + state.value: said for state, said in _OF_STATES.items()},
}
ELSE = Advice("", "", "")


def advice(why: str) -> Advice:
    """What is to be said about a code or a state; nothing about one that this version lacks."""
    return ADVICE.get(why, ELSE)


def whys(state: State, codes: Sequence[str]) -> Sequence[str]:
    """What to look up about a record with `advice`: its codes, else its state.

    A state is marked as one, since `deleted_in_sis` is a code too.
    """
    if codes or state in DELIVERED or state is State.UNCHANGED:
        return codes
    return (OF_STATE + state.value,)


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


def _plain(message: str) -> str:
    """An error's text without the names that programs have for a system and a call."""
    return re.sub(r"\b(sis|source): \w+: ", "", message)


def ending(run: Mapping[str, Any]) -> Told:
    """How a run of the ledger ended."""
    if run["ended"] is None:
        return NOT_ENDED
    summary = run["summary"] or {}
    told = ENDINGS.get(run["exit_code"], BUG)
    facts = summary.get("findings") or (
        [_plain(summary["message"])] if "message" in summary else []
    )
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
    facts: Sequence[str] = [_plain(str(error))]
    if isinstance(error, LockedError):
        facts = ()
    elif isinstance(error, BrakeError):
        facts = error.findings
    return Told(told.title, told.text.format(system), told.level, facts)
