"""The day on which the clock of an imported district starts: always inside a grading period."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from mock_sis.districts.oneroster_csv.sessions import Session

WEEKS_IN = timedelta(weeks=4)
"""So far into its period the clock starts, where that is not today: something is due lately then,
and something soon."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """The first day, its grading period, and why it is that day, in a sentence.

    `moved`: it is not today.
    """

    day: date
    period: str
    why: str
    moved: bool = True


def start_in(periods: Sequence[Session], today: date) -> Start:
    """Where the clock starts in a calendar with at least one period."""
    current = [one for one in periods if one.start <= today <= one.end]
    if current:
        period = _shortest(current).title
        return Start(day=today, period=period, why=f"That is today, in {period}.", moved=False)
    past = [one for one in periods if one.end < today]
    if past:
        last = max(past, key=lambda one: (one.end, one.start))
        over = len(past) == len(periods)
        where = "The calendar of this export is over." if over else "No grading period holds today."
        why = f"{where} The clock starts inside the last one before today, {last.title}."
        return Start(day=_inside(last), period=last.title, why=why)
    first = min(periods, key=lambda one: (one.start, one.end))
    why = (
        "The calendar of this export has not begun yet."
        f" The clock starts inside its first grading period, {first.title}."
    )
    return Start(day=_inside(first), period=first.title, why=why)


def _inside(period: Session) -> date:
    return period.start + min(WEEKS_IN, (period.end - period.start) // 2)


def _shortest(periods: Sequence[Session]) -> Session:
    return min(periods, key=lambda one: one.end - one.start)
