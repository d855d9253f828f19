"""Programs for Qmlativ's Generic API: generated clients of every object, and roster connectors."""

import base64
import json
from datetime import timedelta

import pytest

from tests.mock_sis.programs.conftest import BY_FORM, GRANT, SECRETS, with_token
from tests.mock_sis.signer import Signs

ASSIGNMENT = "/Generic/1/Gradebook/Assignment"
NEW = {
    "SectionID": 200003,
    "CategoryID": 130001,
    "AssignedDate": "2026-10-01",
    "DueDate": "2026-10-08",
    "MaxScore": 20,
    "Weight": 1,
}
ALL = (
    "AssignmentID AcademicStandardID ActiveStudentCount AllowAutoScore AnswerRevealTime"
    " AssessmentID AssignedDate AssignmentIDParent AssignmentSyncKey AutoScore AveragePercent"
    " CanDelete CategoryID ClassesSyncedTo CreatedTime Description DisplayRestoreButton DueDate"
    " DueDateInCurrentOpenExtendedGradingPeriod EndTime HasUngradedStudentAssignments"
    " IsActiveOrUnlocked IsDeleted IsSynced MaxScore ModifiedTime Name ScoreDisplayType"
    " ScoredStudentAssignmentCount SectionID StartTime SubjectID UseGradeMarkScoring"
    " UserIDCreatedBy Weight Relationships"
)
EVERY_FIELD = ALL.split(" ")


@pytest.fixture
def signed_in(skyward):
    return with_token(skyward, skyward.post("/oauth/token", data=BY_FORM))


@pytest.fixture
def signs(skyward, hosted):
    """A client that signs its requests as OAuth 1.0a has it, where the district still lets it."""
    hosted.world.configure(skyward={"oauth1": True})
    skyward.auth = Signs(hosted.world.now)
    yield skyward
    hosted.world.configure(skyward={})


def fields(names):
    return "&".join(f"searchFields={name}" for name in names)


def test_a_client_is_generated_from_the_index_and_the_fields(signs):
    """It adds `href` to its base URL, and asks of each field whether a flag is among its keys."""
    index = signs.get("/Generic/1/Gradebook").json()
    described = {name: signs.get(found["href"]).json() for name, found in index.items()}
    for told in described.values():
        assert sum("PrimaryKey" in field for field in told.values()) == 1
    writable = [n for n, told in described["Assignment"].items() if "ReadOnly" not in told]
    assert {"Name", "DueDate", "MaxScore"} <= set(writable)
    assert "AssignmentID" not in writable


def test_the_generated_client_sends_json_without_a_type_and_a_slash_at_the_end(signs):
    body = json.dumps({"DataObject": {**NEW, "Name": "Untyped"}})
    made = signs.put(f"{ASSIGNMENT}/?{fields(EVERY_FIELD)}", content=body)
    assert made.status_code == 200, made.text
    assert list(made.json()) == EVERY_FIELD
    key = made.json()["AssignmentID"]
    change = json.dumps({"DataObject": {"Name": "Untyped too"}})
    changed = signs.post(f"{ASSIGNMENT}/{key}?searchFields=Name", content=change).json()
    assert changed == {"Name": "Untyped too"}
    assert signs.delete(f"{ASSIGNMENT}/{key}").status_code < 300


def test_a_body_with_an_empty_type_is_taken_for_json(signed_in):
    body = json.dumps({"DataObject": {**NEW, "Name": "Empty type"}})
    made = signed_in.put(ASSIGNMENT, content=body, headers={"Content-Type": ""})
    assert made.status_code == 200, made.text
    signed_in.delete(f"{ASSIGNMENT}/{made.json()['AssignmentID']}")


def test_every_field_of_the_vendors_schema_may_be_asked_for(signed_in):
    url = f"{ASSIGNMENT}/1/100000?{fields(EVERY_FIELD * 4)}"
    assert len(url) > 4_000
    assert signed_in.get(url).status_code == 200


def test_a_client_of_a_newer_schema_gets_null_for_fields_that_are_not_kept(signed_in):
    """By default it asks for every field of its schema, of every object that it knows."""
    audit = ["CreatedTime", "ModifiedTime", "UserIDCreatedBy", "UserIDModifiedBy"]
    for path in ("Student/Student", "Staff/Staff", "Scheduling/Section", "Gradebook/Category"):
        asked = fields([*audit, "FieldOfANewerServer"])
        answer = signed_in.get(f"/Generic/1/{path}/1/100000?{asked}")
        assert answer.status_code == 200, (path, answer.text)
        assert set(answer.json()["Objects"][0].values()) == {None}


