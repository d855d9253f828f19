"""The roster of a OneRoster export: who teaches, who learns, and in which class.

Every user is known to the SIS under the sourcedId, and so is every class as a section, because the
export is the SIS's own. Someone may be both teacher and student.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from agent import log
from agent.domain import (
    Broken,
    Class,
    ClassId,
    ClassTeacher,
    GroupMember,
    PersonId,
    SectionId,
    SisPersonId,
    Student,
    Teacher,
)
from agent.sources.csv_folder import OpenFolder, Row
from agent.sources.port import Change

TEACHER_GROUP = "passbackGroup.csv"

_FAMILY = frozenset({"student", "parent", "guardian", "relative"})


@dataclass(frozen=True, slots=True)
class Roster:
    """What must be known before the first record: who plays which part.

    Attributes:
        taught_by: class -> its teachers, the main one first.
        staff: users who teach or administrate.
        students: users who learn.
    """

    taught_by: Mapping[str, list[str]] = field(default_factory=dict)
    staff: set[str] = field(default_factory=set)
    students: set[str] = field(default_factory=set)

    def play(self, user: str, role: str) -> None:
        """Note that *user* has *role*, in the words of users, roles or enrollments."""
        if role == "student":
            self.students.add(user)
        elif role and role not in _FAMILY:
            self.staff.add(user)


def standing(name: str, rows: Iterator[Row], *keys: int) -> Iterator[Row]:
    """The rows that are not to be deleted and say whose they are; column 0 is the status.

    A row without its keys cannot even be refused by name: it is logged by line number.
    """
    for row in rows:
        if row.cells[0].casefold() == "tobedeleted":
            continue
        if all(row.cells[key] for key in keys):
            yield row
        else:
            log.warning("source_row_ignored", file=name, line=row.line)


def read_roster(folder: OpenFolder) -> Roster:
    """Read enrollments, users and roles."""
    roster = Roster(taught_by=_taught_by(folder))
    users = folder.rows("users.csv", ("status", "sourcedId"), ("role",))
    for row in standing("users.csv", users, 1):
        roster.play(row.cells[1], row.cells[2])
    if folder.has("roles.csv"):
        roles = folder.rows("roles.csv", ("status", "userSourcedId", "role"))
        for row in standing("roles.csv", roles, 1):
            roster.play(row.cells[1], row.cells[2])
    enrolled = folder.rows("enrollments.csv", ("status", "userSourcedId", "role"))
    for row in standing("enrollments.csv", enrolled, 1):
        roster.play(row.cells[1], row.cells[2])
    return roster


def _taught_by(folder: OpenFolder) -> dict[str, list[str]]:
    columns = ("status", "classSourcedId", "userSourcedId", "role")
    taught_by: dict[str, list[str]] = {}
    mains: set[str] = set()
    for row in standing(
        "enrollments.csv", folder.rows("enrollments.csv", columns, ("primary",)), 1, 2
    ):
        _, class_id, user, role, primary = row.cells
        if role != "teacher" or row.fault:
            continue
        teachers = taught_by.setdefault(class_id, [])
        if user in teachers:
            teachers.remove(user)
        main = primary.casefold() == "true" and class_id not in mains
        teachers.insert(0 if main else len(teachers), user)
        mains.update({class_id} if main else ())
    return taught_by


def teachers(roster: Roster, outsiders: set[str]) -> Iterator[Change]:
    """The staff; *outsiders* assign without being in the SIS (A9)."""
    for user in sorted(roster.staff | outsiders):
        sis_id = None if user in outsiders else SisPersonId(user)
        yield Change(kind="teacher", key=(user,), value=Teacher(id=PersonId(user), sis_id=sis_id))


def students(roster: Roster) -> Iterator[Change]:
    """Everyone who learns."""
    for user in sorted(roster.students):
        student = Student(id=PersonId(user), sis_id=SisPersonId(user))
        yield Change(kind="student", key=(user,), value=student)


def group(folder: OpenFolder, roster: Roster) -> Iterator[Change]:
    """The teacher group: its own file, else everyone who teaches a class."""
    if folder.has(TEACHER_GROUP):
        rows = folder.rows(TEACHER_GROUP, ("userSourcedId",), ("status",))
        members = {row.cells[0] for row in rows if row.cells[1].casefold() != "tobedeleted"}
    else:
        members = {user for users in roster.taught_by.values() for user in users}
    for user in sorted(members - {""}):
        member = GroupMember(teacher=PersonId(user))
        yield Change(kind="group_member", key=(user,), value=member)


def classes(folder: OpenFolder, roster: Roster) -> Iterator[Change]:
    """The classes, each linked to the section of its own id."""
    rows = folder.rows("classes.csv", ("status", "sourcedId", "title"))
    for row in standing("classes.csv", rows, 1):
        _, key, title = row.cells
        value = Class(
            id=ClassId(key),
            title=title,
            section=SectionId(key),
            teachers=tuple(
                ClassTeacher(teacher=PersonId(user), main=place == 0)
                for place, user in enumerate(roster.taught_by.get(key, ()))
            ),
        )
        yield Change(
            kind="class", key=(key,), value=Broken(reason=row.fault) if row.fault else value
        )
