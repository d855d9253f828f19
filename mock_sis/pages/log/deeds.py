"""What a call was for, as the beginning of a sentence, for the vendors' own operations."""

from collections.abc import Callable, Mapping

from mock_sis.pages.log.calls import Call, Deed, Names
from mock_sis.pages.log.oneroster import phrase


def read(subject: str, *, plural: bool = False) -> Deed:
    """Something was read."""
    return Deed(subject=subject, verb="read", plural=plural)


def deed(call: Call, names: Names) -> Deed:
    """What the call was for; of an address that the contract does not know, that it was asked."""
    known = PHRASES.get(call.server, {}).get(call.operation)
    if known is not None:
        return known if isinstance(known, Deed) else known(call, names)
    if call.operation:
        return phrase(call, names)
    return Deed(subject=f"The unknown address {call.path}", verb="asked for")


# ---- in common ----------------------------------------------------------------------------------

TOKEN = Deed(subject="A token", verb="asked for")


def _assignment(verb: str) -> Callable[[Call, Names], Deed]:
    """PowerSchool: an assignment, by its number or by what was sent."""

    def made(call: Call, names: Names) -> Deed:
        title = call.about.get("title") or _named(call, names)
        where = f" in {names.section(call.about['section'])}" if "section" in call.about else ""
        more = int(call.about.get("count", 1)) - 1
        beside = f" and {more} more section{'s' if more > 1 else ''}" if more else ""
        return Deed(subject=f"Assignment {title}", verb=f"{verb}{where}{beside}")

    return made


def _named(call: Call, names: Names) -> str:
    return names.assignment(call.params["id"]) if "id" in call.params else "without a title"


def _scores(call: Call, names: Names) -> Deed:
    """PowerSchool: scores, one or several at once."""
    title = names.assignment(str(call.about["assignment"])) if "assignment" in call.about else ""
    for_it = f" for {title}" if title else " for several assignments"
    if "student" in call.about:
        return Deed(subject=f"Score of student {call.about['student']}{for_it}", verb="saved")
    count = call.about.get("count")
    of_it = f" of {title}" if title else " of several assignments"
    subject = f"{count} scores{of_it}" if count else "Scores"
    return Deed(subject=subject, verb="saved", plural=True)


def _of_section(subject: str, *, plural: bool = True) -> Callable[[Call, Names], Deed]:
    """Something of a section that the path or the query names."""

    def made(call: Call, names: Names) -> Deed:
        named = call.params.get("id") or call.query.get("section_ids", "")
        titles = [names.section(one.strip()) for one in named.split(",") if one.strip()]
        return read(f"{subject} {' and '.join(titles)}".strip(), plural=plural)

    return made


def _one(subject: str, param: str = "id", verb: str = "read") -> Callable[[Call, Names], Deed]:
    """One thing by the id in the path."""

    def made(call: Call, _names: Names) -> Deed:
        return Deed(subject=f"{subject} {call.params.get(param, '')}".strip(), verb=verb)

    return made


def _table(subject: str, verb: str = "read") -> Callable[[Call, Names], Deed]:
    """PowerSchool: something of a table, in words where the table has some."""

    def made(call: Call, _names: Names) -> Deed:
        name = call.params.get("table", "").lower()
        words = f"{TABLES[name]} ({name})" if name in TABLES else name
        return Deed(subject=f"{subject} {words}", verb=verb)

    return made


def _object(verb: str) -> Callable[[Call, Names], Deed]:
    """Skyward's Generic API: records of an object."""

    def made(call: Call, _names: Names) -> Deed:
        kind = call.params.get("Object", "")
        known = GENERIC.get(kind)
        if known and verb == "read":
            return read(known, plural=True)
        return Deed(subject=f"Records of {kind}", verb=verb, plural=True)

    return made


GENERIC: Mapping[str, str] = {
    "ClassGroupSection": "The lists of classes that share a gradebook",
    "SectionGradingPeriodData": "The lists of grading periods that are closed",
    "Category": "The lists of categories",
    "GradingPeriod": "The lists of grading periods",
    "OneRosterConfig": "The settings of grade passback",
    "UsageHistory": "The entries of the API log",
}

