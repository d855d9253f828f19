"""`/ws/xte/score`: many students at once, all or none, and no ids in the answer."""

import pytest

from mock_sis.gradebook.view import averages
from mock_sis.sis import gradebook_of
from tests.mock_sis.powerschool.conftest import (
    ALSO_IN_MATH,
    ELSEWHERE,
    IN_MATH,
    IN_MATH_TOO,
    MATH,
    MATH_TOO,
    MR_SCIENCE,
    YEAR,
    column_of,
    fields,
    mark,
    part,
)


@pytest.fixture
def column(api):
    return column_of(api.create(part()))


def test_scores_are_written_together_and_decimals_kept(api, column):
    answer = api.score(column, (IN_MATH, 18), (ALSO_IN_MATH, 8.5))

    assert answer.status_code == 200
    assert api.scores(column) == {str(IN_MATH): "18", str(ALSO_IN_MATH): "8.5"}


def test_the_answer_names_the_students_and_has_no_ids_of_scores(api, column):
    told = api.score(column, (IN_MATH, 18), (ALSO_IN_MATH, 9)).json()["assignment_scores"]

    assert [row["studentsdcid"] for row in told] == [IN_MATH, ALSO_IN_MATH]
    assert not any("assignmentscoreid" in row for row in told)


def test_the_same_student_again_updates_the_same_row(api, column):
    api.score(column, (IN_MATH, 9))
    first = api.rows("assignmentscore", f"assignmentsectionid=={column}")
    known = int(first[0]["assignmentscoreid"])

    api.score(column, (IN_MATH, 10))
    api.put_scores([mark(column, IN_MATH, 11, assignmentscoreid=known)])

    rows = api.rows("assignmentscore", f"assignmentsectionid=={column}")
    assert [(row["assignmentscoreid"], row["scorepoints"]) for row in rows] == [(str(known), "11")]


def test_a_score_over_the_maximum_is_extra_credit(api, column):
    assert api.score(column, (IN_MATH, 24)).status_code == 200
    assert api.rows("assignmentscore")[0]["scorepercent"] == "120"


def test_one_student_who_is_not_on_the_assignment_fails_the_whole_batch(api, column):
    answer = api.score(column, (IN_MATH, 18), (ELSEWHERE, 7), (ALSO_IN_MATH, 9))

    assert answer.status_code == 409
    assert [error["params"] for error in answer.json()["errors"]] == [
        {"student_dcid": ELSEWHERE, "assignment_section_id": column}
    ]
    assert f"Student.id [{ELSEWHERE}]" in fields(answer)[0]
    assert api.scores(column) == {}


def test_all_offenders_are_named_at_once(api, column):
    answer = api.score(column, (ELSEWHERE, 1), (IN_MATH, 2), (IN_MATH_TOO, 3), (999, 4))

    named = [error["params"]["student_dcid"] for error in answer.json()["errors"]]
    assert named == [ELSEWHERE, IN_MATH_TOO, 999]


def test_d5_a_student_who_left_blocks_the_batch_until_left_out(api, hand, column):
    api.score(column, (IN_MATH, 3))
    hand("POST", f"/students/{IN_MATH}/drop", {"section": MATH})

    blocked = api.score(column, (IN_MATH, 18), (ALSO_IN_MATH, 9))
    peeled = api.score(column, (ALSO_IN_MATH, 9))

    assert (blocked.status_code, peeled.status_code) == (409, 200)
    assert api.scores(column) == {str(IN_MATH): "3", str(ALSO_IN_MATH): "9"}


def test_sections_that_skyward_links_have_gradebooks_of_their_own_here(api, column):
    assert api.score(column, (IN_MATH_TOO, 9)).status_code == 409


def test_an_assignment_for_chosen_students_takes_scores_of_those_alone(api):
    chosen = [{"studentsdcid": IN_MATH}]
    column = column_of(api.create(part(_assignmentstudentassociations=chosen)))

    assert api.score(column, (IN_MATH, 9)).status_code == 200
    assert api.score(column, (ALSO_IN_MATH, 9)).status_code == 409


