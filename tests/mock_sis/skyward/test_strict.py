"""Strict mode: writes hold what the standard requires and no more; answers always do."""

import pytest

from tests.mock_sis.skyward.conftest import (
    GRADES,
    IN_MATH,
    MATH,
    OLD,
    QUIZ,
    ROSTER,
    TODAY,
    reason,
)

STAMP = "2026-10-01T17:00:00.000Z"
FRAME = {"status": "active", "dateLastModified": STAMP}


def ref(kind, key):
    return {"href": f"https://sis.example/x/{key}", "sourcedId": key, "type": kind}


def whole_item(**changes):
    made = {
        "sourcedId": "item-1",
        **FRAME,
        "title": "Unit 3 Quiz",
        "assignDate": STAMP,
        "dueDate": "2026-10-08T17:00:00.000Z",
        "class": ref("class", MATH),
        "school": ref("org", "100002"),
        "category": ref("category", QUIZ),
        "resultValueMin": 0,
        "resultValueMax": 20,
    }
    return {name: value for name, value in (made | changes).items() if value is not ...}


def whole_result(**changes):
    made = {
        "sourcedId": "result-1",
        **FRAME,
        "lineItem": ref("lineItem", "item-1"),
        "student": ref("user", IN_MATH),
        "scoreStatus": "fully graded",
        "score": 8.5,
        "scoreDate": TODAY,
    }
    return {name: value for name, value in (made | changes).items() if value is not ...}


@pytest.fixture
def strict(api, world):
    world.configure(skyward={"mode": "strict"})
    return api


def put(api, kind, record, root=GRADES):
    path = f"{root}/{kind}s/{record['sourcedId']}"
    return api.client.put(path, json={kind: record})


def test_a_whole_record_passes_and_is_answered_without_a_body(strict):
    for expected in (201, 200):
        item = put(strict, "lineItem", whole_item())
        result = put(strict, "result", whole_result())
        assert (item.status_code, item.content) == (expected, b"")
        assert (result.status_code, result.content) == (expected, b"")


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        pytest.param({"status": ...}, "/lineItem/status", id="no status"),
        pytest.param({"dateLastModified": ...}, "/lineItem/dateLastModified", id="no date"),
        pytest.param({"class": {"sourcedId": MATH}}, "/lineItem/class/href", id="bare reference"),
        pytest.param({"class": ref("user", MATH)}, "/lineItem/class/type", id="wrong type"),
        pytest.param({"school": ...}, "/lineItem/school", id="no school"),
        pytest.param({"category": ...}, "/lineItem/category", id="no category"),
        pytest.param({"dueDate": "2026-10-08"}, "/lineItem/dueDate", id="a date for a date-time"),
        pytest.param({"colour": "red"}, "/lineItem/colour", id="an invented member"),
        pytest.param({"dueDate": "2026-10-08T17:00:00-05:00"}, "/lineItem/dueDate", id="not UTC"),
    ],
)
def test_an_item_that_is_not_the_standards_is_422_at_its_place(strict, changes, place):
    answer = put(strict, "lineItem", whole_item(**changes))
    assert answer.status_code == 422
    assert reason(answer).startswith(place)


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        pytest.param({"scoreDate": STAMP}, "/result/scoreDate", id="a date-time for a date"),
        pytest.param({"student": {"sourcedId": IN_MATH}}, "/result/student/href", id="bare"),
        pytest.param({"scoreStatus": "Exempt"}, "/result/scoreStatus", id="wrong case"),
        pytest.param({"late": True}, "/result/late", id="a flag that is not a string"),
        pytest.param({"gradingPeriod": ref("x", "y")}, "/result/gradingPeriod", id="unknown"),
    ],
)
def test_a_result_that_is_not_the_standards_is_422_at_its_place(strict, changes, place):
    put(strict, "lineItem", whole_item())
    answer = put(strict, "result", whole_result(**changes))
    assert answer.status_code == 422
    assert reason(answer).startswith(place)


def test_each_version_wants_its_own_members(strict):
    old = whole_item(school=..., gradingPeriod=ref("academicSession", "120001"))
    assert put(strict, "lineItem", old, OLD).status_code == 201
    both = whole_item(gradingPeriod=ref("academicSession", "120001"))
    assert "school" in reason(put(strict, "lineItem", both, OLD))
    assert "gradingPeriod" in reason(put(strict, "lineItem", whole_item(school=...), OLD))
    assert "score" in reason(put(strict, "result", whole_result(score=...), OLD))
    assert put(strict, "result", whole_result(score=..., scoreStatus="exempt")).status_code == 201


def test_answers_hold_the_standards_members_and_whole_references_in_both_modes(api, world):
    """The server checks each answer against the contract's closed schemas; here, the required."""
    api.put_item()
    api.put_result()
    needs = {
        f"{GRADES}/lineItems": "title assignDate dueDate class school category",
        f"{OLD}/lineItems": "title assignDate dueDate class category gradingPeriod resultValueMin"
        " resultValueMax",
        f"{GRADES}/results": "lineItem student scoreStatus scoreDate",
        f"{OLD}/results": "lineItem student scoreStatus score scoreDate",
        f"{GRADES}/categories": "title",
        f"{ROSTER}/users": "enabledUser givenName familyName roles",
        f"{OLD}/users": "username enabledUser givenName familyName role orgs",
        f"{ROSTER}/orgs": "name type identifier",
        f"{ROSTER}/classes": "title classType course school terms",
        f"{ROSTER}/enrollments": "user class school role",
        f"{ROSTER}/academicSessions": "title startDate endDate type schoolYear",
    }
    for mode in ("lenient", "strict"):
        world.configure(skyward={"mode": mode})
        for path, members in needs.items():
            (records,) = api.get(path).json().values()
            assert records
            for one in records:
                wanted = {"sourcedId", "status", "dateLastModified", *members.split()}
                assert wanted <= one.keys(), path
                refs = [value for value in one.values() if isinstance(value, dict)]
                assert all(set(r) == {"href", "sourcedId", "type"} for r in refs)
