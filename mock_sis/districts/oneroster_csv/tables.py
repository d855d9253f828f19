"""What is read of each file of an export, and what must be there; the rules are in `rules`."""

from collections.abc import Mapping
from dataclasses import dataclass

ROLES = ("teacher", "student")
"""Of an enrolment; rows with another one are not read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One file.

    Attributes:
        columns: those that must be there.
        more: those that are read where they are there.
        filled: those that no row may leave empty.
        days: those that hold a date or nothing.
        needed: whether an export without the file cannot be used.
        keyed: whether no two rows may have the same sourcedId.
        roles: the values of `role` whose rows are read; none is every row.
    """

    columns: tuple[str, ...]
    more: tuple[str, ...] = ()
    filled: tuple[str, ...] = ("sourcedId",)
    days: tuple[str, ...] = ()
    needed: bool = True
    keyed: bool = True
    roles: tuple[str, ...] = ()


TABLES: Mapping[str, Table] = {
    "manifest": Table(columns=("propertyName", "value"), filled=(), needed=False, keyed=False),
    "orgs": Table(
        columns=("sourcedId", "name", "type"),
        more=("identifier", "parentSourcedId"),
        filled=("sourcedId", "name"),
    ),
    "academicSessions": Table(
        columns=("sourcedId", "title", "type", "startDate", "endDate"),
        more=("parentSourcedId", "schoolYear"),
        filled=("sourcedId", "startDate", "endDate"),
        days=("startDate", "endDate"),
    ),
    "courses": Table(columns=("sourcedId", "title"), more=("courseCode", "orgSourcedId")),
    "classes": Table(
        columns=("sourcedId", "title", "courseSourcedId", "schoolSourcedId", "termSourcedIds"),
        more=("classCode", "periods", "metadata.link"),
    ),
    "users": Table(
        columns=("sourcedId", "givenName", "familyName"),
        more=(
            *("role", "enabledUser", "orgSourcedIds", "primaryOrgSourcedId"),
            *("username", "email", "identifier", "grades"),
        ),
    ),
    "roles": Table(
        columns=("userSourcedId", "role"),
        more=("roleType",),
        filled=("userSourcedId",),
        needed=False,
        keyed=False,
    ),
    "enrollments": Table(
        columns=("sourcedId", "classSourcedId", "userSourcedId", "role"),
        more=("primary", "beginDate", "endDate"),
        filled=("sourcedId", "classSourcedId", "userSourcedId"),
        days=("beginDate", "endDate"),
        roles=ROLES,
    ),
    "categories": Table(
        columns=("sourcedId", "title"),
        more=("metadata.code",),
        filled=("sourcedId", "title"),
        needed=False,
    ),
    "lineItems": Table(
        columns=(
            *("sourcedId", "title", "assignDate", "dueDate", "classSourcedId"),
            "resultValueMax",
        ),
        more=(
            *("categorySourcedId", "metadata.type", "metadata.gradingScale", "metadata.kind"),
            *("metadata.includeInFinalGrade", "metadata.assignedBy", "metadata.assignerInSis"),
            *("metadata.createdAt", "metadata.submissionDate", "metadata.students"),
            "metadata.activityId",
        ),
        filled=("sourcedId", "classSourcedId"),
        needed=False,
        keyed=False,
    ),
    "results": Table(
        columns=("sourcedId", "lineItemSourcedId", "studentSourcedId", "scoreStatus", "score"),
        more=("scoreDate", "late", "missing", "metadata.progress", "metadata.marks"),
        filled=("lineItemSourcedId", "studentSourcedId"),
        needed=False,
        keyed=False,
    ),
    "passbackGroup": Table(
        columns=("userSourcedId",), filled=("userSourcedId",), needed=False, keyed=False
    ),
}
"""In the order in which the files refer to each other."""
