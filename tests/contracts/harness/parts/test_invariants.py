"""The checks of our own: each sees the fault that it is there for."""

import copy

import pytest

from contracts.harness.parts.invariants import Invariants, changed_closed, unasked_zero, unlinked
from contracts.harness.world_setup import set_up_gradebook
from mock_sis.server import serving

BOOK = {
    "linked": ["2"],
    "periods": [{"id": "q1", "state": "closed"}, {"id": "q2", "state": "open"}],
    "columns": [{"id": "c1", "period": "q1"}, {"id": "c2", "period": "q2"}],
    "rows": [
        {
            "student": "s1",
            "cells": [
                {"column": "c1", "score": 5, "display": "5"},
                {"column": "c2", "score": None, "display": "*"},
            ],
        }
    ],
}


CHANGED = "gradebook 1: a closed grading period changed"


@pytest.fixture
def now():
    return {"1": copy.deepcopy(BOOK), "2": {**copy.deepcopy(BOOK), "linked": ["1"]}}


@pytest.fixture
def before(now):
    return copy.deepcopy(now)


def test_nothing_is_said_of_books_that_stay(before, now):
    assert changed_closed(before, now) == unasked_zero(before, now, []) == unlinked(now) == ""


def test_a_changed_mark_in_a_closed_period_is_seen(before, now):
    now["1"]["rows"][0]["cells"][0]["score"] = 6
    assert changed_closed(before, now) == CHANGED


def test_a_renamed_and_a_vanished_column_of_a_closed_period_are_seen(before, now):
    now["1"]["columns"][0]["title"] = "other"
    assert changed_closed(before, now) == CHANGED
    del now["1"]["columns"][0]
    assert changed_closed(before, now) == CHANGED


def test_an_open_period_may_change(before, now):
    now["1"]["rows"][0]["cells"][1]["score"] = 6
    assert changed_closed(before, now) == ""


def test_a_zero_that_no_request_spoke_of_is_seen(before, now):
    now["1"]["rows"][0]["cells"][1]["score"] = 0
    told = "gradebook 1: a `*` became 0, and no request said so"
    assert unasked_zero(before, now, []) == told
    assert unasked_zero(before, now, ['{"student": "s2", "score": 0}']) == told
    assert unasked_zero(before, now, ['{"student": "s1", "score": 0}']) == ""


def test_a_column_that_a_linked_section_lacks_is_seen(now):
    now["2"]["columns"].pop()
    assert unlinked(now) == "gradebooks 1 and 2 are linked and show different columns"


def test_an_error_that_names_somebody_is_seen_unless_the_caller_named_them():
    invariants = Invariants(None, names={"Hernandez"})
    told = invariants.named(404, "GET /x", "no student Hernandez")
    assert told == "an answer 404 names a person of the district"
    assert invariants.named(404, "GET /x?name=Hernandez", "no student Hernandez") == ""
    assert invariants.named(200, "GET /x", "Hernandez") == ""


@pytest.mark.parametrize("sis", ["powerschool", "skyward"])
def test_a_mock_that_lets_writes_into_a_closed_period_is_found_out(sis):
    import httpx

    from contracts.harness.service import Service

    with serving(sis) as servers, httpx.Client(base_url=servers[sis].url, timeout=60) as client:
        service = Service(sis, servers[sis].url, client, "passback", "passback-secret")
        set_up_gradebook(service)
        invariants = Invariants(service)
        invariants.begin()
        book = client.get("/_mock/gradebooks/200001").json()
        closed = {one["id"] for one in book["periods"] if one["state"] == "closed"}
        column = next(one["id"] for one in book["columns"] if one["period"] in closed)
        path = f"/_mock/columns/{column}/scores/{book['rows'][0]['student']}"
        assert client.put(path, json={"score": 9}).status_code == 409
        assert not any(row.findings for row in invariants.rows())
        client.put("/_mock/enforcement", json={"A12": "off"})
        assert client.put(path, json={"score": 9}).status_code == 200
        found = [row.name for row in invariants.rows() if row.findings]
        assert found == ["closed_period_never_changes"]
