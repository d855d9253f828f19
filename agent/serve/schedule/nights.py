"""The nights by the clock as a person reads them: what became of the last ones, and the next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from agent.config import zone_of
from agent.ledger import Ledger
from agent.ledger.slots import Pause, StoredSlot
from agent.serve.district import District
from agent.serve.schedule.due import MOST_TRIES, Answer, Known, judge, pauses
from agent.serve.schedule.slots import Slot, blackout, latest_slot, next_slot, slot_of

SHOWN = 21
"""Nights on the page: three weeks."""
ON_TIME = timedelta(minutes=10)
"""A night that begins no later than this was not caught up."""
GOOD = frozenset({0, 3})


class Became(StrEnum):
    """What became of the night of a date."""

    DONE = "done"
    CAUGHT_UP = "caught up"
    NOT_DONE = "not done"
    UNDER_WAY = "at work"
    TRIED_AGAIN = "to be tried again"
    CUT_OFF = "cut off"
    BLACKED_OUT = "blacked out"
    PAUSED = "paused"
    MISSED = "missed"
    DUE = "due"


IN_ORDER = frozenset({Became.DONE, Became.CAUGHT_UP, Became.BLACKED_OUT, Became.PAUSED})


@dataclass(frozen=True, slots=True)
class Night:
    """The night of a date; `why` is the reason of a blackout or a pause."""

    slot: Slot
    became: Became
    stored: StoredSlot | None = None
    why: str = ""

    @property
    def begins(self) -> datetime:
        """When it began, or was to begin."""
        return self.stored.started if self.stored else self.slot.begins


def known(district: District, ledger: Ledger, slot: Slot, now: datetime) -> Known:
    """What is known about a night, from the ledger and the settings."""
    return Known(
        stored=ledger.slots.find(slot.day),
        pause=ledger.pauses.current(),
        blackout=blackout(slot.day, district.settings.serve),
        since=ledger.slots.served_since() or now,
    )


def next_run(district: District, ledger: Ledger, now: datetime) -> datetime | None:
    """When a night begins by the clock; None: a person paused them, or all are blacked out."""
    serve, zone = district.settings.serve, zone_of(district.settings)
    slot = latest_slot(now, serve, zone)
    of_slot = known(district, ledger, slot, now)
    answer = judge(slot, now, of_slot)
    if answer is Answer.RUN:
        return now
    if answer is Answer.WAIT and of_slot.stored and of_slot.stored.again:
        return of_slot.stored.again
    pause = of_slot.pause
    if pause is not None and pause.until is None:
        return None
    coming = next_slot(now, serve, zone, _first_day(pause, ledger.slots.latest(1)))
    return coming.begins if coming else None


def _first_day(pause: Pause | None, newest: Sequence[StoredSlot]) -> date | None:
    """The first date whose night may run; None: any to come."""
    paused = [pause.until] if pause and pause.until else []
    # Where the hour was moved, tonight's date may have had its night already.
    done = [each.day + timedelta(days=1) for each in newest if each.ended]
    return max([*paused, *done], default=None)


def due_since(district: District, ledger: Ledger, now: datetime) -> datetime | None:
    """When the oldest night was due that no later run has made good; None: there is none."""
    good = ledger.runs.last_ended(GOOD)
    since = datetime.fromisoformat(good["at"]) if good else None
    due = [
        night.slot.begins
        for night in last_nights(district, ledger, now)
        if night.became not in IN_ORDER and (since is None or night.slot.begins > since)
    ]
    return min(due, default=None)


def last_nights(district: District, ledger: Ledger, now: datetime) -> Sequence[Night]:
    """The nights since the first one that this program could have begun, newest first."""
    serve, zone = district.settings.serve, zone_of(district.settings)
    since = ledger.slots.served_since()
    if since is None:
        return ()
    stored = {each.day: each for each in ledger.slots.latest(SHOWN)}
    paused = ledger.pauses.latest(2 * SHOWN)
    newest = latest_slot(now, serve, zone).day
    nights = []
    for slot in (slot_of(newest - timedelta(days=n), serve, zone) for n in range(SHOWN)):
        if slot.day in stored:
            nights.append(_begun(slot, now, stored[slot.day]))
        elif slot.begins >= since:
            nights.append(_not_begun(slot, now, blackout(slot.day, serve), paused))
    return nights


def _begun(slot: Slot, now: datetime, stored: StoredSlot) -> Night:
    """A night that was begun, whatever came of it."""
    if stored.ended is not None:
        late = stored.started - stored.due > ON_TIME
        good = Became.CAUGHT_UP if late else Became.DONE
        return Night(slot, good if stored.exit_code in GOOD else Became.NOT_DONE, stored)
    if now >= slot.ends or stored.tries >= MOST_TRIES:
        return Night(slot, Became.NOT_DONE if stored.exit_code else Became.CUT_OFF, stored)
    return Night(slot, Became.TRIED_AGAIN if stored.exit_code else Became.UNDER_WAY, stored)


def _not_begun(slot: Slot, now: datetime, why: str | None, paused: Sequence[Pause]) -> Night:
    if why is not None:
        return Night(slot, Became.BLACKED_OUT, why=why)
    for pause in paused:
        stood = pause.since < slot.ends and (pause.ended is None or pause.ended > slot.begins)
        if stood and pauses(pause, slot):
            return Night(slot, Became.PAUSED, why=pause.reason)
    return Night(slot, Became.DUE if now < slot.ends else Became.MISSED)
