"""Each teacher has their own copies of the district's categories, and may switch them off."""

import pytest

from tests.mock_sis.powerschool.conftest import (
    DUE,
    HELPER,
    HELPER_QUIZ,
    LAB,
    MATH,
    MR_SCIENCE,
    MS_MATH,
    PROJECT_OFF,
    QUIZ,
    SCIENCE,
    SCIENCE_QUIZ,
    TEST,
    fields,
    part,
)

CATEGORY = ["assignmentcategoryassoc.teachercategoryid"]


def named(categories):
    return {category["name"]: category for category in categories}


def test_every_teacher_has_copies_of_their_own(api):
    mine, theirs = named(api.categories(MS_MATH)), named(api.categories(MR_SCIENCE))

    assert mine.keys() == theirs.keys() == {"Quiz", "Test", "Homework", "Project", "Lab"}
    district = {name: category["districtteachercategoryid"] for name, category in mine.items()}
    assert district == {name: theirs[name]["districtteachercategoryid"] for name in theirs}
    own = {category["teachercategoryid"] for category in mine.values()}
    assert own.isdisjoint(category["teachercategoryid"] for category in theirs.values())


def test_the_list_has_inactive_copies_too(api):
    active = {name: copy["isactive"] for name, copy in named(api.categories(MR_SCIENCE)).items()}

    assert active == {"Quiz": True, "Test": True, "Homework": True, "Project": True, "Lab": False}


def test_the_list_is_one_bare_array_that_is_never_paged(api):
    answer = api.get("/ws/xte/teacher_category", users_dcid=MS_MATH, year_id=36, pagesize=1)

    assert isinstance(answer.json(), list)
    assert [one["name"] for one in answer.json()] == [
        "Quiz",
        "Test",
        "Homework",
        "Project",
        "Lab",
    ]


def test_a_category_has_the_members_of_the_live_server(api):
    quiz = api.categories(MS_MATH)[0]

    assert (quiz["_name"], quiz["_id"]) == ("teachercategory", quiz["teachercategoryid"])
    assert (quiz["categorytype"], quiz["districtteachercategoryid"]) == ("district", 135001)
    assert quiz["$breach_mitigation"]


def test_the_year_must_be_named_and_may_be_0(api):
    path = "/ws/xte/teacher_category"

    assert api.get(path, users_dcid=MS_MATH).status_code == 400
    assert api.get(path, users_dcid=MS_MATH, year_id=0).status_code == 200
    assert api.get(path, users_dcid=999, year_id=36).status_code == 404


@pytest.mark.parametrize(
    "category",
    [
        pytest.param(LAB, id="inactive for this teacher"),
        pytest.param(SCIENCE_QUIZ, id="another teacher's copy"),
        pytest.param(135001, id="the district's number"),
        pytest.param(999, id="no category at all"),
    ],
)
def test_a_category_that_is_not_the_teachers_own_and_active_is_a_409(api, hand, category):
    hand("POST", f"/categories/{LAB}/deactivate")

    answer = api.post_assignment(part(category=category))

    assert (answer.status_code, fields(answer)) == (409, CATEGORY)


def test_an_assignment_without_a_category_is_a_409(api):
    answer = api.post_assignment(part(_assignmentcategoryassociations=[]))

    assert (answer.status_code, fields(answer)) == (409, CATEGORY)


def test_the_districts_own_number_switches_a_category_off_for_everyone(api, hand):
    hand("POST", "/categories/135001/deactivate")

    for teacher in (MS_MATH, MR_SCIENCE, HELPER):
        assert not named(api.categories(teacher))["Quiz"]["isactive"]
    assert api.post_assignment(part(category=QUIZ)).status_code == 409


def test_one_account_can_be_switched_by_the_number_of_the_copy(api, hand):
    hand("POST", f"/categories/{QUIZ}/deactivate")
    off = [named(api.categories(t))["Quiz"]["isactive"] for t in (MS_MATH, MR_SCIENCE)]
    hand("POST", f"/categories/{QUIZ}/activate")
    on = named(api.categories(MS_MATH))["Quiz"]["isactive"]

    assert (off, on) == ([False, True], True)


def test_d5_an_assignment_keeps_a_category_that_becomes_inactive(api, hand):
    made = api.create(part())
    hand("POST", f"/categories/{QUIZ}/deactivate")
    made["_assignmentsections"][0]["name"] = "Renamed"

    assert api.replace(made).status_code == 201
    assert api.post_assignment(part(name="Another")).status_code == 409