def test_a_vanished_assignment_section_is_a_500_that_cannot_find_it(api, hand, column):
    hand("DELETE", f"/columns/{column}")

    answer = api.score(column, (IN_MATH, 18))

    assert answer.status_code == 500
    assert answer.json() == {
        "message": "Unable to find com.pearson.powerschool.xte.model.AssignmentSection"
        f" with id {column}"
    }


def test_another_teachers_assignment_section_is_a_403(api, column):
    api.teacher = MR_SCIENCE

    answer = api.score(column, (IN_MATH, 18))

    assert answer.status_code == 403
    assert f"does not teach section {MATH}" in answer.json()["message"]


def test_an_assignmentid_by_mistake_is_a_403(api):
    made = api.create(part())

    answer = api.score(made["assignmentid"], (IN_MATH, 18))

    assert answer.status_code == 403
    assert api.scores(column_of(made)) == {}


def test_resubmit_is_a_412_once_and_the_same_again_is_taken(api, hand, column):
    fault = {"operation": "putScores", "nth": 1, "action": "status", "status": 412}
    hand("POST", "/faults", fault)

    first, second = api.score(column, (IN_MATH, 18)), api.score(column, (IN_MATH, 18))

    assert (first.status_code, first.json()["message"]) == (412, "Resubmit")
    assert (second.status_code, api.scores(column)) == (200, {str(IN_MATH): "18"})


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ({"actualscoreentered": "-1", "scorepoints": -1}, "assignmentscore.actualscoreentered"),
        ({"actualscoreentered": "A+", "scorepoints": None}, "actualscoreentered"),
        ({"actualscoreentered": "1" * 31, "scorepoints": None}, "actualscoreentered"),
        ({"actualscoreentered": "NaN", "scorepoints": None}, "actualscoreentered"),
    ],
)
def test_what_is_no_score_is_a_409_and_nothing_is_written(api, column, row, field):
    bad = mark(column, IN_MATH, 1, **row)

    answer = api.put_scores([mark(column, ALSO_IN_MATH, 9), bad])

    assert (answer.status_code, fields(answer)) == (409, [field])
    assert api.scores(column) == {}


def test_a_term_that_is_not_there_is_a_400(api, column):
    assert api.score(column, (IN_MATH, 18), term_id=15000201).status_code == 400
    assert api.score(column, (IN_MATH, 18), term_id=YEAR).status_code == 200


def test_scores_may_come_as_floats_by__id_and_with_unknown_members(api, column):
    row = {
        "_assignmentsection": {"_id": column, "_name": "assignmentsection"},
        "studentsdcid": str(IN_MATH),
        "scorepoints": 17.25,
        "whatever": {"x": 1},
    }

    assert api.put_scores([row], push_assignment_scores="false").status_code == 200
    assert api.scores(column) == {str(IN_MATH): "17.25"}


def test_a_bare_array_is_taken_too(api, column):
    answer = api.client.put(
        "/ws/xte/score",
        params={"users_dcid": api.teacher, "status": "A,I,P"},
        json=[mark(column, IN_MATH, 9)],
    )

    assert answer.status_code == 200


def test_one_score_by_itself(api, column):
    answer = api.client.put(
        "/ws/xte/score/assignment",
        params={"users_dcid": api.teacher},
        json=mark(column, IN_MATH, 9),
    )

    assert answer.status_code == 200
    assert api.scores(column) == {str(IN_MATH): "9"}


def test_several_assignment_sections_in_one_call(api):
    made = api.create(part(), part(sectionsdcid=int(MATH_TOO)))
    here, there = (p["assignmentsectionid"] for p in made["_assignmentsections"])

    answer = api.put_scores([mark(here, IN_MATH, 1), mark(there, IN_MATH_TOO, 2)])

    assert answer.status_code == 200
    assert (api.scores(here), api.scores(there)) == (
        {str(IN_MATH): "1"},
        {str(IN_MATH_TOO): "2"},
    )


