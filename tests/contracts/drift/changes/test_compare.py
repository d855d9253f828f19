"""What breaks between two versions of a contract, and what of it the agent feels."""

import copy

import pytest

from contracts.drift.changes.compare import changes
from contracts.drift.usage import Used
from contracts.spec import Contract


def contract():
    """A small one: a list of marks, and one mark to put."""
    mark = {
        "type": "object",
        "required": ["id"],
        "properties": {
            "id": {"type": "string"},
            "score": {"type": "number", "nullable": True},
            "kind": {"type": "string", "enum": ["final", "draft"]},
            "teacher": {"type": "object", "properties": {"name": {"type": "string"}}},
        },
    }
    several = {"type": "object", "properties": {"marks": {"type": "array", "items": mark}}}

    def answer(schema):
        return {"description": "", "content": {"application/json": {"schema": schema}}}

    limit = {"name": "limit", "in": "query", "schema": {"type": "integer"}}
    order = {"name": "order", "in": "query", "schema": {"type": "string", "enum": ["asc", "desc"]}}
    key = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
    body = {"content": {"application/json": {"schema": copy.deepcopy(mark)}}}
    return {
        "openapi": "3.0.3",
        "info": {"title": "Marks", "version": "1"},
        "paths": {
            "/marks": {
                "get": {
                    "operationId": "listMarks",
                    "parameters": [limit, order],
                    "responses": {"200": answer(several), "429": answer({"type": "object"})},
                }
            },
            "/marks/{id}": {
                "put": {
                    "operationId": "putMark",
                    "parameters": [key],
                    "requestBody": body,
                    "responses": {"201": answer(mark), "409": answer({"type": "object"})},
                }
            },
        },
    }


USED = {
    "listMarks": Used(
        parameters=frozenset({"limit", "order"}),
        sent=frozenset(),
        statuses=frozenset({"200"}),
        read=frozenset({"/marks/*/id", "/marks/*/score", "/marks/*/kind"}),
    ),
    "putMark": Used(
        parameters=frozenset({"id"}),
        sent=frozenset({"/id", "/score", "/kind"}),
        statuses=frozenset({"201"}),
        read=frozenset(),
    ),
}


def answered(doc):
    answers = doc["paths"]["/marks"]["get"]["responses"]["200"]["content"]["application/json"]
    return answers["schema"]["properties"]["marks"]


def listed(doc):
    return answered(doc)["items"]["properties"]


def sent(doc):
    body = doc["paths"]["/marks/{id}"]["put"]["requestBody"]
    return body["content"]["application/json"]["schema"]


def parameter(doc, name):
    return next(p for p in doc["paths"]["/marks"]["get"]["parameters"] if p["name"] == name)


def needed(doc):
    added = {"name": "school", "in": "query", "required": True, "schema": {"type": "string"}}
    doc["paths"]["/marks"]["get"]["parameters"].append(added)


def needed_in_the_body(doc):
    sent(doc)["properties"]["school"] = {"type": "string"}
    sent(doc)["required"].append("school")


def taken_no_more(doc):
    sent(doc)["additionalProperties"] = False
    del sent(doc)["properties"]["kind"]


