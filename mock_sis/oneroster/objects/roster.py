"""The rostering service: what of the district is which OneRoster object, as queries."""

from collections.abc import Mapping

from mock_sis.oneroster.objects.relation import Member, Relation, Where

STATUS = "CASE WHEN active THEN 'active' ELSE 'tobedeleted' END AS status"
FRAME = {
    "sourcedId": Member("id", "id"),
    "status": Member("status", "id"),
    "dateLastModified": Member("modified", "instant"),
}
SESSIONS = (
    "SELECT id, kind AS type, title, start, end, parent, year, modified, 'active' AS status"
    " FROM session UNION ALL"
    " SELECT id, 'gradingPeriod', title, start, end, term, year, modified, 'active' FROM period"
)
PERSON = f"id, given, family, email, username, number, school, modified, active, {STATUS}"


def _members(**sql: str | Member) -> dict[str, Member]:
    named = {name: Member(part) if isinstance(part, str) else part for name, part in sql.items()}
    return {**FRAME, **{name.replace("__", "."): member for name, member in named.items()}}


def _unshared(*names: str) -> dict[str, Member]:
    """Members of the standard that this district does not share."""
    return dict.fromkeys(names, Member("NULL"))


ORG = Relation(
    "SELECT id, name, number, kind, parent, modified, 'active' AS status,"
    " (SELECT json_group_array(id) FROM (SELECT id FROM org child WHERE child.parent = org.id"
    " ORDER BY id)) AS children FROM org",
    _members(
        name="name",
        type=Member("kind", "id"),
        identifier="number",
        parent__sourcedId=Member("parent", "id"),
        children__sourcedId=Member("children", "many"),
    ),
)
SESSION = Relation(
    f"SELECT one.*, (SELECT json_group_array(id) FROM (SELECT id FROM ({SESSIONS}) child"
    f" WHERE child.parent = one.id ORDER BY start, id)) AS children FROM ({SESSIONS}) one",
    _members(
        title="title",
        type=Member("type", "id"),
        startDate=Member("start", "id"),
        endDate=Member("end", "id"),
        schoolYear=Member("year", "number"),
        parent__sourcedId=Member("parent", "id"),
        children__sourcedId=Member("children", "many"),
    ),
    order="start, type <> 'schoolYear', id",
)
COURSE = Relation(
    "SELECT id, title, code, school, modified, 'active' AS status,"
    " (SELECT id FROM session WHERE kind = 'schoolYear' ORDER BY start LIMIT 1) AS year"
    " FROM course",
    _members(
        title="title",
        courseCode="code",
        org__sourcedId=Member("school", "id"),
        schoolYear__sourcedId=Member("year", "id"),
    )
    | _unshared("grades", "subjects", "subjectCodes"),
)
CLASS = Relation(
    f"SELECT id, title, code, course, school, slot, modified, active, {STATUS},"
    " (SELECT json_group_array(term) FROM (SELECT term FROM section_term WHERE section = section.id"
    " ORDER BY term)) AS terms FROM section",
    _members(
        title="title",
        classCode="code",
        classType=Member("'scheduled'", "id"),
        periods="slot",
        course__sourcedId=Member("course", "id"),
        school__sourcedId=Member("school", "id"),
        terms__sourcedId=Member("terms", "many"),
    )
    | _unshared("location", "grades", "subjects", "subjectCodes"),
)
_TEACHERS = f"SELECT {PERSON}, role, '' AS grade FROM teacher"
_STUDENTS = f"SELECT {PERSON}, 'student' AS role, grade FROM student"
_USER_MEMBERS = _members(
    givenName="given",
    familyName="family",
    email="email",
    username="username",
    identifier="number",
    enabledUser=Member("CASE WHEN active THEN 'true' ELSE 'false' END", "id"),
    role=Member("role", "id"),
    roles__role=Member("role", "id"),
    roles__org__sourcedId=Member("school", "id"),
    orgs__sourcedId=Member("school", "id"),
    primaryOrg__sourcedId=Member("school", "id"),
    grades="grade",
) | _unshared(
    "userMasterIdentifier",
    "middleName",
    "preferredFirstName",
    "preferredMiddleName",
    "preferredLastName",
    "pronouns",
    "sms",
    "phone",
    "agents.sourcedId",
)
TEACHER = Relation(_TEACHERS, _USER_MEMBERS)
STUDENT = Relation(_STUDENTS, _USER_MEMBERS)
USER = Relation(f"{_TEACHERS} UNION ALL {_STUDENTS}", _USER_MEMBERS)
ENROLLMENT = Relation(
    "SELECT enrolment.id, person, section, school, role, main, begin, end, enrolment.modified,"
    " CASE WHEN enrolment.active THEN 'active' ELSE 'tobedeleted' END AS status"
    " FROM enrolment JOIN section ON section.id = enrolment.section",
    _members(
        role=Member("role", "id"),
        primary=Member("CASE WHEN main THEN 'true' ELSE 'false' END", "id"),
        beginDate=Member("begin", "id"),
        endDate=Member("end", "id"),
        user__sourcedId=Member("person", "id"),
        class__sourcedId=Member("section", "id"),
        school__sourcedId=Member("school", "id"),
    ),
)
DEMOGRAPHICS = Relation(f"SELECT id, modified, active, {STATUS} FROM student", _members())

