"""Columns through OneRoster: upsert by the caller's id, what is kept, and what is refused."""

from decimal import Decimal

import pytest

from mock_sis.sis import gradebook_of
from tests.mock_sis.skyward.conftest import (
    COMMON,
    CURRENT,
    DUE,
    GRADES,
    LAB,
    MATH,
    MATH_TOO,
    OLD,
    QUIZ,
    SCIENCE,
    TEST,
    Api,
    reason,
)

ROOTS = [GRADES, OLD, COMMON]


@pytest.mark.parametrize("root", ROOTS)
def test_the_first_put_makes_the_second_replaces_and_delete_takes_away(api, root):
    path = f"{root}/lineItems/item-1"
    assert api.get(path).status_code == 404
    assert api.put_item(root=root).status_code == 201
    assert api.put_item(root=root, title="Renamed").status_code == 200
    assert [one["title"] for one in api.items(root=root)] == ["Renamed"]
    assert api.get(path).json()["lineItem"]["title"] == "Renamed"
    assert api.client.delete(path).status_code == 204
    assert api.get(path).status_code == 404
    assert api.items(root=root) == []
    assert api.client.delete(path).status_code == 404
    assert api.put_item(root=root).status_code == 201


def test_a_line_item_reads_back_as_it_was_put_but_for_the_time_of_day(api):
    api.put_item(description="from Otus", resultValueMax=20)
    (read,) = api.items()
    assert read["title"] == "Unit 3 Quiz"
    assert read["description"] == "from Otus"
    assert read["dueDate"] == f"{DUE}T00:00:00.000Z"
    assert read["class"]["sourcedId"] == MATH
    assert read["school"]["sourcedId"] == "100002"
    assert read["category"]["sourcedId"] == QUIZ
    assert read["gradingPeriod"]["sourcedId"] == CURRENT
    assert (read["resultValueMin"], read["resultValueMax"]) == (0, 20)


def test_the_two_versions_show_the_same_column_each_with_its_own_members(api):
    api.put_item()
    (new,), (old,) = api.items(), api.items(root=OLD)
    assert set(new) - set(old) == {"school"}
    assert old["category"]["href"].endswith(f"{OLD}/categories/{QUIZ}")
    assert new["category"]["href"].endswith(f"{GRADES}/categories/{QUIZ}")


def test_a_title_of_112_characters_is_taken_and_stored_shortened(api):
    title = "x" * 112
    assert api.put_item(title=title).status_code == 201
    assert api.items()[0]["title"] == title[:49]


@pytest.mark.parametrize("points", ["20", "12.5", "0.1", "33.333333333333333333"])
def test_points_come_back_with_every_digit(api, world, points):
    body = (
        f'{{"lineItem": {{"title": "t", "class": {{"sourcedId": "{MATH}"}},'
        f' "dueDate": "{DUE}", "resultValueMax": {points}}}}}'
    )
    answer = api.client.put(
        f"{GRADES}/lineItems/p", content=body, headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 201, answer.text
    assert f'"resultValueMax":{points}' in api.get(f"{GRADES}/lineItems/p").text
    assert gradebook_of(world, "skyward").columns(MATH)[0].points == Decimal(points)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        pytest.param("2026-10-08", "2026-10-08", id="date"),
        pytest.param("2026-10-08T00:00:00.000Z", "2026-10-08", id="midnight UTC is that date"),
        pytest.param("2026-10-08T17:00:00Z", "2026-10-08", id="local noon"),
        pytest.param("2026-10-08T04:59:00Z", "2026-10-07", id="one minute before local midnight"),
        pytest.param("2026-10-07T23:59:00-05:00", "2026-10-07", id="with an offset"),
        pytest.param("2026-10-08T12:00:00", "2026-10-08", id="without a zone"),
    ],
)
def test_an_instant_becomes_the_districts_date(api, sent, kept):
    api.put_item(dueDate=sent)
    assert api.items()[0]["dueDate"] == f"{kept}T00:00:00.000Z"


def test_a_district_may_keep_dates_by_utc(api, world):
    world.configure(skyward={"due_dates": "utc"})
    api.put_item(dueDate="2026-10-08T04:59:00Z")
    assert api.items()[0]["dueDate"] == "2026-10-08T00:00:00.000Z"


def test_lenient_mode_takes_bare_references_and_fills_in_what_may_be_missing(api):
    only = {"section": SCIENCE, "assignDate": ..., "resultValueMin": ..., "resultValueMax": ...}
    assert api.put_item(category=..., sourcedId=..., **only).status_code == 201
    (read,) = api.items(SCIENCE)
    assert read["category"]["sourcedId"] == QUIZ
    assert read["assignDate"] == "2026-10-01T00:00:00.000Z"
    assert read["resultValueMax"] == 100


def test_a_missing_category_becomes_the_vendors_default(api, world):
    world.configure(skyward={"default_category": TEST})
    api.put_item(category=...)
    assert api.items()[0]["category"]["sourcedId"] == TEST


