"""What 1.2 has beside PUT: batches under given-out ids, categories, score scales."""

import pytest

from mock_sis.districts.factory import WorldFactory
from mock_sis.sis import registrar_of
from tests.mock_sis.skyward.conftest import (
    COMMON,
    GRADES,
    IN_MATH,
    MATH,
    OLD,
    QUIZ,
    SCIENCE,
    item,
)

ROOTS = [GRADES, COMMON]


def result(key, student, score=8, line_item="item-1"):
    return {
        "sourcedId": key,
        "lineItem": {"sourcedId": line_item},
        "student": {"sourcedId": student},
        "score": score,
        "scoreStatus": "fully graded",
        "scoreDate": "2026-10-01",
    }


def pairs(answer):
    assert answer.status_code == 201, answer.text
    return {
        pair["suppliedSourcedId"]: pair["allocatedSourcedId"]
        for pair in answer.json()["sourcedIdPairs"]
    }


@pytest.mark.parametrize("root", ROOTS)
def test_posted_line_items_get_ids_of_the_sis(api, root):
    body = {"lineItems": [item("tmp-1"), item("tmp-2", title="Other")]}
    given = pairs(api.client.post(f"{root}/classes/{MATH}/lineItems", json=body))
    assert [one["sourcedId"] for one in api.items()] == list(given.values())
    again = pairs(api.client.post(f"{root}/classes/{MATH}/lineItems", json=body))
    assert not set(given.values()) & set(again.values())


def test_line_items_posted_to_a_school_may_be_of_any_of_its_classes(api):
    body = {"lineItems": [item("a"), item("b", section=SCIENCE)]}
    answer = api.client.post(f"{GRADES}/schools/100002/lineItems", json=body)
    assert set(pairs(answer)) == {"a", "b"}
    assert api.client.post(f"{GRADES}/schools/999/lineItems", json=body).status_code == 404
    answer = api.client.post(f"{GRADES}/classes/{MATH}/lineItems", json=body)
    assert answer.status_code == 422


@pytest.mark.parametrize("root", ROOTS)
def test_a_batch_of_results_is_written_under_ids_of_the_sis(api, root):
    api.put_item()
    body = {"results": [result("t1", IN_MATH), result("t2", "400002", 9.5)]}
    given = pairs(api.client.post(f"{root}/lineItems/item-1/results", json=body))
    found = {one["sourcedId"]: one["score"] for one in api.results()}
    assert found == {given["t1"]: 8, given["t2"]: 9.5}


def test_a_batch_with_one_bad_record_writes_nothing(api):
    api.put_item()
    body = {"results": [result("t1", IN_MATH), result("t2", "400015")]}
    answer = api.client.post(f"{GRADES}/lineItems/item-1/results", json=body)
    assert answer.status_code == 409
    assert api.results() == []


def test_results_are_posted_by_class_and_session(api):
    api.put_item()
    body = {"results": [result("t1", IN_MATH)]}
    path = f"{GRADES}/classes/{MATH}/academicSessions/%s/results"
    assert api.client.post(path % "120002", json=body).status_code == 422
    assert api.client.post(path % "999", json=body).status_code == 404
    assert set(pairs(api.client.post(path % "120001", json=body))) == {"t1"}


def test_version_1_1_has_no_batches(api):
    answer = api.client.post(f"{OLD}/classes/{MATH}/lineItems", json={"lineItems": [item("a")]})
    assert answer.status_code == 405


@pytest.mark.parametrize("root", [GRADES, OLD, COMMON])
def test_categories_are_read_made_renamed_and_switched_off(api, root):
    ids = [one["sourcedId"] for one in api.get(f"{root}/categories").json()["categories"]]
    assert ids[0] == QUIZ
    path = f"{root}/categories/otus"
    assert api.client.put(path, json={"category": {"title": "Otus"}}).status_code == 201
    assert api.client.put(path, json={"category": {"title": "Otus work"}}).status_code == 200
    assert api.get(path).json()["category"]["title"] == "Otus work"
    assert api.put_item(category="otus").status_code == 201
    assert api.client.delete(path).status_code == 204
    assert api.get(path).json()["category"]["status"] == "tobedeleted"
    assert api.client.delete(path).status_code == 404


def test_a_class_lists_only_the_categories_that_it_may_use(api, world):
    def usable(section):
        answer = api.get(f"{GRADES}/classes/{section}/categories", limit=10_000)
        return [one["sourcedId"] for one in answer.json()["categories"]]

    assert len(usable(MATH)) == len(usable(SCIENCE)) + 1
    registrar_of(world).deactivate_category(QUIZ)
    assert QUIZ not in usable(MATH)
    assert all(usable(MATH))


@pytest.mark.parametrize("root", ROOTS)
@pytest.mark.parametrize(
    ("kind", "record"),
    [
        pytest.param(
            "scoreScale",
            {
                "title": "Letters",
                "type": "letter",
                "class": {"sourcedId": MATH},
                "scoreScaleValue": [{"itemValueLHS": "A", "itemValueRHS": "90-100"}],
            },
            id="score scale",
        ),
        pytest.param(
            "assessmentLineItem",
            {"title": "Benchmark", "class": {"sourcedId": MATH}, "resultValueMax": 40.5},
            id="assessment line item",
        ),
        pytest.param(
            "assessmentResult",
            {
                "assessmentLineItem": {"sourcedId": "ali"},
                "student": {"sourcedId": IN_MATH},
                "score": 31.5,
                "scoreStatus": "fully graded",
                "scoreDate": "2026-10-01",
            },
            id="assessment result",
        ),
    ],
)
def test_what_no_gradebook_uses_is_kept_listed_and_deleted(api, world, root, kind, record):
    path = f"{root}/{kind}s"
    assert api.get(path).json() == {f"{kind}s": []}
    assert api.client.put(f"{path}/x", json={kind: record}).status_code == 201
    assert api.client.put(f"{path}/x", json={kind: record}).status_code == 200
    (read,) = api.get(path).json()[f"{kind}s"]
    assert read == api.get(f"{path}/x").json()[kind]
    plain = {name: value for name, value in record.items() if not isinstance(value, dict)}
    assert plain.items() <= read.items()
    assert api.client.delete(f"{path}/x").status_code == 204
    assert api.get(f"{path}/x").status_code == 404
    WorldFactory().reset(world)
    token = {"grant_type": "client_credentials"}
    fresh = api.client.post("/token", data=token, auth=("passback", "passback-secret")).json()
    api.client.headers["Authorization"] = f"Bearer {fresh['access_token']}"
    assert api.get(path).json() == {f"{kind}s": []}


def test_score_scales_are_read_by_class_and_school(api):
    scale = {
        "title": "Letters",
        "type": "letter",
        "class": {"sourcedId": MATH},
        "scoreScaleValue": [{"itemValueLHS": "A", "itemValueRHS": "90-100"}],
    }
    api.client.put(f"{GRADES}/scoreScales/x", json={"scoreScale": scale})
    of = f"{GRADES}/classes/%s/scoreScales"
    assert len(api.get(of % MATH).json()["scoreScales"]) == 1
    assert api.get(of % SCIENCE).json()["scoreScales"] == []
    assert len(api.get(f"{GRADES}/schools/100002/scoreScales").json()["scoreScales"]) == 1
