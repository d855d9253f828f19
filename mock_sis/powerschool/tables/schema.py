"""The district as PowerSchool's tables: what each field is in the world's file.

Inside tables people, sections and schools refer to each other by TABLE.ID and SCHOOL_NUMBER; the
gradebook's tables refer by DCID. SQL binds `NUMBERS`, `:terms` (see `terms.as_json`) and `:today`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["id", "int", "real", "text"]
"""How a field compares: an id exactly, numbers as numbers, text and dates as text."""


HIDDEN = {"teachers"}
"""Tables that queries join and plugins do not see."""
PER_SCHOOL = 10_000_000
STAFF = (
    "teacher JOIN org school ON school.kind = 'school' AND school.id IN (SELECT teacher.school"
    " UNION SELECT s.school FROM enrolment e JOIN section s ON s.id = e.section"
    " WHERE e.person = teacher.id AND e.role = 'teacher')"
)
"""One row for each school that a teacher works in."""


@dataclass(frozen=True, slots=True)
class Field:
    """What a field is in its table's FROM.

    Attributes:
        near: a condition that an equal value also meets, with `{}` for it, and an index can find.
    """

    sql: str
    kind: Kind = "text"
    near: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table that plugins can read.

    Attributes:
        name: as the vendor spells it.
        source: what comes after FROM.
        key: the field that tells rows apart and orders them.
        where: which rows there are at all.
    """

    name: str
    source: str
    key: str
    fields: Mapping[str, Field]
    where: str = "1"


def ids(**sql: str) -> dict[str, Field]:
    """Fields that hold the world's ids."""
    return {name: Field(part, "id") for name, part in sql.items()}


def ints(**sql: str) -> dict[str, Field]:
    """Fields that hold whole numbers."""
    return {name: Field(part, "int") for name, part in sql.items()}


def reals(**sql: str) -> dict[str, Field]:
    """Fields that hold decimals."""
    return {name: Field(part, "real") for name, part in sql.items()}


def texts(**sql: str) -> dict[str, Field]:
    """Fields that hold text or dates."""
    return {name: Field(part) for name, part in sql.items()}


def school_number(org: str) -> str:
    """SCHOOL_NUMBER of an alias of `org`."""
    digits = f"{org}.number <> '' AND {org}.number NOT GLOB '*[^0-9]*' AND length({org}.number) < 9"
    return (
        f"CASE WHEN {digits} THEN CAST({org}.number AS INTEGER) ELSE :school_from + {org}.rowid END"
    )


def staff_id(school: str) -> str:
    """SCHOOLSTAFF.ID of `teacher` in a school: one row for each school they work in."""
    elsewhere = (
        f"teacher.table_id + {PER_SCHOOL} * (SELECT rowid FROM org place WHERE place.id = {school})"
    )
    return f"CASE WHEN teacher.school = {school} THEN teacher.table_id ELSE {elsewhere} END"


def staff_fields() -> dict[str, Field]:
    """SCHOOLSTAFF.ID and SCHOOLSTAFF.DCID, in `STAFF`."""
    number = staff_id("school.id")
    return {
        "id": Field(number, "int", f"teacher.table_id = {{}} % {PER_SCHOOL}"),
        "dcid": Field(
            f":staff_from + {number}",
            "int",
            f"teacher.table_id = ({{}} - :staff_from) % {PER_SCHOOL}",
        ),
    }


def term(member: str, section: str = "section.id") -> str:
    """A member of the term of a section; see `terms.holding`."""
    span = (
        "SELECT min(session.start) AS first, max(session.end) AS last FROM section_term"
        f" JOIN session ON session.id = section_term.term WHERE section_term.section = {section}"
    )
    start, end = "json_extract(t.value, '$.start')", "json_extract(t.value, '$.end')"
    around = (
        f"SELECT json_extract(t.value, '$.{member}') FROM json_each(:terms) t, ({span}) span"
        f" WHERE {start} <= first AND {end} >= last"
        f" ORDER BY julianday({end}) - julianday({start}), json_extract(t.value, '$.n') LIMIT 1"
    )
    year = (
        f"SELECT json_extract(t.value, '$.{member}') FROM json_each(:terms) t"
        " WHERE json_extract(t.value, '$.code') LIKE 'Y%'"
        " ORDER BY json_extract(t.value, '$.n') DESC LIMIT 1"
    )
    return f"coalesce(({around}), ({year}))"


def main_teacher(section: str = "section") -> str:
    """The row id of the enrolment of a section's main teacher."""
    return (
        f"(SELECT l.id FROM enrolment l WHERE l.section = {section}.id AND l.role = 'teacher'"
        " AND l.main = 1 AND l.active = 1 ORDER BY coalesce(l.end, '9') DESC, l.id LIMIT 1)"
    )


def modified(alias: str) -> str:
    """WHENMODIFIED: the date alone."""
    return f"substr({alias}.modified, 1, 10)"


LEFT = "coalesce(date(enrolment.end, '+1 day'), '')"
"""The day after the last one."""
DROPPED = (
    "(enrolment.active = 0 OR (enrolment.end IS NOT NULL AND enrolment.end < :today"
    f" AND enrolment.end < coalesce({term('end', 'enrolment.section')}, '9')))"
)
SEAT = (
    "enrolment JOIN section ON section.id = enrolment.section"
    " JOIN student ON student.id = enrolment.person JOIN course ON course.id = section.course"
    " JOIN org school ON school.id = section.school"
)
HELD = "enrolment.role = 'student' AND (enrolment.active = 1 OR enrolment.end IS NOT NULL)"
