"""The runs of the agent: one at a time, how each ended, and every write that they tried."""

import fcntl
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from agent.domain import AssessmentId, PersonId
from agent.errors import LedgerError, LockedError
from agent.ledger.rows import Row, instant, json, maybe
from agent.ledger.store import Store
from agent.records import Intent, OpenAttempt, Outcome


@contextmanager
def alone(path: str) -> Iterator[None]:
    """Hold a lock file, which the kernel frees however the run ends.

    The file stays; only the lock on it counts. Not for network file systems, whose locks are not
    reliable.

    Raises:
        LockedError: at once, when another run holds it.
    """
    try:
        file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise LedgerError(f"the lock {path} cannot be opened: {error.strerror}") from error
    try:
        _take(file, path)
        try:
            yield
        finally:
            os.ftruncate(file, 0)
    finally:
        os.close(file)


def _take(file: int, path: str) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.read(file, 32).decode("ascii", "replace").strip()
        process = f" (process {holder})" if holder else ""
        raise LockedError(f"another run{process} holds {path}") from None
    os.ftruncate(file, 0)
    os.write(file, f"{os.getpid()}\n".encode())


class Runs:
    """Each run: when it began, why the brake was overridden, how it ended."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def begin(self, run: str, at: datetime, command: str, forced: str | None) -> None:
        """Note that *run* began; `forced` is the reason given for overruling the brake."""
        with self._store.write(durable=True) as sql:
            sql.execute(
                "INSERT INTO run (id, at, command, forced) VALUES (?, ?, ?, ?)",
                (run, instant(at), command, forced),
            )

    def end(self, run: str, at: datetime, exit_code: int, summary: Mapping[str, Any]) -> None:
        """Note how *run* ended."""
        with self._store.write(durable=True) as sql:
            sql.execute(
                "UPDATE run SET ended = ?, exit_code = ?, summary = ? WHERE id = ?",
                (instant(at), exit_code, json(summary), run),
            )

    def latest(self, limit: int, skip: int = 0) -> Sequence[Mapping[str, Any]]:
        """The newest runs first; `ended`, `exit_code`, `summary` None: it was killed, or runs."""
        return self._store.values(list[dict[str, Any]], LATEST, limit, skip)

    def find(self, run: str) -> Mapping[str, Any] | None:
        """One run, as `latest` gives it."""
        found = self._store.values(list[dict[str, Any]], ONE, run)
        return found[0] if found else None

    def history(
        self, assessment: AssessmentId, student: PersonId | None
    ) -> Sequence[Mapping[str, Any]]:
        """What was tried with a record and what states it was in, newest last.

        An entry has `event` "attempt" (op, sending, before, outcome, detail, settled_at) or "state"
        (state, codes, reason); both have run, at and section. `outcome` None: not known.
        """
        return self._store.values(list[dict[str, Any]], EVENTS, assessment, student or "")


class Attempts:
    """Every write that was ever begun: the intent before a request, the outcome after it.

    Both are append-only. The database refuses an outcome of an unknown attempt, and a second one of
    the same attempt.
    """

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
        return self._store.values(list[OpenAttempt], OPEN)


def _row(intent: Intent) -> Row:
    return (
        *(intent.op, intent.assessment, intent.owner, intent.student or "", intent.section),
        *(json(intent.sending), maybe(json, intent.before)),
    )


RUNS = """
SELECT json_group_array(json_object('run', id, 'at', at, 'command', command, 'forced', forced,
    'ended', ended, 'exit_code', exit_code, 'summary', json(summary)))
FROM (SELECT * FROM run {})
"""

LATEST = RUNS.format("ORDER BY at DESC, rowid DESC LIMIT ? OFFSET ?")

ONE = RUNS.format("WHERE id = ?")

EVENTS = """
SELECT json_group_array(json(event)) FROM (
    SELECT json_object('event', 'attempt', 'run', attempt.run, 'at', attempt.at,
        'section', section, 'op', op, 'sending', json(sending), 'before', json(before),
        'outcome', outcome.kind, 'detail', outcome.detail, 'settled_at', outcome.at) AS event,
        coalesce(run.at, attempt.at) AS began, attempt.run AS run, 1 AS part, attempt.id AS number,
        '' AS place
    FROM attempt LEFT JOIN outcome ON outcome.attempt = attempt.id
        LEFT JOIN run ON run.id = attempt.run
    WHERE assessment = ?1 AND student = ?2
    UNION ALL
    SELECT json_object('event', 'state', 'run', states.run, 'at', run.at, 'section', section,
        'state', state, 'codes', json(codes), 'reason', reason),
        coalesce(run.at, ''), states.run, 2, states.id, section
    FROM (
        SELECT id, run, section, state, codes, reason FROM past_record
        WHERE assessment = ?1 AND student = ?2
        UNION ALL
        SELECT 9e999, run, section, state, codes, reason FROM record
        WHERE assessment = ?1 AND student = ?2
    ) AS states LEFT JOIN run ON run.id = states.run
    ORDER BY began, run, part, number, place
)
"""
"""By run, its attempts before its states. A past state has a number; the one that stands now comes
after all of them."""

OPEN = """
SELECT json_group_array(json_object('id', id, 'run', run, 'intent', json_object(
    'op', op, 'assessment', assessment, 'owner', owner, 'student', nullif(student, ''),
    'section', section, 'sending', json(sending), 'before', json(before))))
FROM (SELECT * FROM open_attempt JOIN attempt USING (id) ORDER BY id)
"""
