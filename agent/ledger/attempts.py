"""Attempts: the intent before a request, the outcome after it, both append-only.

Whether an attempt is known, and settled only once, is the database's to refuse.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from agent.domain import AssessmentId, ClassId, PersonId
from agent.ledger.rows import Row, instant, json
from agent.ledger.store import Store
from agent.records import Intent, OpenAttempt, Outcome


class Attempts:
    """Every write that was ever begun."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def intend(self, run: str, intents: Sequence[Intent], at: datetime) -> Sequence[int]:
        """Note what is about to be sent, on the disk before this returns; ids in order."""
        if not intents:
            return ()
        when = instant(at)
        rows = [(None, run, when, *_row(intent)) for intent in intents]
        last = self._store.insert("attempt", rows, durable=True)
        return range(last - len(rows) + 1, last + 1)

    def settle(self, outcomes: Sequence[Outcome], at: datetime) -> None:
        """Note what came of attempts; `LedgerError`, and none noted, if one is open no more.

        The next intent puts it on the disk; until then a power cut leaves the attempt open.
        """
        if not outcomes:
            return
        when = instant(at)
        rows = [(each.attempt, when, each.kind, each.detail) for each in outcomes]
        self._store.insert("outcome", rows)

    def open(self) -> Sequence[OpenAttempt]:
        """Attempts without an outcome, oldest first."""
        rows = self._store.read(
            "SELECT id, run, op, assessment, owner, student, section, sending, before"
            " FROM open_attempt JOIN attempt USING (id) ORDER BY id"
        )
        return [OpenAttempt(id=row[0], run=row[1], intent=_intent(row[2:])) for row in rows]


def _row(intent: Intent) -> Row:
    return (
        intent.op,
        intent.assessment,
        intent.owner,
        intent.student or "",
        intent.section,
        json(intent.sending),
        None if intent.before is None else json(intent.before),
    )


def _intent(row: Row) -> Intent:
    op, assessment, owner, student, section, sending, before = row
    return Intent(
        op=op,
        assessment=AssessmentId(assessment),
        owner=ClassId(owner),
        student=PersonId(student) if student else None,
        section=section,
        sending=mapping(sending),
        before=None if before is None else mapping(before),
    )


def mapping(text: str) -> dict[str, Any]:
    """A JSON object."""
    return msgspec.json.decode(text, type=dict[str, Any])
