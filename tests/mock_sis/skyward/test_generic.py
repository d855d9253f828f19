"""Qmlativ's Generic API: reading with conditions, pages, and the few writes."""

import pytest

from mock_sis.sis import registrar_of
from mock_sis.skyward.generic.objects import OBJECT_TYPES
from tests.mock_sis.skyward.conftest import (
    IN_MATH,
    MATH,
    MATH_TOO,
    QUIZ,
    SCIENCE,
    TEST,
    equal,
)

NEW = {
    "SectionID": MATH,
    "CategoryID": QUIZ,
    "Name": "By API",
    "AssignedDate": "2026-10-01",
    "DueDate": "2026-10-08",
    "MaxScore": 12.5,
    "Weight": 1,
}


def group(kind, *conditions):
    return {
        "SearchCondition": {
            "SearchConditionGroup": {"ConditionGroupType": kind, "Conditions": list(conditions)}
        }
    }


def condition(field, kind, value=None, **more):
    given = {"FieldName": field, "ConditionType": kind, "Value": value, **more}
    return {"StringSearchCondition": given}


def test_every_object_is_listed_described_and_indexed(api):
    api.put_item()
    for object_type in OBJECT_TYPES.values():
        path = f"/Generic/1/{object_type.module}/{object_type.name}"
        listed = api.get(f"{path}/1/5")
        assert listed.status_code == 200, (path, listed.text)
        assert listed.json()["Paging"].keys() == {"Next"}
        for record in listed.json()["Objects"]:
            assert list(record) == list(object_type.fields)
            key = record[object_type.key]
            assert api.get(f"{path}/{key}").json() == record, path
        described = api.get(path).json()
        assert list(described) == [*object_type.fields, "ValidationRules", "Relationships"]
        assert [name for name in object_type.fields if "PrimaryKey" in described[name]] == [
            object_type.key
        ]
        index = api.get(f"/Generic/1/{object_type.module}").json()
        assert index[object_type.name] == {"href": path}


def test_trailing_slashes_and_unknown_entities_modules_and_objects(api):
    assert api.get("/Generic/1/Gradebook/Category/").status_code == 200
    for path, why in (
        ("/Generic/1/Gradebook/Nothing/1/10", "there is no object Gradebook/Nothing"),
        ("/Generic/1/Nothing", "there is no module Nothing"),
        ("/Generic/999/Gradebook/Category/1/10", "there is no entity 999"),
        ("/Generic/1/Gradebook/Category/999", "there is no Gradebook/Category 999"),
        ("/Generic/1/Gradebook/Category/x", "there is no Gradebook/Category x"),
    ):
        answer = api.get(path)
        assert answer.status_code == 404, path
        assert answer.json() == {"errors": [{"Message": why, "Severity": "Error"}]}, path


@pytest.mark.parametrize(
    "query", ["searchFields=StudentID&searchFields=GradeLevel", "searchFields[0]=StudentID"]
)
def test_only_the_named_fields_come_back(api, query):
    answer = api.client.get(f"/Generic/1/Student/Student/1/500?{query}")
    assert set(answer.json()["Objects"][0]) <= {"StudentID", "GradeLevel"}


def test_a_query_of_many_kilobytes_is_taken(api):
    query = "&".join(["searchFields=ScoreDisplayValue"] * 300)
    assert len(query) > 8_000
    answer = api.client.get(f"/Generic/1/Gradebook/StudentAssignment/1/10?{query}")
    assert answer.status_code == 200


@pytest.mark.parametrize("name", ["Colour", "Name.Colour", "Colour.Name"])
def test_a_field_that_is_not_kept_reads_as_null_and_in_strict_mode_is_400(api, world, name):
    path = "/Generic/1/Student/Student/1/5"
    found = api.get(path, searchFields=["StudentID", name]).json()["Objects"]
    assert found[0] == {"StudentID": int(IN_MATH), name: None}
    world.enforcement.set({"strict": True})
    answer = api.get(path, searchFields=name)
    assert answer.status_code == 400
    assert "Colour" in answer.json()["errors"][0]["Message"]


