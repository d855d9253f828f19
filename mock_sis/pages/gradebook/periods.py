"""Grading periods as chips: their state in words, and when that ends."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from mock_sis.gradebook.periods import Period, PeriodState
from mock_sis.gradebook.reads import Reads
from mock_sis.pages.gradebook.dress import Dress, day_text


class Chip(NamedTuple):
    """One grading period. `kind`: upcoming, open, grace or closed; `state` is the SIS's word."""

    id: str
    title: str
    kind: str
    state: str
    more: str
    dates: str
    period: Period

    @property
    def closed(self) -> bool:
        """Whether it takes nothing any more."""
        return self.kind == "closed"


def chips(book: Reads, section: str, dress: Dress) -> list[Chip]:
    """The grading periods of a class, by start."""
    exceptions = _unlocked(book, section) if dress.locks else set()
    return [_chip(book, period, dress, exceptions) for period in book.periods(section)]


def chip_of(found: Sequence[Chip], due: date | None) -> Chip | None:
    """The one in which a due date lies."""
    return next((chip for chip in found if due is not None and chip.period.holds(due)), None)


def _chip(book: Reads, period: Period, dress: Dress, exceptions: Iterable[str]) -> Chip:
    kind = _kind(book, period)
    state = dress.closed if kind == "closed" else kind
    more = _more(book, period, kind, dress)
    if kind == "closed" and period.id in exceptions:
        kind, state, more = "open", "unlocked", f"for this class, {dress.closed} for others"
    dates = f"{day_text(period.start)} to {day_text(period.end)}"
    return Chip(period.id, period.title, kind, state, more, dates, period)


def _kind(book: Reads, period: Period) -> str:
    if period.state is PeriodState.OPEN and period.hand is None:
        return "grace" if book.world.today() > period.end else "open"
    return period.state.value


def _more(book: Reads, period: Period, kind: str, dress: Dress) -> str:
    if period.hand == "reopened":
        return "reopened by hand"
    if kind == "closed" and period.hand == "closed":
        return "by hand"
    if kind not in {"open", "grace"} or (kind == "open" and not dress.locks):
        return ""
    days = (period.closes.astimezone(book.world.zone).date() - book.world.today()).days
    verb = "locks" if dress.locks else "closes"
    return f"{verb} today" if days <= 0 else f"{verb} in {days} day{'' if days == 1 else 's'}"


def _unlocked(book: Reads, section: str) -> set[str]:
    rows = book.world.db.read("SELECT period FROM unlocked WHERE section = ?", section)
    return {row[0] for row in rows}
