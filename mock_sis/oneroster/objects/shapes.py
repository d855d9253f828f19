"""Rows as OneRoster objects: exactly the standard's members, by version."""

import sqlite3
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import orjson

from mock_sis.oneroster.version import Dialect

Shape = Callable[[sqlite3.Row, Dialect], dict[str, Any]]

ROLE_OLD = {"student": "student", "teacher": "teacher"}
ROLE_NEW = {"student": "student", "teacher": "teacher", "administrator": "siteAdministrator"}


def moment(stored: str) -> str:
    """An instant of the world as the standard writes it: UTC, milliseconds, Z."""
    return f"{stored[:19]}.{stored[20:-1] or '000':.3}Z"


def day_moment(day: str) -> str:
    """A date of the gradebook, which has no time, where the standard wants a date-time."""
    return f"{day}T00:00:00.000Z"


def frame(row: sqlite3.Row) -> dict[str, Any]:
    """What every object begins with."""
    return {
        "sourcedId": row["id"],
        "status": row["status"],
        "dateLastModified": moment(row["modified"]),
    }


def org(row: sqlite3.Row, dialect: Dialect) -> dict[str, Any]:
    """The district, or a school."""
    children = orjson.loads(row["children"])
    return {
        **frame(row),
        "name": row["name"],
        "type": row["kind"],
        "identifier": row["number"],
        **({"parent": dialect.ref("org", row["parent"])} if row["parent"] else {}),
        **({"children": dialect.refs("org", children)} if children else {}),
    }


def academic_session(row: sqlite3.Row, dialect: Dialect) -> dict[str, Any]:
    """A school year, semester or grading period."""
    children = orjson.loads(row["children"])
    return {
        **frame(row),
        "title": row["title"],
        "startDate": row["start"],
        "endDate": row["end"],
        "type": row["type"],
        **({"parent": dialect.ref("academicSession", row["parent"])} if row["parent"] else {}),
        **({"children": dialect.refs("academicSession", children)} if children else {}),
        "schoolYear": str(row["year"]),
    }


def course(row: sqlite3.Row, dialect: Dialect) -> dict[str, Any]:
    """A course."""
    return {
        **frame(row),
        "title": row["title"],
        "courseCode": row["code"],
        **({"schoolYear": dialect.ref("academicSession", row["year"])} if row["year"] else {}),
        "org": dialect.ref("org", row["school"]),
    }


def class_(row: sqlite3.Row, dialect: Dialect) -> dict[str, Any]:
    """A section."""
    return {
        **frame(row),
        "title": row["title"],
        "classCode": row["code"],
        "classType": "scheduled",
        "course": dialect.ref("course", row["course"]),
        "school": dialect.ref("org", row["school"]),
        "terms": dialect.refs("academicSession", orjson.loads(row["terms"])),
        **({"periods": [row["slot"]]} if row["slot"] else {}),
    }


def user(row: sqlite3.Row, dialect: Dialect) -> dict[str, Any]:
    """A teacher or student; 1.1 has one role and orgs, 1.2 a role in each org."""
    school = dialect.ref("org", row["school"])
    return {
        **frame(row),
        "username": row["username"],
        "enabledUser": "true" if row["active"] else "false",
        "givenName": row["given"],
        "familyName": row["family"],
        **(_role_old(row, school) if dialect.old else _role_new(row, school)),
        "identifier": row["number"],
        "email": row["email"],
        **({"grades": [row["grade"]]} if row["grade"] else {}),
    }


def enrollment(row: sqlite3.Row, dialect: Dialect) -> dict[str, Any]:
    """One stay in a section; both days belong to it. 1.2 says of a student too: not primary."""
    teaches = row["role"] == "teacher"
    primary = "true" if teaches and row["main"] else "false"
    return {
        **frame(row),
        "user": dialect.ref("user", row["person"]),
        "class": dialect.ref("class", row["section"]),
        "school": dialect.ref("org", row["school"]),
        "role": row["role"],
        **({"primary": primary} if teaches or not dialect.old else {}),
        **({"beginDate": row["begin"]} if row["begin"] else {}),
        **({"endDate": row["end"]} if row["end"] else {}),
    }


