"""Who and what the registrar's pages show: students, classes and teachers, found by their words."""

import sqlite3
from collections.abc import Sequence

from mock_sis.gradebook.columns import Unknown
from mock_sis.world.world import World

MOST_WORDS, MOST_FOUND, MOST_OFFERED = 8, 20, 500
FIND = {
    "student": "SELECT student.id, student.number, family || ', ' || given AS name, grade,"
    " org.name AS school FROM student JOIN org ON org.id = school WHERE {}"
    " ORDER BY family, given, student.id LIMIT ?",
    "section": "SELECT section.id, title AS name, org.name AS school FROM section"
    " JOIN org ON org.id = school WHERE section.active = 1 AND {}"
    " ORDER BY title, section.id LIMIT ?",
}
WORDS = {
    "student": "family || ' ' || given || ' ' || student.number || ' ' || student.id",
    "section": "title || ' ' || section.id",
}


def found(world: World, kind: str, asked: str) -> Sequence[sqlite3.Row]:
    """At most 20 of *kind* (student, section) in whose name or number every word of *asked* is."""
    words = asked.lower().split()[:MOST_WORDS]
    each = " AND ".join(f"instr(lower({WORDS[kind]}), ?) > 0" for _ in words) or "1"
    return world.db.read(FIND[kind].format(each), *words, MOST_FOUND) if words else []


def student(world: World, id_: str) -> sqlite3.Row:
    """A student with a name. Unknown: there is none."""
    row = world.db.one("SELECT *, given || ' ' || family AS name FROM student WHERE id = ?", id_)
    if row is None:
        raise Unknown("student", id_)
    return row


def section(world: World, id_: str) -> sqlite3.Row:
    """A class that is taught. Unknown: there is none."""
    row = world.db.one("SELECT * FROM section WHERE id = ? AND active = 1", id_)
    if row is None:
        raise Unknown("section", id_)
    return row


def teacher(world: World, id_: str) -> sqlite3.Row:
    """A teacher with a name. Unknown: there is none."""
    row = world.db.one("SELECT *, given || ' ' || family AS name FROM teacher WHERE id = ?", id_)
    if row is None:
        raise Unknown("teacher", id_)
    return row


def classes_of(world: World, student_id: str) -> Sequence[sqlite3.Row]:
    """The classes in which the student sits today."""
    return world.db.read(
        "SELECT DISTINCT section.id, section.title FROM enrolment JOIN section"
        " ON section.id = section WHERE person = ?1 AND role = 'student' AND enrolment.active = 1"
        " AND coalesce(begin, '') <= ?2 AND coalesce(end, '9') >= ?2 ORDER BY section.title",
        student_id,
        world.today().isoformat(),
    )


def offered(world: World, school: str) -> Sequence[sqlite3.Row]:
    """The classes of a school that are taught, at most 500."""
    return world.db.read(
        "SELECT id, title FROM section WHERE school = ? AND active = 1 ORDER BY title, id LIMIT ?",
        school,
        MOST_OFFERED,
    )


def teachers_of(world: World, section_id: str) -> Sequence[sqlite3.Row]:
    """Who teaches a class, its main teacher first."""
    return world.db.read(
        "SELECT teacher.id, given || ' ' || family AS name, max(main) AS main FROM enrolment"
        " JOIN teacher ON teacher.id = person WHERE section = ? AND enrolment.role = 'teacher'"
        " AND enrolment.active = 1 GROUP BY teacher.id ORDER BY max(main) DESC, family",
        section_id,
    )


def staff(world: World, school: str | None = None) -> Sequence[sqlite3.Row]:
    """The teachers of a school, or of the district: at most 500, by name."""
    return world.db.read(
        "SELECT id, family || ', ' || given AS name FROM teacher WHERE active = 1"
        " AND (?1 IS NULL OR school = ?1) ORDER BY family, given, id LIMIT ?2",
        school,
        MOST_OFFERED,
    )


def in_group(world: World, teacher_id: str) -> bool:
    """Whether a teacher is in the teacher group of Otus."""
    known = world.feed.get("groupMember", world.feed.teacher_of(teacher_id))
    return known is not None
