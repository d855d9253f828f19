"""Attempts: the intent before a request, the outcome after it, both append-only.

The database refuses an outcome of an unknown attempt, and a second one of the same attempt.
"""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from agent.ledger.rows import Row, instant, json, maybe
from agent.ledger.store import Store
from agent.records import Intent, OpenAttempt, Outcome

_open = msgspec.json.Decoder(list[OpenAttempt])


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
        """Note what came of attempts; `LedgerError`, and none is noted, if one is not open.

        The next intent puts it on the disk; until then a power cut leaves the attempt open.
        """
        when = instant(at)
        rows = [(each.attempt, when, each.kind, each.detail) for each in outcomes]
        self._store.insert("outcome", rows)

    def open(self) -> Sequence[OpenAttempt]:
        """Attempts without an outcome, oldest first."""
        return self._store.values(_open, OPEN)


def _row(intent: Intent) -> Row:
    return (
        *(intent.op, intent.assessment, intent.owner, intent.student or "", intent.section),
        *(json(intent.sending), maybe(json, intent.before)),
    )


OPEN = """
SELECT json_group_array(json_object('id', id, 'run', run, 'intent', json_object(
    'op', op, 'assessment', assessment, 'owner', owner, 'student', nullif(student, ''),
    'section', section, 'sending', json(sending), 'before', json(before))))
FROM (SELECT * FROM open_attempt JOIN attempt USING (id) ORDER BY id)
"""
