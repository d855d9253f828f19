"""Our compiled validators say yes and no where connexion's own do, and explain without quoting."""

import asyncio
from decimal import Decimal

import jsonschema
import pytest
from connexion.json_schema import Draft4RequestValidator, Draft4ResponseValidator
from jsonschema import Draft4Validator

from mock_sis.http.exchange import whole
from mock_sis.http.schemas import Schema, plain
from mock_sis.http.types import Problem
from mock_sis.http.validators import FormBody, JsonBody, exact

CORPUS = {
    "string": ({"type": "string", "minLength": 2, "maxLength": 3}, ["ab", "a", "abcd", 1, None]),
    "nullable string": ({"type": "string", "nullable": True}, ["a", None, 1]),
    "nullable enum": ({"type": "string", "enum": ["a"], "nullable": True}, ["a", None, "b"]),
    "nullable object": (
        {"type": "object", "nullable": True, "required": ["a"]},
        [None, {}, {"a": 1}],
    ),
    "exclusive minimum": (
        {"type": "number", "minimum": 0, "exclusiveMinimum": True},
        [0, 1, -1, 0.5],
    ),
    "inclusive minimum": (
        {"type": "number", "minimum": 0, "exclusiveMinimum": False},
        [0, -1],
    ),
    "exclusive maximum": ({"type": "number", "maximum": 9, "exclusiveMaximum": True}, [9, 8]),
    "multiple": ({"type": "number", "multipleOf": 0.5}, [1.5, 1.25]),
    "pattern": ({"type": "string", "pattern": "^[a-z]+$"}, ["abc", "aBc", ""]),
    "date": ({"type": "string", "format": "date"}, ["2026-02-28", 5]),
    "date-time": (
        {"type": "string", "format": "date-time"},
        ["2026-02-28T10:00:00Z", "2026-02-28T10:00:00-05:00", "2026-02-28", "x"],
    ),
    "closed object": (
        {"type": "object", "additionalProperties": False, "properties": {"a": {"type": "integer"}}},
        [{"a": 1}, {"b": 1}, {"a": "1"}, {}, []],
    ),
    "typed rest": (
        {"type": "object", "additionalProperties": {"type": "boolean", "nullable": True}},
        [{"a": True}, {"a": None}, {"a": 1}],
    ),
    "array": (
        {"type": "array", "items": {"type": "integer"}, "minItems": 1, "uniqueItems": True},
        [[1], [], [1, 1], ["a"], None],
    ),
    "any of": ({"anyOf": [{"type": "string"}, {"type": "integer"}]}, ["a", 1, 1.5, None]),
    "all of": (
        {"allOf": [{"required": ["a"]}, {"properties": {"a": {"type": "string"}}}]},
        [{"a": "x"}, {"a": 1}, {}],
    ),
    "not": ({"not": {"type": "string"}}, ["a", 1]),
    "write-only is fine in a request": (
        {"type": "object", "properties": {"s": {"type": "string", "writeOnly": True}}},
        [{"s": "x"}, {}],
    ),
}
CASES = [
    pytest.param(schema, value, id=f"{name}: {value!r}")
    for name, (schema, values) in CORPUS.items()
    for value in values
]


@pytest.mark.parametrize(("schema", "value"), CASES)
def test_requests_are_judged_as_by_connexion(schema, value):
    stock = Draft4RequestValidator(schema, format_checker=Draft4Validator.FORMAT_CHECKER)

    assert (not Schema(schema).violations(value)) == stock.is_valid(value)


@pytest.mark.parametrize(("schema", "value"), CASES)
def test_answers_are_judged_as_by_connexion(schema, value):
    stock = Draft4ResponseValidator(schema, format_checker=Draft4Validator.FORMAT_CHECKER)

    assert (not Schema(schema, answer=True).violations(value)) == stock.is_valid(value)


def test_null_in_a_nullable_composition_passes_which_connexion_forgets():
    schema = {"anyOf": [{"type": "string"}, {"type": "integer"}], "nullable": True}

    assert Schema(schema).violations(None) == []
    message = "the value is not valid under any of the schemas listed in the 'anyOf' keyword"
    assert Schema(schema).violations(1.5) == [{"pointer": "", "rule": "anyOf", "message": message}]


