"""`/ws/xte/section/assignment`: created without a body, read as an object, replaced whole."""

import pytest

from mock_sis.powerschool.gradebook.assignments import PARTS_IN
from tests.mock_sis.powerschool.conftest import (
    DUE,
    IN_MATH,
    MATH,
    MATH_TOO,
    MR_SCIENCE,
    NEXT_QUARTER,
    QUIZ,
    SCIENCE,
    TEST,
    XTE,
    Api,
    column_of,
    fields,
    part,
    signed_in,
)


def test_a_create_answers_201_with_an_empty_body_and_a_location_that_ends_in_the_assignmentid(api):
    answer = api.post_assignment()

    number = int(answer.headers["Location"].rsplit("/", 1)[1])
    read = api.assignment(number)
    assert (answer.status_code, answer.content) == (201, b"")
    assert answer.headers["Location"] == f"{api.client.base_url}ws/xte/section/assignment/{number}"
    assert read["assignmentid"] == number != column_of(read)
    assert "AssignmentSectionIds" not in answer.headers


def test_a_header_with_the_assignment_section_ids_can_be_switched_on(api, setting):
    setting(assignment_section_ids_header=True)
    answer = api.post_assignment()

    made = api.assignments(MATH).json()[0]
    assert answer.headers["AssignmentSectionIds"] == f"[{column_of(made)}]"


def test_the_list_is_one_bare_array_that_is_never_paged(api):
    for n in range(4):
        api.create(part(name=f"Quiz {n}"))

    answer = api.client.get(
        f"{XTE}/", params={"users_dcid": api.teacher, "section_ids": MATH, "pagesize": 1}
    )

    assert [one["_assignmentsections"][0]["name"] for one in answer.json()] == [
        f"Quiz {n}" for n in range(4)
    ]


def test_an_assignment_reads_as_the_live_server_writes_it(api):
    made = api.create(part(description="<p>Ch. 3</p>"))

    own = made["_assignmentsections"][0]
    assert (made["_name"], made["_id"]) == ("assignment", made["assignmentid"])
    assert (own["_name"], own["_id"]) == ("assignmentsection", own["assignmentsectionid"])
    assert made["createdbyplugin"] == "217"
    assert "$breach_mitigation" not in made
    assert own["description"] == "<p>Ch. 3</p>"
    assert (own["duedate"], own["publisheddate"], own["islocked"]) == (DUE, "2026-10-01", False)
    assert own["minvalues"] == {"minpercent": 0, "minpoints": 0, "mingrade": "F"}
    assert own["_assignmentcategoryassociations"] == [
        {
            "_name": "assignmentcategoryassoc",
            "_id": own["_assignmentcategoryassociations"][0]["assignmentcategoryassocid"],
            "assignmentcategoryassocid": own["_assignmentcategoryassociations"][0]["_id"],
            "teachercategoryid": QUIZ,
            "isprimary": True,
        }
    ]


def test_points_read_as_decimals_and_their_total_carries_the_weight(api):
    raw = api.post_assignment(part(weight=0.5, scoreentrypoints=20))
    text = api.get(f"{XTE}/{raw.headers['Location'].rsplit('/', 1)[1]}", users_dcid=api.teacher)

    assert '"scoreentrypoints":20.0' in text.text
    own = text.json()["_assignmentsections"][0]
    assert (own["weight"], own["totalpointvalue"]) == (0.5, 10.0)


def test_the_random_member_differs_from_object_to_object(api):
    listed = api.categories(api.teacher)

    assert len({one["$breach_mitigation"] for one in listed}) == len(listed) > 2


def test_assignments_have_the_random_member_where_that_is_switched_on(api, setting):
    setting(breach_mitigation=True)
    for n in range(3):
        api.create(part(name=f"Quiz {n}"))

    listed = api.assignments(MATH).json()
    assert len({one["$breach_mitigation"] for one in listed}) == 3


