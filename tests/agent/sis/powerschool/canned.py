"""A PowerSchool server of canned answers: the shapes of real ones, and what no mock would say."""

import json
from datetime import date
from decimal import Decimal

import httpx2

from agent.domain import (
    AssignmentData,
    CategoryId,
    ColumnRef,
    Gradebook,
    Section,
    SectionId,
    SisPersonId,
)
from agent.sis.port import Draft
from tests.agent.sis.canned import Canned

SECTION = SectionId("40915")
BOOK = Gradebook(id="40915", sections={SECTION: Section(id=SECTION)})
DRAFT = Draft(
    external_id="pb-a17-c3",
    section=SECTION,
    data=AssignmentData(
        title="Fractions quiz",
        assigned=None,
        due=date(2026, 10, 16),
        category=CategoryId("5122"),
        points=Decimal(20),
    ),
)
TAG = "[pb:a75f5ac1b08d]"
METADATA = {
    "metadata": {
        "plugin_id": 217,
        "schema_table_query_max_page_size": 1000,
        "section_enrollment_max_page_size": "1000",
        "school_max_page_size": 1000,
    }
}
TERM = {"id": 15000201, "start_date": "2026-08-31", "end_date": "2027-05-09"}


def rows(table, *found):
    """A page of a table: every value is text."""
    record = [{"id": n, "name": table, "tables": {table: row}} for n, row in enumerate(found)]
    return {"name": table, "record": record, "@extensions": ""}


def a_section(**change):
    section = {"id": 40915, "school_id": 12, "staff_id": 9100, "term_id": 15000201, "term": TERM}
    return {"section": {"@extensions": "", **section, **change}}


def a_category(number=5122, **change):
    return {
        "_name": "teachercategory",
        "teachercategoryid": number,
        "usersdcid": 8301,
        "name": "Quiz",
        "districtteachercategoryid": 2,
        "isactive": True,
        "_teachercategorysectionexcludeassociations": [],
        "_categoryschoolexcludeassociations": [],
        "$breach_mitigation": "x9Qh",
    } | change


def a_part(**change):
    """An assignment in section 40915, with what a teacher set."""
    return {
        "_name": "assignmentsection",
        "_id": 467070,
        "assignmentsectionid": 467070,
        "sectionsdcid": 40915,
        "name": "Fractions quiz",
        "description": f"Bring a ruler. {TAG}",
        "duedate": "2026-10-16",
        "islocked": False,
        "scoretype": "POINTS",
        "scoreentrypoints": 20.0,
        "weight": 1.5,
        "totalpointvalue": 30.0,
        "extracreditpoints": 2.5,
        "publishoption": "Never",
        "_assignmentstudentassociations": [{"studentsdcid": 18500}],
        "_assignmentcategoryassociations": [
            {"assignmentcategoryassocid": 323300, "teachercategoryid": 5122, "isprimary": True}
        ],
    } | change


def an_assignment(*parts, **change):
    return {
        "_name": "assignment",
        "_id": 300881,
        "assignmentid": 300881,
        "createdbyplugin": "217",
        "_assignmentsections": list(parts) or [a_part()],
        "$breach_mitigation": "q",
    } | change


DEFAULTS = {
    "POST /oauth/access_token": {
        "access_token": "0f6c2a52",
        "token_type": "Bearer",
        "expires_in": "2504956",
    },
    "GET /ws/v1/metadata": METADATA,
    "GET /ws/v1/section/40915": a_section(),
    "GET /ws/v1/staff/9100": {"staff": {"id": 9100, "users_dcid": 8301}},
    "GET /ws/v1/district/school": {"schools": {"school": {"id": 12, "school_number": 3}}},
    "GET /ws/v1/section/40915/section_enrollment": {"section_enrollments": ""},
    "GET /ws/schema/table/sections": rows(
        "sections", {"dcid": "40915", "id": "700", "termid": "3600", "schoolid": "3"}
    ),
    "GET /ws/schema/table/termbins": rows("termbins"),
    "GET /ws/schema/table/gradeschoolconfig": rows("gradeschoolconfig"),
    "GET /ws/schema/table/sectionunlock": rows("sectionunlock"),
    "GET /ws/schema/table/districtteachercategory": rows(
        "districtteachercategory", {"districtteachercategoryid": "2", "name": "Quizzes"}
    ),
    "GET /ws/schema/table/cc": rows("cc"),
    "GET /ws/schema/table/cc/count": {"count": 0},
    "GET /ws/xte/teacher_category": [a_category()],
    "GET /ws/xte/section/assignment": [an_assignment()],
    "GET /ws/xte/section/assignment/300881": an_assignment(),
}


def a_server(answers=(), **more):
    """A server that knows section 40915 of teacher 8301; *answers* as in `Canned`."""
    return Canned(DEFAULTS | dict(answers), kind="powerschool", **more)


def body_of(request):
    return json.loads(request.content)


def refused(status, message, *errors):
    return status, {"message": message, "errors": list(errors)}


def not_on_it(*students):
    """The refusal of a batch that names *students*."""
    errors = [
        {
            "field": f"Student.id [{student}] does not have an AssignmentStudentAssociation",
            "params": {"student_dcid": student, "assignment_section_id": 467070},
        }
        for student in students
    ]
    return refused(409, "Validation failed", *errors)


REF = ColumnRef("300881/467070")
CREATE, ONE = "POST /ws/xte/section/assignment", "/ws/xte/section/assignment/300881"
LIST, SCORE = "GET /ws/xte/section/assignment", "PUT /ws/xte/score"
SEATS = "GET /ws/v1/section/40915/section_enrollment"
NO_FIELD = refused(403, "No access to field", {"field": "assignment.createdbyplugin", "params": {}})
NOT_TAUGHT = refused(403, "User does not teach section 40915 with access EDIT")
GONE = refused(
    500, "Unable to find com.pearson.powerschool.xte.model.AssignmentSection with id 467070"
)
BATCH = [(SisPersonId(str(18500 + n)), Decimal(n)) for n in range(5)]


def seat(student, entry, exit_, **more):
    return {"id": 1, "student_id": student, "entry_date": entry, "exit_date": exit_} | more


def seats(*found):
    return {"section_enrollments": {"@extensions": "", "section_enrollment": list(found)}}


def read_section(answers=()):
    server = a_server(answers)
    return server.sis.gradebook("k", [SECTION]).sections[SECTION]


def created(location="https://sis.example/ws/xte/section/assignment/300881"):
    return httpx2.Response(201, headers={"Location": location} if location else {})


def in_turn(*answers):
    """A different answer to each request."""
    left = iter(answers)
    return lambda _request: next(left)


def answered(answer):
    status, body = answer
    return httpx2.Response(status, json=body)


def lost(_request):
    raise httpx2.ReadTimeout("late")
