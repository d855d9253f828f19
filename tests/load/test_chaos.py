"""The faults of a night: which strike by chance, which at a point, and how long they last."""

import json
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from load.chaos import FULL, SHORT, FaultInjector, all_night_faults, timed_faults

NOW = datetime(2026, 10, 15, 3, tzinfo=UTC)


def test_faults_that_strike_once_come_in_order():
    found = [(at, fault["id"]) for at, fault in timed_faults(FULL, NOW)]
    assert found == [
        (0.15, "burst-1"),
        (0.3, "token"),
        (0.45, "burst-2"),
        (0.6, "outage"),
        (0.75, "burst-3"),
    ]


@pytest.mark.parametrize(("durations", "outage"), [(FULL, 60), (SHORT, 6)])
def test_an_outage_ends_by_the_clock_of_the_district(durations, outage):
    [fault] = [fault for _, fault in timed_faults(durations, NOW) if fault["id"] == "outage"]
    assert fault == {
        "id": "outage",
        "action": "drop_before",
        "until": (NOW + timedelta(seconds=outage)).isoformat(),
    }


@pytest.mark.parametrize(
    ("sis", "put", "listing"),
    [
        ("skyward", "putResult", "getLineItemsForClass"),
        ("powerschool", "putScores", "listAssignments"),
    ],
)
def test_all_night_scores_are_refused_requests_fail_and_one_page_is_slow(sis, put, listing):
    assert all_night_faults(sis, FULL) == [
        {
            "id": "refused",
            "operation": put,
            "action": "status",
            "status": 422,
            "probability": 0.02,
        },
        {"id": "broken", "action": "status", "status": 502, "probability": 0.005},
        {"id": "slow-page", "operation": listing, "action": "delay", "seconds": 10.0, "nth": 1},
    ]


@pytest.fixture
def injected():
    """An injector, and the ids of the faults that it put into the mock so far."""
    ids = []

    def answer(request):
        if request.method == "POST":
            ids.append(json.loads(request.content)["id"])
        return httpx.Response(200, json=[{"id": name, "hits": 2} for name in ids])

    http = httpx.Client(transport=httpx.MockTransport(answer))
    return FaultInjector("http://sis", "skyward", SHORT, http, lambda: NOW), ids


def test_each_strikes_once_when_its_share_of_the_writes_is_done(injected):
    injector, ids = injected
    for share in (0.0, 0.1, 0.16, 0.2, 0.5, 0.5):
        injector.step(share)
    assert ids == ["burst-1", "token", "burst-2"]


def test_at_the_end_it_is_known_how_many_requests_each_struck(injected):
    injector, _ = injected
    injector.begin()
    injector.step(0.2)
    assert injector.end() == {"refused": 2, "broken": 2, "slow-page": 2, "burst-1": 2}


def test_the_report_says_when_each_struck_and_for_how_long(injected):
    injector, _ = injected
    injector.step(0.7)
    assert injector.current() == "outage"
    began = injector.struck["token"] - 5
    spans = {span["fault"]: span for span in injector.spans(began)}
    assert spans["401"] == {"fault": "401", "second": 5, "lasts": 0.0}
    assert (spans["429"]["lasts"], spans["outage"]["lasts"]) == (0.5, 6.0)
