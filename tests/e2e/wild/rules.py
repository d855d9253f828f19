"""RULES A and B as far as a witness needs them: what may pass tonight, of what Otus has."""

from typing import Any

from tests.e2e.support.district import District
from tests.e2e.wild.look import Look, Record, Source


def may(district: District, look: Look, id_: str, book: str, due: str) -> bool:
    """Whether anything of an assessment may be written into a column due on that day."""
    assessment = look.assessments.get(id_)
    if assessment is None or look.period(book, due) == "closed":
        return False
    return any(
        passes(district, look, assessment, entry)
        for entry in assessment["classes"]
        if look.section(entry["classId"]) in look.together(book)
    )


def passes(district: District, look: Look, assessment: Record, entry: Record) -> bool:
    """Whether an assessment passes for one of its classes, dates and categories aside."""
    group = {m["teacherId"] for m in look.told["groupMember"]}
    needed = {t["teacherId"] for t in look.classes[entry["classId"]]["teachers"]}
    if not district.facts.all_who_teach:
        needed = {assessment["assignedBy"]}
    too_long = 'long_title = "refuse"' in district.policy
    return bool(
        needed <= group
        and not (too_long and len(assessment["title"]) >= 50)
        and assessment["includeInFinalGrade"]
        and assessment["type"] in district.categories
    )


def served(look: Look, id_: str, book: str) -> set[str]:
    """The classes that have the assessment in a gradebook."""
    entries = look.assessments[id_]["classes"] if id_ in look.assessments else []
    here = look.together(book)
    return {entry["classId"] for entry in entries if look.section(entry["classId"]) in here}


def must_be_made(district: District, look: Look, id_: str, book: str, entry: Record) -> bool:
    """Whether the assessment must have a column in the gradebook by the end of a night."""
    due, today = entry["dueDate"], look.today.isoformat()
    current = any(
        p["start"] <= today <= p["end"] and p["start"] <= due <= p["end"]
        for p in look.books[book]["periods"]
    )
    inside = current or not district.facts.in_current_period
    open_ = look.period(book, due) not in {"closed", "none"}
    assigned = entry["assignedDate"] <= today
    assessment = look.assessments[id_]
    here = look.period(book, today) != "none" and inside and open_
    return here and assigned and passes(district, look, assessment, entry)


def may_be_made(district: District, look: Look, id_: str, book: str) -> bool:
    """A6: a class was assigned it by now, or a student who has a score shows that it was."""
    assessment, today = look.assessments[id_], look.today.isoformat()
    began = any(
        entry["assignedDate"] <= today
        for entry in assessment["classes"]
        if look.section(entry["classId"]) in look.together(book)
        and passes(district, look, assessment, entry)
    )
    return began or any(look.score(id_, person)[1] is not None for person in look.numbers)


def scored(district: District, source: Source) -> bool:
    """Whether Otus has a score that is to be sent."""
    progress, points, marks = source
    excluded = "excluded" in marks and "send_excluded" not in district.policy
    return progress == "graded" and points is not None and not excluded


def graded(source: Source) -> bool:
    """Whether Otus has a score, be it sent or not."""
    return source[0] == "graded" and source[1] is not None


def unscored(source: Source) -> bool:
    """Whether Otus surely has none."""
    return not graded(source) and "excluded" not in source[2]


def reached(look: Look, entry: Record, student: str, person: str) -> bool:
    """Whether the assignment is given to the student through one class."""
    if entry["students"] is None:
        return look.sits(student, {look.section(entry["classId"])})
    return person in {s["studentId"] for s in entry["students"]}


def given(look: Look, id_: str, book: str, student: str, person: str) -> bool:
    """The same through any class that shares the gradebook."""
    return any(
        reached(look, entry, student, person)
        for entry in look.assessments[id_]["classes"]
        if look.section(entry["classId"]) in look.together(book)
    )


FIELDS = {"title": "title", "category": "type", "points": "totalPoints", "due": "due"}
"""A field of a column -> the member of the assessment that it shows."""


def source_of(look: Look, id_: str, name: str) -> Any:
    """What Otus has for a field of a column."""
    assessment = look.assessments[id_]
    if name == "due":
        return tuple(e["dueDate"] for e in assessment["classes"])
    return assessment[FIELDS[name]]


def mapped(district: District, look: Look, id_: str, name: str) -> set[Any]:
    """What a field of a column may show of it."""
    source = source_of(look, id_, name)
    if name == "due":
        return set(source)
    if name == "category":
        return {district.facts.categories.get(source)}
    return {source if name != "title" or len(source) < 50 else f"{source[:46]}…"}
