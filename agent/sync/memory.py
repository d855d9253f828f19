"""What a write leaves in the ledger: its intent as plain data, and the memory once accepted."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import msgspec

from agent.decide.assignments import SOURCE_TO_COLUMN, as_mapping
from agent.decide.plan import ColumnPlan, WriteScore
from agent.decide.scores.compare import STAR, canonical
from agent.domain import AssignmentData, ColumnRef, SisPersonId
from agent.records import UNSCORED, ZERO, Intent, KnownColumn, KnownScore, SourceFields


def assignment_data(plain: Mapping[str, Any]) -> AssignmentData:
    """The reverse of `as_mapping` for a column's data."""
    return msgspec.convert(plain, AssignmentData)


def column_intent(plan: ColumnPlan, gradebook: str, mark: str) -> Intent:
    """The intent to create or replace a column; it says all that resuming needs.

    *mark* is what the SIS shows of our id; it tells the routes to one SIS apart.
    """
    if plan.data is None or plan.seen is None:
        raise AssertionError("a column write without data")
    sending = {
        "gradebook": gradebook,
        "external_id": plan.external_id,
        "mark": mark,
        "ref": plan.ref,
        "data": as_mapping(plan.data),
        "seen": as_mapping(plan.seen),
    }
    return Intent(
        op="create" if plan.write == "create" else "update",
        assessment=plan.assessment,
        owner=plan.owner,
        student=None,
        section=plan.section,
        sending=sending,
        before=as_mapping(plan.before) if plan.before else None,
    )


def column_after(
    intent: Intent,
    ref: ColumnRef,
    data: AssignmentData | None = None,
    *,
    list_again: bool = False,
) -> KnownColumn:
    """What the ledger knows once a column intent was accepted under *ref*; *data* as it was sent.

    An update is merged into what the SIS held just then, which may be more than what was decided.
    """
    sending = intent.sending
    return KnownColumn(
        assessment=intent.assessment,
        owner=intent.owner,
        gradebook=sending["gradebook"],
        external_id=sending["external_id"],
        ref=ref,
        seen=msgspec.convert(sending["seen"], SourceFields),
        accepted=sending["data"] if data is None else as_mapping(data),
        list_again=list_again,
    )


def seen_but(
    seen: SourceFields | None, before: SourceFields | None, moved: frozenset[str]
) -> SourceFields | None:
    """The source fields last acted upon, where only the columns' *moved* fields were settled."""
    if seen is None or before is None:
        return seen
    settled = {
        name: getattr(seen, name) for name, field in SOURCE_TO_COLUMN.items() if field in moved
    }
    return replace(before, **settled)


def score_intent(plan: ColumnPlan, score: WriteScore) -> Intent:
    """The intent to write or take back a mark.

    What is nobody's any more is under no section, and read back in that of its column (C10).
    """
    return Intent(
        op=score.op,
        assessment=plan.assessment,
        owner=plan.owner,
        student=score.student,
        section=plan.section if score.orphan else score.section,
        sending=_sending(score),
        before=None if score.before in {None, STAR} else {"points": score.before},
    )


def _sending(score: WriteScore) -> dict[str, Any]:
    points = None if score.points is None else canonical(score.points)
    sending = {"points": points, "seen": score.seen, "sis_student": score.sis_student}
    unread = score.before is None
    marks = {"takes_over": score.takes_over, "orphan": score.orphan, "unread": unread}
    return sending | {name: True for name, is_so in marks.items() if is_so}


def score_after(intent: Intent) -> KnownScore:
    """What the ledger knows once a score intent was accepted."""
    if intent.student is None:
        raise AssertionError("a score intent names a student")
    points = intent.sending["points"]
    return KnownScore(
        student=intent.student,
        seen=intent.sending["seen"],
        accepted=None if points is None else Decimal(points),
        had_score=intent.sending["seen"] not in {None, ZERO, UNSCORED},
        sis_student=SisPersonId(intent.sending["sis_student"]),
    )
