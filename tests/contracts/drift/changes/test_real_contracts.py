"""The real contracts, mutated: what the agent uses of them is what it feels."""

import copy

import pytest

from contracts.drift.changes.compare import changes
from contracts.drift.usage import usage
from contracts.spec import Contract, contracts, resolved


@pytest.fixture(scope="module")
def real():
    """Contract file -> (as it is, a maker of resolved copies to spoil)."""
    found = {}
    for name in ("otus.yaml", "powerschool.yaml", "skyward.yaml"):
        document = contracts()[name]
        found[name] = Contract(document), resolved(document)
    return found


def spoiled(real, name, operation, change):
    """The breaking changes after *change* of one operation alone."""
    before, whole = real[name]
    paths = dict(whole["paths"])
    for path, item in paths.items():
        for method, op in item.items():
            if isinstance(op, dict) and op.get("operationId") == operation:
                changed = copy.deepcopy(op)
                change(changed)
                paths[path] = {**item, method: changed}
    return changes(before, Contract({**whole, "paths": paths}), usage(name))


def properties(operation, *members, status="200"):
    """The properties of the records in an answer."""
    content = operation["responses"][status]["content"]["application/json"]["schema"]
    for member in members:
        content = content["items"] if member == "*" else content["properties"][member]
    return content["properties"]


def test_a_contract_does_not_break_itself(real):
    for name, (one, _) in real.items():
        assert changes(one, one, usage(name)) == []


@pytest.mark.parametrize(
    ("name", "operation", "members", "field", "felt"),
    [
        ("skyward.yaml", "getResultsForLineItemForClass", ("results", "*"), "score", True),
        ("skyward.yaml", "getLineItemsForClass", ("lineItems", "*"), "dueDate", True),
        ("skyward.yaml", "getAllEnrollments", ("enrollments", "*"), "role", True),
        ("skyward.yaml", "getLineItemsForClass", ("lineItems", "*"), "description", False),
        ("skyward.yaml", "getAllDemographics", ("demographics", "*"), "birthDate", False),
        ("powerschool.yaml", "listTeacherCategories", ("*",), "isactive", True),
        ("powerschool.yaml", "listTeacherCategories", ("*",), "color", False),
        ("otus.yaml", "listChanges", (), "cursor", True),
    ],
)
def test_a_field_that_is_gone_or_retyped_is_felt_exactly_where_it_is_read(
    real, name, operation, members, field, felt
):
    gone = spoiled(real, name, operation, lambda op: properties(op, *members).pop(field))
    retyped = spoiled(
        real,
        name,
        operation,
        lambda op: properties(op, *members).update({field: {"type": "object"}}),
    )
    for found in (gone, retyped):
        assert [one.felt for one in found if field in one.what] == [felt], list(map(str, found))


def test_a_new_required_member_of_a_score_is_felt(real):
    def change(operation):
        content = operation["requestBody"]["content"]["application/json"]["schema"]
        result = content["properties"]["result"]
        result["properties"]["gradedBy"] = {"type": "string"}
        result["required"] = [*result.get("required", []), "gradedBy"]

    found = spoiled(real, "skyward.yaml", "putResult", change)
    assert [(one.felt, "gradedBy must be sent now" in one.what) for one in found] == [(True, True)]


def test_a_root_that_is_gone_is_told_for_each_of_its_operations():
    before = contracts()["skyward.yaml"]
    paths = {
        path: {**item, "servers": item["servers"][:1]} if len(item.get("servers", ())) > 1 else item
        for path, item in before["paths"].items()
    }
    found = changes(Contract(before), Contract({**before, "paths": paths}), usage("skyward.yaml"))
    assert {one.what for one in found if one.operation == "putResult"} == {
        "PUT /ims/oneroster/v1p2/results/{sourcedId} is gone"
    }
    assert len(found) == len(Contract(before).offered) - len(Contract(before).operations)
