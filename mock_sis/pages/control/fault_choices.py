"""Faults as people choose them: what goes wrong, at which server, at which part of a night."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from mock_sis.pages.control.moves import DAY, EVENING
from mock_sis.pages.words import spoken, spoken_time
from mock_sis.world.faults import Action, Fault

WRITES = "put*|post*|delete*|create*|update*|replace*|insert*"
"""The operations of every mock that change something, and no others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Something that can go wrong; in `words`, {} is the server's name."""

    words: str
    action: Action
    writes_only: bool = False
    nth: int | None = None
    probability: float | None = None
    status: int | None = None
    seconds: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """When it goes wrong: so long, from the evening of a night on or from now on."""

    words: str
    lasts: timedelta | None
    at_night: bool


CHOICES: Mapping[str, Choice] = {
    "down": Choice(words="{} is down and does not answer", action=Action.DROP_BEFORE),
    "slow": Choice(
        words="{} answers slowly: each call takes 2 seconds longer",
        action=Action.DELAY,
        seconds=2,
    ),
    "lost": Choice(
        words="one answer of {} in ten gets lost after the write",
        action=Action.DROP_AFTER,
        writes_only=True,
        probability=0.1,
    ),
    "maintenance": Choice(
        words="{} refuses every write for maintenance",
        action=Action.MAINTENANCE,
        writes_only=True,
    ),
    "breaks": Choice(
        words="the connection to {} breaks once, at the 20th call",
        action=Action.DROP_AFTER,
        nth=20,
    ),
    "cut": Choice(words="every answer of {} is cut off in the middle", action=Action.TRUNCATE),
    "key": Choice(words="{} no longer accepts the key", action=Action.REVOKE),
    "many": Choice(
        words="{} turns one call in three away: too many requests",
        action=Action.THROTTLE,
        probability=1 / 3,
        seconds=2,
    ),
    "errors": Choice(
        words="one call in ten ends with an error inside {}",
        action=Action.STATUS,
        status=500,
        probability=0.1,
    ),
}
SPANS: Mapping[str, Span] = {
    "first-5": Span(
        words="for the first five minutes of the night",
        lasts=timedelta(minutes=5),
        at_night=True,
    ),
    "first-60": Span(
        words="for the first hour of the night", lasts=timedelta(hours=1), at_night=True
    ),
    "night": Span(words="all night, from 10 pm to 6 am", lasts=timedelta(hours=8), at_night=True),
    "now-5": Span(words="for five minutes from now on", lasts=timedelta(minutes=5), at_night=False),
    "now-60": Span(words="for an hour from now on", lasts=timedelta(hours=1), at_night=False),
    "now": Span(words="from now on, until it is stopped", lasts=None, at_night=False),
}
GENERAL: Mapping[Action, str] = {
    Action.STATUS: "fails with status {status}",
    Action.DELAY: "takes {seconds:g} seconds longer",
    Action.DROP_BEFORE: "is not answered and not carried out",
    Action.DROP_AFTER: "is carried out, and its answer is lost",
    Action.TRUNCATE: "gets half of its answer",
    Action.REVOKE: "finds that its key is no longer accepted",
    Action.MAINTENANCE: "is refused for maintenance",
    Action.THROTTLE: "is turned away: too many requests",
}


def window(span: Span, now: datetime, zone: ZoneInfo) -> tuple[datetime | None, datetime | None]:
    """From when until when: of the night that goes on, else of the next, the part still ahead.

    OverflowError: the calendar ends before.
    """
    current = now.astimezone(zone)
    if span.lasts is None:
        return None, None
    if not span.at_night:
        return current, current + span.lasts
    begin = datetime.combine(current.date() - DAY, EVENING, zone)
    while begin + span.lasts <= current:
        begin = datetime.combine(begin.date() + DAY, EVENING, zone)
    return begin, begin + span.lasts


def fault_words(fault: Fault, names: Mapping[str, str]) -> str:
    """What goes wrong, in a sentence; also of a fault that the page did not make."""
    choice = CHOICES.get(fault.id.rpartition("-")[0])
    name = names.get(fault.server or "", "any server")
    if choice and choice.action is fault.action and fault.server in names:
        return choice.words.format(name)
    calls = "every write" if fault.operation == WRITES else _calls(fault.operation)
    if fault.nth is not None:
        calls = f"{calls}, number {fault.nth} only,"
    if fault.probability is not None:
        calls = f"{calls}, about {fault.probability:.0%} of them,"
    what = GENERAL[fault.action].format(status=fault.status or 500, seconds=fault.seconds or 0)
    return f"{name}: {calls} {what}"


def when_words(fault: Fault, now: datetime, zone: ZoneInfo) -> str:
    """When it strikes, by the district's clock."""
    since = fault.since and fault.since.astimezone(zone)
    begins = f"from {spoken(since)} " if since else ""
    if fault.until is None:
        return f"{begins}until it is stopped"
    until = fault.until.astimezone(zone)
    if fault.until <= now:
        return f"over since {spoken(until)}"
    same_day = since is not None and since.date() == until.date()
    return f"{begins}until {spoken_time(until) if same_day else spoken(until)}"


def _calls(operation: str | None) -> str:
    return "every call" if operation is None else f"every call of {operation}"
