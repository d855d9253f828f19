"""Whether the night of a date is to be begun now, or tried again after a failure; pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from agent.ledger.slots import Pause, StoredSlot
from agent.serve.schedule.slots import Slot

PAUSES = (5, 15, 30, 60)
"""Minutes before a night that came to nothing is tried again; the last one repeats."""
MOST_TRIES = 8
"""With these pauses: over five hours, so that a SIS that is closed in the evening is still met."""
TRIED_AGAIN = frozenset({5, 6, 10})
"""Exit codes after which another try may do it: a server was away, or there was no room."""


class Answer(StrEnum):
    """What is to be done about a night now."""

    RUN = "run"
    WAIT = "wait"
    """It came to nothing, and is tried again later."""
    DONE = "done"
    PAUSED = "paused"
    BLACKED_OUT = "blacked out"
    MISSED = "missed"
    """Its window is over."""
    TOO_EARLY = "before the first"
    """It began before this district was served."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known about a night when it is judged.

    Attributes:
        blackout: the reason of a blackout of its date, which may be empty; None: there is none.
        since: when the district was first served: what was due before is nobody's loss.
    """

    stored: StoredSlot | None
    pause: Pause | None
    blackout: str | None
    since: datetime


def judge(slot: Slot, now: datetime, known: Known) -> Answer:
    """What is to be done about the night *slot* at *now*, which is not before it begins."""
    stored = known.stored
    cases = (
        (stored is not None and stored.ended is not None, Answer.DONE),
        (stored is None and slot.begins < known.since, Answer.TOO_EARLY),
        (known.blackout is not None, Answer.BLACKED_OUT),
        (pauses(known.pause, slot), Answer.PAUSED),
        (now >= slot.ends or (stored is not None and stored.tries >= MOST_TRIES), Answer.MISSED),
        (stored is not None and stored.again is not None and now < stored.again, Answer.WAIT),
    )
    return next((answer for holds, answer in cases if holds), Answer.RUN)


def pauses(pause: Pause | None, slot: Slot) -> bool:
    """Whether a pause that nobody ended keeps a night from running."""
    return pause is not None and (pause.until is None or slot.day < pause.until)


def next_try(code: int, tries: int, now: datetime, slot: Slot) -> datetime | None:
    """When a night whose run number *tries* ended at *now* is tried again; None: it is over."""
    if code not in TRIED_AGAIN or tries >= MOST_TRIES:
        return None
    at = now + timedelta(minutes=PAUSES[min(tries, len(PAUSES)) - 1])
    return at if at < slot.ends else None
