"""What the reader of the contracts makes of them: roots, how sure we are, examples that fit."""

import pytest

from contracts.harness.examples.contract_examples import with_real_ids
from contracts.spec import CONTRACTS, Document, contracts, operations

ROOT = {"url": "/there", "x-confidence": "inferred", "x-source": "passback §a root"}


def sure(server, confidence):
    operation = {"operationId": "x", "x-confidence": confidence, "x-source": "passback §an answer"}
    return list(operations({"paths": {"/a": {"servers": [server], "get": operation}}}))


@pytest.mark.parametrize(
    ("confidence", "told"),
    [("documented", "inferred"), ("inferred", "inferred"), ("invented", "invented")],
)
def test_an_operation_is_as_sure_as_the_less_sure_of_its_shape_and_its_root(confidence, told):
    [(method, path, operation)] = sure(ROOT, confidence)
    assert (method, path) == ("get", "/there/a")
    assert operation["x-confidence"] == told
    assert operation["x-source"] == "passback §an answer; passback §a root"


def test_a_root_of_which_nothing_is_said_changes_nothing():
    [(_, _, operation)] = sure({"url": "/there"}, "documented")
    assert operation["x-confidence"] == "documented"
    assert operation["x-source"] == "passback §an answer"


def test_oneroster_of_powerschool_is_no_surer_than_that_it_stands_there():
    found = {
        path: operation["x-confidence"]
        for _, path, operation in operations(contracts()["powerschool.yaml"])
        if "oneroster" in path
    }
    assert len(found) > 40
    assert set(found.values()) == {"inferred"}


def test_an_operation_under_a_second_root_is_marked_as_the_same():
    document = Document.read(CONTRACTS / "skyward.yaml")
    first = document.operations["PUT /ims/oneroster/gradebook/v1p2/lineItems/{sourcedId}"]
    second = document.operations["PUT /ims/oneroster/v1p2/lineItems/{sourcedId}"]
    assert (first.id, first.again, first.group) == ("putLineItem", False, "gradebook 1.2")
    assert (second.id, second.again, second.group) == (first.id, True, "gradebook 1.2, other root")


@pytest.mark.parametrize(
    ("known", "named"),
    [(["7", "9"], "7"), (["9", "130001"], "130001"), ([], "otus-quiz")],
)
def test_an_example_names_a_category_that_the_server_has(known, named):
    document = Document.read(CONTRACTS / "powerschool.yaml")
    made = with_real_ids(document, {"categories": known} if known else {})
    put = made.operations["PUT /api/ims/oneroster/v1p1/lineItems/{sourcedId}"]
    assert made.body(put)["lineItem"]["category"] == {"sourcedId": named}
    category = made.operations["PUT /api/ims/oneroster/v1p1/categories/{sourcedId}"]
    assert made.body(category)["category"]["sourcedId"] == "otus-quiz"
