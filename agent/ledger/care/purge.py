"""`purge`: history before a day goes, and what is kept of assessments that are over.

An assessment whose scores are gone must never be looked at again: without them, the next score of
Otus would be written over a teacher's, and a student whose score was taken out would get a 0. So
its id stays, in `purged`: a pull drops what the source says of it. Its columns stay known too, by
address alone, so that nobody adopts one of them for another assessment.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from agent.domain import AssessmentId, SectionId
from agent.ledger.care.removal import Removal, remove
from agent.ledger.rows import json
from agent.ledger.store import ANY_OF, Sql, Store, listed

TYPICAL = timedelta(days=7)
"""From the day on which something is assigned, or handed in, to a due date that is computed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A grading period of a section that the SIS calls closed."""

    section: SectionId
    start: date
    end: date


def over_by(store: Store, day: date) -> Sequence[AssessmentId]:
    """Assessments that were due before *day* in every class, as Otus has it and as the SIS took it.

    One with an open attempt is not over; nor is one whose due date is not known.
    """
    begun = day - TYPICAL
    rows = store.read(OVER, day.isoformat(), begun.isoformat())
    return [AssessmentId(row[0]) for row in rows]


def over_in(store: Store, ended: Sequence[Ended]) -> Sequence[AssessmentId]:
    """Assessments all of whose due dates lie in grading periods that have *ended*."""
    periods = [
        {
            "section": each.section,
            "start": each.start,
            "end": each.end,
            "begun_from": each.start - TYPICAL,
            "begun_to": each.end - TYPICAL,
        }
        for each in ended
    ]
    return [AssessmentId(row[0]) for row in store.read(IN_PERIODS, json(periods))]


def purge(
    store: Store,
    *,
    history: date | None,
    assessments: Sequence[AssessmentId],
    now: datetime,
    done: bool,
) -> Removal:
    """Remove history before a day, and *assessments* for good."""

    def statements(sql: Sql) -> dict[str, int]:
        found: dict[str, int] = {}
        if assessments:
            _remove_assessments(sql, listed(assessments), now, found)
        if history is not None:
            start = datetime.combine(history, time(), UTC).isoformat()
            for table, statement in HISTORY.items():
                found[table] = found.get(table, 0) + sql.execute(statement, (start,)).rowcount
        return found

    return remove(store, statements, done=done)


def _remove_assessments(sql: Sql, names: str, now: datetime, found: dict[str, int]) -> None:
    for table, statement in ASSESSMENTS.items():
        found[table] = sql.execute(statement, (names,)).rowcount
    # Removing a record writes it into its past, so the past goes last.
    found["past_record"] = (
        sql.execute(f"DELETE FROM past_record WHERE assessment {ANY_OF}", (names,)).rowcount
        - found["record"]
    )
    sql.execute(STRIPPED, (names,))
    sql.execute(CLOSED, (now.isoformat(), names))


DUES = """
SELECT id, class, substr(due, 1, 10) AS due,
    CASE WHEN due IS NULL THEN substr(coalesce(submission_date, assigned_on), 1, 10) END AS begun
FROM assessment
UNION ALL SELECT assessment, owner, substr(seen ->> 'due', 1, 10), NULL FROM known_column
UNION ALL SELECT assessment, owner, substr(accepted ->> 'due', 1, 10), NULL FROM known_column
WHERE accepted IS NOT NULL
"""
"""`begun`: of an assessment without a due date, the day from which one is computed."""

OVER = f"""
SELECT dues.id FROM ({DUES}) AS dues
WHERE dues.id NOT IN (SELECT assessment FROM purged)
AND dues.id NOT IN (SELECT assessment FROM attempt JOIN open_attempt USING (id))
GROUP BY dues.id
HAVING count(*) FILTER (WHERE coalesce(dues.due < ?, dues.begun < ?, false)) = count(*)
ORDER BY dues.id
"""

IN_PERIODS = f"""
WITH ended AS (SELECT value ->> 'section' AS section, value ->> 'start' AS first,
    value ->> 'end' AS last, value ->> 'begun_from' AS begun_first,
    value ->> 'begun_to' AS begun_last FROM objects(?))
SELECT dues.id FROM ({DUES}) AS dues LEFT JOIN class ON class.id = dues.class
LEFT JOIN ended ON ended.section = class.section
    AND coalesce(due BETWEEN first AND last, begun BETWEEN begun_first AND begun_last, false)
WHERE dues.id NOT IN (SELECT assessment FROM purged)
AND dues.id NOT IN (SELECT assessment FROM attempt JOIN open_attempt USING (id))
GROUP BY dues.id HAVING count(ended.section) = count(*)
ORDER BY dues.id
"""

ASSESSMENTS = {
    "outcome": f"""DELETE FROM outcome WHERE attempt IN
        (SELECT id FROM attempt WHERE assessment {ANY_OF})""",
    "attempt": f"DELETE FROM attempt WHERE assessment {ANY_OF}",
    "known_score": f"DELETE FROM known_score WHERE assessment {ANY_OF}",
    "left_score": f"DELETE FROM left_score WHERE assessment {ANY_OF}",
    "restored_score": f"DELETE FROM restored_score WHERE assessment {ANY_OF}",
    "score": f"DELETE FROM score WHERE assessment {ANY_OF}",
    "assessment": f"DELETE FROM assessment WHERE id {ANY_OF}",
    "decision": f"DELETE FROM decision WHERE assessment {ANY_OF}",
    "record": f"DELETE FROM record WHERE assessment {ANY_OF}",
}

CLOSED = """
INSERT INTO purged (assessment, at) SELECT value, CAST(? AS TEXT) FROM elements(?) WHERE true
ON CONFLICT (assessment) DO NOTHING
"""

STRIPPED = f"""
UPDATE known_column SET seen = NULL, accepted = NULL, list_again = false, in_doubt = false
WHERE assessment {ANY_OF}
"""

_old = "(SELECT id FROM run WHERE at < ?)"

HISTORY = {
    "past_record": f"DELETE FROM past_record WHERE run IN {_old}",
    "outcome": "DELETE FROM outcome WHERE attempt IN (SELECT id FROM attempt WHERE at < ?)",
    "attempt": """DELETE FROM attempt WHERE at < ? AND id NOT IN (SELECT id FROM open_attempt)
        AND id NOT IN (SELECT attempt FROM outcome)""",
    "decision": "DELETE FROM decision WHERE ended_at < ?",
    "run": """DELETE FROM run WHERE at < ? AND id NOT IN (SELECT run FROM record)
        AND id NOT IN (SELECT run FROM attempt) AND id NOT IN (SELECT run FROM past_record)
        AND rowid < (SELECT max(rowid) FROM run)""",
}
"""Attempts without an outcome stay, as do the runs that something still refers to, and the last."""
