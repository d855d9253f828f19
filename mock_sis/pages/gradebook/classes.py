"""Classes: their list, what every page of one shows, its students."""

import sqlite3
from typing import Any

import flask

from mock_sis.gradebook.acts import last_act
from mock_sis.gradebook.periods import PeriodState, all_periods
from mock_sis.gradebook.reads import Reads
from mock_sis.pages.gradebook.dress import DRESSES
from mock_sis.pages.gradebook.teachers import blocked, linked_to_otus, teachers_of

MOST = 200
CLASSES = """
SELECT section.id, section.title, section.slot, section.code, org.name AS school,
  (SELECT count(DISTINCT person) FROM enrolment WHERE enrolment.section = section.id
    AND enrolment.role = 'student' AND active = 1 AND coalesce(begin, '') <= ?1
    AND coalesce(end, '9') >= ?1) AS students,
  (SELECT group_concat(family || ' ' || given, ' ') FROM enrolment
    JOIN teacher ON teacher.id = person WHERE enrolment.section = section.id
    AND enrolment.role = 'teacher' AND enrolment.active = 1) AS names
FROM section JOIN org ON org.id = section.school WHERE section.active = 1
ORDER BY school, section.title, section.id"""
STUDENTS = """
SELECT student.id, given, family, number, grade, section, begin, end FROM enrolment
JOIN student ON student.id = person
WHERE section = ? AND role = 'student' AND enrolment.active = 1
ORDER BY coalesce(end, '9') < ?2, coalesce(begin, '') > ?2, family, given, student.id"""


def classes(book: Reads, asked: str) -> dict[str, Any]:
    """What the page of classes shows: at most 200 that match *asked*, and the grading period."""
    world, dress = book.world, DRESSES[book.sis]
    rows = world.db.read(CLASSES, world.today().isoformat())
    every = [dict(row) for row in rows if _matches(row, asked)]
    found, titles = every[:MOST], {row["id"]: row["title"] for row in rows}
    ids = [entry["id"] for entry in found]
    teachers, in_otus = teachers_of(world, ids), linked_to_otus(world, ids)
    for entry in found:
        id_ = entry["id"]
        others = [other for other in book.linked(id_) if other != id_]
        entry["linked"] = [(other, titles.get(other, other)) for other in others]
        entry["teachers"] = teachers[id_]
        entry["blocked"] = blocked(dress, teachers[id_], linked=id_ in in_otus)
    current = next(
        (p for p in all_periods(world.db, world.now(), world.zone) if p.state is PeriodState.OPEN),
        None,
    )
    return {
        "classes": found,
        "more": len(every) - len(found),
        "current": current,
        "linked": any(entry["linked"] for entry in found),
    }


def page(book: Reads, name: str, section: str, **shown: Any) -> str:
    """A page of one class."""
    period = flask.request.args.get("period", "")
    shown = {"period": period, "panel": None, **shown, "class_": about(book, section)}
    return flask.render_template(f"gradebook/{name}.html", **shown)


def about(book: Reads, section: str) -> dict[str, Any]:
    """What every page of one class shows: name, teachers, what is blocked, the teacher's others."""
    row, dress = book.section(section), DRESSES[book.sis]
    teachers = teachers_of(book.world, [section])[section]
    in_otus = linked_to_otus(book.world, [section])
    last = last_act(book, section)
    others = (other for other in book.linked(section) if other != section)
    return {
        "id": section,
        "title": row["title"],
        "teachers": teachers,
        "blocked": blocked(dress, teachers, linked=section in in_otus),
        "linked": [book.section(other)["title"] for other in others],
        "menu": _taught(book, teachers[0].id) if teachers else [],
        "words": dress,
        "undo": last.sentence if last else "",
    }


def students(book: Reads, section: str) -> list[dict[str, Any]]:
    """Who sits in a class, then who will, then who did; a student who came back stands twice."""
    today = book.world.today().isoformat()
    rows = book.world.db.read(STUDENTS, section, today)
    return [{**dict(row), "state": _state(row, today)} for row in rows]


def _state(row: sqlite3.Row, today: str) -> str:
    if (row["end"] or "9") < today:
        return "left"
    return "to come" if (row["begin"] or "") > today else "enrolled"


def _taught(book: Reads, teacher: str) -> list[sqlite3.Row]:
    """The classes of one teacher, for the class menu."""
    return book.world.db.read(
        "SELECT DISTINCT section.id, section.title FROM enrolment"
        " JOIN section ON section.id = section WHERE person = ? AND role = 'teacher'"
        " AND enrolment.active = 1 AND section.active = 1 ORDER BY slot, title, section.id",
        teacher,
    )


def _matches(row: sqlite3.Row, asked: str) -> bool:
    words = f"{row['id']} {row['title']} {row['names']} {row['school']}".casefold()
    return all(word in words for word in asked.casefold().split())
