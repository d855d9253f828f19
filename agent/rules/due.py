"""The due date of an assessment: given or computed (A10), and whether it has passed (B3, B4)."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from agent.domain import Assessment, Kind
from agent.policy import RunDate

DAYS_WHEN_NOT_GIVEN = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A due date.

    Attributes:
        day: the district's date.
        instant: when it was given with a time of day, else None.
        computed_from: what the seven days were added to, else "" (the report says so).
    """

    day: date
    instant: datetime | None = None
    computed_from: str = ""

    def passed(self, run: RunDate) -> bool:
        """Whether it has passed when *run* is: without a time, when the local day has ended."""
        if self.instant is not None:
            return run.now >= self.instant
        return run.today > self.day

    @property
    def passes_on(self) -> date:
        """The first local date on which it can be found passed."""
        if self.instant is not None or self.day == date.max:
            return self.day
        return self.day + timedelta(days=1)


def due_of(assessment: Assessment, zone: ZoneInfo) -> Due | None:
    """The due date that counts; None when there is nothing to compute one from (A10).

    A plus (+) assessment counts from its submission date only; the creation date serves an ordinary
    one only where the feed has no assigned date.
    """
    given = assessment.due
    if isinstance(given, datetime):
        return Due(day=given.astimezone(zone).date(), instant=given)
    if given is not None:
        return Due(day=given)
    if assessment.kind is Kind.PLUS:
        return _computed(assessment.submission_date, "submission date")
    if assessment.assigned_on is not None:
        return _computed(assessment.assigned_on, "assigned date")
    created = assessment.created_at
    return _computed(created.astimezone(zone).date() if created else None, "creation date")


def as_shown(ours: Due | None, shown: date) -> Due:
    """The due date of a column that shows *shown*: ours, to the minute, if it is that day (B4)."""
    return ours if ours is not None and ours.day == shown else Due(day=shown)


def is_midnight_utc(moment: datetime) -> bool:
    """Whether it is 00:00Z, which is also how a bare date looks in a date-time column."""
    return moment.astimezone(UTC).timetz() == time(0, tzinfo=UTC)


def _computed(start: date | None, name: str) -> Due | None:
    if start is None or start > date.max - DAYS_WHEN_NOT_GIVEN:
        return None
    return Due(day=start + DAYS_WHEN_NOT_GIVEN, computed_from=name)