def test_unknown_members_are_tolerated(api):
    web = {"pointspossible": 20, "selectedScoreType": {"a": 1}, "publishonspecificdate": None}

    answer = api.post_assignment(part(**web), yearid=36, standardcalcdirection="NONE", nonsense=[])

    assert answer.status_code == 201


def test_numbers_may_come_as_digits(api):
    answer = api.post_assignment(part(sectionsdcid=MATH, scoreentrypoints="20", category=str(QUIZ)))

    assert answer.status_code == 201


def test_creating_again_makes_a_second_one(api):
    first, second = api.create(part()), api.create(part())

    assert first["assignmentid"] != second["assignmentid"]
    assert len(api.assignments(MATH).json()) == 2


@pytest.mark.parametrize(
    ("changes", "status", "field"),
    [
        pytest.param({"name": "x" * 51}, 409, "assignmentsection.name", id="name of 51"),
        pytest.param({"name": ...}, 409, "assignmentsection.name", id="no name"),
        pytest.param({"name": " "}, 409, "assignmentsection.name", id="blank name"),
        pytest.param({"duedate": ...}, 409, "assignmentsection.duedate", id="no due date"),
        pytest.param({"duedate": "soon"}, 409, "duedate", id="no date"),
        pytest.param({"scoreentrypoints": "ten"}, 409, "scoreentrypoints", id="no number"),
        pytest.param(
            {"scoreentrypoints": ..., "totalpointvalue": ...},
            409,
            "scoreentrypoints",
            id="no points",
        ),
        pytest.param({"sectionsdcid": ...}, 409, "assignmentsection.sectionsdcid", id="no section"),
    ],
)
def test_what_cannot_be_an_assignment_is_a_409_that_names_the_field(api, changes, status, field):
    answer = api.post_assignment(part(**changes))

    assert (answer.status_code, fields(answer)) == (status, [field])
    assert api.assignments(MATH).json() == []


def test_a_name_of_50_is_taken(api):
    assert api.create(part(name="x" * 50))["_assignmentsections"][0]["name"] == "x" * 50


@pytest.mark.parametrize("body", [{}, {"_assignmentsections": []}, []])
def test_a_body_that_is_no_assignment_is_a_400(api, body):
    answer = api.client.post(f"{XTE}/", params={"users_dcid": api.teacher}, json=body)

    assert answer.status_code == 400


def test_a_call_without_a_teacher_is_a_400_and_with_an_unknown_one_a_404(api):
    assert api.client.get(f"{XTE}/", params={"section_ids": MATH}).status_code == 400
    api.teacher = "999"
    assert api.assignments(MATH).status_code == 404


def test_another_teachers_section_is_a_403_that_names_it(api):
    api.teacher = MR_SCIENCE

    refused = [api.post_assignment(), api.assignments(MATH), api.assignments(SCIENCE, MATH)]

    assert {answer.status_code for answer in refused} == {403}
    assert all(f"section {MATH}" in answer.json()["message"] for answer in refused)


def test_who_no_longer_teaches_the_section_is_refused_too(api, world, hand):
    made = api.create(part())
    hand("POST", f"/sections/{MATH}/teachers", {"teacher": MR_SCIENCE, "main": True})
    still = api.assignments(MATH).status_code  # the former lead stays as co-teacher
    with world.db.write() as cursor:
        cursor.execute("UPDATE enrolment SET end = '2026-09-30' WHERE person = ?", (api.teacher,))

    assert (still, api.assignments(MATH).status_code) == (200, 403)
    assert api.delete(made["assignmentid"]).status_code == 403


# ---- several sections ----------------------------------------------------------------------------


def both(**changes):
    return part(**changes), part(sectionsdcid=int(MATH_TOO), duedate="2026-10-09", **changes)