@pytest.mark.parametrize("name", ["a b", "1", "x'--", ".", "A" * 200])
def test_what_cannot_be_the_name_of_a_field_is_400(api, name):
    assert api.get("/Generic/1/Student/Student/1/5", searchFields=name).status_code == 400


def test_more_fields_than_any_object_has_are_400(api):
    query = "&".join(f"searchFields=F{n}" for n in range(1_001))
    assert api.client.get(f"/Generic/1/Student/Student/1/5?{query}").status_code == 400


def test_every_object_has_the_four_fields_of_an_audit_in_strict_mode_too(api, world):
    world.enforcement.set({"strict": True})
    audit = ["CreatedTime", "ModifiedTime", "UserIDCreatedBy", "UserIDModifiedBy"]
    for object_type in OBJECT_TYPES.values():
        path = f"/Generic/1/{object_type.module}/{object_type.name}/1/5"
        answer = api.get(path, searchFields=audit)
        assert answer.status_code == 200, (path, answer.text)
        assert all(list(one) == audit for one in answer.json()["Objects"])


@pytest.mark.parametrize("shape", [float, "{}.0".format], ids=["a number", "a text"])
def test_ids_may_be_floats_in_every_member(api, shape):
    path = "/Generic/1/Gradebook/Assignment"
    given = {**NEW, "SectionID": shape(int(MATH)), "CategoryID": shape(int(QUIZ))}
    made = api.client.put(path, json={"DataObject": given}).json()
    assert (made["SectionID"], made["CategoryID"]) == (int(MATH), int(QUIZ))
    key = made["AssignmentID"]
    assert api.get(f"{path}/{key}.0").json() == made
    change = {"DataObject": {"CategoryID": shape(int(TEST))}}
    assert api.client.post(f"{path}/{key}.0", json=change).json()["CategoryID"] == int(TEST)
    (seat,) = (
        one
        for one in api.records("Scheduling/StudentSection", equal("SectionID", shape(int(MATH))))
        if one["StudentID"] == int(IN_MATH)
    )
    cell = {
        "StudentSectionID": shape(seat["StudentSectionID"]),
        "AssignmentID": shape(key),
        "SectionID": shape(int(MATH)),
        "Score": 8.0,
    }
    scored = api.client.put("/Generic/1/Gradebook/StudentAssignment", json={"DataObject": cell})
    assert (scored.status_code, scored.json()["StudentID"]) == (200, int(IN_MATH)), scored.text
    listed = group("And", condition("StudentID", "List", [shape(400001), shape(400002)]))
    assert len(api.records("Student/Student", listed)) == 2


def test_an_id_with_an_exponent_is_the_same_id(api):
    body = '{"SearchCondition": {"FieldName": "StudentID", "ConditionType": "Equal", "Value": %s}}'
    path = "/Generic/1/Student/Student/1/5"
    found = api.client.post(path, content=body % "4.00001e+05").json()["Objects"]
    assert [one["StudentID"] for one in found] == [400001]
    assert api.client.post(path, content=body % "1e999999").json()["Objects"] == []


def test_a_section_has_the_categories_that_its_main_teacher_uses(api, world):
    registrar_of(world).deactivate_category(TEST, teacher="300001")
    registrar_of(world).deactivate_category(QUIZ)

    def categories(section):
        body = equal("SectionGradeBucket.SectionID", section)
        return {one["CategoryID"] for one in api.records("Gradebook/SectionCategory", body)}

    offered = {one["CategoryID"] for one in api.records("Gradebook/Category") if one["IsActive"]}
    assert int(QUIZ) not in offered
    assert int(TEST) in offered
    off = world.db.read("SELECT category FROM category_off WHERE sis = 'skyward'")
    assert categories(MATH) == offered - {int(TEST)}
    assert categories(SCIENCE) >= offered - {int(row[0]) for row in off}
    (bucket,) = api.records("Gradebook/SectionGradeBucket", equal("SectionID", MATH))
    assert bucket["HasSectionCategories"] is True


