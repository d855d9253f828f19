"""A line of the agent's events becomes a request for Locust and a row of the timeline."""

import json

import pytest

from load.locust.events import Request, parse


def line(**changes):
    event = {
        "event": "request",
        "system": "sis",
        "operation": "putResult",
        "method": "PUT",
        "status": 201,
        "ms": 51.5,
        "attempt": 1,
        "write": True,
    }
    return json.dumps({**event, **changes})


def test_a_request_is_read():
    assert parse(line()) == Request("sis", "putResult", 201, 51.5, 1, True)


def test_any_other_event_stays_as_it_is():
    assert parse('{"event": "report", "run": "r"}') == {"event": "report", "run": "r"}


@pytest.mark.parametrize(
    ("status", "failure"),
    [(200, None), (201, None), (304, None), (429, "status 429"), (None, "no answer")],
)
def test_what_counts_as_failed(status, failure):
    assert parse(line(status=status)).failure == failure


@pytest.mark.parametrize(
    ("changes", "counts"),
    [
        ({}, True),
        ({"system": "source"}, False),
        ({"operation": "issueOAuthToken"}, False),
        ({"operation": "issueAccessToken"}, False),
    ],
)
def test_tokens_and_the_source_are_not_counted(changes, counts):
    assert parse(line(**changes)).counts is counts


def test_its_row_has_no_status_where_there_was_no_answer():
    assert parse(line(status=None)).row(1.25) == "1.250,sis,putResult,,51.5,1,1"