TABLES: Mapping[str, str] = {
    "assignmentscore": "scores",
    "assignmentsection": "assignments",
    "cc": "enrollments",
    "districtteachercategory": "district categories",
    "gradeschoolconfig": "settings that lock grades",
    "sections": "sections",
    "sectionunlock": "sections that were unlocked",
    "students": "students",
    "termbins": "grading periods",
    "terms": "terms",
    "users": "teachers",
}

PHRASES: Mapping[str, Mapping[str, Deed | Callable[[Call, Names], Deed]]] = {
    "otus": {
        "requestToken": TOKEN,
        "listChanges": Deed(subject="The changes in Otus", verb="read", plural=True),
    },
    "skyward": {
        "issueToken": TOKEN,
        "issueOAuthToken": TOKEN,
        "issueOAuthTokenByGet": TOKEN,
        "getSystemMetadata": read("The name of the district"),
        "listObjects": _object("read"),
        "searchObjects": _object("read"),
        "listModuleObjects": read("The list of objects"),
        "getObjectMetadata": _object("described"),
        "readObject": _object("read"),
        "createObject": _object("created"),
        "updateObject": _object("changed"),
        "deleteObject": _object("deleted"),
    },
    "powerschool": {
        "issueAccessToken": TOKEN,
        "getMetadata": read("The limits of the server", plural=True),
        "getTime": read("The time of the server"),
        "getPluginLog": read("The plugin log"),
        "getDistrict": read("The name of the district"),
        "listSchools": read("The list of schools"),
        "listSchoolSections": read("The list of sections"),
        "listSchoolCourses": read("The list of courses"),
        "listSchoolStaff": read("The list of teachers"),
        "listSchoolStudents": read("The list of students"),
        "listStudents": read("The list of students"),
        "listSchoolTerms": read("The list of terms"),
        "countSchools": read("The number of schools"),
        "countSchoolSections": read("The number of sections"),
        "countSchoolCourses": read("The number of courses"),
        "countSchoolStaff": read("The number of teachers"),
        "countSchoolStudents": read("The number of students"),
        "countStudents": read("The number of students"),
        "countSchoolTerms": read("The number of terms"),
        "showUnavailable": read("The page of maintenance"),
        "getSchool": _one("School"),
        "getSection": _of_section("Section", plural=False),
        "listSectionEnrollments": _of_section("The students of"),
        "countSectionEnrollments": _of_section("The number of students of", plural=False),
        "getSectionEnrollment": _one("Enrollment"),
        "getCourse": _one("Course"),
        "getTerm": _one("Term"),
        "getStaff": _one("Teacher"),
        "getStudent": _one("Student"),
        "listTableRows": _table("The table of"),
        "countTableRows": _table("The size of the table of"),
        "getTableMetadata": _table("The list of fields of the table of"),
        "getTableRow": _table("A row of the table of"),
        "insertTableRow": _table("A row of the table of", "created"),
        "updateTableRow": _table("A row of the table of", "changed"),
        "listQueries": read("The list of queries"),
        "runQuery": _one("Query", "queryname", "run"),
        "countQuery": _one("The size of query", "queryname"),
        "getDataVersion": read("The changes since the last data version", plural=True),
        "listTeacherCategories": read("The list of a teacher's categories"),
        "getTeacherCategory": _one("Category"),
        "createTeacherCategory": Deed(subject="A category of a teacher", verb="created"),
        "replaceTeacherCategory": _one("Category", verb="changed"),
        "deleteTeacherCategory": _one("Category", verb="deleted"),
        "listAssignments": _of_section("The assignments of"),
        "createAssignment": _assignment("created"),
        "getAssignment": _assignment("read"),
        "replaceAssignment": _assignment("changed"),
        "deleteAssignment": _assignment("deleted"),
        "putScores": _scores,
        "putScore": _scores,
        "readScores": Deed(subject="The scores of some assignments", verb="read", plural=True),
        "deleteStudentsFromAssignmentSections": Deed(
            subject="Students", verb="taken off an assignment", plural=True
        ),
    },
}
