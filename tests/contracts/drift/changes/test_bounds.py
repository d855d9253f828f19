"""Constraints and security: what of them is harder for a caller, or less sure for a reader."""

import pytest

from contracts.drift.changes.compare import changes
from contracts.drift.usage import Used
from contracts.spec import Contract

USED = {
    "put": Used(
        parameters=frozenset({"page"}),
        sent=frozenset({"/title"}),
        statuses=frozenset({"200"}),
        read=frozenset({"/title"}),
    )
}
SCHEMES = {
    "token": {
        "type": "oauth2",
        "flows": {"clientCredentials": {"tokenUrl": "/token", "scopes": {"read": "", "write": ""}}},
    },
    "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
}


def contract(
    *,
    page=None,
    sent=None,
    answered=None,
    security=None,
    schemes=SCHEMES,
    required=True,
    others=True,
    headers=None,
):
    """One operation: a parameter, a body and an answer, each of a schema."""

    def content(schema):
        record = {
            "type": "object",
            "properties": {"title": schema or {"type": "string"}},
            "additionalProperties": others,
        }
        return {"content": {"application/json": {"schema": record}}}

    return Contract(
        {
            "openapi": "3.0.3",
            "info": {"title": "Marks", "version": "1"},
            "components": {"securitySchemes": schemes},
            "paths": {
                "/marks": {
                    "put": {
                        "operationId": "put",
                        "security": [{"token": ["read"]}] if security is None else security,
                        "parameters": [
                            {"name": "page", "in": "query", "schema": page or {"type": "integer"}}
                        ],
                        "requestBody": {"required": required, **content(sent)},
                        "responses": {
                            "200": {
                                "description": "",
                                "headers": headers or {},
                                **content(answered),
                            }
                        },
                    }
                }
            },
        }
    )


def told(before, after, used=USED):
    return [str(one) for one in changes(contract(**before), contract(**after), used)]


NONE = {}
TEXT = {"type": "string"}
NUMBER = {"type": "number"}
STRICTER = [
    (TEXT, {"maxLength": 20}, NONE, "maxLength 20"),
    (TEXT, {"maxLength": 20}, {"maxLength": 50}, "maxLength 20", "50"),
    (TEXT, {"minLength": 1}, NONE, "minLength 1"),
    (TEXT, {"pattern": "^a"}, NONE, "pattern ^a"),
    (TEXT, {"pattern": "^a"}, {"pattern": "^b"}, "pattern ^a", "^b"),
    (TEXT, {"format": "date-time"}, {"format": "date"}, "format date-time", "date"),
    (NUMBER, {"maximum": 99.5}, {"maximum": 100}, "maximum 99.5", "100"),
    (NUMBER, {"minimum": 0}, NONE, "minimum 0"),
    (NUMBER, {"minimum": 0}, {"minimum": -1}, "minimum 0", "-1"),
    (NUMBER, {"multipleOf": 1}, NONE, "multipleOf 1"),
    (
        *(NUMBER, {"maximum": 9, "exclusiveMaximum": True}, {"maximum": 9}),
        "exclusiveMaximum True",
    ),
]


@pytest.mark.parametrize("case", STRICTER, ids=lambda case: case[3])
def test_what_a_request_must_have_now_is_told_and_what_it_may_have_now_is_not(case):
    kind, strict, loose, asked, *before = case
    not_before = f", not {before[0]}" if before else ""
    loose, strict = kind | loose, kind | strict
    assert told({"sent": loose}, {"sent": strict}) == [
        f"BREAKS  put: /title must have {asked} now{not_before}"
    ]
    assert told({"page": loose}, {"page": strict}) == [
        f"BREAKS  put: the query parameter page must have {asked} now{not_before}"
    ]
    if set(loose) <= set(strict) and "pattern" not in loose and "format" not in loose:
        assert told({"sent": strict}, {"sent": loose}) == []
        assert told({"page": strict}, {"page": loose}) == []


@pytest.mark.parametrize("case", STRICTER, ids=lambda case: case[3])
def test_what_an_answer_is_not_held_to_any_more_is_told(case):
    kind, strict, loose, promised, *after = case
    but_to = f", but to {after[0]}" if after else ""
    assert told({"answered": kind | strict}, {"answered": kind | loose}) == [
        f"BREAKS  put: /title of 200 is not held to {promised} now{but_to}"
    ]


