"""The line items and results of a OneRoster export, as assessments and scores.

What the standard has no column for stands in `metadata.*` columns, each with a default, so that a
plain export passes: points scale, in the final grade, assigned by the class's main teacher to all.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import TypeVar
from zoneinfo import ZoneInfo

from agent.domain import (
    Assessment,
    AssessmentId,
    Broken,
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
from agent.sources.csv_folder import OpenFolder, Row
from agent.sources.csv_roster import Roster, standing
from agent.sources.port import Change, Key, Record
from agent.sources.values import UnusableError, date_or_instant, exact

_Meant = TypeVar("_Meant")

LINE_ITEM = (
    *("status", "sourcedId", "classSourcedId", "title", "assignDate", "dueDate"),
    "resultValueMax",
)
LINE_ITEM_METADATA = (
    *("metadata.type", "metadata.gradingScale", "metadata.includeInFinalGrade", "metadata.kind"),
    *("metadata.assignedBy", "metadata.assignerInSis", "metadata.createdAt"),
    *("metadata.submissionDate", "metadata.activityId", "metadata.students"),
)
RESULT = ("status", "lineItemSourcedId", "studentSourcedId", "scoreStatus", "score")
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
class Setting:
    """What a line item refers to, the zone whose days its dates are, and what a due date means.

    `midnight_is_date`: a due date at 00:00Z is that bare date, and no instant.
    """

    roster: Roster
    categories: Mapping[str, str]
    zone: ZoneInfo
    midnight_is_date: bool = True


def read_categories(folder: OpenFolder) -> dict[str, str]:
    """Category -> title; not needed where every line item says its type itself."""
    columns = folder.columns("lineItems.csv")
    if not folder.has("categories.csv") and "metadata.type" in columns:
        return {}
    if "metadata.type" not in columns and "categorySourcedId" not in columns:
        raise ConfigError("lineItems.csv: the column categorySourcedId is missing")
    rows = folder.rows("categories.csv", ("status", "sourcedId", "title"))
    return {row.cells[1]: row.cells[2] for row in standing("categories.csv", rows, 1)}


def outsiders(folder: OpenFolder) -> set[str]:
    """Who assigned something without being in the SIS (A9)."""
    metadata = ("metadata.assignedBy", "metadata.assignerInSis")
    rows = folder.rows("lineItems.csv", (), metadata)
    return {row.cells[0] for row in rows if row.cells[1].casefold() == "false"} - {""}


def assessments(folder: OpenFolder, setting: Setting) -> Iterator[Change]:
    """The line items."""
    optional = ("categorySourcedId", *LINE_ITEM_METADATA)
    rows = folder.rows("lineItems.csv", LINE_ITEM, optional)
    for row in standing("lineItems.csv", rows, 1, 2):
        value = _read(row, lambda cells: _assessment(cells, setting))
        yield Change(kind="assessment", key=(row.cells[1], row.cells[2]), value=value)


def midnights(folder: OpenFolder) -> int:
    """How many due dates have a time, where that is 00:00Z for every one of them; else 0."""
    times = []
    for row in standing("lineItems.csv", folder.rows("lineItems.csv", LINE_ITEM), 1, 2):
        with suppress(UnusableError):
            found = date_or_instant("dueDate", row.cells[5]) if row.cells[5] else None
            if isinstance(found, datetime):
                times.append(is_midnight_utc(found))
    return len(times) if all(times) else 0


def scores(folder: OpenFolder) -> Iterator[Change]:
    """The results."""
    rows = folder.rows("results.csv", RESULT, RESULT_METADATA)
    for row in standing("results.csv", rows, 1, 2):
        key: Key = (row.cells[1], row.cells[2])
        yield Change(kind="score", key=key, value=_read(row, _score))


def _read(row: Row, make: Callable[[Sequence[str]], Record]) -> Record | Broken:
    if row.fault:
        return Broken(reason=row.fault)
    try:
        return make(row.cells)
    except UnusableError as error:
        return Broken(reason=str(error))


def _assessment(cells: Sequence[str], setting: Setting) -> Assessment:
    _, key, class_id, title, assigned, due, total, category, *metadata = cells
    type_, scale, final, kind, by, in_sis, created, submitted, activity, students = metadata
    if not by and in_sis.casefold() == "false":
        raise UnusableError("metadata.assignedBy: needed where metadata.assignerInSis is false")
    main = setting.roster.taught_by.get(class_id, [""])[0]
    return Assessment(
        id=AssessmentId(key),
        class_id=ClassId(class_id),
        activity=activity or None,
        title=title,
        type=type_ or _type_of(category, setting),
        scale=_word("metadata.gradingScale", scale, _SCALES, Scale.POINTS),
        total_points=exact("resultValueMax", total) if total else None,
        in_final_grade=_yes_or_no("metadata.includeInFinalGrade", final),
        kind=_word("metadata.kind", kind, _KINDS, Kind.ORDINARY),
        assigned_by=PersonId(by or main) if by or main else None,
        assigned_on=_day("assignDate", assigned, setting.zone),
        created_at=_instant("metadata.createdAt", created, setting.zone),
        due=_due("dueDate", due, midnight_is_date=setting.midnight_is_date),
        submission_date=_day("metadata.submissionDate", submitted, setting.zone),
        students=_assigned(students),
    )


def _assigned(cell: str) -> dict[PersonId, None] | None:
    """Empty is everyone in the class; the word none is nobody."""
    listed = cell.split()
    if not listed:
        return None
    return {} if listed == ["none"] else {PersonId(each): None for each in listed}


def _score(cells: Sequence[str]) -> Score:
    _, assessment, student, status, points, late, missing, progress, flags = cells
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
        points=exact("score", points) if points else None,
        flags=frozenset(found),
    )


# ---- single cells ------------------------------------------------------------------------------


def _type_of(category: str, setting: Setting) -> str:
    if category not in setting.categories:
        raise UnusableError("categorySourcedId: there is no such category")
    return setting.categories[category]


def _progress(own: str, status: str, points: str) -> Progress:
    if own:
        return _word("metadata.progress", own, _PROGRESS_WORDS, Progress.GRADED)
    if status in _PROGRESS:
        return _PROGRESS[status]
    if not status and points:
        return Progress.GRADED
    raise UnusableError("scoreStatus: none that we know")


def _word(field: str, text: str, words: Mapping[str, _Meant], default: _Meant) -> _Meant:
    if text and text not in words:
        raise UnusableError(f"{field}: none that we know")
    return words[text] if text else default


def _yes_or_no(field: str, text: str) -> bool | None:
    if text.casefold() not in {"true", "false", ""}:
        raise UnusableError(f"{field}: neither true nor false")
    return text.casefold() == "true" if text else None


def _due(field: str, text: str, *, midnight_is_date: bool = True) -> date | datetime | None:
    """A date, or an instant; midnight UTC is how a date looks in a date-time column."""
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
