"""OneRoster 1.1 push: the same gradebook through the other door."""

import pytest

from tests.mock_sis.powerschool.conftest import (
    CURRENT,
    DUE,
    ELSEWHERE,
    IN_MATH,
    MATH,
    MATH_TOO,
    NEXT_QUARTER,
    QUIZ,
    ROSTER,
    TODAY,
    column_of,
    part,
)


def item(key="pb-1", **changes):
    return {
        "sourcedId": key,
        "title": "Unit 3 Quiz",
        "assignDate": f"{TODAY}T17:00:00.000Z",
        "dueDate": f"{DUE}T17:00:00.000Z",
        "class": {"sourcedId": MATH},
        "category": {"sourcedId": "135001"},
        "resultValueMin": 0,
        "resultValueMax": 20,
        "metadata": {"scoreType": "POINTS"},
        **changes,
    }


@pytest.fixture
def put(api):
    def call(key="pb-1", **changes):
        body = {"lineItem": item(key, **changes)}
        return api.client.put(f"{ROSTER}/lineItems/{key}", json=body)

    return call


@pytest.fixture
def put_result(api):
    def call(student=IN_MATH, score=8.5, key="r-1", **changes):
        result = {
            "sourcedId": key,
            "lineItem": {"sourcedId": "pb-1"},
            "student": {"sourcedId": str(student)},
            "score": score,
            "scoreStatus": "fully graded",
            "scoreDate": TODAY,
            **changes,
        }
        return api.client.put(f"{ROSTER}/results/{key}", json={"result": result})

    return call


def test_a_line_item_by_the_callers_id_is_idempotent(api, put):
    assert [put().status_code, put().status_code] == [201, 200]
    assert len(api.assignments(MATH).json()) == 1


def test_a_result_lands_in_the_gradebook_that_xte_reads(api, put, put_result):
    put()
    answer = put_result()

    made = api.assignments(MATH).json()[0]
    assert answer.status_code == 201
    assert api.scores(column_of(made)) == {str(IN_MATH): "8.5"}
    own = made["_assignmentsections"][0]
    assert (own["name"], own["duedate"], own["scoretype"]) == ("Unit 3 Quiz", DUE, "POINTS")
    assert own["_assignmentcategoryassociations"][0]["teachercategoryid"] == QUIZ


@pytest.mark.parametrize("metadata", [{}, {"scoreType": "points"}, None])
def test_without_upper_case_points_a_line_item_is_scored_by_scale(api, put, metadata):
    changes = {} if metadata is None else {"metadata": metadata}
    body = item(**changes)
    if metadata is None:
        del body["metadata"]

    api.client.put(f"{ROSTER}/lineItems/pb-1", json={"lineItem": body})

    own = api.assignments(MATH).json()[0]["_assignmentsections"][0]
    assert own["scoretype"] == "GRADESCALE"


def test_a_long_title_is_kept_shortened(api, put):
    put(title="x" * 112)

    name = api.assignments(MATH).json()[0]["_assignmentsections"][0]["name"]
    assert 0 < len(name) <= 50


def test_sections_that_skyward_links_stay_apart_here(api, put):
    put()

    other = api.get(f"{ROSTER}/classes/{MATH_TOO}/lineItems").json()["lineItems"]
    assert other == []


def test_the_roster_speaks_dcids(api):
    classes = api.get(f"{ROSTER}/classes").json()["classes"]
    people = api.get(f"{ROSTER}/classes/{MATH}/students").json()["users"]

    assert [one["sourcedId"] for one in classes] == ["200001", "200002", "200003"]
    assert str(IN_MATH) in {person["sourcedId"] for person in people}
    assert classes[0]["school"]["href"] == f"{api.client.base_url}{ROSTER[1:]}/orgs/100002"


def test_links_to_further_pages_keep_the_root(api):
    answer = api.get(f"{ROSTER}/students", limit=4)

    assert answer.headers["X-Total-Count"] == "15"
    assert f"{ROSTER}/students?limit=4&offset=4" in answer.headers["Link"]


def test_what_was_made_by_xte_is_listed_here(api):
    column = column_of(api.create(part()))

    listed = api.get(f"{ROSTER}/classes/{MATH}/lineItems").json()["lineItems"]

    assert [one["sourcedId"] for one in listed] == [str(column)]


def test_refusals_are_status_info(api, put, put_result, hand):
    put()
    stranger = put_result(student=ELSEWHERE)
    hand("POST", f"/periods/{CURRENT}/close")
    closed = put_result()

    assert (stranger.status_code, closed.status_code) == (409, 409)
    for answer in (stranger, closed):
        assert answer.json()["statusInfoSet"][0]["imsx_codeMajor"] == "failure"


def test_there_is_no_rule_of_the_current_period(put):
    assert put(dueDate=f"{NEXT_QUARTER}T17:00:00.000Z").status_code == 201
    assert put("pb-2", dueDate="2031-01-01T17:00:00.000Z").status_code == 409


def test_the_same_token_opens_both_doors(client):
    assert client.get(f"{ROSTER}/classes").status_code == 401