def test_a_minimum_length_of_nothing_is_no_bound():
    assert told({"sent": TEXT}, {"sent": TEXT | {"minLength": 0}}) == []


def test_a_type_where_there_was_none_is_told_and_one_that_goes_from_an_answer():
    free = {"description": "anything"}
    assert told({"sent": free}, {"sent": TEXT}) == [
        "BREAKS  put: /title must be string now, not anything"
    ]
    assert told({"answered": TEXT}, {"answered": free}) == [
        "BREAKS  put: /title of 200 may be anything now, not string alone"
    ]


def test_a_body_that_must_be_sent_now_is_felt_by_who_sends_none():
    assert told({"required": False}, {"required": True}) == ["warns  put: a body must be sent now"]
    assert told({"required": True}, {"required": False}) == []


READ, WRITE, KEY = {"token": ["read"]}, {"token": ["read", "write"]}, {"key": []}
MOVED = {**SCHEMES, "token": {"type": "oauth2", "flows": {"clientCredentials": {"tokenUrl": "/2"}}}}


@pytest.mark.parametrize(
    ("before", "after", "now", "was"),
    [
        ([], [READ], "token (oauth2) read", "nothing"),
        ([READ], [WRITE], "token (oauth2) read write", "token (oauth2) read"),
        ([READ], [KEY], "key (apiKey)", "token (oauth2) read"),
        ([READ], [READ | KEY], "key (apiKey) and token (oauth2) read", "token (oauth2) read"),
        ([READ, KEY], [KEY], "key (apiKey)", "token (oauth2) read"),
    ],
)
def test_a_way_in_that_is_closed_is_told(before, after, now, was):
    assert told({"security": before}, {"security": after}) == [
        f"BREAKS  put: asks for {now} now, not {was}"
    ]


@pytest.mark.parametrize(
    ("before", "after"),
    [([READ], []), ([WRITE], [READ]), ([KEY], [KEY, READ]), ([READ | KEY], [KEY])],
)
def test_a_way_in_that_is_added_or_made_easier_is_not_told(before, after):
    assert told({"security": before}, {"security": after}) == []


def test_a_token_that_is_got_elsewhere_is_told():
    assert told({}, {"schemes": MOVED}) == [
        "BREAKS  put: token (oauth2) read is got or sent in another way now"
    ]


def test_security_of_what_the_agent_does_not_call_only_warns():
    found = changes(contract(), contract(security=[KEY]), {})
    assert [one.felt for one in found] == [False]


OBJECTS = {"type": "object", "required": ["href"], "properties": {"href": {"type": "string"}}}
NAMED = Used(frozenset(), frozenset({"/nickname"}), frozenset({"200"}), frozenset({"/nickname"}))


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (True, TEXT, ["/{name} must be string now, not anything"]),
        (TEXT, True, ["/{name} of 200 may be anything now, not string alone"]),
        (TEXT, TEXT | {"maxLength": 9}, ["/{name} must have maxLength 9 now"]),
        (
            TEXT,
            False,
            ["/ takes no other members now (additionalProperties)", "/{name} is gone from 200"],
        ),
        (OBJECTS, {"type": "object"}, ["/{name}/href is gone from 200"]),
        (TEXT, TEXT, []),
        (False, TEXT, []),
    ],
)
def test_members_that_an_object_takes_besides_its_own_are_compared(before, after, said):
    assert told({"others": before}, {"others": after}) == [f"warns  put: {one}" for one in said]
    if "href" not in str(said):
        by_who_uses_one = told({"others": before}, {"others": after}, {"put": NAMED})
        assert by_who_uses_one == [f"BREAKS  put: {one}" for one in said]


@pytest.mark.parametrize(
    ("after", "said"),
    [
        ({}, "is gone"),
        ({"Location": {"schema": TEXT}}, "may be missing now"),
        (
            {"Location": {"required": True, "schema": NUMBER}},
            "may be number now, not string alone",
        ),
    ],
)
def test_a_header_that_an_answer_promised_is_told_when_it_is_less_sure(after, said):
    before = {"Location": {"required": True, "schema": TEXT}}
    sentence = f"put: the header Location of 200 {said}"
    assert told({"headers": before}, {"headers": after}) == [f"BREAKS  {sentence}"]
    assert told({"headers": before}, {"headers": after}, {}) == [f"warns  {sentence}"]


def test_a_header_that_is_added_is_not_told():
    assert told({}, {"headers": {"Location": {"required": True, "schema": TEXT}}}) == []