@pytest.mark.parametrize("value", ["2026-02-30", "x"])
def test_a_date_must_be_one_which_connexion_does_not_see(value):
    found = Schema({"type": "string", "format": "date"}).violations(value)
    assert found == [{"pointer": "", "rule": "format", "message": 'the value is not a "date"'}]


def test_what_is_made_is_a_valid_draft_7_schema():
    for schema, _ in CORPUS.values():
        jsonschema.Draft7Validator.check_schema(plain(schema))


def test_a_violation_names_the_place_and_the_rule_and_no_value():
    schema = {"properties": {"a/b": {"items": {"type": "number"}}}}

    found = Schema(schema).violations({"a/b": [1, "secret"]})

    assert found == [
        {"pointer": "/a~1b/1", "rule": "type", "message": 'the value is not of type "number"'}
    ]


def test_at_most_twenty_violations_are_listed():
    assert len(Schema({"items": {"type": "string"}}).violations(list(range(100)))) == 20


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param(b"8.35", Decimal("8.35"), id="fraction"),
        pytest.param(b"91.10", Decimal("91.10"), id="its zeros"),
        pytest.param(b"0.12345678901234567890123", Decimal("0.12345678901234567890123"), id="long"),
        pytest.param(b"1e2", Decimal("1e2"), id="exponent"),
        pytest.param(b"-0.0", Decimal("-0.0"), id="minus nought"),
        pytest.param(b"123456789012345678901234567890", 123456789012345678901234567890, id="big"),
        pytest.param(b"7", 7, id="integer"),
    ],
)
def test_numbers_keep_every_digit(text, value):
    parsed = exact(b'{"n": ' + text + b"}")["n"]

    assert (parsed, str(parsed), type(parsed)) == (value, str(value), type(value))


@pytest.mark.parametrize(
    "text",
    [b"{", b"NaN", b'"\xff"', b'"\\ud800"', b"[1,]", b"[" * 100_000],
    ids=["cut", "NaN", "no UTF-8", "lone surrogate", "comma", "deep"],
)
def test_what_is_no_json_is_refused(text):
    with pytest.raises((ValueError, RecursionError)):
        exact(text)


def check(kind, schema, body, *, required=False, nullable=False):
    """The value that a handler would get."""
    made = kind(
        schema=schema,
        required=required,
        nullable=nullable,
        encoding="utf-8",
        strict_validation=False,
    )
    return made.checked(body)


def test_a_body_in_pieces_is_put_together():
    messages = [
        {"type": "http.request", "body": b'{"a"', "more_body": True},
        {"type": "http.request", "body": b": 1", "more_body": True},
        {"type": "http.request", "body": b".5}"},
    ]

    async def receive():
        return messages.pop(0)

    assert asyncio.run(whole(receive)) == b'{"a": 1.5}'


def test_a_body_keeps_every_digit():
    assert check(JsonBody, {"type": "object"}, b'{"a": 1.50}') == {"a": Decimal("1.50")}


def test_an_empty_body_is_none_unless_required():
    assert check(JsonBody, {"type": "object"}, b"  ") is None
    with pytest.raises(Problem, match="no body"):
        check(JsonBody, {"type": "object"}, b"", required=True)


def test_null_is_a_body_where_the_contract_says_so():
    assert check(JsonBody, {"type": "object"}, b"null", nullable=True) is None
    with pytest.raises(Problem):
        check(JsonBody, {"type": "object"}, b"null")


def test_a_form_is_a_dict_of_text_and_the_last_of_repeated_fields_counts():
    schema = {"type": "object", "required": ["grant_type"]}

    body = check(FormBody, schema, b"grant_type=a&scope=x%20y+z&grant_type=b&empty=")

    assert body == {"grant_type": "b", "scope": "x y z", "empty": ""}


def test_a_form_that_is_no_utf8_is_a_problem():
    with pytest.raises(Problem) as caught:
        check(FormBody, {"type": "object"}, b"a=%ff")
    assert caught.value.status == 400


def test_a_problem_says_the_first_violation_and_carries_all():
    schema = {"type": "object", "required": ["a", "b"]}
    with pytest.raises(Problem) as caught:
        check(JsonBody, schema, b"{}")

    assert caught.value.detail == '"a" is a required property'
    assert [v["rule"] for v in caught.value.violations] == ["required", "required"]
