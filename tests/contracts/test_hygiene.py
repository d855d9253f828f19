"""What every contract file owes its readers, and that contracts and handlers are one."""

import importlib
import inspect

import pytest
from connexion.decorators.parameter import pythonic
from connexion.spec import Specification
from openapi_spec_validator import validate

from contracts.spec import CONFIDENCE, CONTRACTS, contract, contracts, names
from contracts.spec import resolved as in_place
from mock_sis.http.contract import contract as as_served
from mock_sis.http.handlers import method_name
from mock_sis.http.schemas import compiled
from mock_sis.server import MOCKS

METHODS = {"get", "put", "post", "patch", "delete"}
FILES = names()
SOURCES = sorted(str(path.relative_to(CONTRACTS)) for path in CONTRACTS.rglob("*.yaml"))
HANDLERS = {mock.contract: mock.operations for mock in MOCKS.values()}
HANDLERS["control.yaml"] = "mock_sis.control.operations"


def document(name):
    return contracts()[name]


def resolved(name):
    """The contract with its references in place, as the mock has it."""
    return in_place(document(name))


def operations(whole):
    for path, item in whole["paths"].items():
        for method in METHODS & item.keys():
            yield f"{method} {path}", item, item[method]


def parameters(item, operation):
    return [*item.get("parameters", []), *operation.get("parameters", [])]


def can_be_wrong(parameter):
    """Whether a value can break the schema: any text is a string."""
    schema = parameter["schema"]
    return schema["type"] != "string" or bool(schema.keys() - {"type", "description", "default"})


def bodies(operation):
    """(where, media type object) of each body that goes or comes."""
    for media, content in operation.get("requestBody", {}).get("content", {}).items():
        yield f"request {media}", content, False
    for status, response in operation["responses"].items():
        for media, content in response.get("content", {}).items():
            yield f"{status} {media}", content, True


def examples(content):
    if "example" in content:
        yield content["example"]
    yield from (one["value"] for one in content.get("examples", {}).values())


@pytest.mark.parametrize("name", FILES)
def test_a_contract_is_plain_openapi_3_0(name):
    whole = document(name)
    assert whole["openapi"].startswith("3.0.")
    validate(whole)


@pytest.mark.parametrize("name", FILES)
def test_connexion_takes_a_contract_as_it_is_served(name):
    """No mock asks for that when it starts (mock_sis/http/app.py)."""
    Specification.load({**as_served(name).document})


@pytest.mark.parametrize("name", SOURCES)
def test_a_file_is_written_by_hand(name):
    """No anchors as programs write them, and no merging, which few tools follow."""
    text = (CONTRACTS / name).read_text(encoding="utf-8")
    assert "&id0" not in text
    assert " <<:" not in text


@pytest.mark.parametrize("name", FILES)
def test_every_operation_has_a_name_a_source_and_a_confidence(name):
    seen = {}
    for where, _, operation in operations(document(name)):
        assert operation["operationId"] not in seen, where
        seen[operation["operationId"]] = where
        assert operation.get("x-source", "").strip(), where
        assert operation.get("x-confidence") in CONFIDENCE, where
        assert operation.get("summary") or operation.get("description"), where


@pytest.mark.parametrize("name", ["Unauthorized", "TooMany", "TooManyV1", "Conflict", "Conflict11"])
def test_an_answer_of_powerschool_that_nobody_showed_us_is_marked(name):
    """What its operation is known for says nothing of how it refuses."""
    answer = document("powerschool.yaml")["components"]["responses"][name]

    assert answer["x-confidence"] in {"inferred", "invented"}


@pytest.mark.parametrize("name", FILES)
def test_every_operation_says_how_it_fails(name):
    whole = resolved(name)
    missing = []
    for where, item, operation in operations(whole):
        codes = {str(code) for code in operation["responses"]}
        secured = operation.get("security", whole.get("security"))
        if secured and not codes & {"401", "403"}:
            missing.append(f"{where}: 401 or 403")
        named_by_the_caller = where.startswith("put ") and where.count("{") == 1
        in_path = any(one["in"] == "path" for one in parameters(item, operation))
        if in_path and "404" not in codes and not named_by_the_caller:
            missing.append(f"{where}: 404")
        if any(one["in"] == "query" and can_be_wrong(one) for one in parameters(item, operation)):
            missing += [] if codes & {"400", "422"} else [f"{where}: 400 or 422"]
        if operation.get("requestBody") and not codes & {"400", "422"}:
            missing.append(f"{where}: 400 or 422")
        if not any(code.startswith("2") for code in codes):
            missing.append(f"{where}: success")
    assert missing == []


@pytest.mark.parametrize("name", FILES)
def test_examples_validate(name):
    whole, wrong, counted = resolved(name), [], 0
    for where, item, operation in operations(whole):
        for part, content, answer in bodies(operation):
            for example in examples(content):
                counted += 1
                found = compiled(content["schema"], answer=answer).violations(example)
                wrong += [f"{where} {part}: {found[0]}"] if found else []
        for parameter in parameters(item, operation):
            for example in examples(parameter):
                found = compiled(parameter["schema"]).violations(example)
                wrong += [f"{where} {parameter['name']}: {found[0]}"] if found else []
    for key, schema in whole.get("components", {}).get("schemas", {}).items():
        if "example" in schema:
            found = compiled(schema, answer=True).violations(schema["example"])
            wrong += [f"schema {key}: {found[0]}"] if found else []
    assert wrong == []
    assert counted


@pytest.mark.parametrize("name", FILES)
def test_every_body_has_an_example(name):
    missing = [
        f"{where} {part}"
        for where, _, operation in operations(resolved(name))
        for part, content, _ in bodies(operation)
        if not list(examples(content)) and "example" not in content.get("schema", {})
        if "json" in part
    ]
    assert missing == []


OWN_ARGUMENTS = {"self", "body", "call", "exchange"}


def handlers(name):
    return importlib.import_module(HANDLERS[name]).Operations


@pytest.mark.parametrize("name", sorted(HANDLERS))
def test_every_operation_has_a_method(name):
    kind = handlers(name)
    for key in contract(name).operations:
        assert callable(getattr(kind, method_name(kind, key)))


@pytest.mark.parametrize("name", sorted(HANDLERS))
def test_no_method_asks_for_what_its_operation_has_not(name):
    kind, strange = handlers(name), {}
    for key, operation in contract(name).operations.items():
        signature = inspect.signature(getattr(kind, method_name(kind, key))).parameters.values()
        named = {one.name for one in signature if one.kind is not one.VAR_KEYWORD}
        known = {pythonic(parameter) for parameter in operation.parameters}
        if asked := named - known - OWN_ARGUMENTS:
            strange[key] = asked
    assert strange == {}


@pytest.mark.parametrize("name", sorted(HANDLERS))
def test_every_public_method_is_an_operation_or_a_hook(name):
    hooks = {"authorize", "problem", "maintenance", "about"}
    known = set(contract(name).operations)
    known = {method_name(handlers(name), key) for key in known}
    own = {
        key
        for key, value in vars(handlers(name)).items()
        if callable(value) and not key.startswith("_")
    }
    assert sorted(own - known - hooks) == []
