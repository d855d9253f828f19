"""What two linters of others found once, Redocly's and Spectral's recommended rules: held here.

They need node, which this project does without; contracts/README.md says how to run them.
"""

import json
from collections import Counter
from functools import cache

import pytest

from contracts.spec import METHODS, contracts, names, resolved

FILES = names()


def nodes(node, at=""):
    """(place, part) of every object in a document."""
    if isinstance(node, dict):
        yield at, node
        for name, part in node.items():
            yield from nodes(part, f"{at}/{name}")
    elif isinstance(node, list):
        for position, part in enumerate(node):
            yield from nodes(part, f"{at}/{position}")


def operations(whole):
    return [
        (f"{method} {path}", item[method])
        for path, item in whole["paths"].items()
        for method in METHODS
        if method in item
    ]


@cache
def whole(name):
    return resolved(contracts()[name])


@pytest.mark.parametrize("name", FILES)
def test_what_may_be_null_has_a_type(name):
    found = nodes(contracts()[name])
    assert [at for at, part in found if part.get("nullable") is True and "type" not in part] == []


@pytest.mark.parametrize("name", FILES)
def test_every_component_is_used(name):
    document = contracts()[name]
    used = Counter(part["$ref"] for _, part in nodes(document) if isinstance(part.get("$ref"), str))
    used.update(
        f"#/components/securitySchemes/{scheme}"
        for _, part in nodes(document)
        for choice in part.get("security", ())
        if isinstance(choice, dict)
        for scheme in choice
    )
    there = {
        f"#/components/{kind}/{key}"
        for kind, parts in document["components"].items()
        for key in parts
    }
    assert sorted(there - used.keys()) == []
    assert sorted(used.keys() - there) == []


@pytest.mark.parametrize("name", FILES)
def test_every_tag_is_described_and_every_operation_has_one(name):
    document = contracts()[name]
    described = {tag["name"] for tag in document["tags"] if tag.get("description")}
    assert [tag for tag in document["tags"] if tag["name"] not in described] == []
    wrong = [at for at, one in operations(document) if not set(one.get("tags", ())) & described]
    assert wrong == []
    assert described == {tag for _, one in operations(document) for tag in one["tags"]}


@pytest.mark.parametrize("name", FILES)
def test_a_contract_says_whose_it_is_and_how_each_operation_is_refused(name):
    document = contracts()[name]
    assert document["info"]["license"]["name"] == "Apache-2.0"
    assert document["info"]["contact"]["name"] == "The maintainers of Passback"
    without = [
        at
        for at, one in operations(document)
        if not any(code[0] == "4" for code in one["responses"])
    ]
    assert without == []


def ways(schema):
    """Each way to fit *schema* as one that has no parts: all of `allOf`, one of the others."""
    found = [
        {name: part for name, part in schema.items() if name not in ("anyOf", "oneOf", "allOf")}
    ]
    for part in schema.get("allOf", ()):
        found = [joined(one, other) for one in found for other in ways(part)]
    for word in ("anyOf", "oneOf"):
        if word in schema:
            others = [other for part in schema[word] for other in ways(part)]
            found = [joined(one, other) for one in found for other in others]
    return found


def joined(one, other):
    members = {**one.get("properties", {}), **other.get("properties", {})}
    return {**one, **other, **({"properties": members} if members else {})}


def unnamed(schema, value, at=""):
    """Places in *value* of which *schema* says nothing, the way that it fits best."""
    return min((_unnamed(one, value, at) for one in ways(schema)), key=len)


def _unnamed(schema, value, at):
    found = []
    if isinstance(value, list):
        for position, part in enumerate(value):
            found += unnamed(schema.get("items", {}), part, f"{at}/{position}")
    elif isinstance(value, dict):
        members = schema.get("properties", {})
        for name, part in value.items():
            if name in members:
                found += unnamed(members[name], part, f"{at}/{name}")
            elif members and not schema.get("additionalProperties", False):
                found.append(f"{at}/{name}")
    return found


@pytest.mark.parametrize("name", FILES)
def test_an_example_has_no_member_of_which_its_schema_says_nothing(name):
    wrong = {
        f"{at}: {place}"
        for at, part in nodes(whole(name))
        if "schema" in part and ("example" in part or isinstance(part.get("examples"), dict))
        for example in (
            [part["example"]]
            if "example" in part
            else [one["value"] for one in part["examples"].values()]
        )
        for place in unnamed(part["schema"], example)
    }
    assert sorted(wrong) == []


@pytest.mark.parametrize(
    ("schema", "value", "found"),
    [
        ({"properties": {"a": {}}}, {"a": 1}, []),
        ({"properties": {"a": {}}}, {"b": 1}, ["/b"]),
        ({"type": "object"}, {"b": 1}, []),
        ({"properties": {"a": {}}, "additionalProperties": True}, {"b": 1}, []),
        ({"items": {"allOf": [{"properties": {"a": {}}}]}}, [{"a": 1, "b": 1}], ["/0/b"]),
        ({"oneOf": [{"properties": {"a": {}}}, {"properties": {"b": {}}}]}, {"b": {}}, []),
        ({"oneOf": [{"properties": {"a": {}}}, {"properties": {"c": {}}}]}, {"b": {}}, ["/b"]),
    ],
)
def test_a_member_of_which_a_schema_says_nothing_is_found(schema, value, found):
    assert list(unnamed(schema, value)) == found


@pytest.mark.parametrize("name", FILES)
def test_a_contract_is_one_file_that_any_program_reads(name):
    """In one piece: JSON, with no reference to another file."""
    text = json.dumps(contracts()[name])
    assert json.loads(text) == contracts()[name]
    refs = [part["$ref"] for _, part in nodes(contracts()[name]) if "$ref" in part]
    assert [ref for ref in refs if not str(ref).startswith("#/components/")] == []
