"""What was purged or erased stays out of the local copy: a pull drops it again."""

import hashlib
from collections.abc import Collection, Iterable

import msgspec

from agent.ledger.rows import json
from agent.ledger.store import ANY_OF, Sql, Store, listed

_students = msgspec.json.Decoder(dict[str, str | None]).decode

KEY = "erased_key"
"""The setting with the key of the digests: without it they tell nothing of anyone."""

IDS = """
SELECT id FROM staged_student UNION SELECT student FROM staged_score
UNION SELECT key FROM staged_assessment, members(students)
"""


def hash_of(key: str, student: str) -> str:
    """The digest under which an erased student is known again."""
    return hashlib.blake2b(student.encode(), key=bytes.fromhex(key), digest_size=16).hexdigest()


def of_cell(sis_student: str) -> str:
    """What the digest of a SIS id is made of: never that of a student's id in the source."""
    return f"sis\n{sis_student}"


def erased_cells(store: Store, sis_students: Iterable[str]) -> frozenset[str]:
    """Those of *sis_students* under which an erased student may have had scores of ours."""
    erased = {row[0] for row in store.read("SELECT digest FROM erased")}
    if not erased:
        return frozenset()
    [[key]] = store.read("SELECT value FROM setting WHERE name = ?", KEY)
    return frozenset(each for each in sis_students if hash_of(key, of_cell(each)) in erased)


def drop_closed(sql: Sql) -> None:
    """Take purged assessments, and erased students, out of what a pull staged."""
    _drop_purged(sql)
    _drop_erased(sql)


def _drop_purged(sql: Sql) -> None:
    if sql.execute("SELECT 1 FROM purged LIMIT 1").fetchone():
        sql.execute("DELETE FROM staged_assessment WHERE id IN (SELECT assessment FROM purged)")
        sql.execute("DELETE FROM staged_score WHERE assessment IN (SELECT assessment FROM purged)")


def _drop_erased(sql: Sql) -> None:
    erased = {row[0] for row in sql.execute("SELECT digest FROM erased")}
    if not erased:
        return
    [[key]] = sql.execute("SELECT value FROM setting WHERE name = ?", (KEY,)).fetchall()
    found = [row[0] for row in sql.execute(IDS) if hash_of(key, row[0]) in erased]
    if found:
        names = listed(found)
        sql.execute(f"DELETE FROM staged_student WHERE id {ANY_OF}", (names,))
        sql.execute(f"DELETE FROM staged_score WHERE student {ANY_OF}", (names,))
        take_off_lists(sql, "staged_assessment", found)


def take_off_lists(sql: Sql, table: str, students: Collection[str]) -> int:
    """Take *students* off the lists of assigned students; how many lists that changed.

    A list that becomes empty still names nobody: it never comes to mean everyone.
    """
    rows = sql.execute(
        f"SELECT id, class, students FROM {table} WHERE EXISTS"
        f" (SELECT 1 FROM members(students) WHERE key {ANY_OF})",
        (listed(students),),
    ).fetchall()
    for id_, class_, text in rows:
        rest = {s: day for s, day in _students(text).items() if s not in students}
        sql.execute(
            f"UPDATE {table} SET students = ? WHERE (id, class) = (?, ?)", (json(rest), id_, class_)
        )
    return len(rows)