@pytest.mark.parametrize("category", ["999", LAB])
def test_a_category_that_the_class_may_not_use_is_refused_by_name(api, category):
    answer = api.put_item(section=SCIENCE, category=category)
    assert answer.status_code == 409
    assert category in reason(answer)


def test_a_district_may_put_what_names_an_unknown_category_into_the_default(api, world):
    world.configure(skyward={"unknown_category": "default"})
    assert api.put_item(category="999").status_code == 201
    assert api.items()[0]["category"]["sourcedId"] == QUIZ


@pytest.mark.parametrize(
    ("changes", "status", "word"),
    [
        pytest.param({"dueDate": ...}, 422, "due date", id="no due date"),
        pytest.param({"dueDate": "soon"}, 422, "dueDate", id="no date at all"),
        pytest.param({"dueDate": "2026-13-45"}, 422, "dueDate", id="not in the calendar"),
        pytest.param({"resultValueMax": "ten"}, 422, "resultValueMax", id="points as text"),
        pytest.param({"resultValueMax": True}, 422, "resultValueMax", id="points as true"),
        pytest.param({"title": ...}, 422, "title", id="no title"),
        pytest.param({"title": ""}, 422, "title", id="an empty title"),
        pytest.param({"sourcedId": "other"}, 422, "sourcedId", id="another id than the path's"),
        pytest.param({"section": "999"}, 404, "999", id="unknown class"),
        pytest.param({"dueDate": "2026-12-01"}, 409, "current grading period", id="next period"),
    ],
)
def test_a_line_item_that_cannot_be_is_refused_with_the_reason(api, changes, status, word):
    for root in ROOTS:
        answer = api.put_item(root=root, **changes)
        assert answer.status_code == status, answer.text
        assert word in reason(answer)
    assert api.items() == []


def test_a_body_that_is_not_json_is_400_and_one_without_the_item_422(api):
    path, json = f"{GRADES}/lineItems/x", {"Content-Type": "application/json"}
    assert api.client.put(path, content="{", headers=json).status_code == 400
    assert api.client.put(path, json={"item": {}}).status_code == 422
    assert api.client.put(path, json=[]).status_code == 422


def test_an_item_that_only_moves_within_the_current_period_is_taken(api):
    api.put_item()
    assert api.put_item(dueDate="2026-10-09").status_code == 200
    assert api.put_item(dueDate="2026-12-09").status_code == 409
    assert api.items()[0]["dueDate"] == "2026-10-09T00:00:00.000Z"


def test_what_a_teacher_made_is_listed_under_an_id_of_the_sis_and_can_be_put_by_it(api, world):
    from mock_sis.gradebook.gradebook import Draft

    made, _ = gradebook_of(world, "skyward").put_column(
        Draft(section=MATH, title="By hand", points=Decimal(5), category=QUIZ, due=world.today()),
        by="teacher",
    )
    (read,) = api.items()
    assert read["sourcedId"] == str(made.id)
    assert api.put_item(read["sourcedId"], title="Changed").status_code == 200
    assert [one["title"] for one in api.items()] == ["Changed"]
    assert api.client.delete(f"{GRADES}/lineItems/{made.id}").status_code == 204
    assert api.items() == []


def test_a_column_that_the_teacher_deleted_is_gone_and_its_id_makes_a_new_one(api, world):
    api.put_item()
    book = gradebook_of(world, "skyward")
    (column,) = book.columns(MATH)
    book.delete_column(column.id, by="teacher")
    assert api.get(f"{GRADES}/lineItems/item-1").status_code == 404
    assert api.put_item().status_code == 201


def test_grade_passback_can_be_switched_off(api, world):
    api.put_item()
    world.configure(skyward={"allow_grade_passback": False})
    assert api.put_item().status_code == 403
    assert api.put_result().status_code == 403
    assert [one["sourcedId"] for one in api.items()] == ["item-1"]


def test_ids_of_any_shape_are_kept_as_they_are(api: Api):
    for key in ("9b1f-44", "a b", "ü", "x.y~z", "123abc", "007"):
        path = f"{GRADES}/lineItems/{key}"
        sent = {"title": "t", "class": {"sourcedId": MATH}, "dueDate": DUE}
        assert api.client.put(path, json={"lineItem": sent}).status_code == 201, key
        assert api.get(path).json()["lineItem"]["sourcedId"] == key


@pytest.mark.parametrize("section", [MATH, MATH_TOO])
def test_a_class_lists_the_columns_of_its_linked_gradebook_once(api, section):
    api.put_item("one")
    api.put_item("two", section=MATH_TOO)
    assert sorted(one["sourcedId"] for one in api.items(section)) == ["one", "two"]
    assert api.items(SCIENCE) == []
    every = api.get(f"{GRADES}/lineItems").json()["lineItems"]
    assert sorted(one["sourcedId"] for one in every) == ["one", "two"]
