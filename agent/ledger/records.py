"""The state of every record, as it stands now and as it reads in a given run.

A row says what happened in the run that wrote it; in a later run the same row reads as what is
still so: delivered reads unchanged. So an unchanged night writes nothing.

An unplaced score is one whose student sits in none of the sections that have its assessment. With
one gradebook to an assessment that gradebook records it; with several, each would leave it to the
others. Such a record stands under no section, `""`.
"""

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from agent.domain import AssessmentId, ClassId, PersonId
from agent.ledger.rows import READS, STILL, Row, json
from agent.ledger.store import ANY_OF, Store, listed
from agent.records import DELIVERED, READS_LATER, RecordState, State
from agent.report import LISTED, NEEDS_A_PERSON, NOTED, SETTLED, Count, Summary

Unplaced = tuple[AssessmentId, PersonId]

_PAGE = 10_000


class Records:
    """One state a record."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def record(self, run: str, states: Iterable[RecordState]) -> None:
        """Note states that *run* found or brought about; write only what changed."""
        rows = [
            (*_key(each), each.state.value, json(each.codes), each.reason, run) for each in states
        ]
        self._store.insert("record", COLUMNS, rows, CHANGED)

    def forget(self, records: Iterable[tuple[AssessmentId, PersonId | None, str]]) -> None:
        """Drop records that exist no more; their history stays."""
        rows = [(assessment, student or "", section) for assessment, student, section in records]
        if rows:
            with self._store.write() as sql:
                sql.executemany(
                    "DELETE FROM record WHERE (assessment, student, section) = (?, ?, ?)", rows
                )

    def records_of(self, assessments: Iterable[AssessmentId]) -> Sequence[RecordState]:
        """The stored states of these assessments' records, as stored (not as displayed)."""
        return self._listed("state", f"assessment {ANY_OF}", listed(assessments))

    def records_in(self, sections: Iterable[str]) -> Sequence[RecordState]:
        """Every record in these sections, as a run reads it that did not write it."""
        return self._listed(STILL, f"section {ANY_OF}", listed(sections))

    def records(self, run: str) -> Iterator[RecordState]:
        """Every record once, as it reads in *run*; assignments before their scores."""
        where, last = "(assessment, student, section) > (?, ?, ?)", ("", "", "")
        while states := self._listed(READS, where, run, *last, limit=_PAGE):
            yield from states
            last = _key(states[-1])

    def counts(self, run: str) -> Sequence[Count]:
        """How many records have the same kind, state and codes, as they read in *run*."""
        return [each for group in self._store.read(GROUPS, run, run) for each in _counts(group)]

    def summary(self, run: str) -> Summary:
        """What a report says of all records as they read in *run*, without listing them."""
        groups = self._store.read(GROUPS, run, run)
        summary = Summary(news=sum(new for *_, new, _ in groups))
        for count in (each for group in groups for each in _counts(group)):
            summary.count(count)
        shown = {
            _key(record): record
            for state, codes, *_ in groups
            for where, of, limit in _examples(State(state), codes, run)
            for record in self._listed(READS, where, run, *of, limit=limit)
        }
        for key in sorted(shown):
            summary.show(shown[key])
        return summary

    def undelivered_since(self) -> Sequence[tuple[State, str]]:
        """Each state that waits for a person or a next run, and since when its oldest does."""
        return [(State(state), at) for state, at in self._store.read(UNDELIVERED)]

    def shared(self, classes: Iterable[ClassId] | None) -> Sequence[AssessmentId]:
        """Assessments that several classes have, one of *classes* (None: any) among them."""
        if classes is None:
            return [AssessmentId(row[0]) for row in self._store.read(SHARED.format(among="true"))]
        among = f"id IN (SELECT id FROM assessment WHERE class {ANY_OF})"
        rows = self._store.read(SHARED.format(among=among), listed(classes))
        return [AssessmentId(row[0]) for row in rows]

    def unplaced_scores(self, assessments: Iterable[AssessmentId]) -> Sequence[Unplaced]:
        """Scores of *assessments* that have no record in any section."""
        return [(a, s) for a, s in self._store.read(UNPLACED, listed(assessments))]

    def outdated_unplaced(self, run: str) -> Sequence[Unplaced]:
        """Records under no section of runs before *run*, whose score has a section now or is gone.

        One about the cell of an earlier SIS id stays until that cell is settled.
        """
        return [(a, s) for a, s in self._store.read(OUTDATED, run)]

    def _listed(
        self, state: str, where: str, *arguments: str, limit: int | None = None
    ) -> Sequence[RecordState]:
        query = LISTING.format(state=state, where=where)
        if limit is not None:
            query += f" LIMIT {limit}"
        return self._store.values(RecordState, query, *arguments)


