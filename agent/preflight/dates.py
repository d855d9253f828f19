"""Findings about time: due dates, the zone, the effective date, the night's hour, clocks."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from agent.domain import Period, Who
from agent.policy import Policy
from agent.probe import Probe, bad, doubtful, good
from agent.rules.due import is_midnight_utc

_SMALL_HOURS = time(6)
_LONG_PAST = timedelta(days=731)
_SKEW = timedelta(seconds=60)
_WRONG_CLOCK = timedelta(minutes=10)
"""A token of an hour, and a due date at midnight, are still judged rightly within this."""
_STALE = timedelta(days=2)
"""An export that is made every night is never this old, a weekend's apart."""
_VERY_STALE = timedelta(days=7)


def due_probes(times: Sequence[datetime], zone: ZoneInfo) -> Iterator[Probe]:
    """Due dates written as instants: dates that were meant, or a zone that is not the district's.

    In America midnight UTC counts as the evening before.
    """
    if not times:
        return
    if all(is_midnight_utc(each) for each in times):
        local = times[0].astimezone(zone)
        yield doubtful(
            "due times",
            f"all {len(times)} are 00:00Z: were dates meant?"
            f" {times[0].astimezone(UTC):%Y-%m-%d}T00:00Z counts as {local:%Y-%m-%d %H:%M} here",
            Who.OTUS,
            "let Otus write due dates as dates, or as times in the district's zone",
        )
        return
    early = [each for each in times if each.astimezone(zone).time() < _SMALL_HOURS]
    if 2 * len(early) > len(times):
        local = early[0].astimezone(zone)
        yield doubtful(
            "time zone",
            f"{len(early)} of {len(times)} due times lie between midnight and 06:00 in {zone}, such"
            f" as {local:%Y-%m-%d %H:%M}: in another zone they are of the day before",
            Who.OPERATOR,
            "set timezone to the district's own zone",
            where="timezone",
        )


def effective_probe(policy: Policy, today: date, *, first: bool) -> Probe:
    """Whether the effective date lets anything pass, and on a *first* night not years (A6)."""
    name, from_ = "effective date", policy.effective_date
    where = "[policy] effective_date"
    if from_ > today:
        return doubtful(
            name,
            f"{from_} lies in the future: nothing that is assigned before it passes",
            Who.OPERATOR,
            "set it to the first day whose assessments should pass, if this is not meant",
            where,
        )
    if first and today - from_ > _LONG_PAST:
        return doubtful(
            name,
            f"{from_} is years ago: the first night looks at all that was assigned since",
            Who.OPERATOR,
            "set it to the first day of this school year, or of passing back",
            where,
        )
    return good(name, f"{from_}")


def hour_probe(at: time, policy: Policy, periods: Iterable[Period]) -> Probe:
    """Whether the night of a period's last day finds the period open (*at*: the night's hour)."""
    name, until = "hour of the night", policy.night_belongs_until
    if at >= until:
        return good(name, f"{at:%H:%M}; a run before {until:%H:%M} counts for the evening before")
    short = sorted({p.title for p in periods if p.grace is not None and p.grace <= p.end})
    if not short:
        return good(name, f"{at:%H:%M}; no grading period is known to close at midnight")
    return doubtful(
        name,
        f"{at:%H:%M} is after midnight, and without days of grace {', '.join(short)} is closed by"
        " then: what was assigned and due on its last day does not pass",
        Who.OPERATOR,
        "set [serve] at to an hour before midnight, such as 21:00, or have the SIS give the period"
        " a day of grace",
        where="[serve] at",
    )


def clock_probes(offsets: Mapping[str, timedelta]) -> Iterator[Probe]:
    """How far the clock of each server is from ours; *offsets*: part -> theirs minus ours."""
    for part, offset in offsets.items():
        name = f"clock of the {'SIS' if part == 'sis' else part}"
        apart = abs(offset)
        if apart < _SKEW:
            yield good(name, "as ours")
            continue
        detail = f"{_length(apart)} {'ahead of' if offset > timedelta(0) else 'behind'} ours"
        fix = (
            "compare both with a third clock, and turn on time synchronisation (NTP) on the wrong"
            " one: dates, due times and tokens are judged by them"
        )
        make = bad if apart >= _WRONG_CLOCK else doubtful
        yield make(name, detail, Who.OPERATOR, fix)


def age_probe(age: timedelta | None) -> Iterator[Probe]:
    """How old the newest file of an export is; None: the source is no export."""
    if age is None:
        return
    name, told = "age of the export", f"its newest file is {_length(age)} old"
    if age < _STALE:
        yield good(name, told)
        return
    make = bad if age >= _VERY_STALE else doubtful
    yield make(
        name,
        f"{told}: scores since then are missing",
        Who.OTUS,
        "have the export made anew every day before the night, and look at the job that makes it",
        where="[source] path",
    )


def _length(span: timedelta) -> str:
    seconds = span.total_seconds()
    if seconds < 120:
        return f"{seconds:.0f} s"
    if seconds < 7200:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.0f} h" if seconds < 172_800 else f"{seconds / 86_400:.0f} days"
