"""What the SIS accepted from us: the columns we know and what each cell last took."""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from agent.domain import AssessmentId, ClassId, ColumnRef, PersonId, SisPersonId
from agent.ledger.rows import json, maybe
from agent.ledger.store import ANY_OF, Store, listed
from agent.records import KnownColumn, KnownScore, LeftScore

Column = tuple[AssessmentId, ClassId]

_columns = msgspec.json.Decoder(list[KnownColumn])
_scores = msgspec.json.Decoder(dict[PersonId, KnownScore])
_left = msgspec.json.Decoder(list[LeftScore])
_students = msgspec.json.Decoder(frozenset[PersonId])


class Delivered:
    """The columns and scores that the SIS accepted from us."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def columns(self, classes: Iterable[ClassId]) -> Sequence[KnownColumn]:
        """The columns that *classes* own, whether or not the source still has the assessment."""
        return self._store.values(_columns, COLUMNS.format("owner"), listed(classes))

    def columns_of(self, assessments: Iterable[AssessmentId]) -> Sequence[KnownColumn]:
        """The columns of *assessments*, whichever class owns them."""
        return self._store.values(_columns, COLUMNS.format("assessment"), listed(assessments))

    def claimed(self, refs: Iterable[ColumnRef]) -> frozenset[ColumnRef]:
        """Those of *refs* that are addresses of columns we know."""
        rows = self._store.read(f"SELECT ref FROM known_column WHERE ref {ANY_OF}", listed(refs))
        return frozenset(ColumnRef(row[0]) for row in rows)

    def delivered_count(self) -> int:
        """How many scores the SIS has from us."""
        rows = self._store.read("SELECT count(*) FROM known_score WHERE accepted IS NOT NULL")
        return int(rows[0][0])

    def save_column(self, column: KnownColumn) -> None:
        """Remember a column, in place of what was known of it."""
        row = (
            *(column.assessment, column.owner, column.gradebook, column.external_id, column.ref),
            *(maybe(json, column.seen), maybe(json, column.accepted)),
            *(column.deleted, column.list_again),
        )
        self._store.insert("known_column", [row], REPLACE_COLUMN)

    def known_scores(
        self, assessment: AssessmentId, owner: ClassId
    ) -> Mapping[PersonId, KnownScore]:
        """The cells of a column of which something is known."""
        return self._store.values(_scores, SCORES, assessment, owner)

    def forget_scores(self, assessment: AssessmentId, owner: ClassId) -> None:
        """Forget the cells of a column that is made anew: its students show `*` again."""
        where = "WHERE assessment = ? AND owner = ?"
        with self._store.write() as sql:
            sql.execute(f"DELETE FROM known_score {where}", (assessment, owner))
            sql.execute(f"DELETE FROM left_score {where}", (assessment, owner))

    def save_scores(
        self, assessment: AssessmentId, owner: ClassId, scores: Iterable[KnownScore]
    ) -> None:
        """Remember cells, each in place of what was known of it."""
        column = (assessment, owner)
        rows = [
            (*column, s.student, s.seen, maybe(str, s.accepted), s.had_score, s.sis_student)
            for s in scores
        ]
        self._store.insert("known_score", rows, REPLACE_SCORE)

    def left_scores(self, assessment: AssessmentId, owner: ClassId) -> Sequence[LeftScore]:
        """What stands, or stood, in cells of a column for students with another SIS id by now."""
        return self._store.values(_left, LEFT, assessment, owner)

    def leave_scores(
        self, assessment: AssessmentId, owner: ClassId, left: Iterable[LeftScore]
    ) -> None:
        """Remember what stays behind in cells whose student has another SIS id by now."""
        column = (assessment, owner)
        rows = [
            (*column, each.sis_student, each.student, maybe(str, each.accepted), each.had_score)
            for each in left
        ]
        self._store.insert("left_score", rows, REPLACE_LEFT)

    def settle_left(
        self, assessment: AssessmentId, owner: ClassId, cells: Iterable[SisPersonId]
    ) -> None:
        """Note that nothing written for another student stands in *cells* any more."""
        with self._store.write() as sql:
            sql.execute(
                "UPDATE left_score SET accepted = NULL WHERE assessment = ? AND owner = ?"
                f" AND sis_student {ANY_OF}",
                (assessment, owner, listed(cells)),
            )

    def settled(self, classes: Iterable[ClassId]) -> Mapping[Column, frozenset[PersonId]]:
        """Students of whom nothing differs, for each column that *classes* own and that has some.

        The source has graded points without a status flag; the SIS accepted just these, from the
        cell of just this student, and we last acted upon them; and the one record of the student
        for this assessment is delivered, without a code or a remark.
        """
        rows = self._store.read(SETTLED, listed(classes))
        return {(key, owner): _students.decode(students) for key, owner, students in rows}


REPLACE_COLUMN = """
ON CONFLICT (assessment, owner) DO UPDATE SET
    gradebook = excluded.gradebook, external_id = excluded.external_id, ref = excluded.ref,
    seen = excluded.seen, accepted = excluded.accepted, deleted = excluded.deleted,
    list_again = excluded.list_again
