"""Instants and spans as people read them."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

_STEPS = ((86_400, "day"), (3600, "hour"), (60, "minute"))


def moment(instant: datetime | None, zone: str = "UTC") -> str:
    """An instant by the clock of a zone, which is named: a fleet has districts in several."""
    if instant is None:
        return ""
    at = instant.astimezone(ZoneInfo(zone))
    return f"{at:%a, %b} {at.day}, {at:%Y, %H:%M %Z}"


def span(seconds: float | timedelta) -> str:
    """How long, in its largest unit."""
    if isinstance(seconds, timedelta):
        seconds = seconds.total_seconds()
    for length, name in _STEPS:
        number = int(seconds // length)
        if number:
            return f"{number:,} {name}" if number == 1 else f"{number:,} {name}s"
    return "less than a minute"


def ago(instant: datetime | None, now: datetime) -> str:
    """How long before *now*."""
    return "" if instant is None else span((now - instant).total_seconds())
