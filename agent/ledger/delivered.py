"""What the SIS accepted from us: the columns we know and what each cell last took."""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from agent.domain import AssessmentId, ClassId, ColumnRef, PersonId, SisPersonId
from agent.ledger.rows import json, maybe
from agent.ledger.store import ANY_OF, Store, listed
from agent.records import KnownCells, KnownColumn, KnownScore, LeftScore

Column = tuple[AssessmentId, ClassId]

_known = msgspec.json.Decoder(dict[PersonId, KnownScore]).decode
_left = msgspec.json.Decoder(list[LeftScore]).decode


class Delivered:
    """The columns and scores that the SIS accepted from us."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def columns(self, classes: Iterable[ClassId]) -> Sequence[KnownColumn]:
        """The columns that *classes* own, whether or not the source still has the assessment."""
        return self._store.values(list[KnownColumn], COLUMNS.format("owner"), listed(classes))

    def columns_of(self, assessments: Iterable[AssessmentId]) -> Sequence[KnownColumn]:
        """The columns of *assessments*, whichever class owns them."""
        return self._store.values(
            list[KnownColumn], COLUMNS.format("assessment"), listed(assessments)
        )

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

    def cells(self, columns: Iterable[Column]) -> Mapping[Column, KnownCells]:
        """What is known of the cells of each of *columns*."""
        rows = self._store.read(CELLS, json([*columns]))
        return {(key, owner): (_known(known), _left(left)) for key, owner, known, left in rows}

    def known_scores(
        self, assessment: AssessmentId, owner: ClassId
    ) -> Mapping[PersonId, KnownScore]:
        """The cells of one column of which something is known."""
        column = (assessment, owner)
        return self.cells([column])[column][0]

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

CELLS = """
SELECT assessment, owner,
    (SELECT json_group_object(student, json_object('student', student, 'seen', seen,
        'accepted', accepted, 'had_score', json(iif(had_score, 'true', 'false')),
        'sis_student', sis_student))
    FROM known_score AS cell WHERE (cell.assessment, cell.owner) = (asked.assessment, asked.owner)),
    (SELECT json_group_array(json_object('sis_student', sis_student, 'student', student,
        'accepted', accepted, 'had_score', json(iif(had_score, 'true', 'false'))))
    FROM left_score AS cell WHERE (cell.assessment, cell.owner) = (asked.assessment, asked.owner))
FROM (SELECT value ->> 0 AS assessment, value ->> 1 AS owner FROM json_each(?)) AS asked
"""
"""Left scores come in the order of the primary key, by SIS student."""
