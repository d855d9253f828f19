"""Cells through OneRoster: exact scores, statuses, whose cell it is, and what is refused."""

import pytest

from mock_sis.gradebook.view import teacher_view
from mock_sis.sis import gradebook_of
from tests.mock_sis.skyward.conftest import (
    COMMON,
    GRADES,
    IN_MATH,
    IN_MATH_TOO,
    MATH,
    MATH_TOO,
    OLD,
    SCIENCE,
    reason,
)

ROOTS = [GRADES, OLD, COMMON]
ONLY_SCIENCE = "400015"


@pytest.fixture(autouse=True)
def a_line_item(api):
    assert api.put_item(resultValueMax=100).status_code == 201


@pytest.mark.parametrize("root", ROOTS)
def test_the_first_put_makes_the_second_replaces_and_delete_takes_away(api, root):
    path = f"{root}/results/result-1"
    assert api.get(path).status_code == 404
    assert api.put_result(80, root=root).status_code == 201
    assert api.put_result(81, root=root).status_code == 200
    assert [(one["sourcedId"], one["score"]) for one in api.results(root=root)] == [
        ("result-1", 81)
    ]
    assert api.get(path).json()["result"]["score"] == 81
    assert api.client.delete(path).status_code == 204
    assert api.get(path).status_code == 404
    assert api.results(root=root) == []
    assert api.put_result(80, root=root).status_code == 201


@pytest.mark.parametrize("score", ["300", "8.5", "91.10", "0", "0.1", "33.333333333333333333"])
def test_a_score_reads_back_as_the_same_json_number(api, score):
    body = (
        f'{{"result": {{"lineItem": {{"sourcedId": "item-1"}}, "score": {score},'
        f' "student": {{"sourcedId": "{IN_MATH}"}}}}}}'
    )
    header = {"Content-Type": "application/json"}
    answer = api.client.put(f"{GRADES}/results/r", content=body, headers=header)
    assert answer.status_code == 201, answer.text
    kept = score.rstrip("0") if "." in score else score
    for root in ROOTS:
        assert f'"score":{kept},' in api.get(f"{root}/results/r").text


@pytest.mark.parametrize(
    "status", ["exempt", "fully graded", "not submitted", "partially graded", "submitted"]
)
def test_the_status_is_kept_with_its_score(api, status):
    api.put_result(80, scoreStatus=status)
    (read,) = api.results()
    assert (read["scoreStatus"], read["score"]) == (status, 80)


def test_an_extension_status_is_kept_in_1_2(api):
    assert api.put_result(80, scoreStatus="ext:late-pass").status_code == 201
    assert api.results()[0]["scoreStatus"] == "ext:late-pass"


def test_an_exempt_student_without_a_score_reads_back_exempt_and_counts_nowhere(api, world):
    assert api.put_result(..., scoreStatus="exempt").status_code == 201
    (read,) = api.results()
    assert read["scoreStatus"] == "exempt"
    assert "score" not in read
    assert api.results(root=OLD) == []
    row = next(
        row
        for row in teacher_view(gradebook_of(world, "skyward"), MATH)["rows"]
        if row["student"] == IN_MATH
    )
    assert row["cells"][0]["display"] == "*"
    assert row["average"] is None


@pytest.mark.parametrize("empty", [..., None])
def test_a_score_is_taken_back_to_not_submitted_by_putting_none(api, empty):
    api.put_result(80)
    assert api.put_result(empty, scoreStatus="not submitted").status_code == 200
    assert "score" not in api.results()[0]
    assert api.results(root=OLD) == []


def test_a_full_date_time_is_taken_and_answered_as_a_date(api):
    api.put_result(scoreDate="2026-10-01T17:00:00.000Z")
    assert api.results()[0]["scoreDate"] == "2026-10-01"


def test_comment_and_flags_come_back_and_the_flags_only_in_1_2(api):
    api.put_result(comment="", late="true", missing="false")
    (new,), (old,) = api.results(), api.results(root=OLD)
    assert (new["comment"], new["late"], new["missing"]) == ("", "true", "false")
    assert old["comment"] == ""
    assert not {"late", "missing", "class"} & old.keys()


def test_a_second_id_for_the_same_cell_takes_it_over(api):
    api.put_result(80, key="first")
    assert api.put_result(90, key="second").status_code == 201
    assert [(one["sourcedId"], one["score"]) for one in api.results()] == [("second", 90)]
    assert api.get(f"{GRADES}/results/first").status_code == 404


def test_an_id_cannot_move_to_another_student(api):
    api.put_result(80)
    assert api.put_result(80, student="400002").status_code == 409
    assert [one["student"]["sourcedId"] for one in api.results()] == [IN_MATH]


NO_NUMBER = 'the value is not of types "null", "number" at /result/score'
NO_DATE = r'the value does not match "^\d{4}-\d{2}-\d{2}([T ].*)?$" at /result/scoreDate'


@pytest.mark.parametrize(
    ("changes", "status", "why"),
    [
        pytest.param({"score": -1}, 422, "a score is a number that is not negative", id="negative"),
        pytest.param({"score": "8"}, 422, NO_NUMBER, id="as text"),
        pytest.param(
            {"score": ...},
            422,
            "a fully graded result needs a score",
            id="fully graded without a score",
        ),
        pytest.param(
            {"scoreStatus": "graded"},
            422,
            "scoreStatus is no status of a result",
            id="an unknown status",
        ),
        pytest.param({"scoreDate": "yesterday"}, 422, NO_DATE, id="no date"),
        pytest.param({"student": "999"}, 404, "there is no student 999", id="an unknown student"),
        pytest.param(
            {"line_item": "nothing"},
            404,
            "there is no line item nothing",
            id="an unknown line item",
        ),
        pytest.param(
            {"student": ONLY_SCIENCE},
            409,
            "the student is not enrolled in class 200001 today",
            id="a student of another class",
        ),
    ],
)
def test_a_result_that_cannot_be_is_refused_and_leaves_the_cell_alone(api, changes, status, why):
    for root in ROOTS:
        sent = dict(changes)
        answer = api.put_result(sent.pop("score", 8), root=root, **sent)
        assert answer.status_code == status, answer.text
        assert reason(answer) == why
    assert api.results() == []