def test_pages_follow_next_until_it_is_empty(api):
    path, seen = "/Generic/1/Student/Student/1/4", []
    while path:
        answer = api.client.get(f"{path}?searchFields=StudentID&ignored=1").json()
        seen += [one["StudentID"] for one in answer["Objects"]]
        path = answer["Paging"]["Next"]
    assert seen == sorted(set(seen))
    assert len(seen) == 15


@pytest.mark.parametrize("page", ["0/10", "1/0", "x/10", "-1/10"])
def test_pages_count_from_1(api, page):
    assert api.get(f"/Generic/1/Student/Student/{page}").status_code == 400


@pytest.mark.parametrize(
    ("body", "found"),
    [
        pytest.param(None, 15, id="nothing"),
        pytest.param({}, 15, id="an empty body"),
        pytest.param(equal("StudentID", IN_MATH), 1, id="equal"),
        pytest.param(
            {"searchcondition": equal("studentid", IN_MATH)["SearchCondition"]}, 1, id="case"
        ),
        pytest.param(group("And", condition("StudentID", "NotEqual", IN_MATH)), 14, id="not equal"),
        pytest.param(group("And", condition("StudentID", "Less", "400003")), 2, id="less"),
        pytest.param(group("And", condition("StudentID", "LessEqual", 400003)), 3, id="less equal"),
        pytest.param(group("And", condition("StudentID", "Greater", 400014)), 1, id="greater"),
        pytest.param(
            group(
                "Or",
                condition("StudentID", "Equal", 400001),
                condition("StudentID", "Equal", 400002),
            ),
            2,
            id="or",
        ),
        pytest.param(
            group("And", condition("StudentID", "List", ["400001", "400002", "9"])), 2, id="list"
        ),
        pytest.param(group("And", condition("StudentID", "NotList", [400001])), 14, id="not list"),
        pytest.param(group("And", condition("StudentNumber", "Null")), 0, id="null"),
        pytest.param(group("And", condition("StudentNumber", "NotNull")), 15, id="not null"),
        pytest.param(group("And", condition("StudentNumber", "Begins", "70000")), 9, id="begins"),
        pytest.param(group("And", condition("StudentNumber", "Ends", "15")), 1, id="ends"),
        pytest.param(group("And", condition("StudentNumber", "Contains", "001")), 7, id="contains"),
        pytest.param(group("And", condition("StudentNumber", "NotLike", "%1_")), 9, id="not like"),
        pytest.param(
            group("And", condition("StudentID", "BetweenInclusive", Value1=400001, Value2=400003)),
            3,
            id="between",
        ),
        pytest.param(
            group("And", condition("StudentID", "BetweenExclusive", [400001, 400003])),
            1,
            id="between, ends left out",
        ),
        pytest.param(group("And", condition("IsCurrentActive", "Equal", "True")), 15, id="bool"),
        pytest.param(
            group("And", group("Or", condition("StudentID", "Equal", 400001))["SearchCondition"]),
            1,
            id="a group in a group",
        ),
    ],
)
def test_a_search_finds(api, body, found):
    assert len(api.records("Student/Student", body)) == found


@pytest.mark.parametrize(
    "body",
    [
        {"SearchCondition": "x"},
        group("And", condition("Colour", "Equal", 1)),
        group("And", condition("StudentID", "Sounds", 1)),
        group("And", condition("StudentID", "BetweenInclusive", 1)),
        {"SearchSort": "x"},
        {"SearchSort": [{"FieldName": "Colour"}]},
    ],
)
def test_a_search_that_cannot_be_is_400(api, body):
    answer = api.client.post("/Generic/1/Student/Student/1/5", json=body)
    assert answer.status_code == 400, answer.text


