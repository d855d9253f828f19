"""The core resources of `/ws/v1`: what each is in the world's file, and what can be searched."""

import sqlite3
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from mock_sis.powerschool.resources import shapes
from mock_sis.powerschool.tables.district import TABLES, part
from mock_sis.powerschool.tables.schema import (
    DROPPED,
    HELD,
    LEFT,
    STAFF,
    Field,
    Table,
    ids,
    ints,
    school_number,
    staff_fields,
    staff_id,
    term,
    texts,
)

Shape = Callable[[sqlite3.Row, Collection[str]], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource.

    Attributes:
        name: of one; `plural` is the wrapper of several.
        maximum: whose page size holds.
        search: field of a query -> field of the table.
    """

    name: str
    plural: str
    maximum: str
    table: Table
    shape: Shape
    order: tuple[str, ...]
    search: Mapping[str, str]
    expansions: str = ""

    @property
    def searchable(self) -> Mapping[str, Field]:
        """What a query may name."""
        return {name: self.table.fields[field] for name, field in self.search.items()}


_GRADE = "SELECT {}(CAST(s.grade AS INTEGER)) FROM student s WHERE s.school = school.id"
_NUMBER = school_number("school")
_YEAR = "SELECT {} FROM session y WHERE y.start <= :today AND y.end >= :today"
SCHOOL = Resource(
    "school",
    "schools",
    "school",
    Table(
        "school",
        "org school",
        "dcid",
        {
            **ids(dcid="school.id"),
            **ints(
                school_number=_NUMBER,
                low=f"coalesce(({_GRADE.format('min')}), 0)",
                high=f"coalesce(({_GRADE.format('max')}), 0)",
            ),
            **texts(name="school.name"),
        },
        "school.kind = 'school'",
    ),
    shapes.school,
    ("name",),
    {"id": "dcid", "name": "name", "school_number": "school_number"},
    "school_boundary, full_time_equivalencies, school_fees_setup",
)
TERM = Resource(
    "term",
    "terms",
    "term",
    Table(
        "term",
        TABLES["terms"].source,
        "dcid",
        {
            **ids(school_id="school.id"),
            **ints(
                dcid=f":term_from + school.rowid * 100 + {part('n')}",
                start_year=f"{part('year')} - 1",
                portion=part("portion"),
            ),
            **texts(
                start_date=part("start"),
                end_date=part("end"),
                abbreviation=part("code"),
                name=part("title"),
            ),
        },
    ),
    shapes.term,
    ("portion", "start_date"),
    {"id": "dcid", "start_year": "start_year", "name": "name", "abbreviation": "abbreviation"},
)
COURSE = Resource(
    "course",
    "courses",
    "course",
    Table(
        "course",
        "course",
        "dcid",
        {
            **ids(dcid="course.id", school_id="course.school"),
            **texts(course_number="course.code", course_name="course.title"),
        },
    ),
    shapes.course,
    ("course_number",),
    {"id": "dcid", "course_number": "course_number", "course_name": "course_name"},
)
SECTION = Resource(
    "section",
    "sections",
    "section",
    Table(
        "section",
        TABLES["sections"].source,
        "dcid",
        {
            **ids(dcid="section.id", school_id="section.school", course_id="section.course"),
            **ints(
                term_id=f":term_from + school.rowid * 100 + {term('n')}",
                staff_id=f":staff_from + {staff_id('section.school')}",
                start_year=f"{term('year')} - 1",
                portion=term("portion"),
            ),
            **texts(
                section_number="section.code",
                expression=TABLES["sections"].fields["expression"].sql,
                start_date=term("start"),
                end_date=term("end"),
                abbreviation=term("code"),
                term_name=term("title"),
            ),
        },
        "section.active = 1",
    ),
    shapes.section,
    ("section_number", "course_id", "term_id"),
    {
        "id": "dcid",
        "term.start_year": "start_year",
        "section_number": "section_number",
        "staff_id": "staff_id",
        "course_id": "course_id",
    },
    "term",
)
ENROLLMENT = Resource(
    "section_enrollment",
    "section_enrollments",
    "section_enrollment",
    Table(
        "section_enrollment",
        "enrolment JOIN section ON section.id = enrolment.section",
        "dcid",
        {
            **ids(
                dcid="enrolment.id", section_id="enrolment.section", student_id="enrolment.person"
            ),
            **ints(dropped=DROPPED),
            **texts(entry_date="coalesce(enrolment.begin, '')", exit_date=LEFT),
        },
        HELD,
    ),
    shapes.enrollment,
    ("student_id", "entry_date"),
    {
        "id": "dcid",
        "student_id": "student_id",
        "entry_date": "entry_date",
        "exit_date": "exit_date",
    },
)
STAFF_MEMBER = Resource(
    "staff",
    "staffs",
    "staff",
    Table(
        "staff",
        STAFF,
        "dcid",
        {
            **ids(users_dcid="teacher.id", school_id="school.id"),
            **staff_fields(),
            **ints(
                type="CASE WHEN teacher.role = 'teacher' THEN 1 ELSE 2 END",
                status="CASE WHEN teacher.active THEN 1 ELSE 2 END",
            ),
            **texts(
                local_id="teacher.number",
                username="teacher.username",
                first_name="teacher.given",
                last_name="teacher.family",
                email="teacher.email",
            ),
        },
    ),
    shapes.staff,
    ("last_name", "first_name"),
    {
        "id": "dcid",
        "users_dcid": "users_dcid",
        "local_id": "local_id",
        "teacher_username": "username",
        "name.last_name": "last_name",
        "name.first_name": "first_name",
        "emails.work_email": "email",
    },
    "addresses, emails, phones, school_affiliations",
)
STUDENT = Resource(
    "student",
    "students",
    "student",
    Table(
        "student",
        "student LEFT JOIN org school ON school.id = student.school",
        "dcid",
        {
            **ids(dcid="student.id", school_id="school.id"),
            **ints(
                enroll_status_code="CASE WHEN student.active THEN 0 ELSE 2 END",
                grade_level="CAST(student.grade AS INTEGER)",
                school_number=_NUMBER,
            ),
            **texts(
                local_id="student.number",
                username="student.username",
                first_name="student.given",
                last_name="student.family",
                email="student.email",
                state_id="''",
                enroll_status="CASE WHEN student.active THEN 'A' ELSE 'T' END",
                entry_date=f"coalesce(({_YEAR.format('min(y.start)')}), '')",
                exit_date=f"coalesce(date(({_YEAR.format('max(y.end)')}), '+1 day'), '')",
            ),
        },
    ),
    shapes.student,
    ("last_name", "first_name"),
    {
        "id": "dcid",
        "local_id": "local_id",
        "state_province_id": "state_id",
        "student_username": "username",
        "name.last_name": "last_name",
        "name.first_name": "first_name",
        "school_enrollment.enroll_status": "enroll_status",
        "school_enrollment.enroll_status_code": "enroll_status_code",
        "school_enrollment.entry_date": "entry_date",
        "school_enrollment.grade_level": "grade_level",
    },
    shapes.STUDENT_EXPANSIONS,
)