def test_flags_stand_beside_the_score_and_exempt_is_not_averaged(api, hand, column):
    api.put_scores([mark(column, IN_MATH, 5, islate=True, isexempt=True)])

    row = api.rows("assignmentscore")[0]
    assert (row["islate"], row["isexempt"], row["scorepoints"]) == ("1", "1", "5")
    view = hand("GET", f"/gradebooks/{MATH}")["rows"]
    assert next(r["average"] for r in view if r["student"] == str(IN_MATH)) is None


def test_a_flag_alone_leaves_the_score_as_it_is(api, column):
    api.score(column, (IN_MATH, 7))
    flag = {"_assignmentsection": {"assignmentsectionid": column}, "studentsdcid": IN_MATH}
    api.put_scores([flag | {"ismissing": True}])

    row = api.rows("assignmentscore")[0]
    assert (row["scorepoints"], row["ismissing"]) == ("7", "1")


def test_two_rows_of_one_student_in_a_batch_add_up(api, column):
    flag = {"_assignmentsection": {"assignmentsectionid": column}, "studentsdcid": IN_MATH}
    api.put_scores([mark(column, IN_MATH, 5, islate=True), flag | {"ismissing": True}])

    [row] = api.rows("assignmentscore")
    assert (row["scorepoints"], row["islate"], row["ismissing"]) == ("5", "1", "1")


def test_a_comment_is_a_row_of_its_own(api, column):
    told = {"_assignmentscorecomment": {"commentvalue": "Show your work"}}
    api.put_scores([mark(column, IN_MATH, 5, **told)])

    score = api.rows("assignmentscore")[0]
    comment = api.rows("assignmentscorecomment")[0]
    assert comment["commentvalue"] == "Show your work"
    assert comment["assignmentscoreid"] == score["assignmentscoreid"]


def test_an_older_program_reads_scores_with_a_post(api):
    made = api.create(part())
    api.score(column_of(made), (IN_MATH, 7.5))

    answer = api.client.post(
        "/ws/xte/assignment_score",
        params={"users_dcid": api.teacher, "pagesize": 0},
        json={"assignment_ids": [made["assignmentid"]], "section_ids": [MATH]},
    )

    assert [(row["studentsdcid"], row["scorepoints"]) for row in answer.json()] == [(IN_MATH, 7.5)]


def test_students_are_taken_off_an_assignment_blindly(api, column):
    api.score(column, (IN_MATH, 7), (ALSO_IN_MATH, 8))

    answer = api.client.request(
        "DELETE",
        "/ws/xte/assignment_section/students",
        params={"users_dcid": api.teacher, "force": "true"},
        json={"student_ids": [IN_MATH, ELSEWHERE], "section_ids": [column, 29_999_999]},
    )

    assert answer.status_code == 201
    assert api.scores(column) == {str(ALSO_IN_MATH): "8"}


def test_who_has_a_score_is_taken_off_by_force_alone_and_no_teacher_need_be_named(api, column):
    api.score(column, (IN_MATH, 7))
    path, body = "/ws/xte/assignment_section/students", {"student_ids": [IN_MATH]}

    for force, left in (("false", {str(IN_MATH): "7"}), ("true", {})):
        answer = api.client.request(
            "DELETE", path, params={"force": force}, json={**body, "section_ids": [column]}
        )
        assert answer.status_code == 201, answer.text
        assert api.scores(column) == left


def test_d4_a_score_that_a_teacher_cleared_is_no_row_any_more(api, hand, column):
    api.score(column, (IN_MATH, 7))
    hand("PUT", f"/columns/{column}/scores/{IN_MATH}", {"score": None})

    assert api.scores(column) == {}


def test_d7_an_empty_cell_and_a_0_differ_in_the_average(api, world):
    first, second = column_of(api.create(part(name="A"))), column_of(api.create(part(name="B")))
    book = gradebook_of(world, "powerschool")

    api.score(first, (IN_MATH, 20))
    assert averages(book, MATH)[str(IN_MATH)][None] == 100

    api.score(second, (IN_MATH, 0))
    assert averages(book, MATH)[str(IN_MATH)][None] == 50
