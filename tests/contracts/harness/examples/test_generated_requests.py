"""Drawn requests get the ids and days of the examples, and keep everything else that was drawn."""

from types import SimpleNamespace

import pytest
import schemathesis

from contracts.harness.examples.generated_requests import named, overlaid, place, placing
from contracts.spec import Document

EXAMPLE = {
    "lineItem": {
        "sourcedId": "item-1",
        "title": "Quiz",
        "dueDate": "2026-10-20",
        "class": {"sourcedId": "200001", "type": "class"},
        "scores": [{"studentId": "400001", "score": 1}],
    }
}


def test_ids_and_days_are_the_examples_and_all_else_stays_as_drawn():
    drawn = {
        "lineItem": {
            "sourcedId": "drawn",
            "title": "\x07",
            "dueDate": "1970-01-01",
            "class": {"sourcedId": "drawn", "type": "drawn"},
            "scores": [{"studentId": "drawn", "score": -1}, {"studentId": "drawn", "score": 2}],
            "more": None,
        }
    }
    assert overlaid(drawn, EXAMPLE) == {
        "lineItem": {
            "sourcedId": "item-1",
            "title": "\x07",
            "dueDate": "2026-10-20",
            "class": {"sourcedId": "200001", "type": "drawn"},
            "scores": [{"studentId": "400001", "score": -1}, {"studentId": "400001", "score": 2}],
            "more": None,
        }
    }


@pytest.mark.parametrize(
    ("drawn", "example", "sent"),
    [
        ({}, {"id": 1, "title": "Quiz"}, {"id": 1, "title": "Quiz"}),
        ({"pupil_DCID": 7}, {"pupil_DCID": 1}, {"pupil_DCID": 1}),
        ({"valid": False}, {"valid": True}, {"valid": True}),
        ({"idle": False}, {"idle": True}, {"idle": False}),
        ([{"id": 7}], [], [{"id": 7}]),
        ("text", {"id": 1}, "text"),
        ({"record": None}, {"record": {"id": 1}}, {"record": None}),
    ],
    ids=["what is lacking", "a dcid", "ends in id", "begins with id", "no example", "text", "null"],
)
def test_where_the_drawn_and_the_example_differ_in_form(drawn, example, sent):
    assert overlaid(drawn, example) == sent


def test_the_one_record_of_a_body_has_the_id_that_the_path_names():
    path = {"sourcedId": "from-the-path"}
    assert named(EXAMPLE, path)["lineItem"] == EXAMPLE["lineItem"] | path
    assert named(EXAMPLE, {"id": "x"}) is EXAMPLE
    for body in ({"a": {"sourcedId": "1"}, "b": {}}, {"a": {"title": "x"}}, {"a": 1}, ["a"], None):
        assert named(body, path) == body


def case(phase="fuzzing", *, positive=True, **parts):
    """A case as Schemathesis makes it."""
    mode = SimpleNamespace(is_positive=positive)
    meta = SimpleNamespace(phase=SimpleNamespace(name=phase), generation=SimpleNamespace(mode=mode))
    given = {"query": None, "body": None, "path_parameters": None} | parts
    return SimpleNamespace(meta=meta, operation=SimpleNamespace(label="PUT /items"), **given)


DRAWN = {"lineItem": {"sourcedId": "drawn", "title": "drawn"}}


def test_a_case_gets_the_query_it_needs_and_the_id_of_its_path():
    drawn = case(query={"limit": 3}, body=DRAWN, path_parameters={"sourcedId": "p-1"})
    place(drawn, EXAMPLE, {"school": "1"})
    assert drawn.query == {"limit": 3, "school": "1"}
    assert drawn.body["lineItem"] == EXAMPLE["lineItem"] | {"title": "drawn", "sourcedId": "p-1"}


def test_along_links_the_whole_example_is_sent():
    drawn = case("stateful", body=DRAWN, path_parameters={"sourcedId": "p-1"})
    place(drawn, EXAMPLE, {})
    assert drawn.body["lineItem"] == EXAMPLE["lineItem"] | {"sourcedId": "p-1"}
    assert drawn.query is None


def test_a_body_without_an_example_stays_as_drawn():
    drawn = case(body=DRAWN)
    place(drawn, None, {})
    assert drawn.body is DRAWN


def document():
    content = {"application/json": {"example": EXAMPLE}}
    needed = {"name": "school", "in": "query", "required": True, "example": "1"}
    free = {"name": "limit", "in": "query", "example": 3}
    header = {"name": "X-Of", "in": "header", "required": True, "example": "x"}
    operation = {
        "operationId": "putItem",
        "parameters": [needed, free, header],
        "requestBody": {"content": content},
        "responses": {},
    }
    return Document({"paths": {"/items": {"put": operation}}})


@pytest.mark.parametrize(
    ("drawn", "placed"),
    [
        (case("fuzzing", body=DRAWN), True),
        (case("stateful", body=DRAWN), True),
        (case("coverage", body=DRAWN), False),
        (case("examples", body=DRAWN), False),
        (case("fuzzing", positive=False, body=DRAWN), False),
    ],
    ids=["drawn", "along links", "a boundary", "an example", "to be refused"],
)
def test_only_what_is_drawn_and_valid_is_placed_and_only_inside_the_block(drawn, placed):
    before = list(schemathesis.hooks.get_all_by_name("before_call"))
    with placing(document()):
        [hook] = [h for h in schemathesis.hooks.get_all_by_name("before_call") if h not in before]
        hook(None, drawn, {})
    assert drawn.query == ({"school": "1"} if placed else None)
    assert (drawn.body["lineItem"]["sourcedId"] == "item-1") is placed
    assert schemathesis.hooks.get_all_by_name("before_call") == before