"""

REPLACE_SCORE = """
ON CONFLICT (assessment, owner, student) DO UPDATE SET
    seen = excluded.seen, accepted = excluded.accepted, had_score = excluded.had_score,
    sis_student = coalesce(excluded.sis_student, sis_student)
"""

REPLACE_LEFT = """
ON CONFLICT (assessment, owner, sis_student) DO UPDATE SET
    student = excluded.student, accepted = excluded.accepted,
    had_score = max(had_score, excluded.had_score)
"""

COLUMNS = f"""
SELECT json_group_array(json_object('assessment', assessment, 'owner', owner,
    'gradebook', gradebook, 'external_id', external_id, 'ref', ref, 'seen', json(seen),
    'accepted', json(accepted), 'deleted', json(iif(deleted, 'true', 'false')),
    'list_again', json(iif(list_again, 'true', 'false'))))
FROM (SELECT * FROM known_column WHERE {{}} {ANY_OF} ORDER BY assessment, owner)
"""

SCORES = """
SELECT json_group_object(student, json_object('student', student, 'seen', seen,
    'accepted', accepted, 'had_score', json(iif(had_score, 'true', 'false')),
    'sis_student', sis_student))
FROM known_score WHERE assessment = ? AND owner = ?
"""

LEFT = """
SELECT json_group_array(json_object('sis_student', sis_student, 'student', student,
    'accepted', accepted, 'had_score', json(iif(had_score, 'true', 'false'))))
FROM (SELECT * FROM left_score WHERE assessment = ? AND owner = ? ORDER BY sis_student)
"""

SETTLED = f"""
SELECT cell.assessment, cell.owner, json_group_array(cell.student)
FROM known_column AS owned
CROSS JOIN known_score AS cell
    ON cell.assessment = owned.assessment AND cell.owner = owned.owner
CROSS JOIN score ON score.assessment = cell.assessment AND score.student = cell.student
WHERE owned.owner {ANY_OF}
AND score.progress = 'graded' AND score.flags = '[]'
AND score.points = cell.accepted AND score.points = cell.seen AND cell.had_score
AND NOT EXISTS (
    SELECT 1 FROM left_score AS moved
    WHERE moved.assessment = owned.assessment AND moved.owner = owned.owner)
AND (
    SELECT count(*) = 1 AND min(student.id) = cell.student
    FROM student WHERE student.sis_id = cell.sis_student)
AND (
    SELECT count(*) = 1
        AND min(codes = '[]' AND reason = ''
            AND state IN ('created', 'updated', 'sent', 'unchanged'))
    FROM record WHERE record.assessment = cell.assessment AND record.student = cell.student)
GROUP BY owned.owner, owned.assessment
"""
"""It knows no rule: whoever it leaves out is judged. Points are compared as text; a student whose
record at the source is broken has no SIS id here."""