def test_a_number_beyond_all_measure_is_refused_not_stored(api):
    header = {"Content-Type": "application/json"}
    body = (
        f'{{"result": {{"lineItem": {{"sourcedId": "item-1"}}, "score": 1e999999999,'
        f' "student": {{"sourcedId": "{IN_MATH}"}}}}}}'
    )
    answer = api.client.put(f"{GRADES}/results/r", content=body, headers=header)
    assert answer.status_code in {400, 422}


def test_results_of_linked_classes_stand_on_the_one_line_item(api):
    assert api.put_result(1, key="a", student=IN_MATH).status_code == 201
    assert api.put_result(2, key="b", student=IN_MATH_TOO).status_code == 201
    for section in (MATH, MATH_TOO):
        found = {one["sourcedId"]: one["class"]["sourcedId"] for one in api.results(section)}
        assert found == {"a": MATH, "b": MATH_TOO}
    answer = api.get(f"{GRADES}/classes/{SCIENCE}/lineItems/item-1/results")
    assert answer.json() == {"results": []}


def test_results_are_read_by_class_by_student_and_all_together(api):
    api.put_result(1, key="a", student=IN_MATH)
    api.put_result(2, key="b", student="400002")
    for root in ROOTS:
        every = api.get(f"{root}/results").json()["results"]
        of_class = api.get(f"{root}/classes/{MATH}/results").json()["results"]
        assert every == of_class
        assert {one["sourcedId"] for one in every} == {"a", "b"}
        path = f"{root}/classes/{MATH}/students/{IN_MATH}/results"
        assert [one["sourcedId"] for one in api.get(path).json()["results"]] == ["a"]
    path = f"{GRADES}/classes/{MATH}/lineItems/nothing/results"
    assert api.get(path).status_code == 404


def test_what_a_teacher_typed_is_read_under_an_id_of_the_sis(api, world):
    from decimal import Decimal

    book = gradebook_of(world, "skyward")
    (column,) = book.columns(MATH)
    book.put_score(column.id, IN_MATH, Decimal("7.25"), by="teacher")
    (read,) = api.results()
    assert read["sourcedId"].isdigit()
    assert (read["score"], read["scoreStatus"]) == (7.25, "fully graded")
    assert api.put_result(8, key=read["sourcedId"]).status_code == 200
    assert [one["score"] for one in api.results()] == [8]
    assert api.client.delete(f"{GRADES}/results/{read['sourcedId']}").status_code == 204
    assert api.results() == []


@pytest.mark.parametrize("status", ["tobedeleted", "inactive"])
def test_a_put_that_says_tobedeleted_deletes(api, status):
    api.put_result(80)
    gone = api.put_result(80, status=status)
    assert (gone.status_code, gone.json()) == (200, None)
    assert api.results() == []
    assert api.put_result(80, status=status).status_code == 404
    gone = api.put_item(status=status)
    assert (gone.status_code, gone.headers["content-type"]) == (200, "application/json")
    assert gone.json() is None
    assert api.items() == []


SCALE = {"sourcedId": "scale-1"}
BESIDE = {
    "comment": "Well done",
    "late": "true",
    "missing": "false",
    "inProgress": "true",
    "incomplete": "true",
    "metadata": {"teacher.note": "x"},
    "scoreScale": SCALE,
    "learningObjectiveSet": [
        {"source": "case", "learningObjectiveResults": [{"learningObjectiveId": "lo-1"}]}
    ],
}


def test_what_stands_beside_a_score_reads_back_and_a_put_that_leaves_it_out_takes_it_away(api):
    api.put_result(80, **BESIDE)
    (read,) = api.results()
    assert {name: read[name] for name in BESIDE if name != "scoreScale"} == {
        name: told for name, told in BESIDE.items() if name != "scoreScale"
    }
    assert (read["scoreScale"]["sourcedId"], read["scoreScale"]["type"]) == (
        "scale-1",
        "scoreScale",
    )

    api.put_result(81)
    (read,) = api.results()
    assert not BESIDE.keys() & read.keys()


def test_1_1_neither_shows_nor_takes_away_what_it_has_no_word_for(api):
    api.put_result(80, **BESIDE)
    (read,) = api.results(root=OLD)
    assert BESIDE.keys() & read.keys() == {"comment", "metadata"}

    api.put_result(81, root=OLD)
    (read,) = api.results()
    assert BESIDE.keys() - read.keys() == {"comment", "metadata"}


def test_what_stands_beside_a_column_reads_back_and_a_put_that_leaves_it_out_takes_it_away(api):
    objectives = [{"source": "case", "learningObjectiveIds": ["lo-1"]}]
    beside = {"metadata": {"weight": "2"}, "scoreScale": SCALE, "learningObjectiveSet": objectives}
    api.put_item(description="Bring a pencil", **beside)
    (read,) = api.items()
    assert (read["description"], read["metadata"]) == ("Bring a pencil", {"weight": "2"})
    assert read["scoreScale"]["sourcedId"] == "scale-1"
    assert read["learningObjectiveSet"] == objectives

    api.put_item(description=...)
    assert not {"description", *beside} & api.items()[0].keys()
