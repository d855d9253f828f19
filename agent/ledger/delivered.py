"""What the SIS accepted from us: the columns we know and what each cell last took."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import msgspec

from agent.domain import AssessmentId, ClassId, ColumnRef, PersonId, SisPersonId
from agent.ledger.care.signs import PULL, RESTORED_EVERY, RESTORED_ON
from agent.ledger.rows import json, maybe
from agent.ledger.store import ANY_OF, Store, listed
from agent.records import ColumnKey, KnownCells, KnownColumn, KnownScore, LeftScore, Restored

_known = msgspec.json.Decoder(list[KnownScore]).decode
_left = msgspec.json.Decoder(list[LeftScore]).decode


class Delivered:
    """The columns and scores that the SIS accepted from us."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._cells = CELLS.format(
            known=store.dialect.json_list(KnownScore, CELL),
            left=store.dialect.json_list(LeftScore, LEFT_CELL),
        )

    def columns(self, classes: Iterable[ClassId]) -> Sequence[KnownColumn]:
        """The columns that *classes* own, whether or not the source still has the assessment."""
        return self._store.values(KnownColumn, KNOWN.format("owner"), listed(classes))

    def columns_of(self, assessments: Iterable[AssessmentId]) -> Sequence[KnownColumn]:
        """The columns of *assessments*, whichever class owns them."""
        return self._store.values(KnownColumn, KNOWN.format("assessment"), listed(assessments))

    def claimed(self, refs: Iterable[ColumnRef]) -> frozenset[ColumnRef]:
        """Those of *refs* that are addresses of columns we know."""
        rows = self._store.read(f"SELECT ref FROM known_column WHERE ref {ANY_OF}", listed(refs))
        return frozenset(ColumnRef(row[0]) for row in rows)

    def delivered_count(self) -> int:
        """How many scores the SIS has from us."""
        rows = self._store.read("SELECT count(*) FROM known_score WHERE accepted IS NOT NULL")
        return int(rows[0][0])

    def column_count(self) -> int:
        """How many assignments the SIS has from us."""
        sql = "SELECT count(*) FROM known_column WHERE accepted IS NOT NULL AND NOT deleted"
        return int(self._store.read(sql)[0][0])

    def restored(self, assessments: Iterable[AssessmentId]) -> Restored | None:
        """What is not known of *assessments*; None unless the ledger came from a copy."""
        rows = self._store.read(f"SELECT name, value FROM setting WHERE name {ANY_OF}", RESTORED)
        settings: dict[str, str] = dict(rows)
        if RESTORED_ON not in settings:
            return None
        changed = self._store.read(
            f"SELECT assessment, student FROM restored_score WHERE assessment {ANY_OF}",
            listed(assessments),
        )
        return Restored(
            on=date.fromisoformat(settings[RESTORED_ON]),
            every=RESTORED_EVERY in settings,
            scores=frozenset((AssessmentId(a), PersonId(s)) for a, s in changed),
        )

    def not_compared(self) -> bool:
        """Whether the ledger came from a copy and was not compared with all of the SIS yet."""
        rows = self._store.read(NOT_COMPARED, PULL)
        return bool(rows[0][0])

    def save_column(self, column: KnownColumn) -> None:
        """Remember a column, in place of what was known of it."""
        row = (
            *(column.assessment, column.owner, column.gradebook, column.external_id, column.ref),
            *(maybe(json, column.seen), maybe(json, column.accepted)),
            *(column.deleted, column.list_again, column.in_doubt),
        )
        self._store.insert("known_column", COLUMN, [row], REPLACE_COLUMN)

    def cells(self, columns: Iterable[ColumnKey]) -> Mapping[ColumnKey, KnownCells]:
        """What is known of the cells of each of *columns*."""
        rows = self._store.read(self._cells, json([*columns]))
        return {
            (key, owner): ({cell.student: cell for cell in _known(known)}, _left(left))
            for key, owner, known, left in rows
        }

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
            (
                *column,
                s.student,
                s.seen,
                maybe(str, s.accepted),
                s.had_score,
                s.sis_student,
                s.in_doubt,
            )
            for s in scores
        ]
        self._store.insert("known_score", SCORE, rows, REPLACE_SCORE)

    def leave_scores(
        self, assessment: AssessmentId, owner: ClassId, left: Iterable[LeftScore]
    ) -> None:
        """Remember what stays behind in cells whose student has another SIS id by now."""
        column = (assessment, owner)
        rows = [
            (*column, each.sis_student, each.student, maybe(str, each.accepted), each.had_score)
            for each in left
        ]
        self._store.insert("left_score", LEFT, rows, REPLACE_LEFT)

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


COLUMN = (
    *("assessment", "owner", "gradebook", "external_id", "ref", "seen", "accepted"),
    *("deleted", "list_again", "in_doubt"),
)
SCORE = (
    *("assessment", "owner", "student", "seen", "accepted", "had_score", "sis_student"),
    "in_doubt",
)
LEFT = ("assessment", "owner", "sis_student", "student", "accepted", "had_score")

RESTORED = listed([RESTORED_ON, RESTORED_EVERY])

NOT_COMPARED = """
SELECT EXISTS (SELECT 1 FROM setting WHERE name = ?)
    OR EXISTS (SELECT 1 FROM known_column WHERE in_doubt)
"""

REPLACE_COLUMN = """
ON CONFLICT (assessment, owner) DO UPDATE SET
    gradebook = excluded.gradebook, external_id = excluded.external_id, ref = excluded.ref,
    seen = excluded.seen, accepted = excluded.accepted, deleted = excluded.deleted,
    list_again = excluded.list_again, in_doubt = excluded.in_doubt
"""

REPLACE_SCORE = """
ON CONFLICT (assessment, owner, student) DO UPDATE SET
    seen = excluded.seen, accepted = excluded.accepted, had_score = excluded.had_score,
    sis_student = coalesce(excluded.sis_student, known_score.sis_student),
    in_doubt = excluded.in_doubt
"""

REPLACE_LEFT = """
ON CONFLICT (assessment, owner, sis_student) DO UPDATE SET
    student = excluded.student, accepted = excluded.accepted,
    had_score = left_score.had_score OR excluded.had_score
"""

KNOWN = f"""
SELECT {", ".join(COLUMN)} FROM known_column WHERE {{}} {ANY_OF}
AND assessment NOT IN (SELECT assessment FROM purged) ORDER BY assessment, owner
"""

CELLS = """
SELECT assessment, owner, {known}, {left}
FROM (SELECT value ->> 0 AS assessment, value ->> 1 AS owner FROM objects(?)) AS asked
"""

OF_COLUMN = "WHERE (cell.assessment, cell.owner) = (asked.assessment, asked.owner)"

CELL = f"""
SELECT student, seen, accepted, had_score, sis_student, in_doubt
FROM known_score AS cell {OF_COLUMN}
"""

LEFT_CELL = f"""
SELECT sis_student, student, accepted, had_score FROM left_score AS cell {OF_COLUMN}
ORDER BY sis_student
"""
