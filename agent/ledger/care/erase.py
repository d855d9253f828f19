"""`erase`: whatever the ledger holds about one student goes, and never comes back.

Without what it knew the agent could no longer tell a teacher's score from its own, or a score that
was taken out from one that never was. So it never writes for this student again: a digest of the
id, made with a key, lets a pull drop what the source goes on to send. Another one, of the SIS id,
keeps a 0 out of the same cells should the student come back under another id of the source (B4).
"""

import re
import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime

from agent.ledger.care.closed import KEY, hash_of, of_cell, take_off_lists
from agent.ledger.care.removal import Removal, remove
from agent.ledger.store import ANY_OF, Sql, Store, listed

SHORTEST = 4
"""Shorter SIS ids are not looked for in sentences: they would be found in any number."""


def erase(store: Store, student: str, now: datetime, *, done: bool) -> Removal:
    """Remove every row about a *student* of the source, and what names them in others' rows."""

    def statements(sql: Sql) -> Mapping[str, int]:
        sis_ids = {row[0] for row in sql.execute(SIS_IDS, (student, student, student))}
        sis = listed(sis_ids)
        sql.execute(LEFT_TO_OTHERS, (student, student))
        sql.execute(CELLS_OF_OTHERS, (student, student))
        sql.execute(DECIDED_ABOUT_OTHERS, (student, sis))
        nobodys = [row[0] for row in sql.execute(NOBODYS, (sis, student))]
        found = {table: sql.execute(one, (student,)).rowcount for table, one in ROWS.items()}
        found["left_score"] += sql.execute(LEFT_BY_SIS_ID, (sis, student)).rowcount
        # Removing a record writes it into its past, so the past goes last.
        past = sql.execute("DELETE FROM past_record WHERE student = ?", (student,)).rowcount
        found["past_record"] = past - found["record"]
        found["assessment (list of students)"] = take_off_lists(sql, "assessment", {student})
        found["sentences"] = _take_out_of_sentences(
            sql, {student, *(each for each in sis_ids if len(each) >= SHORTEST)}
        )
        _never_again(sql, student, nobodys, now)
        return found

    return remove(store, statements, done=done, whole=True)


def _never_again(sql: Sql, student: str, sis_ids: Iterable[str], now: datetime) -> None:
    """Keep digests by which the student, and who comes in their place, is known again."""
    sql.execute(NEW_KEY, (KEY, secrets.token_hex(32)))
    [[key]] = sql.execute("SELECT value FROM setting WHERE name = ?", (KEY,)).fetchall()
    digests = [hash_of(key, student), *(hash_of(key, of_cell(each)) for each in sis_ids)]
    on = now.date().isoformat()
    sql.executemany(ERASED, [(each, on) for each in digests])


def _take_out_of_sentences(sql: Sql, ids: set[str]) -> int:
    """Replace ids in what the SIS said about others: its answers may name a whole batch."""
    pattern = re.compile("|".join(rf"(?<![\w-]){re.escape(each)}(?![\w-])" for each in sorted(ids)))
    changed = 0
    for table, key, column in SENTENCES:
        rows = sql.execute(
            f"SELECT {key}, CAST({column} AS TEXT) FROM {table} WHERE EXISTS"
            f" (SELECT 1 FROM elements(?) WHERE replace(CAST({column} AS TEXT), value, '')"
            f" <> CAST({column} AS TEXT))",
            (listed(ids),),
        ).fetchall()
        for *where, text in rows:
            rest = pattern.sub("(erased)", text)
            if rest != text:
                places = ", ".join("?" * len(where))
                sql.execute(
                    f"UPDATE {table} SET {column} = ? WHERE ({key}) = ({places})", (rest, *where)
                )
                changed += 1
    return changed


SIS_IDS = """
SELECT sis_id FROM student WHERE id = ? AND sis_id IS NOT NULL
UNION SELECT sis_student FROM known_score WHERE student = ? AND sis_student IS NOT NULL
UNION SELECT sending ->> 'sis_student' FROM attempt
    WHERE student = ? AND sending ->> 'sis_student' IS NOT NULL
"""

NEW_KEY = "INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT (name) DO NOTHING"
ERASED = "INSERT INTO erased (digest, at) VALUES (?, ?) ON CONFLICT (digest) DO NOTHING"

_others = "(SELECT id, sis_id FROM student WHERE id <> ? AND sis_id IS NOT NULL) AS other"

LEFT_TO_OTHERS = f"""
UPDATE left_score SET student = other.id FROM {_others}
WHERE student = ? AND sis_student = other.sis_id
"""

CELLS_OF_OTHERS = f"""
INSERT INTO left_score (assessment, owner, sis_student, student, accepted, had_score)
SELECT assessment, owner, sis_student, other.id, accepted, had_score
FROM known_score JOIN {_others} ON sis_student = other.sis_id
WHERE student = ? AND (accepted IS NOT NULL OR had_score)
ON CONFLICT (assessment, owner, sis_student) DO NOTHING
"""
"""What was written for the student into a cell that is another's by now is known as that one's, so
that it goes, and never becomes a 0 (B4)."""

DECIDED_ABOUT_OTHERS = f"""
UPDATE decision SET sis_student = NULL
WHERE student <> ? AND sis_student {ANY_OF} AND sis_student IS DISTINCT FROM
    (SELECT sis_id FROM student WHERE student.id = decision.student)
"""
"""What is decided about others stays decided."""

NOBODYS = f"""
SELECT value FROM elements(?) WHERE value NOT IN (SELECT sis_id FROM {_others})
"""

LEFT_BY_SIS_ID = f"""
DELETE FROM left_score WHERE sis_student {ANY_OF}
AND sis_student NOT IN (SELECT sis_id FROM {_others})
"""

ROWS = {
    "outcome": """DELETE FROM outcome WHERE attempt IN
        (SELECT id FROM attempt WHERE student = ?)""",
    "open_attempt": """DELETE FROM open_attempt WHERE id IN
        (SELECT id FROM attempt WHERE student = ?)""",
    "attempt": "DELETE FROM attempt WHERE student = ?",
    "known_score": "DELETE FROM known_score WHERE student = ?",
    "left_score": "DELETE FROM left_score WHERE student = ?",
    "restored_score": "DELETE FROM restored_score WHERE student = ?",
    "score": "DELETE FROM score WHERE student = ?",
    "student": "DELETE FROM student WHERE id = ?",
    "decision": "DELETE FROM decision WHERE student = ?",
    "record": "DELETE FROM record WHERE student = ?",
}

SENTENCES = (
    ("outcome", "attempt", "detail"),
    ("past_record", "id", "reason"),
    ("record", "assessment, student, section", "reason"),
    ("run", "id", "summary"),
    ("run", "id", "forced"),
    ("decision", "id", "reason"),
    ("setting", "name", "value"),
)
