"""The work of an export, night by night, as if the agent had run all along."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from agent.policy import Policy
from contracts.uat.acceptance.district import District
from contracts.uat.acceptance.playing.scenario import Check
from contracts.uat.acceptance.tonight import (
    ENDED_WELL,
    SENT,
    Reason,
    in_gradebook,
    in_ledger,
    reasons_of,
    same,
)
from contracts.uat.acceptance.worlds import WEEK
from mock_sis.world.world import World

DAY = timedelta(days=1)
MOST_RESULTS = 20_000
"""More scores than this are not played night by night: it would take minutes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """A stretch of nights.

    Attributes:
        weeks: Monday of a week -> scores that passed back in it.
        results: how many scores the export has; `delivered`, of these in the gradebook at the end.
        reasons: why the rest is not.
    """

    first: date
    last: date
    nights: int
    weeks: Mapping[date, int]
    results: int
    delivered: int
    reasons: Sequence[Reason]
    checks: Sequence[Check]


def days_of(world: World, policy: Policy, tonight: date) -> list[date]:
    """The evenings up to *tonight* on which an export's work asks for something.

    Work is assigned or graded on that day, or was due on the day before. None: there is no work, or
    more than is played.
    """
    rows = world.db.read("SELECT day, kind, record FROM otus_pending ORDER BY seq")
    scores = sum(row["kind"] == "score" for row in rows)
    if not scores or scores > MOST_RESULTS:
        return []
    days = {date.fromisoformat(row["day"]) for row in rows}
    for record in _assessments(world):
        days |= {due + DAY for entry in record["classes"] if (due := _due(entry))}
    return sorted(day for day in days if policy.effective_date <= day <= tonight)


def _assessments(world: World) -> Iterator[dict[str, Any]]:
    from mock_sis.world.feed import from_json

    yield from world.feed.records("assessment")
    for row in world.db.read("SELECT record FROM otus_pending WHERE kind = 'assessment'"):
        yield from_json(row["record"])


def _due(entry: Mapping[str, Any]) -> date | None:
    """The due date of a class, or the one that is worked out (A10)."""
    try:
        if entry["dueDate"]:
            return date.fromisoformat(entry["dueDate"][:10])
        return date.fromisoformat(entry["assignedDate"]) + WEEK if entry["assignedDate"] else None
    except ValueError:  # a broken date stands in the export: the agent refuses it by itself
        return None


def play_nights(district: District, days: Sequence[date]) -> History:
    """Every one of these nights, in order."""
    sent: Counter[str] = Counter()
    weeks: Counter[date] = Counter()
    bad = ""
    for day in days:
        night = district.night(day)
        counts = night.report.get("counts", {})
        sent.update(counts)
        weeks[day - timedelta(days=day.weekday())] += counts.get("sent", 0)
        if night.code not in ENDED_WELL and not bad:
            bad = f"{day}: exit code {night.code}: {night.error}"
    last = district.last
    assert last is not None
    scored = _scored(district)
    mine = [r for r in last.records if (r["assignment"], r.get("student")) in scored]
    delivered = [r for r in mine if r["state"] in SENT | {"unchanged"}]
    return History(
        first=days[0],
        last=days[-1],
        nights=len(days),
        weeks=dict(sorted(weeks.items())),
        results=len(scored),
        delivered=len(delivered),
        reasons=list(reasons_of(district, [r for r in mine if r not in delivered])),
        checks=list(_checks(district, sent, scored, len(mine), bad)),
    )


def _scored(district: District) -> set[tuple[str, str]]:
    """(assessment, student) of every score that Otus has."""
    feed = district.world.feed
    return {(r["assessmentId"], r["studentId"]) for r in feed.records("score")}


def _checks(
    district: District, sent: Counter[str], scored: set[Any], stated: int, bad: str
) -> Iterator[Check]:
    yield Check("every night runs to its end", bad or "all did", ok=not bad)
    told = f"{stated} of {len(scored)}"
    yield Check("every score of the export has a state", told, ok=stated == len(scored))
    counts = {"the nights' reports": sent["sent"], "the ledger": in_ledger(district, "put")}
    yield same("all count the same scores written", counts)
    made = {
        "the nights' reports": sent["created"],
        "the gradebook": in_gradebook(district)["assignment"],
    }
    yield same("all count the same assignments made", made)
