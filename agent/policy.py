"""The district's policy as values: every switch that docs/reference/rules.md leaves to a district.

A configuration file is decoded into these classes, so names and defaults stand here alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Annotated
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Meta

Share = Annotated[float, Meta(ge=0, le=1)]


class MissingAfterDue(StrEnum):
    """What passes for a student who handed nothing in, once the due date has passed (B4)."""

    ZERO = "zero"
    WITHHOLD = "withhold"


class Overwrite(StrEnum):
    """How much of a column an edit in Otus writes again (C5)."""

    CHANGED_FIELDS = "changed-fields"
    WHOLE_RECORD = "whole-record"


class LongTitle(StrEnum):
    """What becomes of a title of 50 characters or more (A14)."""

    SHORTEN = "shorten"
    REFUSE = "refuse"


class Policy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, dict=True):
    """`[policy]`: one district's choices; the defaults are the readings of docs/reference/rules.md.

    Attributes:
        effective_date: only assessments assigned on or after it pass (A6).
        categories: Otus type -> district category, by its code or title; both sides are compared
            without regard to case (A4).
        night_belongs_until: local time of day; a run before it still counts as the evening before.
        zero_excused: whether an excused student without a score gets B4's 0 (B7).
        send_excluded: whether an excluded student's score is sent (B7).
        recreate_deleted: whether a column that a teacher deleted is made again (C7).
    """

    effective_date: date
    categories: Mapping[str, str] = {}
    missing_after_due: MissingAfterDue = MissingAfterDue.ZERO
    zero_excused: bool = False
    send_excluded: bool = False
    overwrite: Overwrite = Overwrite.CHANGED_FIELDS
    long_title: LongTitle = LongTitle.SHORTEN
    recreate_deleted: bool = False
    night_belongs_until: Annotated[time, Meta(tz=False)] = time(6, 0)

    def category_for(self, assessment_type: str) -> str | None:
        """The district's category for an Otus type, or None where there is no mapping."""
        return self._folded.get(assessment_type.casefold())

    @cached_property
    def _folded(self) -> Mapping[str, str]:
        """The categories by their types in lower case; of types that differ in case the first."""
        folded = [(type_.casefold(), category) for type_, category in self.categories.items()]
        return dict(reversed(folded))


class BrakeLimits(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[brake]`: when a night is out of proportion; shares run from 0 to 1.

    Attributes:
        changed_share: of the scores that the SIS has from us, how many may change in one night.
        zero_share: of those, or of the scores written tonight if they are more, how many may
            become 0 by B4 in one night.
        empty_share: of the scores that the SIS has from us, how many may be cleared in one night.
        removed_share: of the source's classes, students, assessments or scores, and of the SIS
            roster, how many may vanish between two nights.
        at_least: fewer scores than this never stop a night by their share.
        roster_at_least: the same for records of the source and the roster.
    """

    enabled: bool = True
    changed_share: Share = 0.5
    zero_share: Share = 0.5
    empty_share: Share = 0.1
    removed_share: Share = 0.5
    at_least: Annotated[int, Meta(ge=0)] = 50
    roster_at_least: Annotated[int, Meta(ge=0)] = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class RunDate:
    """The moment of a run, in the district's terms.

    Attributes:
        now: the instant.
        zone: the district's time zone.
        night: the date that the run counts for (A6, A8, A11, A16).
        today: the local calendar date, which is what the SIS judges rosters by (B6).
    """

    now: datetime
    zone: ZoneInfo
    night: date
    today: date


def run_date(now: datetime, zone: ZoneInfo, night_belongs_until: time) -> RunDate:
    """The evening that a run at *now* counts for; exactly at *night_belongs_until* is a new day."""
    local = now.astimezone(zone)
    before = local.time() < night_belongs_until
    night = local.date() - timedelta(days=1) if before else local.date()
    return RunDate(now=now, zone=zone, night=night, today=local.date())