def _key(record: RecordState) -> tuple[str, str, str]:
    return record.assessment, record.student or "", record.section


def _examples(state: State, codes: str, run: str) -> Iterator[tuple[str, tuple[str, ...], int]]:
    """Which records of a group a report shows: a condition on what, and how many at most."""
    alike, what = "state = ? AND codes = ?", (state, codes)
    if len(msgspec.json.decode(codes, type=tuple[str, ...])) == 1:
        yield f"{alike} AND reason <> ''", what, 1
    settled = SETTLED.intersection(msgspec.json.decode(codes, type=tuple[str, ...]))
    if (state in NEEDS_A_PERSON and not settled) or state is State.KEPT:
        yield alike, what, LISTED
    if state in NOTED:
        yield f"{alike} AND run = ? AND reason <> ''", (*what, run), LISTED


def _counts(group: Row) -> Sequence[Count]:
    """The counts of records with the same state and codes; what *run* did not write reads later."""
    state, codes, every, assignments, new, new_assignments = group
    now, later = State(state), READS_LATER.get(state, State(state))
    why, scores, new_scores = (
        msgspec.json.decode(codes, type=tuple[str, ...]),
        every - assignments,
        new - new_assignments,
    )
    counts = [
        Count(kind="assignment", state=now, codes=why, number=new_assignments),
        Count(kind="assignment", state=later, codes=why, number=assignments - new_assignments),
        Count(kind="score", state=now, codes=why, number=new_scores),
        Count(kind="score", state=later, codes=why, number=scores - new_scores),
    ]
    return [count for count in counts if count.number]


COLUMNS = ("assessment", "student", "section", "state", "codes", "reason", "run")

_delivered = ", ".join(f"'{state}'" for state in sorted(DELIVERED))
CHANGED = f"""
ON CONFLICT (assessment, student, section) DO UPDATE SET
    state = excluded.state, codes = excluded.codes, reason = excluded.reason, run = excluded.run
WHERE record.codes <> excluded.codes OR record.reason <> excluded.reason
   OR (record.run = excluded.run AND record.state <> excluded.state)
   OR (record.run <> excluded.run AND excluded.state NOT IN (record.state, {STILL}))
   OR (record.run <> excluded.run AND excluded.state IN ({_delivered}) AND EXISTS (
        SELECT 1 FROM attempt WHERE attempt.assessment = excluded.assessment
        AND attempt.student = excluded.student AND attempt.run = excluded.run))
"""
"""Write a row only if its state, codes or reason differs from what the record reads in this run,
or if it was delivered and this run made an attempt at it."""

LISTING = """
SELECT assessment, nullif(student, '') AS student, section, {state} AS state, codes, reason
FROM record WHERE {where}
ORDER BY record.assessment, record.student, record.section
"""

GROUPS = """
SELECT state, codes, count(*), count(*) FILTER (WHERE student = ''),
    count(*) FILTER (WHERE run = ?), count(*) FILTER (WHERE run = ? AND student = '')
FROM record GROUP BY state, codes
"""
"""All of it from the index `record_by_state`."""

_undelivered = ", ".join(f"'{state}'" for state in sorted(NEEDS_A_PERSON))
UNDELIVERED = f"""
SELECT state, min(run.at) FROM record JOIN run ON run.id = record.run
WHERE state IN ({_undelivered}) GROUP BY state
"""

SHARED = """
SELECT id FROM assessment WHERE {among}
GROUP BY id HAVING count(*) > 1 AND count(broken) = 0
"""

LIVE = "score.broken IS NOT NULL OR score.progress IS NOT NULL"

PLACED = """SELECT 1 FROM record WHERE record.assessment = score.assessment
AND record.student = score.student AND record.section <> ''"""

UNPLACED = f"""
SELECT assessment, student FROM score
WHERE assessment {ANY_OF} AND ({LIVE}) AND NOT EXISTS ({PLACED})
ORDER BY assessment, student
"""

OUTDATED = f"""
SELECT old.assessment, old.student FROM record AS old
WHERE old.section = '' AND old.student <> '' AND old.run <> ? AND NOT EXISTS (
    SELECT 1 FROM left_score WHERE left_score.assessment = old.assessment
    AND left_score.student = old.student AND accepted IS NOT NULL
) AND NOT EXISTS (
    SELECT 1 FROM score WHERE score.assessment = old.assessment
    AND score.student = old.student AND ({LIVE}) AND NOT EXISTS ({PLACED})
    AND (SELECT count(*) FROM assessment WHERE id = score.assessment) > 1)
"""