def demographics(row: sqlite3.Row, _dialect: Dialect) -> dict[str, Any]:
    """This district shares none."""
    return frame(row)


def category(row: sqlite3.Row, _dialect: Dialect) -> dict[str, Any]:
    """A category of the district."""
    return {**frame(row), "title": row["title"]}


def line_item(row: sqlite3.Row, dialect: Dialect) -> dict[str, Any]:
    """A column. The gradebook keeps dates, so both date-times are midnight."""
    extra = orjson.loads(row["extra"])
    period = row["period"]
    return {
        **frame(row),
        "title": row["title"],
        **({"description": row["description"]} if row["description"] else {}),
        "assignDate": day_moment(row["assigned"] or row["created"][:10]),
        "dueDate": day_moment(row["due"] or row["assigned"] or row["created"][:10]),
        "class": dialect.ref("class", row["section"]),
        **({} if dialect.old else {"school": dialect.ref("org", row["school"])}),
        **({"category": dialect.ref("category", row["category"])} if row["category"] else {}),
        **({"gradingPeriod": dialect.ref("academicSession", period)} if period else {}),
        "resultValueMin": Decimal(extra.get("min", "0")),
        "resultValueMax": Decimal(row["points"]),
        **_as_sent(extra, dialect),
    }


def result(row: sqlite3.Row, dialect: Dialect) -> dict[str, Any]:
    """A cell that somebody wrote; without a score it shows `*`."""
    extra = orjson.loads(row["extra"])
    value = row["value"]
    return {
        **frame(row),
        "lineItem": dialect.ref("lineItem", row["line_item"]),
        "student": dialect.ref("user", row["student"]),
        **({} if dialect.old else {"class": dialect.ref("class", row["class"])}),
        "scoreStatus": row["status_word"] or "fully graded",
        **({} if value is None else {"score": Decimal(value)}),
        **_as_sent(extra, dialect),
        "scoreDate": extra.get("date") or row["modified"][:10],
        **({"comment": extra["comment"]} if "comment" in extra else {}),
    }


def _as_sent(extra: Mapping[str, Any], dialect: Dialect) -> dict[str, Any]:
    """What was kept as it was sent; a score scale becomes a whole reference."""
    kept = {} if dialect.old else dict(extra.get("new", {}))
    if "scoreScale" in kept:
        kept["scoreScale"] = dialect.ref("scoreScale", kept["scoreScale"]["sourcedId"])
    return kept | ({"metadata": extra["metadata"]} if extra.get("metadata") else {})


SHAPES: Mapping[str, Shape] = {
    "org": org,
    "academicSession": academic_session,
    "course": course,
    "class": class_,
    "user": user,
    "teacher": user,
    "student": user,
    "enrollment": enrollment,
    "demographics": demographics,
    "category": category,
    "lineItem": line_item,
    "result": result,
}

PLURALS: Mapping[str, tuple[str, str]] = {
    "org": ("orgs", "org"),
    "academicSession": ("academicSessions", "academicSession"),
    "course": ("courses", "course"),
    "class": ("classes", "class"),
    "user": ("users", "user"),
    "teacher": ("users", "user"),
    "student": ("users", "user"),
    "enrollment": ("enrollments", "enrollment"),
    "demographics": ("demographics", "demographics"),
    "resource": ("resources", "resource"),
    "category": ("categories", "category"),
    "lineItem": ("lineItems", "lineItem"),
    "result": ("results", "result"),
    "scoreScale": ("scoreScales", "scoreScale"),
    "assessmentLineItem": ("assessmentLineItems", "assessmentLineItem"),
    "assessmentResult": ("assessmentResults", "assessmentResult"),
}
"""Kind -> member of a collection's answer, member of a single answer."""


def _role_old(row: sqlite3.Row, school: dict[str, str]) -> dict[str, Any]:
    return {"role": ROLE_OLD.get(row["role"], "administrator"), "orgs": [school]}


def _role_new(row: sqlite3.Row, school: dict[str, str]) -> dict[str, Any]:
    role = ROLE_NEW.get(row["role"], "teacher")
    return {"roles": [{"roleType": "primary", "role": role, "org": school}], "primaryOrg": school}
