"""Assignment data, compared field by field: what to do about a column (C2, C5, C7)."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from typing import Any

import msgspec

from agent.domain import Assessment, AssignmentData, Column
from agent.policy import Overwrite
from agent.records import KnownColumn, SourceFields
from agent.rules.assessments import TITLE_LIMIT, Candidate
from agent.rules.due import Due

ELLIPSIS = "…"

SOURCE_TO_COLUMN: Mapping[str, str] = {
    "title": "title",
    "type": "category",
    "assigned_on": "assigned",
    "due": "due",
    "points": "points",
}
"""A field of the source -> the field of the column that it decides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedColumn:
    """An assignment as the source wants it: its own fields, and the same mapped for the SIS."""

    source: SourceFields
    data: AssignmentData


@dataclass(frozen=True, slots=True, kw_only=True)
class Create:
    """Make the column."""

    data: AssignmentData
    seen: SourceFields


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """Replace the assignment data; `before` is what the gradebook holds now."""

    data: AssignmentData
    seen: SourceFields
    before: AssignmentData


@dataclass(frozen=True, slots=True, kw_only=True)
class Adopt:
    """The gradebook already holds it, or a teacher's edit of it: remember that, send nothing."""

    data: AssignmentData
    seen: SourceFields
    edited: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Deleted:
    """A person deleted the column in the SIS; it is not made again (C7)."""


AssignmentStep = Create | Update | Adopt | Deleted


def shortened(title: str) -> str:
    """A title that the SIS takes: itself, or its first characters and an ellipsis (A14)."""
    return title if len(title) < TITLE_LIMIT else title[:46] + ELLIPSIS


def changed_fields(wanted: SourceFields, seen: SourceFields | None) -> frozenset[str]:
    """The source fields that changed since we last acted on them; all of them if we never did."""
    if wanted == seen:
        return frozenset()
    names = [f.name for f in fields(SourceFields)]
    if seen is None:
        return frozenset(names)
    return frozenset(n for n in names if getattr(wanted, n) != getattr(seen, n))


def decide_assignment(
    wanted: WantedColumn,
    known: KnownColumn | None,
    found: Column | None,
    *,
    overwrite: Overwrite,
    recreate_deleted: bool,
    due_may_change: bool,
) -> AssignmentStep:
    """What to do about a column whose source fields changed, or that the SIS does not have.

    A column that carries our id but that we do not remember is adopted as it is: a lost ledger must
    not undo what teachers did. A due date that may not change keeps its old value, and stays
    "changed" until it may.
    """
    if known is None or known.ref is None or found is None:
        return _decide_without(wanted, known, found, recreate_deleted=recreate_deleted)
    changed = changed_fields(wanted.source, known.seen)
    seen = wanted.source
    # It stays changed until the calendar lets it pass (A11).
    if "due" in changed and not due_may_change:
        changed -= {"due"}
        seen = replace(seen, due=known.seen.due if known.seen else found.data.due)
    edited = _edited_since_copy(wanted.data, known, found, changed)
    changed -= edited
    if not changed:
        return Adopt(data=found.data, seen=seen, edited=bool(edited))
    data = _merged(wanted.data, found.data, changed, overwrite, due_may_change=due_may_change)
    if data == found.data:
        return Adopt(data=data, seen=seen)
    return Update(data=data, seen=seen, before=found.data)


def _edited_since_copy(
    wanted: AssignmentData, known: KnownColumn, found: Column, changed: frozenset[str]
) -> frozenset[str]:
    """The changed fields that are a teacher's where the ledger was restored from a copy.

    The column shows neither what the copy says that the SIS accepted nor what Otus has (C5).
    """
    if not known.in_doubt:
        return frozenset()
    shown, accepted = as_mapping(found.data), known.accepted or {}
    return frozenset(
        name
        for name, field in SOURCE_TO_COLUMN.items()
        if name in changed
        and getattr(wanted, field) != getattr(found.data, field)
        and shown[field] != accepted.get(field)
    )


def _decide_without(
    wanted: WantedColumn,
    known: KnownColumn | None,
    found: Column | None,
    *,
    recreate_deleted: bool,
) -> AssignmentStep:
    """The cases in which the ledger or the gradebook has no such column."""
    if found is not None:
        return Adopt(data=found.data, seen=wanted.source)
    if known is None or known.ref is None or recreate_deleted:
        return Create(data=wanted.data, seen=wanted.source)
    return Deleted()


def _merged(
    wanted: AssignmentData,
    found: AssignmentData,
    changed: frozenset[str],
    overwrite: Overwrite,
    *,
    due_may_change: bool,
) -> AssignmentData:
    """The record to send whole: the source's value where it changed, the teacher's elsewhere."""
    if overwrite is Overwrite.WHOLE_RECORD:
        return wanted if due_may_change else replace(wanted, due=found.due)
    ours = {SOURCE_TO_COLUMN[name]: getattr(wanted, SOURCE_TO_COLUMN[name]) for name in changed}
    return replace(found, **ours)


def wanted_column(candidate: Candidate, *, assigned_dates: bool = True) -> WantedColumn:
    """The column that the source wants; only for a candidate that the rules let pass.

    Without *assigned_dates* the SIS keeps no day of assignment, so none is compared or sent.
    """
    assessment, due, section = candidate.assessment, candidate.due, candidate.section
    category = candidate.policy.category_for(assessment.type)
    if due is None or section is None or category is None or assessment.total_points is None:
        raise AssertionError("asked for the column of a refused assessment")
    data = AssignmentData(
        title=shortened(assessment.title),
        assigned=_assigned(candidate, due) if assigned_dates else None,
        due=due.day,
        category=section.categories.get(category.casefold()),
        points=assessment.total_points,
    )
    source = source_fields(assessment, due, assigned_dates=assigned_dates)
    return WantedColumn(source=source, data=data)


def source_fields(
    assessment: Assessment, due: Due | None, *, assigned_dates: bool = True
) -> SourceFields:
    """The source's own fields of a column."""
    return SourceFields(
        title=assessment.title,
        type=assessment.type,
        assigned_on=assessment.assigned_on if assigned_dates else None,
        due=due.day if due else None,
        points=assessment.total_points,
    )


def _assigned(candidate: Candidate, due: Due) -> date:
    """The day on which it was assigned; where Otus does not tell, the day on which it was made.

    A column is not assigned after it is due.
    """
    assessment, zone = candidate.assessment, candidate.tonight.zone
    if assessment.assigned_on is not None:
        return assessment.assigned_on
    created = assessment.created_at
    return due.day if created is None else min(created.astimezone(zone).date(), due.day)


def as_mapping(data: AssignmentData | SourceFields) -> dict[str, Any]:
    """Assignment data as plain JSON values; points and dates as text."""
    plain: dict[str, Any] = msgspec.to_builtins(asdict(data))
    return plain
