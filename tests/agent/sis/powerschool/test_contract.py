"""Every request that PowerSchool's adapters send stands in contracts/powerschool.yaml, and fits."""

import json
from dataclasses import replace
from decimal import Decimal
from urllib.parse import parse_qsl

import pytest

from agent.domain import EMPTY_CELL, SectionId
from contracts.spec import CONTRACTS, Document
from tests.agent.sis.powerschool.rig import a_rig, a_world
from tests.agent.sis.skyward.test_contract import fits, route
from tests.transports import Recorded

ROUTES = ("xte", "oneroster")


@pytest.fixture(scope="module")
def contract():
    return Document.read(CONTRACTS / "powerschool.yaml").raw


@pytest.fixture(scope="module", params=ROUTES)
def requests(servers, request):
    """What a night may send, as seen on the wire: (request, operation told to `observe`)."""
    sent = []

    with a_world(servers) as hosted:
        connect = {"connect": lambda: Recorded(sent)}
        with a_rig(servers, hosted, request.param, **connect) as rig:
            a_night(rig)
            told = [e["operation"] for e in rig.events]
    return list(zip(sent, told, strict=True))


def a_night(rig):
    """Everything that the port can ask for, refusals included."""
    list(rig.sis.check())
    snapshot = rig.sis.district_snapshot(None)
    book = rig.book(*rig.linked, SectionId("999999"))
    first, second = (rig.student(book, rig.linked[0], n) for n in (0, 1))
    draft = rig.draft(book)
    ref = rig.sis.create(book, draft).ref
    points = replace(draft, data=replace(draft.data, points=Decimal("25.5")))
    rig.put(book, ref, (first, "17.25"), (second, "0"))
    assert rig.sis.update(book, ref, points).accepted
    rig.put(book, rig.nowhere, (first, "1"))
    rig.sis.columns(rig.book())
    rig.sis.scores(book, ref)
    rig.hand.call("POST", f"/students/{first}/drop", {"section": rig.linked[0]})
    rig.put(book, ref, (first, "5"), (second, "6"))
    if rig.sis.traits.clears_scores:
        rig.sis.clear_score(book, ref, second, EMPTY_CELL)
    rig.sis.district_snapshot(snapshot.cursor)
    for name in ("300003", "300001"):
        body = {"teacher": name, "main": True}
        rig.hand.call("POST", f"/sections/{rig.linked[0]}/teachers", body)
    rig.sis.update(book, ref, draft)


def test_every_request_is_an_operation_of_the_contract_under_the_name_that_is_told(
    contract, requests
):
    assert len(requests) > 25
    for asked, told in requests:
        assert route(contract, asked)["operationId"] == told


def test_every_query_parameter_is_declared_and_those_that_are_needed_are_sent(contract, requests):
    for asked, told in requests:
        declared = {p["name"]: p for p in parameters(contract, route(contract, asked))}
        used = {name for name, _ in parse_qsl(asked.url.query.decode(), keep_blank_values=True)}
        assert used <= set(declared), told
        needed = {n for n, p in declared.items() if p.get("required") and p["in"] == "query"}
        assert needed <= used, told


def test_every_body_fits_the_request_body_of_its_operation(contract, requests):
    checked = set()
    for asked, told in requests:
        body = resolved(contract, route(contract, asked).get("requestBody"))
        if body is None or told.startswith("issue"):
            continue
        fits(
            contract, body["content"]["application/json"]["schema"], json.loads(asked.content), told
        )
        checked.add(told)
    assert checked in (
        {"createAssignment", "replaceAssignment", "putScores"},
        {"putLineItem11", "putResult11"},
    )


def test_columns_and_marks_of_the_push_fit_the_standards_own_schema(contract, requests):
    stored = {"putLineItem11": ("lineItem", "LineItem11"), "putResult11": ("result", "Result11")}
    for asked, told in requests:
        if told in stored:
            member, schema = stored[told]
            record = json.loads(asked.content)[member]
            fits(contract, {"$ref": f"#/components/schemas/{schema}"}, record, told)
            if member == "lineItem":
                assert record["metadata"] == {"scoreType": "POINTS"}


def parameters(contract, operation):
    return [resolved(contract, p) for p in operation.get("parameters", [])]


def resolved(contract, thing):
    if thing is None or "$ref" not in thing:
        return thing
    _, section, name = thing["$ref"].removeprefix("#/").split("/")
    return contract["components"][section][name]