def test_a_client_learns_which_categories_a_section_has(signed_in):
    body = {
        "SearchCondition": {
            "FieldName": "SectionGradeBucket.SectionID",
            "ConditionType": "Equal",
            "Value": NEW["SectionID"],
        }
    }
    names = (
        "SectionCategoryID AdjustedPercentEarned AdjustedPointsEarned AdjustedWeightPercent"
        " CategoryID CreatedTime HasAssignments ModifiedTime PercentEarnedForCategory"
        " PointsEarnedForCategory SectionGradeBucketID UserIDCreatedBy UserIDModifiedBy"
        " WeightFormula WeightPercent"
    )
    path = f"/Generic/1/Gradebook/SectionCategory/1/100000?{fields(names.split())}"
    found = signed_in.post(path, json=body).json()["Objects"]
    assert NEW["CategoryID"] in [one["CategoryID"] for one in found]
    assert all(list(one) == names.split() for one in found)


def test_a_client_sends_its_ids_as_floats(signed_in):
    """Its tables hold ids beside missing values, and so as floats."""
    floats = {**NEW, "SectionID": 200003.0, "CategoryID": 130001.0, "Name": "Floats"}
    made = signed_in.put(f"{ASSIGNMENT}/", content=json.dumps({"DataObject": floats})).json()
    assert (made["SectionID"], made["CategoryID"]) == (200003, 130001)
    assert signed_in.delete(f"{ASSIGNMENT}/{float(made['AssignmentID'])}").status_code == 200


def test_an_r_client_decodes_the_answer_of_a_delete(signed_in):
    made = signed_in.put(ASSIGNMENT, json={"DataObject": {**NEW, "Name": "Gone"}}).json()
    gone = signed_in.delete(f"{ASSIGNMENT}/{made['AssignmentID']}?ignoreWarnings=FALSE")
    assert gone.status_code == 200
    assert isinstance(json.loads(gone.text), dict)


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        (["StudentID", "List", ["400001", "400002"]], 2),
        (["StudentID", "NotList", ["400001"]], 14),
        (["StudentNumber", "NotNull", "NotNull"], 15),
        (["StudentNumber", "Begins", "70000"], 9),
        (["StudentID", "LessEqual", "400003"], 3),
    ],
)
def test_an_r_client_writes_its_conditions_in_its_own_case(signed_in, condition, found):
    field, kind, value = condition
    wanted = {"List": value} if kind.endswith("List") else {"Value": value}
    typed = {"StringSearchCondition": {"FieldName": field, "Conditiontype": kind, **wanted}}
    group = {"Conditions": [typed], "ConditionGroupType": "And"}
    body = {"SearchCondition": {"SearchConditionGroup": group}, "SearchSort": []}
    path = f"/Generic/1/Student/Student/1/100000?{fields(['StudentID'])}"
    assert len(signed_in.post(path, json=body).json()["Objects"]) == found


def test_an_r_client_sorts_without_a_condition_and_pages_until_nothing_comes(signed_in):
    group = {"Conditions": [], "ConditionGroupType": "And"}
    sort = [{"FieldName": "StudentID", "Descending": True}]
    body = {"SearchCondition": {"SearchConditionGroup": group}, "SearchSort": sort}
    seen, page = [], 1
    while objects := signed_in.post(
        f"/Generic/1/Student/Student/{page}/4?searchFields=StudentID", json=body
    ).json()["Objects"]:
        seen += [one["StudentID"] for one in objects]
        page += 1
    assert seen == sorted(seen, reverse=True)
    assert len(seen) == 15


def test_an_r_client_writes_and_deletes_with_warnings_on(signed_in):
    body = {"DataObject": {**NEW, "Name": "From R"}}
    made = signed_in.put(f"{ASSIGNMENT}?{fields(['AssignmentID'])}", json=body).json()
    path = f"{ASSIGNMENT}/{made['AssignmentID']}"
    renamed = {"DataObject": {"Name": "From R too"}}
    assert signed_in.post(f"{path}?{fields(['Name'])}", json=renamed).json()["Name"] == "From R too"
    assert signed_in.delete(f"{path}?ignoreWarnings=FALSE").status_code < 300
    assert signed_in.get(path).json()["IsDeleted"] is True