def test_one_assignment_can_have_parts_in_several_sections(api):
    made = api.create(*both())

    parts = made["_assignmentsections"]
    assert [(p["sectionsdcid"], p["duedate"]) for p in parts] == [
        (int(MATH), DUE),
        (int(MATH_TOO), "2026-10-09"),
    ]
    for section in (MATH, MATH_TOO):
        listed = api.assignments(section).json()
        assert [one["assignmentid"] for one in listed] == [made["assignmentid"]]
        assert len(listed[0]["_assignmentsections"]) == 2
    assert len(api.assignments(MATH, MATH_TOO).json()) == 1
    rows = api.rows("assignmentsection", f"assignmentid=={made['assignmentid']}")
    assert len(rows) == 2
    assert len(api.rows("assignment")) == 1


def test_all_parts_agree_in_everything_but_due_date_and_students(api):
    first, second = both()

    answer = api.post_assignment(first, {**second, "scoreentrypoints": 30})

    assert answer.status_code == 409
    assert api.assignments(MATH).json() == []


def test_one_part_that_is_refused_undoes_the_others(api):
    answer = api.post_assignment(part(), part(sectionsdcid=int(MATH_TOO), duedate="2027-06-01"))

    assert answer.status_code == 409
    assert api.assignments(MATH).json() == []


def test_a_replace_must_send_all_sections(api):
    made = api.create(*both())
    del made["_assignmentsections"][1]

    answer = api.replace(made)

    assert answer.status_code == 409
    assert len(api.assignment(made["assignmentid"])["_assignmentsections"]) == 2


def test_a_replace_can_add_a_section(api):
    made = api.create(part())
    made["_assignmentsections"].append(part(sectionsdcid=int(MATH_TOO)))

    assert api.replace(made).status_code == 201
    grown = api.assignment(made["assignmentid"])
    assert [p["sectionsdcid"] for p in grown["_assignmentsections"]] == [int(MATH), int(MATH_TOO)]


def test_a_delete_takes_it_from_all_sections(api):
    made = api.create(*both())

    assert api.delete(made["assignmentid"]).status_code == 204
    assert api.assignments(MATH, MATH_TOO).json() == []


def test_a_teacher_who_deletes_one_part_leaves_the_others(api, hand):
    made = api.create(*both())
    hand("DELETE", f"/columns/{column_of(made)}")

    left = api.assignment(made["assignmentid"])["_assignmentsections"]
    assert [p["sectionsdcid"] for p in left] == [int(MATH_TOO)]
    assert [row["assignmentid"] for row in api.rows("assignment")] == [str(made["assignmentid"])]


# ---- replace and delete --------------------------------------------------------------------------


def test_a_replace_overwrites_everything(api):
    made = api.create(part(description="old", isscorespublish=False))

    body = part(name="Ratios quiz", duedate="2026-10-12", category=TEST)
    answer = api.replace({"assignmentid": made["assignmentid"], "_assignmentsections": [body]})

    own = api.assignment(made["assignmentid"])["_assignmentsections"][0]
    assert (answer.status_code, answer.content) == (201, b"")
    assert own["assignmentsectionid"] == column_of(made)
    assert (own["name"], own["duedate"], own["description"]) == ("Ratios quiz", "2026-10-12", "")
    assert own["isscorespublish"] is True
    assert own["_assignmentcategoryassociations"][0]["teachercategoryid"] == TEST


def test_sending_back_what_was_read_changes_nothing(api):
    made = api.create(part(description="<p>x</p>", publishoption="Never", isscorespublish=False))

    api.replace(made)

    again = api.assignment(made["assignmentid"])
    assert again == made


def test_the_parts_of_a_replace_may_be_named_by__id(api):
    made = api.create(part())
    del made["_assignmentsections"][0]["assignmentsectionid"]
    made["_assignmentsections"][0]["name"] = "By _id"

    api.replace(made)

    assert api.assignment(made["assignmentid"])["_assignmentsections"][0]["name"] == "By _id"


