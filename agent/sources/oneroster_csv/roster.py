"""The classes, teachers, students and teacher group of an export, as values of the domain.

The SIS knows every user by the sourcedId, and every class as a section of that id, because the
export is the SIS's own. A user may be both teacher and student.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

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
from agent.log import lines as log
from agent.sources.oneroster_csv.files import ExportFiles
from agent.sources.port import Change

TEACHER_GROUP = "passbackGroup.csv"

_FAMILY = frozenset({"student", "parent", "guardian", "relative"})


@dataclass(frozen=True, slots=True)
class Roster:
    """The roles of all users; read before the first record.

    Attributes:
        taught_by: class -> its teachers, the main one first.
        staff: users who teach or administrate.
        students: users who learn.
        with_primary: classes of which a teacher is marked as primary.
    """

    taught_by: dict[str, list[str]] = field(default_factory=dict)
    staff: set[str] = field(default_factory=set)
    students: set[str] = field(default_factory=set)
    with_primary: set[str] = field(default_factory=set)

    def add_role(self, user: str, role: str) -> None:
        """Note that *user* has *role*, by its name in users, roles or enrollments."""
        if role == "student":
            self.students.add(user)
        elif role and role not in _FAMILY:
            self.staff.add(user)

    def add_teacher(self, user: str, class_id: str, *, primary: bool) -> None:
        """Note that *user* teaches a class; the first primary teacher is the main one."""
        teachers = self.taught_by.setdefault(class_id, [])
        if user in teachers:
            teachers.remove(user)
        main = primary and class_id not in self.with_primary
        teachers.insert(0 if main else len(teachers), user)
        if main:
            self.with_primary.add(class_id)


def read_roster(files: ExportFiles) -> Roster:
    """Read enrollments, users and roles."""
    roster = Roster()
    enrolled = files.records(
        "enrollments.csv", ("userSourcedId",), ("classSourcedId", "role"), ("primary",)
    )
    for row in enrolled:
        user, class_id, role, primary = row.cells
        roster.add_role(user, role)
        if not class_id:
            log.warning("source_row_ignored", file="enrollments.csv", line=row.line)
        elif role == "teacher" and not row.fault:
            roster.add_teacher(user, class_id, primary=primary.casefold() == "true")
    for row in files.records("users.csv", ("sourcedId",), (), ("role",)):
        roster.add_role(*row.cells)
    if files.has("roles.csv"):
        for row in files.records("roles.csv", ("userSourcedId",), ("role",)):
            roster.add_role(*row.cells)
    return roster


def teachers(roster: Roster, not_in_sis: set[str]) -> Iterator[Change]:
    """The staff, and those who assign without being in the SIS (A9)."""
    for user in sorted(roster.staff | not_in_sis):
        sis_id = None if user in not_in_sis else SisPersonId(user)
        yield Change(kind="teacher", key=(user,), value=Teacher(id=PersonId(user), sis_id=sis_id))


def students(roster: Roster) -> Iterator[Change]:
    """The users who learn."""
    for user in sorted(roster.students):
        student = Student(id=PersonId(user), sis_id=SisPersonId(user))
        yield Change(kind="student", key=(user,), value=student)


def group(files: ExportFiles, roster: Roster) -> Iterator[Change]:
    """The teacher group: its own file, else everyone who teaches a class (A7)."""
    if files.has(TEACHER_GROUP):
        rows = files.rows(TEACHER_GROUP, ("userSourcedId",), ("status",))
        members = {row.cells[0] for row in rows if row.cells[1].casefold() != "tobedeleted"}
    else:
        members = {user for users in roster.taught_by.values() for user in users}
    for user in sorted(members - {""}):
        member = GroupMember(teacher=PersonId(user))
        yield Change(kind="group_member", key=(user,), value=member)


def classes(files: ExportFiles, roster: Roster) -> Iterator[Change]:
    """The classes, each linked to the section of its own id."""
    for row in files.records("classes.csv", ("sourcedId",), ("title",)):
        key, title = row.cells
        teachers = roster.taught_by.get(key, ())
        found = Class(
            id=ClassId(key),
            title=title,
            section=SectionId(key),
            teachers=tuple(
                ClassTeacher(teacher=PersonId(user), main=place == 0)
                for place, user in enumerate(teachers)
            ),
        )
        value = Broken(reason=row.fault) if row.fault else found
        yield Change(kind="class", key=(key,), value=value)
