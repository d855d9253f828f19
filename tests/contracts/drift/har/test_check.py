"""One exchange against a contract: each part of it that can be wrong, by place and type."""

import json
from datetime import UTC, datetime

import pytest

from contracts.drift.har.check import check, undescribed
from contracts.drift.har.place import find
from contracts.drift.har.read import Body, Exchange, Request, Response
from contracts.spec import Contract

JSON = "application/json"
RECORD = {
    "type": "object",
    "required": ["id"],
    "properties": {
        "id": {"type": "string"},
        "score": {"type": "number", "nullable": True},
        "due": {"type": "string", "format": "date"},
        "kind": {"type": "string", "enum": ["quiz", "test"]},
    },
}
SEVERAL = {"type": "object", "properties": {"records": {"type": "array", "items": RECORD}}}


def of_json(schema):
    return {"content": {"application/json": {"schema": schema}}}


CONTRACT = Contract(
    {
        "openapi": "3.0.3",
        "info": {"title": "Records", "version": "1"},
        "paths": {
            "/records": {
                "put": {
                    "operationId": "putRecord",
                    "requestBody": of_json({**RECORD, "additionalProperties": False}),
                    "responses": {"200": {"description": "", **of_json(SEVERAL)}},
                }
            }
        },
    }
)
GOOD = {"id": "7", "score": 8.5, "due": "2026-10-01", "kind": "quiz"}


def exchange(sent=None, got=None, *, status=200, media=JSON, path="/records"):
    def body(value, media):
        text = value if isinstance(value, str) else json.dumps(value)
        return Body(media, text) if value is not None else Body()

    return Exchange(
        started=datetime(2026, 10, 1, tzinfo=UTC),
        request=Request("PUT", f"https://sis.example.org{path}", body=body(sent, JSON)),
        response=Response(status, body=body(got, media)),
    )


def told(one):
    found = check(CONTRACT, one, find(CONTRACT, one, ""))
    return [(finding.check, finding.reason, finding.times) for finding in found]


def test_an_exchange_as_the_contract_has_it_has_no_finding():
    assert told(exchange(GOOD, {"records": [GOOD, {"id": "8", "score": None}]})) == []
    assert told(exchange(GOOD)) == []


WRONG = [
    ({"score": 8.5}, "the top: lacks id"),
    ({"id": 7}, "/id: expected string, received integer"),
    ({"id": "7", "score": "8.5"}, "/score: expected number or null, received string"),
    ({"id": "7", "due": "soon"}, "/due: expected format date, received string"),
    ({"id": "7", "kind": "poem"}, "/kind: expected one of quiz, test, received string"),
]


@pytest.mark.parametrize(("sent", "reason"), WRONG)
def test_what_was_sent_is_held_to_the_request(sent, reason):
    assert told(exchange(sent, {"records": []})) == [("request body", reason, 1)]


def test_a_member_that_a_request_may_not_have_is_named():
    reason = "the top: has members that the contract does not have: rubric"
    assert told(exchange({**GOOD, "rubric": 1})) == [("request body", reason, 1)]


@pytest.mark.parametrize(("record", "reason"), WRONG)
def test_what_was_answered_is_held_to_its_status_and_counted_by_place(record, reason):
    place, _, rest = reason.partition(":")
    place = "/records/*" + (place if place.startswith("/") else "")
    found = told(exchange(GOOD, {"records": [record, GOOD, record]}))
    assert found == [("answer body", f"{place}:{rest}", 2)]


@pytest.mark.parametrize(
    ("answer", "check", "reason"),
    [
        ({"status": 418, "got": {}}, "undeclared status", "418 is not among its answers"),
        ({"got": "<p>", "media": "text/html"}, "undeclared content type", "text/html on 200"),
        ({"got": "x", "media": ""}, "undeclared content type", "no content type on 200"),
        ({"got": "{"}, "answer body", "said to be JSON, and is none"),
    ],
)
def test_status_content_type_and_what_is_no_json_are_told(answer, check, reason):
    assert told(exchange(GOOD, **answer)) == [(check, reason, 1)]


def test_an_address_that_the_contract_does_not_have_is_all_that_is_told():
    wrong = exchange({}, {}, path="/elsewhere")
    assert told(wrong) == [("unknown endpoint", "the contract has no such path", 1)]


def test_members_that_an_open_schema_does_not_describe_are_listed():
    one = exchange(GOOD, {"records": [{**GOOD, "rubric": 1}, {**GOOD, "rubric": 2}], "more": True})
    assert undescribed(one, find(CONTRACT, one, "")) == ["/more", "/records/*/rubric"]
