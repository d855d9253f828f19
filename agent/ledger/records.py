"""The state of every record, as it stands now and as it reads in a given run.

A row says what happened in the run that wrote it; in a later run the same row reads as what is
still so: delivered reads unchanged. So an unchanged night writes nothing.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from agent.domain import AssessmentId, PersonId
from agent.ledger.rows import json
from agent.ledger.store import Part, listed
from agent.records import DELIVERED, RecordState, State

_PAGE = 10_000

_LATER = dict.fromkeys(DELIVERED, State.UNCHANGED) | {State.CLEARED: State.WITHDRAWN}


def reads_later(state: State) -> State:
    """How a state reads in a later run than the one that wrote it."""
    return _LATER.get(state, state)


def quoted(states: Iterable[State]) -> str:
    """States as SQL lists them."""
    return ", ".join(f"'{state}'" for state in sorted(states))


_still = " ".join(f"WHEN '{was}' THEN '{now}'" for was, now in sorted(_LATER.items()))
STILL = f"CASE record.state {_still} ELSE record.state END"
"""What a record reads in a later run than the one that wrote it."""
_states = msgspec.json.Decoder(list[RecordState])


class Records(Part):
    """One state a record."""

    def record(self, run: str, states: Iterable[RecordState]) -> None:
        """Note states that *run* found or brought about."""
        rows = [
            (
                each.assessment,
                each.student or "",
                each.section,
                each.state.value,
                json(each.codes) if each.codes else "[]",
                each.reason,
                run,
            )
            for each in states
        ]
        if rows:
            self._store.insert("record", rows, NEWS)

    def forget(self, records: Iterable[tuple[AssessmentId, PersonId | None, str]]) -> None:
        """Records that exist no more; their history stays."""
        rows = [(assessment, student or "", section) for assessment, student, section in records]
        if rows:
            with self._store.write() as sql:
                sql.executemany(
                    "DELETE FROM record WHERE (assessment, student, section) = (?, ?, ?)", rows
                )

    def records_of(self, assessments: Iterable[AssessmentId]) -> Sequence[RecordState]:
        """The stored states of these assessments' records, as stored (not as displayed)."""
        return self._stored("assessment IN (SELECT value FROM json_each(?))", assessments)

    def records_in(self, sections: Iterable[str]) -> Sequence[RecordState]:
        """The stored states of every record in these sections."""
        return self._stored("section IN (SELECT value FROM json_each(?))", sections)

    def _stored(self, where: str, names: Iterable[str]) -> Sequence[RecordState]:
        page = self._store.read(_listing("state", where), listed(tuple(names)), -1)
        return _states.decode(page[0][0])

    def records(self, run: str) -> Iterator[RecordState]:
        """Every record once, as it reads in *run*; assignments before their scores."""
        page = _listing(
            f"CASE run WHEN ? THEN state ELSE {STILL} END",
            "(assessment, student, section) > (?, ?, ?)",
        )
        last = ("", "", "")
        while states := _states.decode(self._store.read(page, run, *last, _PAGE)[0][0]):
            yield from states
            end = states[-1]
            last = (end.assessment, end.student or "", end.section)

    def counts(self, run: str) -> Mapping[State, int]:
        """How many records read each state in *run*."""
        rows = self._store.read(
            f"SELECT CASE run WHEN ? THEN state ELSE {STILL} END AS reads, count(*)"
            " FROM record GROUP BY reads",
            run,
        )
        return {State(state): count for state, count in rows}


NEWS = f"""
ON CONFLICT (assessment, student, section) DO UPDATE SET
    state = excluded.state, codes = excluded.codes, reason = excluded.reason, run = excluded.run
WHERE record.codes <> excluded.codes OR record.reason <> excluded.reason
   OR (record.run = excluded.run AND record.state <> excluded.state)
   OR (record.run <> excluded.run AND excluded.state NOT IN (record.state, {STILL}))
   OR (record.run <> excluded.run AND excluded.state IN ({quoted(DELIVERED)}) AND EXISTS (
        SELECT 1 FROM attempt WHERE attempt.assessment = excluded.assessment
        AND attempt.student = excluded.student AND attempt.run = excluded.run))
"""
"""Only news is written. No news is the same again, and what the record reads by now anyway; but a
delivered record is delivered again if this run made an attempt at it."""


def _listing(state: str, where: str) -> str:
    """A query for records as a JSON array, in order; *state* is what each reads."""
    return f"""
        SELECT json_group_array(json_object('assessment', assessment, 'student', student,
            'section', section, 'state', state, 'codes', json(codes), 'reason', reason))
        FROM (
            SELECT assessment, nullif(student, '') AS student, section, {state} AS state, codes,
                reason
            FROM record WHERE {where}
            ORDER BY record.assessment, record.student, record.section LIMIT ?
        )
    """
