"""The calendar and the people of the gradebook, as rows of OneRoster files."""

from collections.abc import Iterator, Sequence
from datetime import date

from tools.oulad.folder import Row
from tools.oulad.read import Gradebook, Presentation, Section

SCHOOL = "90000001"


# ---- the calendar ------------------------------------------------------------------------------


def sessions(presentation: Presentation) -> Iterator[Row]:
    """School year, term, and the grading periods below it."""
    whole = (0, presentation.length)
    yield _session(presentation, 0, presentation.name, "schoolYear", whole, parent="")
    yield _session(presentation, 1, presentation.name, "term", whole, parent=presentation.id(1))
    for n, span in enumerate(presentation.periods, start=1):
        title = f"{presentation.name} P{n}"
        yield _session(
            presentation, 1 + n, title, "gradingPeriod", span, parent=presentation.id(1, 1)
        )


def _session(
    presentation: Presentation,
    number: int,
    title: str,
    kind: str,
    span: tuple[int, int],
    *,
    parent: str,
) -> Row:
    return {
        "sourcedId": presentation.id(1, number),
        "title": title,
        "type": kind,
        "startDate": presentation.day(span[0]).isoformat(),
        "endDate": presentation.day(span[1]).isoformat(),
        "parentSourcedId": parent,
        "schoolYear": str(presentation.day(presentation.length).year),
    }


# ---- who -----------------------------------------------------------------------------------------


def course(presentation: Presentation) -> Row:
    """A presentation is a course of its own, since each has its own work."""
    return {
        "sourcedId": presentation.id(2),
        "schoolYearSourcedId": presentation.id(1),
        "title": presentation.name,
        "courseCode": presentation.module,
        "orgSourcedId": SCHOOL,
    }


def a_class(section: Section) -> Row:
    """The row of classes.csv."""
    return {
        "sourcedId": section.id,
        "title": f"{section.presentation.name} section {section.number}",
        "courseSourcedId": section.presentation.id(2),
        "classCode": f"{section.presentation.name}-{section.number}",
        "classType": "scheduled",
        "schoolSourcedId": SCHOOL,
        "termSourcedIds": section.presentation.id(1, 1),
    }


def tutor(section: Section) -> str:
    """The id of the main tutor: one for each section."""
    return section.presentation.id(4, section.number)


def _user(sourced_id: str, given: str, family: str) -> Row:
    return {
        "sourcedId": sourced_id,
        "enabledUser": "true",
        "username": f"{given}{sourced_id}".lower(),
        "givenName": given,
        "familyName": family,
        "identifier": sourced_id,
        "email": f"{given}{sourced_id}@example.org".lower(),
        "primaryOrgSourcedId": SCHOOL,
    }


def tutors(book: Gradebook) -> list[Row]:
    """The synthetic part of users.csv."""
    return [
        _user(tutor(section), "Tutor", f"{section.presentation.name} {section.number}")
        for section in book.sections
    ]


def students(book: Gradebook) -> list[Row]:
    """Nobody has a name in the data, and nobody gets one; in two presentations is one user."""
    ids = {student for section in book.sections for student in section.students}
    return [_user(student, "Student", student) for student in sorted(ids, key=int)]


def roles(users: Sequence[Row], role: str) -> Iterator[Row]:
    """What 1.2 keeps beside users.csv: everyone has one role, at the school."""
    for user in users:
        yield {
            "sourcedId": f"95{int(user['sourcedId']):08d}",
            "userSourcedId": user["sourcedId"],
            "roleType": "primary",
            "role": role,
            "orgSourcedId": SCHOOL,
        }


def enrollments(book: Gradebook) -> Iterator[Row]:
    """Main tutor, students; in every third section the tutor of the section before co-teaches."""
    previous: Section | None = None
    for section in book.sections:
        whole: tuple[int | None, int | None] = (0, None)
        yield _enrollment(section, tutor(section), "teacher", "true", whole)
        neighbour = previous and previous.presentation == section.presentation
        if previous and neighbour and section.number % 3 == 0:
            yield _enrollment(section, tutor(previous), "teacher", "false", whole)
        for student, attendance in section.students.items():
            yield _enrollment(section, student, "student", "false", attendance)
        previous = section


def _enrollment(
    section: Section, user: str, role: str, primary: str, span: tuple[int | None, int | None]
) -> Row:
    first, last = (None if n is None else section.presentation.day(n) for n in span)
    return {
        "sourcedId": f"{section.id}-{user}",
        "classSourcedId": section.id,
        "schoolSourcedId": SCHOOL,
        "userSourcedId": user,
        "role": role,
        "primary": primary,
        "beginDate": _iso(first),
        "endDate": _iso(last),
    }


def _iso(day: date | None) -> str:
    return "" if day is None else day.isoformat()