def test_a_change_of_scoring_needs_update_scores_once_there_are_scores(api):
    made = api.create(part())
    column = column_of(made)
    made["_assignmentsections"][0]["scoreentrypoints"] = 25
    before = api.replace(made).status_code
    api.score(column, (IN_MATH, 18))
    made["_assignmentsections"][0]["scoreentrypoints"] = 30

    without, with_ = api.replace(made), api.replace(made, update_scores="true")

    assert (before, without.status_code, with_.status_code) == (201, 412, 201)
    assert api.scores(column) == {str(IN_MATH): "18"}


def test_a_change_of_name_needs_no_update_scores(api):
    made = api.create(part())
    api.score(column_of(made), (IN_MATH, 18))
    made["_assignmentsections"][0]["name"] = "Renamed"

    assert api.replace(made).status_code == 201


def test_a_delete_with_scores_is_a_412_unless_forced(api):
    made = api.create(part())
    api.score(column_of(made), (IN_MATH, 0))

    assert api.delete(made["assignmentid"]).status_code == 412
    assert api.delete(made["assignmentid"], force="true").status_code == 204
    assert api.get(f"{XTE}/{made['assignmentid']}", users_dcid=api.teacher).status_code == 404
    assert api.replace(made).status_code == 404


def test_moving_the_due_date_moves_it_to_another_reporting_term(api):
    made = api.create(part())
    made["_assignmentsections"][0]["duedate"] = NEXT_QUARTER

    assert api.replace(made).status_code == 201


# ---- the teacher's hand --------------------------------------------------------------------------


def test_the_column_of_the_control_plane_is_the_assignment_section(api, hand):
    made = api.create(part())

    view = hand("GET", f"/gradebooks/{MATH}")
    assert [column["id"] for column in view["columns"]] == [str(column_of(made))]
    assert view["linked"] == []
    other = hand("GET", f"/gradebooks/{MATH_TOO}")
    assert other["columns"] == []


def test_d4_what_a_teacher_changes_by_hand_is_read_here(api, hand):
    column = column_of(made := api.create(part()))
    hand(
        "PATCH",
        f"/columns/{column}",
        {"title": "By hand", "category": "135002", "due": "2026-10-13"},
    )
    hand("PUT", f"/columns/{column}/scores/{IN_MATH}", {"score": 19.5})

    own = api.assignment(made["assignmentid"])["_assignmentsections"][0]
    assert (own["name"], own["duedate"]) == ("By hand", "2026-10-13")
    assert own["_assignmentcategoryassociations"][0]["teachercategoryid"] == TEST
    assert api.scores(column) == {str(IN_MATH): "19.5"}


def test_an_assignment_made_by_hand_was_created_by_no_plugin(api, hand):
    hand("POST", "/columns", {"section": MATH, "title": "Notebook", "points": 5, "due": DUE})

    assert [one["createdbyplugin"] for one in api.assignments(MATH).json()] == [None]


def test_d4_a_deleted_one_is_gone_from_the_list_and_comes_back_when_restored(api, hand):
    column = column_of(api.create(part()))
    hand("DELETE", f"/columns/{column}")
    gone = api.assignments(MATH).json()
    hand("POST", f"/columns/{column}/restore")

    assert gone == []
    assert [column_of(one) for one in api.assignments(MATH).json()] == [column]


def test_a_plugin_leaves_its_own_number(api, client, setting):
    setting(plugins={"other": {"secret": "s"}})
    other = Api(signed_in(client, "other", "s"))

    assert other.create(part())["createdbyplugin"] == "218"


def test_a_list_does_not_look_through_the_assignments_of_the_district(world):
    plan = world.db.read(f"EXPLAIN QUERY PLAN {PARTS_IN}", '["200001"]')
    looks = [row["detail"] for row in plan if "assignment" in row["detail"]]

    assert looks
    assert not [look for look in looks if "SCAN assignment" in look or "(sis=?)" in look]