RESOURCE = Relation(
    "SELECT '' AS id, 'active' AS status, '' AS modified WHERE 0",  # this district lists none
    _members(
        **_unshared(
            "title", "roles", "importance", "vendorResourceId", "vendorId", "applicationId"
        ),
    ),
)
RELATIONS: Mapping[str, Relation] = {
    "org": ORG,
    "academicSession": SESSION,
    "course": COURSE,
    "class": CLASS,
    "user": USER,
    "teacher": TEACHER,
    "student": STUDENT,
    "enrollment": ENROLLMENT,
    "demographics": DEMOGRAPHICS,
    "resource": RESOURCE,
}

TERM = Where("type IN ('term', 'semester')")
PERIOD = Where("type = 'gradingPeriod'")
SCHOOL = Where("kind = 'school'")

_HERE = (
    "SELECT person FROM enrolment WHERE active = 1 AND coalesce(end, '9') >= :today"
    " AND section = :class_id"
)
_TAKES = (
    "SELECT section FROM enrolment WHERE active = 1 AND coalesce(end, '9') >= :today AND person = "
)
SCOPES: Mapping[tuple[str, str], str] = {
    ("class", "course"): "course = :course_id",
    ("class", "school"): "school = :school_id",
    (
        "class",
        "term",
    ): "EXISTS (SELECT 1 FROM section_term WHERE section = record.id AND term = :term_id)",
    ("class", "student"): f"id IN ({_TAKES} :student_id)",
    ("class", "teacher"): f"id IN ({_TAKES} :teacher_id)",
    ("class", "user"): f"id IN ({_TAKES} :user_id)",
    ("student", "class"): f"id IN ({_HERE})",
    ("teacher", "class"): f"id IN ({_HERE})",
    ("student", "school"): "school = :school_id",
    ("teacher", "school"): "school = :school_id",
    ("enrollment", "class"): "section = :class_id",
    ("enrollment", "school"): "school = :school_id",
    ("course", "school"): "school = :school_id",
    (
        "academicSession",
        "school",
    ): "id IN (SELECT term FROM section_term JOIN section ON section.id = section"
    " WHERE school = :school_id)",
    ("academicSession", "term"): "id IN (SELECT period FROM term_period WHERE term = :term_id)",
}
"""(kind, what the path names) -> which records belong to it."""

HOLDERS: Mapping[str, tuple[str, str]] = {
    "class": ("class", "1"),
    "course": ("course", "1"),
    "school": ("org", "kind = 'school'"),
    "term": ("academicSession", "type IN ('term', 'semester', 'schoolYear')"),
    "student": ("student", "1"),
    "teacher": ("teacher", "1"),
    "user": ("user", "1"),
}
"""What a path names -> where it must exist, else 404."""
