"""Every request that the adapter sends stands in contracts/skyward.yaml, and fits it."""

import json
import re
from dataclasses import replace
from decimal import Decimal
from urllib.parse import parse_qsl

import httpx2
import jsonschema_rs
import pytest

from agent.domain import EMPTY_CELL, SectionId
from contracts.spec import CONTRACTS, Document
from tests.agent.sis.conformance import Hand, Rig
from tests.agent.sis.skyward.test_over_sockets import START, delete_world, open_skyward
from tests.transports import Recorded

# The standard's own schema of what is stored: stricter than what a lenient server takes.
STORED = {
    "putLineItem": ("lineItem", "LineItem12"),
    "putLineItem11": ("lineItem", "LineItem11"),
    "putResult": ("result", "Result12"),
    "putResult11": ("result", "Result11"),
}


@pytest.fixture(scope="module")
def contract():
    return Document.read(CONTRACTS / "skyward.yaml").raw


@pytest.fixture(scope="module", params=["1.1", "1.2"])
def requests(servers, request):
    """What a night may send, as seen on the wire: (request, operation told to `observe`)."""
    name = f"contract-{request.param[-1]}"
    hosted = servers.worlds.create(name, size="tiny", seed=1, start=START)
    sent, events = [], []

    url = f"{servers.skyward.url}/w/{name}"
    sis = open_skyward(
        url, hosted, request.param, observe=events.append, connect=lambda: Recorded(sent)
    )
    with httpx2.Client(timeout=30, verify=False) as http:
        hand = Hand(url, http)
        rig = Rig(
            sis,
            hand,
            (SectionId("200001"), SectionId("200002")),
            SectionId("200003"),
            START,
            "130001",
        )
        a_night(rig)
    sis.close()
    delete_world(servers, name)
    return list(zip(sent, (e["operation"] for e in events), strict=True))


def a_night(rig):
    """Everything that the port can ask for, refusals included."""
    list(rig.sis.check())
    snapshot = rig.sis.district_snapshot(None)
    book = rig.book(*rig.linked, SectionId("999999"))
    student = rig.student(book, rig.linked[1])
    draft = replace(rig.draft(book), external_id="pb-a_1-c-1")
    ref = rig.sis.create(book, draft).ref
    rig.sis.create(book, rig.draft(book, assigned=None, category=None))
    rig.sis.update(book, ref, replace(draft, data=replace(draft.data, points=Decimal(25))))
    rig.put(book, ref, (student, "17.25"), (student, "0"))
    rig.put(book, "pb-nowhere", (student, "1"))
    rig.sis.columns(book)
    rig.sis.scores(book, ref)
    rig.sis.clear_score(book, ref, student, EMPTY_CELL)
    rig.sis.clear_score(book, ref, student, EMPTY_CELL)
    rig.hand.call("POST", f"/students/{student}/drop", {"section": rig.linked[1]})
    rig.sis.district_snapshot(snapshot.cursor)


def route(contract, asked):
    """The operation of the contract that *asked* addresses, and its path."""
    path = re.sub(r"^/w/[^/]+", "", asked.url.path)
    templates = sorted(contract["paths"], key=lambda template: template.count("{"))
    for template in templates:
        pattern = re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(template))
        operation = contract["paths"][template].get(asked.method.lower())
        if operation and re.fullmatch(pattern, path):
            return operation
    raise AssertionError(f"the contract has no {asked.method} {path}")


def test_every_request_is_an_operation_of_the_contract_under_the_name_that_is_told(
    contract, requests
):
    assert len(requests) > 40
    for asked, told in requests:
        assert route(contract, asked)["operationId"] == told


def test_every_query_parameter_is_declared(contract, requests):
    for asked, told in requests:
        declared = {
            contract["components"]["parameters"][p["$ref"].rpartition("/")[2]]["name"]
            for p in route(contract, asked).get("parameters", [])
        }
        used = {name for name, _ in parse_qsl(asked.url.query.decode())}
        assert used <= declared, told


def test_every_body_fits_the_request_body_of_its_operation(contract, requests):
    for asked, told in requests:
        body = route(contract, asked).get("requestBody")
        if body is None or told.startswith("issue"):
            continue
        schema = contract["components"]["requestBodies"][body["$ref"].rpartition("/")[2]]
        schema = schema["content"]["application/json"]["schema"]
        fits(contract, schema, json.loads(asked.content), told)


def test_every_column_and_mark_fits_the_standards_own_schema(contract, requests):
    """So that a strict server takes it; a column without a category is the one exception."""
    seen = set()
    for asked, told in requests:
        if told not in STORED:
            continue
        member, schema = STORED[told]
        if member == "result" or b'"category"' in asked.content:
            seen.add(member)
            ref = {"$ref": f"#/components/schemas/{schema}"}
            fits(contract, ref, json.loads(asked.content)[member], told)
    assert seen == {"lineItem", "result"}


def test_tokens_are_asked_for_by_form(requests):
    asked, told = requests[0]
    assert told == "issueOAuthToken"
    assert dict(parse_qsl(asked.content.decode()))["grant_type"] == "client_credentials"


def fits(contract, schema, value, told):
    whole = {"components": contract["components"], "allOf": [schema]}
    errors = [str(e.message) for e in jsonschema_rs.validator_for(whole).iter_errors(value)]
    assert errors == [], told
