"""The contracts as pages: each operation and each schema once, with what a caller needs."""

import re
from collections import Counter

import pytest

from contracts.spec import CONTRACTS, Document
from tools.site.contracts.pages import FOLDER, TITLES, contract_pages, page_of
from tools.site.contracts.schemas import phrase


@pytest.fixture(scope="module")
def pages():
    return contract_pages()


@pytest.fixture(scope="module", params=TITLES)
def contract(request):
    return request.param, Document.read(CONTRACTS / f"{request.param}.yaml")


def section(page, heading):
    found = re.search(rf"^## {heading}(?: |$).*?(?=^## |\Z)", page, re.MULTILINE | re.DOTALL)
    return found.group() if found else ""


def test_an_operation_stands_once_with_address_statuses_and_how_sure(pages, contract):
    name, document = contract
    own = {file: text for file, text in pages.items() if file.startswith(f"{FOLDER}/{name}")}
    told = Counter(re.findall(r"^## (\S+) \{", "".join(own.values()), re.MULTILINE))
    assert told == Counter({one.id: 1 for one in document.operations.values()})
    for one in document.operations.values():
        text = section(pages[f"{FOLDER}/{page_of(name, one)}"], one.id)
        assert f"**{one.method.upper()}** `{one.path}`" in text, one.label
        assert f"How sure: **{one.raw['x-confidence']}**" in text, one.label
        assert [s for s in one.raw["responses"] if f"\n| {s}" not in text] == [], one.label
        assert [
            p["name"] for p in one.parameters if f"| `{p['name']}` in {p['in']} |" not in text
        ] == []
        assert ("Is sent:" in text) == ("requestBody" in one.raw), one.label
        assert text.count("**by rule**") >= len(one.by_rule), one.label


def test_a_schema_with_a_name_stands_once_with_its_members(pages, contract):
    name, document = contract
    page = pages[f"{FOLDER}/{name}-schemas.md"]
    told = re.findall(r"^## (\S+)$", page, re.MULTILINE)
    schemas = document.raw["components"]["schemas"]
    assert sorted(told) == sorted(schemas)
    for known, schema in schemas.items():
        lost = [m for m in schema.get("properties", {}) if f"| `{m}` |" not in section(page, known)]
        assert lost == [], known


@pytest.mark.parametrize(
    ("schema", "told"),
    [
        ({"type": "string", "format": "date"}, "string, date"),
        ({"type": "array", "items": {"type": "integer"}}, "list of integer"),
        ({"enum": ["a|b", None], "type": "string", "nullable": True}, "`a\\|b`, or null"),
        (
            {"oneOf": [{"$ref": "#/components/schemas/A"}, {"type": "null"}]},
            "[A](x-schemas.md#a) or null",
        ),
        ({"type": "object", "properties": {"n": {"type": "number"}}}, "object with `n`: number"),
        ({}, "anything"),
    ],
)
def test_a_schema_in_words(schema, told):
    assert phrase("x", schema) == told