@pytest.mark.parametrize(
    "excluded",
    [
        {"_teachercategorysectionexcludeassociations": [{"sectionsdcid": int(MATH)}]},
        {"_categoryschoolexcludeassociations": [{"schoolsdcid": 100002}]},
    ],
    ids=["section", "school"],
)
def test_a_category_can_be_kept_out_of_a_section_or_school(api, excluded):
    path, query = f"/ws/xte/teacher_category/{TEST}", {"users_dcid": MS_MATH}
    copy = api.get(path, **query).json()

    answer = api.client.put(path, params=query, json={**copy, **excluded})

    shown = api.get(path, **query).json()
    assert answer.status_code == 200
    assert all(len(shown[name]) == 1 for name in excluded)
    assert api.post_assignment(part(category=TEST)).status_code == 409
    assert api.post_assignment(part(category=QUIZ)).status_code == 201


def test_a_teacher_may_rename_their_copy_and_its_district_category_stays(api):
    path, query = f"/ws/xte/teacher_category/{QUIZ}", {"users_dcid": MS_MATH}
    copy = api.get(path, **query).json()
    api.client.put(path, params=query, json={**copy, "name": "Checks"})

    renamed = api.get(path, **query).json()
    assert (renamed["name"], renamed["districtteachercategoryid"]) == ("Checks", 135001)
    assert renamed["teachermodified"] is True
    assert api.rows("teachercategory", f"teachercategoryid=={QUIZ}")[0]["name"] == "Checks"
    assert "Quiz" in named(api.categories(MR_SCIENCE))


def test_a_teachers_own_category_belongs_to_no_district_category(api):
    path, query = "/ws/xte/teacher_category", {"users_dcid": MS_MATH}
    made = api.client.post(path, params=query, json={"name": "Warm-ups", "isactive": True})
    number = int(made.headers["Location"].rsplit("/", 1)[1])

    own = named(api.categories(MS_MATH))["Warm-ups"]
    assignment = api.create(part(category=number))

    assert (made.status_code, made.content) == (201, b"")
    assert (own["teachercategoryid"], own["districtteachercategoryid"]) == (number, None)
    link = assignment["_assignmentsections"][0]["_assignmentcategoryassociations"][0]
    assert link["teachercategoryid"] == number
    assert "Warm-ups" not in named(api.categories(MR_SCIENCE))
    again = api.client.post(path, params=query, json={"name": "warm-ups"})
    assert again.status_code == 409
    assert api.client.delete(f"{path}/{number}", params=query).status_code == 409
    api.delete(assignment["assignmentid"])
    assert api.client.get(f"{path}/{number}").json()["name"] == "Warm-ups"
    gone = api.client.delete(f"{path}/{number}", params=query)
    assert (gone.status_code, gone.content) == (200, b"")
    assert api.client.get(f"{path}/{number}").status_code == 404
    assert api.client.get(f"{path}/{QUIZ}").json()["usersdcid"] == int(MS_MATH)


def test_a_district_copy_cannot_be_deleted(api):
    answer = api.client.delete(f"/ws/xte/teacher_category/{QUIZ}", params={"users_dcid": MS_MATH})

    assert answer.status_code == 409


def test_anothers_category_is_not_found(api):
    path = f"/ws/xte/teacher_category/{SCIENCE_QUIZ}"

    assert api.get(path, users_dcid=MS_MATH).status_code == 404


def test_a_co_teacher_acts_with_categories_of_their_own(api):
    api.teacher = HELPER
    science = {"sectionsdcid": int(SCIENCE), "duedate": DUE}

    lead = api.post_assignment(part(category=SCIENCE_QUIZ, **science))
    own = api.create(part(category=HELPER_QUIZ, **science))

    assert (lead.status_code, fields(lead)) == (409, CATEGORY)
    link = own["_assignmentsections"][0]["_assignmentcategoryassociations"][0]
    assert link["teachercategoryid"] == HELPER_QUIZ
    stored = api.rows("assignmentcategoryassoc")[0]
    assert stored["teachercategoryid"] == str(HELPER_QUIZ)


def test_a_co_teachers_category_is_active_or_not_whatever_the_leads_is(api, hand):
    api.teacher = HELPER
    theirs = part(category=HELPER_QUIZ, sectionsdcid=int(SCIENCE), duedate=DUE)

    hand("POST", f"/categories/{SCIENCE_QUIZ}/deactivate")
    assert api.post_assignment(theirs).status_code == 201

    hand("POST", f"/categories/{SCIENCE_QUIZ}/activate")
    hand("POST", f"/categories/{HELPER_QUIZ}/deactivate")
    assert api.post_assignment(theirs).status_code == 409


def test_the_tables_show_what_the_resource_shows(api):
    rows = api.rows("teachercategory", f"usersdcid=={MR_SCIENCE}")
    shown = api.categories(MR_SCIENCE)

    assert {(row["teachercategoryid"], row["name"], row["isactive"]) for row in rows} == {
        (str(one["teachercategoryid"]), one["name"], str(int(one["isactive"]))) for one in shown
    }
    assert PROJECT_OFF in {one["teachercategoryid"] for one in shown}
    assert [row["name"] for row in api.rows("districtteachercategory")] == [
        "Quiz", "Test", "Homework", "Project", "Lab",
    ]  # fmt: skip
