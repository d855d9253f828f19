"""What a caller wrote, read into what the gradebook keeps; lenient wherever nothing gets lost."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from mock_sis.gradebook.columns import Draft, decimal_text
from mock_sis.oneroster.errors import invalid
from mock_sis.oneroster.policy import Policy
from mock_sis.oneroster.strict import EXTENSION, STATUSES

DIGITS = 30
NEW_ITEM = ("scoreScale", "learningObjectiveSet")
NEW_RESULT = ("textScore", "inProgress", "incomplete", "late", "missing", *NEW_ITEM)
"""Members that version 1.1 has no word for: kept as sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedResult:
    """A result as the caller wants it. `value` None with any status shows `*`."""

    line_item: str
    student: str
    value: Decimal | None
    status: str
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads bodies by one district's policy, zone and date."""

    policy: Policy
    zone: ZoneInfo
    today: date

    def draft(self, item: Mapping[str, Any], category: str | None) -> Draft:
        """A line item as a column; *category* is what became of the one it names."""
        description = item.get("description")
        return Draft(
            section=item["class"]["sourcedId"],
            title=item["title"][: self.policy.title_limit],
            points=number(item.get("resultValueMax"), "resultValueMax", self.policy.default_points),
            category=category,
            assigned=self.day(item.get("assignDate"), "assignDate") or self.today,
            due=self.day(item.get("dueDate"), "dueDate"),
            description=description or "",
            extra={
                "min": decimal_text(
                    number(item.get("resultValueMin"), "resultValueMin", Decimal(0))
                ),
                **self._score_type(item),
                **_as_sent(item, NEW_ITEM),
            },
        )

    def _score_type(self, item: Mapping[str, Any]) -> dict[str, str]:
        if not self.policy.score_types:
            return {}
        given = (item.get("metadata") or {}).get("scoreType")
        return {"scoretype": "POINTS" if given == "POINTS" else "GRADESCALE"}

    def result(self, result: Mapping[str, Any]) -> WantedResult:
        """A result as a cell."""
        score = result.get("score")
        value = None if score is None else number(score, "score", Decimal(0))
        scored = self.day(result.get("scoreDate"), "scoreDate") or self.today
        comment = result.get("comment")
        return WantedResult(
            line_item=result["lineItem"]["sourcedId"],
            student=result["student"]["sourcedId"],
            value=value,
            status=_status(result, value),
            extra={
                "date": scored.isoformat(),
                **({} if comment is None else {"comment": comment}),
                **_as_sent(result, NEW_RESULT),
            },
        )

    def day(self, value: Any, name: str) -> date | None:
        """A date of the gradebook: a date, midnight UTC, or the date on which an instant falls."""
        if value is None:
            return None
        try:
            moment = datetime.fromisoformat(value)
            aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
            as_utc = aware.astimezone(UTC)
            midnight = as_utc.time() == time()
            in_utc = midnight or self.policy.due_dates == "utc"
            return (as_utc if in_utc else aware.astimezone(self.zone)).date()
        except (ValueError, OverflowError) as error:
            raise invalid(f"{name} is not a date or date-time") from error


def _as_sent(record: Mapping[str, Any], new: tuple[str, ...]) -> dict[str, Any]:
    """What the gradebook itself has no use for: the metadata, and members that only 1.2 has."""
    kept = {name: record[name] for name in new if record.get(name) is not None}
    metadata = record.get("metadata")
    return ({"metadata": metadata} if metadata else {}) | ({"new": kept} if kept else {})


def number(value: Any, name: str, default: Decimal) -> Decimal:
    """A JSON number with every digit."""
    if value is None:
        return default
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise invalid(f"{name} is not a number")
    exact = Decimal(str(value))
    if abs(exact.adjusted()) > DIGITS or not exact.is_finite():
        raise invalid(f"{name} is out of range")
    return exact


def _status(result: Mapping[str, Any], value: Decimal | None) -> str:
    given = result.get("scoreStatus")
    if given is None:
        return "not submitted" if value is None else "fully graded"
    status = str(given).strip().lower()
    if status not in STATUSES:
        if not EXTENSION.fullmatch(str(given)):
            raise invalid("scoreStatus is no status of a result")
        return str(given)
    if status == "fully graded" and value is None and "textScore" not in result:
        raise invalid("a fully graded result needs a score")
    return status


# ---- for the journal ----------------------------------------------------------------------------


def about(arguments: Mapping[str, Any], body: Any) -> dict[str, object]:
    """Which section, assignment and student a write is about, as `Entry.about`: no name, no score.

    Whatever the body looks like: a write that the handler is about to refuse is in the log too.
    """
    sent = body if isinstance(body, Mapping) else {}
    if isinstance(item := sent.get("lineItem"), Mapping):
        return said(
            assignment=arguments.get("sourced_id"),
            title=item.get("title"),
            section=_id(item.get("class")),
        )
    if isinstance(result := sent.get("result"), Mapping):
        return said(assignment=_id(result.get("lineItem")), student=_id(result.get("student")))
    for several in ("lineItems", "results"):
        if isinstance(some := sent.get(several), list):
            return said(
                assignment=arguments.get("line_item_sourced_id"),
                section=arguments.get("class_sourced_id"),
                count=len(some),
            )
    return {}


def said(**facts: object) -> dict[str, object]:
    """Those that are known and are what they should be: text or a number."""
    return {name: value for name, value in facts.items() if isinstance(value, str | int) and value}


def _id(reference: Any) -> object:
    return reference.get("sourcedId") if isinstance(reference, Mapping) else None