def roster(client, path, names, condition=None):
    """A connector: fields by number; adds what it wants to wherever `Paging.Next` leads."""
    asked = {f"searchFields[{n}]": name for n, name in enumerate(names)} | {"SchoolYearID": "2027"}
    body = {"SearchCondition": {"LongSearchCondition": condition}}
    uri, before, found = f"{path}/1/4", None, []
    while uri and uri != before:
        if condition:
            query = "&".join(f"{name}={value}" for name, value in asked.items())
            answer = client.post(f"{uri}?{query}&", json=body)
        else:
            answer = client.get(uri, params=asked)
        assert answer.status_code == 200, answer.text
        before, uri = uri, answer.json()["Paging"]["Next"]
        found += answer.json()["Objects"]
    return found


def test_a_roster_connector_asks_for_its_token_by_get_and_adds_its_query_to_next(skyward):
    answer = skyward.get("/oauth/token", params=GRANT, auth=SECRETS)
    with_token(skyward, answer)
    now = {"ConditionType": "Equal", "FieldName": "IsCurrentYearForProvidedEntity", "Value": 1}
    names = ["SchoolYearID", "Description", "NumericYear", "NextNumericYear"]
    (year,) = roster(skyward, "/Generic/1/District/SchoolYear", names, now)
    assert year["SchoolYearID"] == 2027
    present = {**now, "FieldName": "HasStudentEntityYearForCurrentSchoolYear"}
    names = ["StudentID", "StudentNumber", "GradYear", "IsCurrentActive", "MaskedStudentNumber"]
    assert len(roster(skyward, "/Generic/1/Student/Student", names, present)) == 15
    described = skyward.get("/Generic/1/Staff/Staff").json()
    everything = [name for name in described if name not in {"ValidationRules", "Relationships"}]
    assert len(roster(skyward, "/Generic/1/Staff/Staff", everything)) == 3


def test_a_stale_token_is_a_403_that_says_so(skyward, hosted):
    with_token(skyward, skyward.post("/oauth/token", data=BY_FORM))
    hosted.world.advance(timedelta(hours=2))
    stale = skyward.get("/Generic/1/Student/Student/1/4")
    assert stale.status_code == 403
    assert "token has expired" in stale.text.lower()
    with_token(skyward, skyward.post("/oauth/token", data=BY_FORM))
    assert skyward.get("/Generic/1/Student/Student/1/4").status_code == 200


def test_a_partner_of_the_newer_kind_calls_the_same_custom(signed_in):
    path = "/Custom/1/Demographics/NameEmail"
    names = ["NameEmailID", "EmailAddress", "EmailConfirmed", "Note", "Rank"]
    found = roster(signed_in, path, names)
    assert len(found) == 18
    districts = signed_in.get("/Custom/GetSystemMetadata").json()["System"]["Districts"]
    assert [one["Name"] for one in districts] == ["Lakeview School District"]
    body = {"DataObject": {"EmailAddress": "x@example.org"}}
    refused = signed_in.put(f"{path}?searchFields[0]=NameEmailID", json=body)
    assert refused.status_code == 400


def test_a_client_that_reads_the_expiry_from_the_token_itself(skyward, hosted):
    hosted.world.configure(skyward={"token": "jwt"})
    token = skyward.post("/oauth/token", data=BY_FORM).json()["access_token"]
    hosted.world.configure(skyward={})
    header, claims, signature = token.split(".")
    stated = json.loads(base64.urlsafe_b64decode(header + "=" * (-len(header) % 4)))
    assert stated == {"alg": "HS256", "typ": "JWT"}
    assert len(base64.urlsafe_b64decode(signature + "=" * (-len(signature) % 4))) == 32
    told = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
    assert told["exp"] > hosted.world.now().timestamp()


