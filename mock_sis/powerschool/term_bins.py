"""PowerSchool's reporting terms (TermBins), made of the district's grading periods and terms.

They overlap: a day in the first quarter lies in Q1, S1 and Y1. A bin's lock has three states: 1 and
0 are an administrator's word, nothing means that it locks itself so many days after its end. What
the world knows of a period's closing is told in these words; a semester or year is locked when
everything in it is.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from mock_sis.gradebook.periods import Period, PeriodState, all_periods
from mock_sis.powerschool.terms import Term, terms
from mock_sis.world.world import World

CODE = re.compile(r"[A-Z][0-9]")


@dataclass(frozen=True, slots=True, kw_only=True)
class TermBin:
    """A reporting term of the courses of one term; alike in every school.

    Attributes:
        n: its number, from 1.
        period: the grading period that it is; None for a semester or year.
        locked: 1, 0 or None, as AREGRADESLOCKED.
        offset: days after its end after which it locks itself.
    """

    n: int
    term: Term
    code: str
    title: str
    start: date
    end: date
    period: str | None
    locked: int | None
    offset: int
    modified: str


def term_bins(world: World) -> list[TermBin]:
    """Every reporting term, as it stands now."""
    periods = all_periods(world.db, world.now(), world.zone)
    every, today = terms(world), world.today()
    offset = _offset(periods)
    made = (
        (term, part)
        for term in every
        for part in _parts(term, every, [p for p in periods if _inside(p, term)], offset, today)
    )
    return [
        TermBin(n=n, term=term, offset=offset, **part)
        for n, (term, part) in enumerate(made, start=1)
    ]


def as_json(bins: Sequence[TermBin]) -> str:
    """For SQL: `json_each` over it gives a row a bin."""
    return json.dumps(
        [
            {
                "n": one.n,
                "termid": one.term.id,
                "yearid": one.term.year_id,
                "code": one.code,
                "title": one.title,
                "start": one.start.isoformat(),
                "end": one.end.isoformat(),
                "period": one.period,
                "locked": one.locked,
                "offset": one.offset,
                "modified": one.modified,
            }
            for one in bins
        ]
    )


def _parts(
    term: Term, every: Sequence[Term], within: Sequence[Period], offset: int, today: date
) -> Iterator[dict[str, Any]]:
    """The quarters of a term, then the semesters and the year that are no quarters themselves."""
    for place, period in enumerate(within, start=1):
        yield _quarter(period, place, offset, today)
    spans = {(period.start, period.end) for period in within}
    for part in every:
        if part.year == term.year and _inside(part, term) and (part.start, part.end) not in spans:
            yield _longer(part, [p for p in within if _inside(p, part)], offset, today)


def _quarter(period: Period, place: int, offset: int, today: date) -> dict[str, Any]:
    by_hand = {"closed": 1, "reopened": 0}.get(period.hand or "")
    closed = period.state is PeriodState.CLOSED
    return {
        "code": period.title if CODE.fullmatch(period.title) else f"Q{place}",
        "title": period.title,
        "start": period.start,
        "end": period.end,
        "period": period.id,
        "locked": _said(period.end, offset, today, closed=closed) if by_hand is None else by_hand,
        "modified": period.modified.date().isoformat(),
    }


def _longer(part: Term, inner: Sequence[Period], offset: int, today: date) -> dict[str, Any]:
    closed = bool(inner) and all(p.state is PeriodState.CLOSED for p in inner)
    return {
        "code": part.code,
        "title": part.title,
        "start": part.start,
        "end": part.end,
        "period": None,
        "locked": _said(part.end, offset, today, closed=closed),
        "modified": max([part.start, *(p.modified.date() for p in inner)]).isoformat(),
    }


def _said(end: date, offset: int, today: date, *, closed: bool) -> int | None:
    """Nothing while the calendar says what is so, else an administrator's word."""
    by_calendar = today > end + timedelta(days=offset)
    return None if by_calendar == closed else int(closed)


def _offset(periods: Sequence[Period]) -> int:
    """The days that all periods share; a period of its own way is locked or unlocked by word."""
    days = {period.grace_days for period in periods}
    return days.pop() if len(days) == 1 else 0


def _inside(part: Term | Period, whole: Term) -> bool:
    return whole.start <= part.start and part.end <= whole.end
