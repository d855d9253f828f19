"""An independent reading of OneRoster, in tables: operations, members, vocabularies.

1.2 from the published OpenAPI files; 1.1 from a client that was generated from the published one,
and where that is laxer than the text, from the text. Nothing here looks at our contracts.
"""

from collections.abc import Mapping

COMMON = "sourcedId! status! dateLastModified! metadata"

ROSTERING = """
    academicSessions academicSessions/{} classes classes/{} classes/{}/students
    classes/{}/teachers courses courses/{} courses/{}/classes demographics demographics/{}
    enrollments enrollments/{} gradingPeriods gradingPeriods/{} orgs orgs/{} schools schools/{}
    schools/{}/classes schools/{}/classes/{}/enrollments schools/{}/classes/{}/students
    schools/{}/classes/{}/teachers schools/{}/courses schools/{}/enrollments schools/{}/students
    schools/{}/teachers schools/{}/terms students students/{} students/{}/classes teachers
    teachers/{} teachers/{}/classes terms terms/{} terms/{}/classes terms/{}/gradingPeriods users
    users/{} users/{}/classes
"""
"""Reads alone, 41 of them; the same in both versions."""

GRADEBOOK_OLD = """
    get:categories get:categories/{} put:categories/{} delete:categories/{} get:lineItems
    get:lineItems/{} put:lineItems/{} delete:lineItems/{} get:results get:results/{}
    put:results/{} delete:results/{} get:classes/{}/lineItems get:classes/{}/results
    get:classes/{}/lineItems/{}/results get:classes/{}/students/{}/results
"""
"""16."""

GRADEBOOK = f"""{GRADEBOOK_OLD}
    get:classes/{{}}/categories post:classes/{{}}/lineItems post:schools/{{}}/lineItems
    post:lineItems/{{}}/results post:classes/{{}}/academicSessions/{{}}/results get:scoreScales
    get:classes/{{}}/scoreScales get:schools/{{}}/scoreScales get:scoreScales/{{}}
    put:scoreScales/{{}} delete:scoreScales/{{}} get:assessmentLineItems
    get:assessmentLineItems/{{}}
    put:assessmentLineItems/{{}} delete:assessmentLineItems/{{}} get:assessmentResults
    get:assessmentResults/{{}} put:assessmentResults/{{}} delete:assessmentResults/{{}}
"""
"""35."""

RESOURCES_OLD = "resources resources/{} classes/{}/resources courses/{}/resources"
RESOURCES = f"{RESOURCES_OLD} users/{{}}/resources"

_ITEM = "title! description assignDate! dueDate! class! category!"
_MARK = "lineItem! student! scoreStatus! scoreDate! comment"
_PERSON = (
    "username! enabledUser! givenName! familyName! middleName identifier email sms phone agents"
)

MEMBERS: Mapping[tuple[str, str], str] = {
    ("lineItem", "1.1"): f"{_ITEM} gradingPeriod! resultValueMin! resultValueMax!",
    ("lineItem", "1.2"): (
        f"{_ITEM} school! gradingPeriod academicSession scoreScale resultValueMin resultValueMax"
        " learningObjectiveSet"
    ),
    ("result", "1.1"): f"{_MARK} score!",
    ("result", "1.2"): (
        f"{_MARK} score class scoreScale textScore learningObjectiveSet inProgress incomplete late"
        " missing"
    ),
    ("category", "1.1"): "title!",
    ("category", "1.2"): "title! weight",
    ("user", "1.1"): f"{_PERSON} userIds role! grades password orgs!",
    ("academicSession", "both"): "title! startDate! endDate! type! schoolYear! parent children",
    ("enrollment", "both"): "user! class! school! role! primary beginDate endDate",
    ("org", "both"): "name! type! identifier parent children",
}
"""(object, version) -> its members besides `COMMON`; `!` says that it is required."""

STATUSES = {"exempt", "fully graded", "not submitted", "partially graded", "submitted"}
MAJOR = {"success", "processing", "failure", "unsupported"}
SEVERITY = {"status", "warning", "error"}
MINOR = {
    "fullsuccess",
    "invalid_filter_field",
    "invalid_selection_field",
    "invaliddata",
    "unauthorisedrequest",
    "forbidden",
    "server_busy",
    "unknownobject",
    "deletefailure",
    "internal_server_error",
}
"""Of the 1.2 gradebook service."""