DIRECTORY = {
    "District/SchoolYear": "SchoolYearID Description IsCurrentYearForProvidedEntity NumericYear"
    " NextNumericYear StartDate",
    "Student/Student": "GradYear Grade GradeNumeric GraduationDate IsCurrentActive NameID"
    " HasStudentEntityYearForCurrentSchoolYear StudentID StudentNumber MaskedStudentNumber",
    "Staff/Staff": "StaffID FullNameFL FullNameFML IsActiveForDistrict NameID StaffNumber",
    "Demographics/Name": "NameID BirthDate FirstName FullNameFL IsCurrentStudent LastName NameKey",
    "Demographics/EmailType": "EmailTypeID Code CodeDescription Description",
    "Demographics/NameEmail": "NameEmailID EmailAddress EmailTypeID NameID Note Rank",
    "Enrollment/EntryWithdrawal": "EntryWithdrawalID EndDate EntityID IsDefaultEntity SchoolID"
    " SchoolYearID StartDate StudentID StudentTypeID WithdrawalDate",
    "Enrollment/StudentType": "StudentTypeID Code CodeDescription Description",
    "Scheduling/StudentSection": "StudentSectionID EndDate SectionID StartDate Status StatusCode"
    " StatusString StudentID",
    "Scheduling/Meet": "MeetID SectionID",
    "Scheduling/StaffMeet": "MeetID HasGradebookAccess SectionID StaffID IsPrimary",
    "Scheduling/MeetSummary": "MeetID Period Days IsPrimary",
    "Scheduling/Section": "SectionID Code CourseCodeSectionCode CourseID EntityID IsActive"
    " CourseCodeSectionCodeCourseDescription CourseDescriptionCodeSectionCode"
    " EffectiveTeacherFirstLastName EntityCodeTeacherNumber",
    "Scheduling/Course": "CourseID CodeDescription CourseCode CourseGroupDescriptions"
    " DepartmentID Description EntityID",
    "Enrollment/School": "SchoolID BuildingID Name StaffIDPrincipal Type",
    "Enrollment/EntitySchool": "EntitySchoolID EntityID IsDefaultEntityForSchool"
    " IsDefaultSchoolForEntity IsOnlySchoolInEntity SchoolID",
    "Security/User": "NameID Username",
}
TRUE_OF = {
    "District/SchoolYear": "IsCurrentYearForProvidedEntity",
    "Student/Student": "HasStudentEntityYearForCurrentSchoolYear",
    "Demographics/Name": "IsCurrentStudent",
    "Demographics/NameEmail": "Rank",
    "Scheduling/StudentSection": "IsForCurrentSchoolYear",
    "Security/User": "IsActive",
}


def collected(client, path):
    """All records, with one condition where the program sets one, through `Paging.Next`."""
    names = DIRECTORY[path].split()
    query = "&".join(f"searchFields[{n}]={name}" for n, name in enumerate(names))
    only = {"ConditionType": "Equal", "FieldName": TRUE_OF.get(path), "Value": 1}
    body = {"SearchCondition": {"LongSearchCondition": only}}
    place, found = f"/Generic/1/{path}/1/6", []
    while place:
        url = f"{place}?{query}&SchoolYearID=2027&"
        answer = client.post(url, json=body) if path in TRUE_OF else client.get(url)
        assert answer.status_code == 200, (path, answer.text)
        found += answer.json()["Objects"]
        place = answer.json()["Paging"]["Next"]
    return found


def test_a_directory_sync_joins_seventeen_objects(signed_in):
    have = {path: collected(signed_in, path) for path in DIRECTORY}
    assert [path for path, found in have.items() if not found] == []
    by = {
        name: {one[name]: one for one in have[path]}
        for path, name in (
            ("Enrollment/School", "SchoolID"),
            ("Enrollment/StudentType", "StudentTypeID"),
            ("Demographics/Name", "NameID"),
            ("Demographics/EmailType", "EmailTypeID"),
            ("Scheduling/Section", "SectionID"),
            ("Scheduling/Course", "CourseID"),
            ("Scheduling/MeetSummary", "MeetID"),
        )
    }
    (year,) = have["District/SchoolYear"]
    entered = {one["StudentID"]: one for one in have["Enrollment/EntryWithdrawal"]}
    for student in have["Student/Student"]:
        entry = entered[student["StudentID"]]
        assert by["SchoolID"][entry["SchoolID"]]["Name"]
        assert by["StudentTypeID"][entry["StudentTypeID"]]["Code"]
        assert entry["StartDate"] == year["StartDate"]
        assert by["NameID"][student["NameID"]]["LastName"]
    assert all(by["EmailTypeID"][one["EmailTypeID"]] for one in have["Demographics/NameEmail"])
    for seat in have["Scheduling/StudentSection"]:
        section = by["SectionID"][seat["SectionID"]]
        assert by["CourseID"][section["CourseID"]]["Description"]
        assert " " in section["EffectiveTeacherFirstLastName"]
    assert all(by["MeetID"][one["MeetID"]]["Period"] for one in have["Scheduling/Meet"])
    users = {one["NameID"]: one["Username"] for one in have["Security/User"]}
    assert all(users[student["NameID"]] for student in have["Student/Student"])
