"""The state of every record, as it stands now and as it reads in a given run.

A row says what happened in the run that wrote it; in a later run the same row reads as what is
still so: delivered reads unchanged. So an unchanged night writes nothing.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from agent.domain import AssessmentId, PersonId
from agent.ledger.attempts import mapping
from agent.ledger.rows import Row
from agent.ledger.store import Part, listed
from agent.records import DELIVERED, RecordState, State

_PAGE = 10_000

_LATER = {state.value: State.UNCHANGED for state in DELIVERED} | {
    State.CLEARED.value: State.WITHDRAWN
}
_STATES = {state.value: state for state in State}

_delivered = ", ".join(f"'{state}'" for state in sorted(DELIVERED))
_later = " ".join(f"WHEN '{before}' THEN '{after}'" for before, after in sorted(_LATER.items()))

RECORD = f"""
INSERT INTO record VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (assessment, student, section) DO UPDATE SET
    state = excluded.state, codes = excluded.codes, reason = excluded.reason, run = excluded.run
WHERE record.codes <> excluded.codes OR record.reason <> excluded.reason
   OR (record.run = excluded.run AND record.state <> excluded.state)
   OR (record.run <> excluded.run AND excluded.state NOT IN (
        record.state, CASE record.state {_later} ELSE record.state END))
   OR (record.run <> excluded.run AND excluded.state IN ({_delivered}) AND EXISTS (
        SELECT 1 FROM attempt WHERE attempt.assessment = excluded.assessment
        AND attempt.student = excluded.student AND attempt.run = excluded.run))
"""
"""Only news is written. No news is the same again, and what the record reads by now anyway; but a
delivered record is delivered again if this run made an attempt at it."""


class Records(Part):
    """One state a record, and the states it was in before."""

    def record(self, run: str, states: Iterable[RecordState]) -> None:
        """Note states that *run* found or brought about."""
        rows = [
            (
                each.assessment,
                each.student or "",
                each.section,
                each.state.value,
                " ".join(each.codes),
                each.reason,
                run,
            )
            for each in states
        ]
        with self._store.write() as sql:
            sql.executemany(RECORD, rows)

    def forget(self, records: Iterable[tuple[AssessmentId, PersonId | None, str]]) -> None:
        """Records that exist no more; their history stays."""
        rows = [(assessment, student or "", section) for assessment, student, section in records]
        with self._store.write() as sql:
            sql.executemany(
                "DELETE FROM record WHERE assessment = ? AND student = ? AND section = ?", rows
            )

    def records_of(self, assessments: Iterable[AssessmentId]) -> Sequence[RecordState]:
        """The stored states of these assessments' records, as stored (not as displayed)."""
        rows = self._store.read(
            "SELECT assessment, student, section, state, codes, reason FROM record"
            " WHERE assessment IN (SELECT value FROM json_each(?))"
            " ORDER BY assessment, student, section",
            listed(tuple(assessments)),
        )
        return [_state(row[:3], _STATES[row[3]], row[4:]) for row in rows]

    def records(self, run: str) -> Iterator[RecordState]:
        """Every record once, as it reads in *run*; assignments before their scores."""
        last = ("", "", "")
        while rows := self._store.read(
            "SELECT assessment, student, section, state, codes, reason, run FROM record"
            " WHERE (assessment, student, section) > (?, ?, ?)"
            " ORDER BY assessment, student, section LIMIT ?",
            *last,
            _PAGE,
        ):
            for row in rows:
                yield _state(row[:3], _reads(row[3], tonight=row[6] == run), row[4:6])
            last = rows[-1][:3]

    def counts(self, run: str) -> Mapping[State, int]:
        """How many records read each state in *run*."""
        counts: Counter[State] = Counter()
        for state, tonight, count in self._store.read(
            "SELECT state, run = ? AS tonight, count(*) FROM record GROUP BY state, tonight", run
        ):
            counts[_reads(state, tonight=tonight)] += count
        return dict(counts)

    def history(
        self, assessment: AssessmentId, student: PersonId | None
    ) -> Sequence[Mapping[str, Any]]:
        """What was tried and what states it was in, newest last.

        An entry has `event` "attempt" (op, sending, before, outcome, detail, settled_at) or "state"
        (state, codes, reason); both have run, at and section. `outcome` None is a doubt.
        """
        who = (assessment, student or "")
        attempts = self._store.read(ATTEMPTS, *who)
        states = self._store.read(STATES, *who, *who)
        events = [(row[:2], 0, _attempt_event(row)) for row in attempts]
        events += [(row[:2], 1, _state_event(row)) for row in states]
        return [event for *_, event in sorted(events, key=lambda each: each[:2])]


ATTEMPTS = """
SELECT coalesce(run.at, attempt.at), attempt.run, attempt.at, section, op, sending, before,
       outcome.kind, outcome.detail, outcome.at
FROM attempt LEFT JOIN outcome ON outcome.attempt = attempt.id LEFT JOIN run ON run.id = attempt.run
WHERE assessment = ? AND student = ? ORDER BY attempt.id
"""

STATES = """
SELECT coalesce(run.at, ''), run, run.at, section, state, codes, reason FROM (
    SELECT id, run, section, state, codes, reason FROM past_record
    WHERE assessment = ? AND student = ?
    UNION ALL
    SELECT 9e999, run, section, state, codes, reason FROM record
    WHERE assessment = ? AND student = ?
) AS states LEFT JOIN run ON run.id = states.run ORDER BY states.id, section
"""
"""A past state has a number; the one that stands now comes after all of them."""


def _reads(state: str, *, tonight: bool) -> State:
    return _STATES[state] if tonight else _LATER.get(state) or _STATES[state]


def _state(key: Row, state: State, why: Row) -> RecordState:
    assessment, student, section = key
    codes, reason = why
    return RecordState(
        assessment=assessment,
        student=student or None,
        section=section,
        state=state,
        codes=tuple(codes.split()),
        reason=reason,
    )


def _attempt_event(row: Row) -> dict[str, Any]:
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


def _state_event(row: Row) -> dict[str, Any]:
    _, run, at, section, state, codes, reason = row
    return {
        "event": "state",
        "run": run,
        "at": at,
        "section": section,
        "state": state,
        "codes": codes.split(),
        "reason": reason,
    }