BREAKING = [
    (lambda d: d["paths"].pop("/marks"), "listMarks", "GET /marks is gone", True),
    (lambda d: listed(d).pop("score"), "listMarks", "/marks/*/score is gone from 200", True),
    (lambda d: listed(d).pop("teacher"), "listMarks", "/marks/*/teacher is gone from 200", False),
    (
        lambda d: listed(d)["score"].update(type="string"),
        "listMarks",
        "/marks/*/score of 200 may be null or string now",
        True,
    ),
    (
        lambda d: listed(d)["id"].update(nullable=True),
        "listMarks",
        "/marks/*/id of 200 may be null or string now, not string alone",
        True,
    ),
    (
        lambda d: listed(d)["teacher"]["properties"]["name"].update(type="integer"),
        "listMarks",
        "/marks/*/teacher/name of 200 may be integer",
        False,
    ),
    (
        lambda d: answered(d)["items"].pop("required"),
        "listMarks",
        "/marks/*/id of 200 may be missing now",
        True,
    ),
    (
        lambda d: sent(d).update(additionalProperties=False),
        "putMark",
        "/ takes no other members now (additionalProperties)",
        False,
    ),
    (taken_no_more, "putMark", "/kind is taken no more", True),
    (
        lambda d: listed(d)["kind"].update(enum=["final"]),
        "listMarks",
        "/marks/*/kind of 200 is no longer draft",
        True,
    ),
    (
        lambda d: d["paths"]["/marks"]["get"]["responses"].pop("429"),
        "listMarks",
        "status 429 is gone",
        False,
    ),
    (
        lambda d: d["paths"]["/marks/{id}"]["put"]["responses"].pop("201"),
        "putMark",
        "status 201 is gone",
        True,
    ),
    (needed, "listMarks", "the query parameter school is needed now", True),
    (
        lambda d: parameter(d, "limit").update(required=True),
        "listMarks",
        "the query parameter limit is needed now",
        False,
    ),
    (
        lambda d: parameter(d, "order")["schema"].update(enum=["asc"]),
        "listMarks",
        "the query parameter order takes fewer words: not desc",
        True,
    ),
    (
        lambda d: d["paths"]["/marks"]["get"]["parameters"].pop(),
        "listMarks",
        "the query parameter order is gone",
        True,
    ),
    (needed_in_the_body, "putMark", "/school must be sent now", True),
    (
        lambda d: sent(d)["required"].append("score"),
        "putMark",
        "/score must be sent now",
        False,
    ),
    (
        lambda d: sent(d)["properties"]["kind"].update(enum=["final"]),
        "putMark",
        "/kind takes fewer words: not draft",
        True,
    ),
    (
        lambda d: sent(d)["properties"]["score"].update(type="integer", nullable=False),
        "putMark",
        "/score must be integer now, not null or number",
        True,
    ),
    (
        lambda d: d["paths"]["/marks/{id}"]["put"]["requestBody"].update(
            content={"text/csv": {"schema": {"type": "string"}}}
        ),
        "putMark",
        "a body as application/json is taken no more",
        True,
    ),
]


@pytest.mark.parametrize(("change", "operation", "said", "felt"), BREAKING)
def test_a_breaking_change_is_told_and_fails_where_the_agent_feels_it(
    change, operation, said, felt
):
    after = contract()
    change(after)
    found = changes(Contract(contract()), Contract(after), USED)
    hits = [one for one in found if one.operation == operation and said in one.what]
    assert len(hits) == 1, [str(one) for one in found]
    assert hits[0].felt is felt
    assert str(hits[0]).startswith("BREAKS" if felt else "warns")


def more(doc):
    """Everything that a server may add without hurting anybody."""
    listed(doc)["note"] = {"type": "string"}
    listed(doc)["kind"]["enum"].append("late")
    sent(doc)["properties"]["note"] = {"type": "string"}
    doc["paths"]["/marks"]["get"]["parameters"].append(
        {"name": "q", "in": "query", "schema": {"type": "string"}}
    )
    doc["paths"]["/marks"]["get"]["responses"]["503"] = {"description": ""}
    doc["paths"]["/more"] = {"get": {"operationId": "more", "responses": {"200": {}}}}
    doc["paths"]["/marks"]["get"]["operationId"] = "getMarks"
    listed(doc)["score"]["type"] = "integer"


def test_what_is_only_added_or_made_narrower_for_a_reader_is_not_told():
    after = contract()
    more(after)
    assert changes(Contract(contract()), Contract(after), USED) == []


def test_without_use_everything_only_warns():
    for change, *_ in BREAKING:
        after = contract()
        change(after)
        assert not any(one.felt for one in changes(Contract(contract()), Contract(after), {}))


def test_what_the_agent_feels_comes_first():
    after = contract()
    listed(after).pop("teacher")
    sent(after)["properties"]["kind"]["enum"].pop()
    found = changes(Contract(contract()), Contract(after), USED)
    assert [str(one) for one in found] == [
        "BREAKS  putMark: /kind takes fewer words: not draft",
        "warns  listMarks: /marks/*/teacher is gone from 200",
        "warns  putMark: /teacher is gone from 201",
    ]
