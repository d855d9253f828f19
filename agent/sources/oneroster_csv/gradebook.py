"""The line items and results of an export, as assessments and scores.

Facts for which the standard has no column are in `metadata.*` columns. Each has a default, so that
a plain export passes: points scale, in the final grade, assigned by the main teacher to all.
A row that cannot be used becomes `Broken` under its own id, and the others are not affected.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import TypeVar
from zoneinfo import ZoneInfo

from agent.domain import (
    Assessment,
    AssessmentId,
    ClassId,
    Kind,
    PersonId,
    Progress,
    Scale,
    Score,
    StatusFlag,
)
from agent.errors import ConfigError
from agent.rules.due import is_midnight_utc
from agent.sources.oneroster_csv.files import ExportFiles, Row
from agent.sources.oneroster_csv.roster import Roster
from agent.sources.port import Change, UnusableError, date_or_instant, in_range, usable

_Meant = TypeVar("_Meant")

LINE_ITEM_KEYS = ("sourcedId", "classSourcedId")
LINE_ITEM = ("title", "assignDate", "dueDate", "resultValueMax")
LINE_ITEM_METADATA = (
    *("metadata.type", "metadata.gradingScale", "metadata.includeInFinalGrade", "metadata.kind"),
    *("metadata.assignedBy", "metadata.assignerInSis", "metadata.createdAt"),
    *("metadata.submissionDate", "metadata.activityId", "metadata.students"),
)
RESULT_KEYS = ("lineItemSourcedId", "studentSourcedId")
RESULT = ("scoreStatus", "score")
RESULT_METADATA = ("late", "missing", "metadata.progress", "metadata.marks")

_PROGRESS = {
    "fully graded": Progress.GRADED,
    "exempt": Progress.GRADED,
    "submitted": Progress.TURNED_IN,
    "partially graded": Progress.TURNED_IN,
    "not submitted": Progress.NOT_SUBMITTED,
}
_PROGRESS_WORDS = {each.value: each for each in Progress}
_SCALES = {each.value: each for each in Scale}
_KINDS = {"assessment": Kind.ORDINARY, "plus": Kind.PLUS}
_FLAGS = {each.value: each for each in StatusFlag}


@dataclass(frozen=True, slots=True)
class ExportFacts:
    """What is needed to read a line item: the roster, the types, and what its dates mean.

    Attributes:
        types: category -> its title, which is the assessment's type.
        zone: the district's; dates are days there.
        midnight_is_date: a due date at 00:00Z is that bare date, and no instant.
    """

    roster: Roster
    types: Mapping[str, str]
    zone: ZoneInfo
    midnight_is_date: bool = True


def read_categories(files: ExportFiles) -> dict[str, str]:
    """Category -> title; not needed where each line item has its type in a column."""
    columns = files.columns("lineItems.csv")
    if not files.has("categories.csv") and "metadata.type" in columns:
        return {}
    if "metadata.type" not in columns and "categorySourcedId" not in columns:
        raise ConfigError("lineItems.csv: the column categorySourcedId is missing")
    rows = files.records("categories.csv", ("sourcedId",), ("title",))
    return {row.cells[0]: row.cells[1] for row in rows}


def assigners_not_in_sis(files: ExportFiles) -> set[str]:
    """Who assigned something without being in the SIS (A9)."""
    metadata = ("metadata.assignedBy", "metadata.assignerInSis")
    rows = files.rows("lineItems.csv", (), metadata)
    return {row.cells[0] for row in rows if row.cells[1].casefold() == "false"} - {""}


def due_times_at_midnight(files: ExportFiles) -> int:
    """How many due dates have a time, if that is 00:00Z for every one of them; else 0."""
    times = []
    for row in files.records("lineItems.csv", LINE_ITEM_KEYS, ("dueDate",)):
        with suppress(UnusableError):
            found = _due("dueDate", row.cells[2], midnight_is_date=False)
            if isinstance(found, datetime):
                times.append(is_midnight_utc(found))
    return len(times) if all(times) else 0


def assessments(files: ExportFiles, facts: ExportFacts) -> Iterator[Change]:
    """The line items."""
    optional = ("categorySourcedId", *LINE_ITEM_METADATA)
    for row in files.records("lineItems.csv", LINE_ITEM_KEYS, LINE_ITEM, optional):
        value = usable(_assessment, row, facts)
        yield Change(kind="assessment", key=(row.cells[0], row.cells[1]), value=value)


def scores(files: ExportFiles) -> Iterator[Change]:
    """The results."""
    for row in files.records("results.csv", RESULT_KEYS, RESULT, RESULT_METADATA):
        yield Change(kind="score", key=(row.cells[0], row.cells[1]), value=usable(_score, row))


def _cells(row: Row) -> Sequence[str]:
    if row.fault:
        raise UnusableError(row.fault)
    return row.cells


def _assessment(row: Row, facts: ExportFacts) -> Assessment:
    key, class_id, title, assigned, due, total, category, *metadata = _cells(row)
    type_, scale, final, kind, by, in_sis, created, submitted, activity, students = metadata
    if not by and in_sis.casefold() == "false":
        raise UnusableError("metadata.assignedBy: needed where metadata.assignerInSis is false")
    main = facts.roster.taught_by.get(class_id, [""])[0]
    return Assessment(
        id=AssessmentId(key),
        class_id=ClassId(class_id),
        activity=activity or None,
        title=title,
        type=type_ or _type_of(category, facts),
        scale=_word("metadata.gradingScale", scale, _SCALES, Scale.POINTS),
        total_points=_points("resultValueMax", total),
        in_final_grade=_yes_or_no("metadata.includeInFinalGrade", final),
        kind=_word("metadata.kind", kind, _KINDS, Kind.ORDINARY),
        assigned_by=PersonId(by or main) if by or main else None,
        assigned_on=_day("assignDate", assigned, facts.zone),
        created_at=_instant("metadata.createdAt", created, facts.zone),
        due=_due("dueDate", due, midnight_is_date=facts.midnight_is_date),
        submission_date=_day("metadata.submissionDate", submitted, facts.zone),
        students=_assigned(students),
    )


def _assigned(cell: str) -> dict[PersonId, None] | None:
    """The assigned students: an empty cell is everyone in the class, the word none is nobody."""
    listed = cell.split()
    if not listed:
        return None
    return {} if listed == ["none"] else {PersonId(each): None for each in listed}


def _score(row: Row) -> Score:
    assessment, student, status, points, late, missing, progress, flags = _cells(row)
    found = {_FLAGS[word] for word in flags.split() if word in _FLAGS}
    if status == "exempt":
        found.add(StatusFlag.EXCUSED)
    if late == "true":
        found.add(StatusFlag.LATE)
    if missing == "true":
        found.add(StatusFlag.MISSING)
    return Score(
        assessment=AssessmentId(assessment),
        student=PersonId(student),
        progress=_progress(progress, status, points),
        points=_points("score", points),
        flags=frozenset(found),
    )


# ---- single cells ------------------------------------------------------------------------------


def _type_of(category: str, facts: ExportFacts) -> str:
    if category not in facts.types:
        raise UnusableError("categorySourcedId: there is no such category")
    return facts.types[category]


def _points(field: str, text: str) -> Decimal | None:
    try:
        return in_range(field, Decimal(text)) if text else None
    except InvalidOperation:
        raise UnusableError(f"{field}: not a number") from None


def _progress(own: str, status: str, points: str) -> Progress:
    if own:
        return _word("metadata.progress", own, _PROGRESS_WORDS, Progress.GRADED)
    if status in _PROGRESS:
        return _PROGRESS[status]
    if not status and points:
        return Progress.GRADED
    raise UnusableError("scoreStatus: not a known value")


def _word(field: str, text: str, words: Mapping[str, _Meant], default: _Meant) -> _Meant:
    if text and text not in words:
        raise UnusableError(f"{field}: not a known value")
    return words[text] if text else default


def _yes_or_no(field: str, text: str) -> bool | None:
    if text.casefold() not in {"true", "false", ""}:
        raise UnusableError(f"{field}: neither true nor false")
    return text.casefold() == "true" if text else None


def _due(field: str, text: str, *, midnight_is_date: bool = True) -> date | datetime | None:
    """A date, or an instant; many exports write a bare date as midnight UTC."""
    if not text:
        return None
    found = date_or_instant(field, text)
    if midnight_is_date and isinstance(found, datetime) and is_midnight_utc(found):
        return found.astimezone(UTC).date()
    return found


def _day(field: str, text: str, zone: ZoneInfo) -> date | None:
    found = _due(field, text)
    return found.astimezone(zone).date() if isinstance(found, datetime) else found


def _instant(field: str, text: str, zone: ZoneInfo) -> datetime | None:
    """An instant; a bare date began at local midnight."""
    if not text:
        return None
    found = date_or_instant(field, text)
    return found if isinstance(found, datetime) else datetime.combine(found, time(), tzinfo=zone)
