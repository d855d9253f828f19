"""Every read of the two services as one table: operation, kind of object, what the path narrows."""

from collections.abc import Iterator
from dataclasses import dataclass

from mock_sis.oneroster.objects import documents, gradebook, roster
from mock_sis.oneroster.objects.relation import Relation, Where

ALL = Where()


@dataclass(frozen=True, slots=True)
class Read:
    """One read operation.

    Attributes:
        name: the standard's.
        kind: of the objects that it answers with.
        scopes: what the path names, outermost first ("school", "class", ...).
        only: narrows the kind, as schools are orgs of one kind.
        single: answers with one object.
        old: version 1.1 has it too.
    """

    name: str
    kind: str
    scopes: tuple[str, ...] = ()
    only: Where = ALL
    single: bool = False
    old: bool = True


def _pair(plural: str, single: str, kind: str, only: Where = ALL) -> Iterator[Read]:
    yield Read(f"getAll{plural}", kind, only=only)
    yield Read(f"get{single}", kind, only=only, single=True)


ROSTERING = (
    *_pair("AcademicSessions", "AcademicSession", "academicSession"),
    *_pair("Classes", "Class", "class"),
    *_pair("Courses", "Course", "course"),
    *_pair("Demographics", "Demographics", "demographics"),
    *_pair("Enrollments", "Enrollment", "enrollment"),
    *_pair("GradingPeriods", "GradingPeriod", "academicSession", roster.PERIOD),
    *_pair("Orgs", "Org", "org"),
    *_pair("Schools", "School", "org", roster.SCHOOL),
    *_pair("Students", "Student", "student"),
    *_pair("Teachers", "Teacher", "teacher"),
    *_pair("Terms", "Term", "academicSession", roster.TERM),
    *_pair("Users", "User", "user"),
    Read("getStudentsForClass", "student", ("class",)),
    Read("getTeachersForClass", "teacher", ("class",)),
    Read("getClassesForCourse", "class", ("course",)),
    Read("getClassesForSchool", "class", ("school",)),
    Read("getEnrollmentsForClassInSchool", "enrollment", ("school", "class")),
    Read("getStudentsForClassInSchool", "student", ("school", "class")),
    Read("getTeachersForClassInSchool", "teacher", ("school", "class")),
    Read("getCoursesForSchool", "course", ("school",)),
    Read("getEnrollmentsForSchool", "enrollment", ("school",)),
    Read("getStudentsForSchool", "student", ("school",)),
    Read("getTeachersForSchool", "teacher", ("school",)),
    Read("getTermsForSchool", "academicSession", ("school",), roster.TERM),
    Read("getClassesForStudent", "class", ("student",)),
    Read("getClassesForTeacher", "class", ("teacher",)),
    Read("getClassesForTerm", "class", ("term",)),
    Read("getGradingPeriodsForTerm", "academicSession", ("term",), roster.PERIOD),
    Read("getClassesForUser", "class", ("user",)),
)
RESOURCES = (
    *_pair("Resources", "Resource", "resource"),
    Read("getResourcesForClass", "resource", ("class",)),
    Read("getResourcesForCourse", "resource", ("course",)),
    Read("getResourcesForUser", "resource", ("user",), old=False),
)
GRADEBOOK = (
    *_pair("LineItems", "LineItem", "lineItem"),
    *_pair("Results", "Result", "result"),
    *_pair("Categories", "Category", "category"),
    Read("getLineItemsForClass", "lineItem", ("class",)),
    Read("getResultsForClass", "result", ("class",)),
    Read("getResultsForLineItemForClass", "result", ("class", "lineItem")),
    Read("getResultsForStudentForClass", "result", ("class", "student")),
    Read("getCategoriesForClass", "category", ("class",)),
    Read("getAllScoreScales", "scoreScale", old=False),
    Read("getScoreScale", "scoreScale", single=True, old=False),
    Read("getScoreScalesForClass", "scoreScale", ("class",), old=False),
    Read("getScoreScalesForSchool", "scoreScale", ("school",), old=False),
    Read("getAllAssessmentLineItems", "assessmentLineItem", old=False),
    Read("getAssessmentLineItem", "assessmentLineItem", single=True, old=False),
    Read("getAllAssessmentResults", "assessmentResult", old=False),
    Read("getAssessmentResult", "assessmentResult", single=True, old=False),
)
READS = (*ROSTERING, *RESOURCES, *GRADEBOOK)

RELATIONS: dict[str, Relation] = {
    **roster.RELATIONS,
    **gradebook.RELATIONS,
    **{kind: documents.relation(kind) for kind in documents.KINDS},
}
SCOPES = {
    **roster.SCOPES,
    **gradebook.SCOPES,
    ("scoreScale", "class"): "json_extract(body, '$.class.sourcedId') = :class_id",
    ("scoreScale", "school"): "json_extract(body, '$.class.sourcedId') IN"
    " (SELECT id FROM section WHERE school = :school_id)",
}
HOLDERS = roster.HOLDERS


def names(read: Read) -> Iterator[str]:
    """The operationIds under which a read is offered: 1.2's, and 1.1's where that has it."""
    yield read.name
    if read.old:
        yield f"{read.name}11"


def arguments(read: Read) -> tuple[str, ...]:
    """What the path hands over, by Python's names."""
    if read.single:
        return ("sourced_id",)
    return tuple(f"{'line_item' if s == 'lineItem' else s}_sourced_id" for s in read.scopes)