def test_a_search_is_sorted_and_crosses_relations(api):
    body = equal("Section.CourseID", "140001") | {
        "SearchSort": [{"FieldName": "SectionID", "Descending": True}]
    }
    found = api.records("Scheduling/StaffMeet", body, searchFields="SectionID")
    assert [one["SectionID"] for one in found] == [int(MATH_TOO), int(MATH)]


def test_a_search_is_a_read_in_the_journal(api, skyward):
    api.records("Student/Student")
    entry = skyward.journal(operation="searchObjects")[0]
    assert (entry["method"], entry["write"]) == ("POST", False)


def test_put_makes_and_post_changes_an_assignment(api):
    path = "/Generic/1/Gradebook/Assignment"
    made = api.client.put(path, json={"dataobject": NEW})
    assert made.status_code in {200, 201}, made.text
    key = made.json()["AssignmentID"]
    assert made.json()["MaxScore"] == 12.5
    change = {"DataObject": {"name": "Renamed", "CategoryID": int(TEST)}}
    changed = api.client.post(f"{path}/{key}?ignoreWarnings=FALSE", json=change).json()
    assert (changed["Name"], changed["CategoryID"]) == ("Renamed", int(TEST))
    assert api.items()[0]["title"] == "Renamed"
    gone = api.client.delete(f"{path}/{key}?ignoreWarnings=false")
    assert (gone.status_code, gone.json()) == (200, {})
    assert api.items() == []


@pytest.mark.parametrize(
    ("body", "status", "why"),
    [
        pytest.param({"DataObject": {**NEW, "Name": None}}, 400, "Name is required", id="no name"),
        pytest.param(
            {"DataObject": {**NEW, "DueDate": "soon"}}, 400, "DueDate is not a Date", id="no date"
        ),
        pytest.param({"Object": NEW}, 400, "the body needs a DataObject", id="no DataObject"),
        pytest.param(
            {"DataObject": {**NEW, "DueDate": "2026-12-01"}},
            409,
            "due date 2026-12-01 is outside the current grading period of class 200001",
            id="next period",
        ),
    ],
)
def test_an_assignment_that_cannot_be_is_refused(api, body, status, why):
    answer = api.client.put("/Generic/1/Gradebook/Assignment", json=body)
    assert answer.status_code == status, answer.text
    assert answer.json() == {"errors": [{"Message": why, "Severity": "Error"}]}


def test_a_score_is_written_and_taken_back_through_student_assignment(api):
    api.put_item()
    key = next(
        one["StudentAssignmentID"]
        for one in api.records("Gradebook/StudentAssignment")
        if one["StudentID"] == int(IN_MATH)
    )
    path = f"/Generic/1/Gradebook/StudentAssignment/{key}"
    scored = api.client.post(path, json={"DataObject": {"Score": 8.5, "Comments": "neat"}}).json()
    assert (scored["Score"], scored["ScoreDisplayValue"]) == (8.5, "8.5")
    assert scored["Comments"] == "neat"
    assert api.results()[0]["score"] == 8.5
    taken = api.client.post(path, json={"DataObject": {"Score": None}}).json()
    assert (taken["Score"], taken["ScoreDisplayValue"]) == (None, "*")


