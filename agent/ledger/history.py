"""The story of one record: what was tried, and which states it was in."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from agent.domain import AssessmentId, PersonId
from agent.ledger.attempts import mapping
from agent.ledger.rows import Row
from agent.ledger.store import Store

_codes = msgspec.json.Decoder(list[str])


def history_of(
    store: Store, assessment: AssessmentId, student: PersonId | None
) -> Sequence[Mapping[str, Any]]:
    """Attempts and states of one record, newest last; see `Records.history`."""
    who = (assessment, student or "")
    events = [(row[:2], _attempt(row)) for row in store.read(ATTEMPTS, *who)]
    events += [(row[:2], _state(row)) for row in store.read(STATES, *who, *who)]
    # A stable sort: within a run attempts come first, each kind in its own order.
    return [event for _, event in sorted(events, key=lambda each: each[0])]


ATTEMPTS = """
SELECT coalesce(run.at, attempt.at), attempt.run, attempt.at, section, op, sending, before,
       outcome.kind, outcome.detail, outcome.at
FROM attempt LEFT JOIN outcome ON outcome.attempt = attempt.id LEFT JOIN run ON run.id = attempt.run
WHERE assessment = ? AND student = ? ORDER BY attempt.id
"""

STATES = """
SELECT coalesce(run.at, ''), states.run, run.at, section, state, codes, reason FROM (
    SELECT id, run, section, state, codes, reason FROM past_record
    WHERE assessment = ? AND student = ?
    UNION ALL
    SELECT 9e999, run, section, state, codes, reason FROM record
    WHERE assessment = ? AND student = ?
) AS states LEFT JOIN run ON run.id = states.run ORDER BY states.id, section
"""
"""A past state has a number; the one that stands now comes after all of them."""


def _attempt(row: Row) -> dict[str, Any]:
    _, run, at, section, op, sending, before, outcome, detail, settled_at = row
    return {
        "event": "attempt",
        "run": run,
        "at": at,
        "section": section,
        "op": op,
        "sending": mapping(sending),
        "before": None if before is None else mapping(before),
        "outcome": outcome,
        "detail": detail,
        "settled_at": settled_at,
    }


def _state(row: Row) -> dict[str, Any]:
    _, run, at, section, state, codes, reason = row
    return {
        "event": "state",
        "run": run,
        "at": at,
        "section": section,
        "state": state,
        "codes": _codes.decode(codes),
        "reason": reason,
    }