def test_a_score_is_made_by_putting_a_student_assignment(api):
    api.put_item()
    (seat,) = (
        one
        for one in api.records("Scheduling/StudentSection", equal("SectionID", MATH))
        if one["StudentID"] == int(IN_MATH)
    )
    (column,) = api.records("Gradebook/Assignment")
    path = "/Generic/1/Gradebook/StudentAssignment"
    given = {
        "StudentSectionID": seat["StudentSectionID"],
        "AssignmentID": column["AssignmentID"],
        "SectionID": MATH,
    }
    for score in (17.25, 18):
        made = api.client.put(path, json={"DataObject": {**given, "Score": score}})
        assert made.status_code == 200, made.text
        assert (made.json()["Score"], made.json()["StudentID"]) == (score, int(IN_MATH))
    assert [one["score"] for one in api.results()] == [18]
    lacking = {name: value for name, value in given.items() if name != "AssignmentID"}
    assert api.client.put(path, json={"DataObject": lacking}).status_code == 400
    strange = {**given, "StudentSectionID": 9}
    assert api.client.put(path, json={"DataObject": strange}).status_code == 409


@pytest.mark.parametrize(("sent", "kept"), [("20", 20), (" 12.50", 12.5)])
def test_a_number_may_come_as_text(api, sent, kept):
    path = "/Generic/1/Gradebook/Assignment"
    made = api.client.put(path, json={"DataObject": {**NEW, "MaxScore": sent}})
    assert (made.status_code, made.json()["MaxScore"]) == (200, kept)


def test_a_text_that_is_no_number_is_400(api):
    path = "/Generic/1/Gradebook/Assignment"
    refused = api.client.put(path, json={"DataObject": {**NEW, "MaxScore": "many"}})
    assert (refused.status_code, refused.json()["errors"][0]["Message"]) == (
        400,
        "MaxScore is not a Decimal",
    )


def test_the_external_id_of_a_result_is_on_record(api):
    api.put_item()
    api.put_result(key="result-1")
    (kept,) = api.records("Gradebook/VendorStudentAssignment")
    (cell,) = (
        one
        for one in api.records("Gradebook/StudentAssignment")
        if one["StudentAssignmentID"] == kept["StudentAssignmentID"]
    )
    assert (kept["VendorSourceID"], cell["StudentID"]) == ("result-1", int(IN_MATH))


def test_most_objects_cannot_be_written(api):
    path = "/Generic/1/Student/Student"
    assert api.client.put(path, json={"DataObject": {}}).status_code == 400
    assert api.client.post(f"{path}/{IN_MATH}", json={"DataObject": {}}).status_code == 400
    assert api.client.delete(f"{path}/{IN_MATH}").status_code == 400


def test_a_school_is_an_entity_of_its_own(api):
    assert len(api.get("/Generic/100002/Scheduling/Section/1/10").json()["Objects"]) == 3
    (district, school) = api.records("District/Entity")
    assert (district["EntityID"], district["IsDistrictWide"]) == (1, True)
    assert (school["EntityID"], school["IsDistrictWide"]) == (100002, False)


def test_the_current_school_year_is_found_as_clients_look_for_it(api):
    (year,) = api.records("District/SchoolYear", equal("IsCurrentYearForProvidedEntity", 1))
    system = api.get("/Custom/GetSystemMetadata").json()["System"]
    current = system["Districts"][0]["SchoolYearCurrent"]
    assert current["SchoolYearID"] == year["SchoolYearID"] == 2027


def test_a_student_section_spans_its_transactions(api):
    spans = api.records(
        "Scheduling/StudentSectionTransaction",
        group(
            "And", condition("StudentID", "Equal", 400003), condition("SectionID", "Equal", MATH)
        ),
    )
    assert len(spans) == 2
    (whole,) = {one["StudentSectionID"] for one in spans}
    (one,) = api.records("Scheduling/StudentSection", equal("StudentSectionID", whole))
    assert (one["StartDate"], one["EndDate"]) == (spans[0]["StartDate"], spans[1]["EndDate"])


def test_the_main_teacher_is_primary_and_has_gradebook_access(api):
    meets = api.records("Scheduling/StaffMeet", equal("SectionID", SCIENCE))
    assert {one["StaffID"]: one["IsPrimary"] for one in meets} == {300002: True, 300003: False}
    assert all(one["HasGradebookAccess"] for one in meets)
