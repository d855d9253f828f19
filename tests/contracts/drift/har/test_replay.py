"""What a recording becomes when it is sent to the mock: ids are translated, answers compared."""

import json
from datetime import UTC, datetime

import httpx
import pytest

from contracts.drift.har.read import Body, Exchange, Request, Response
from contracts.drift.har.replay import NotComparable, Replay
from contracts.spec import Contract


def operation(name, *parameters):
    return {
        "operationId": name,
        "parameters": [
            {"name": one, "in": place, "required": True, "schema": {"type": "string"}}
            for one, place in parameters
        ],
        "responses": {"200": {"description": ""}},
    }


CONTRACT = Contract(
    {
        "openapi": "3.0.3",
        "info": {"title": "Items", "version": "1"},
        "security": [{"token": []}],
        "paths": {
            "/token": {"post": {**operation("issueToken"), "security": []}},
            "/classes": {"get": operation("listClasses")},
            "/items": {"post": operation("createItem")},
            "/items/{itemId}": {"put": operation("putItem", ("itemId", "path"))},
            "/classes/{classId}": {"get": operation("getClass", ("classId", "path"))},
            "/search": {"get": operation("search", ("classId", "query"))},
        },
    }
)


def exchange(method, path, sent=None, got=None, *, status=200, headers=None, authorized=True):
    def body(value):
        return Body("application/json", json.dumps(value)) if value else Body()

    signed = httpx.Headers({"authorization": "Bearer theirs"} if authorized else {})
    return Exchange(
        started=datetime(2026, 10, 1, tzinfo=UTC),
        request=Request(method, f"https://sis.example.org/sky{path}", signed, body(sent)),
        response=Response(status, httpx.Headers(headers), body(got)),
    )


class Mock:
    """Answers in turn, and keeps what it was asked."""

    def __init__(self):
        self.answers = []
        self.asked = []
        transport = httpx.MockTransport(self._answer)
        client = httpx.Client(
            base_url="http://mock", transport=transport, headers={"Authorization": "Bearer ours"}
        )
        self.replay = Replay(CONTRACT, "/sky", client, "skyward", frozenset({"active"}))

    def _answer(self, request):
        self.asked.append(request)
        return self.answers.pop(0)

    def play(self, one, got=None, *, status=200, headers=()):
        """The findings on one exchange, to which the mock answers *got*."""
        self.answers.append(httpx.Response(status, json=got, headers=dict(headers)))
        return [(found.check, found.reason) for found in self.replay.play(one)]


@pytest.fixture
def mock():
    return Mock()


@pytest.fixture
def knowing(mock):
    """It has seen a list of two classes, so it knows which of the mock's stands for which."""
    recorded = {"classes": [{"id": "r-101"}, {"id": "r-102", "teacherId": 901}]}
    ours = {"classes": [{"id": "m-1"}, {"id": "m-2", "teacherId": 1}]}
    assert mock.play(exchange("GET", "/classes", got=recorded), ours) == []
    return mock


def test_ids_in_paths_queries_and_bodies_are_those_of_the_mock(knowing):
    knowing.play(exchange("GET", "/classes/r-102", got={"id": "r-102"}), {"id": "m-2"})
    assert knowing.asked[-1].url.raw_path == b"/classes/m-2"
    knowing.play(exchange("GET", "/search?classId=r-101,r-102&limit=901&q=id%3D'r-102'"))
    asked = knowing.asked[-1].url
    assert dict(asked.params) == {"classId": "m-1,m-2", "limit": "1", "q": "id='m-2'"}
    sent = {"item": {"classId": "r-101", "teacherId": 901, "title": "r-101", "points": 901}}
    knowing.play(exchange("PUT", "/items/own-1", sent), {})
    wanted = {"item": {"classId": "m-1", "teacherId": 1, "title": "r-101", "points": 901}}
    assert json.loads(knowing.asked[-1].content) == wanted
    assert knowing.asked[-1].headers["content-type"] == "application/json"


def test_an_id_that_the_client_gave_itself_stays(knowing):
    one = exchange("PUT", "/items/own-1", {"id": "own-1"}, {"id": "own-1"}, status=201)
    knowing.play(one, {"id": "other"}, status=201)
    knowing.play(exchange("PUT", "/items/own-1", {"id": "own-1"}), {})
    assert [request.url.path for request in knowing.asked[-2:]] == ["/items/own-1"] * 2


def test_an_id_in_a_location_is_learned(knowing):
    made = exchange("POST", "/items", {"classId": "r-101"}, headers={"location": "/x/r-777"})
    knowing.play(made, headers={"location": "/items/m-3"})
    knowing.play(exchange("GET", "/classes/r-777"))
    assert knowing.asked[-1].url.path == "/classes/m-3"


def test_the_first_answer_that_told_an_id_counts(knowing):
    knowing.play(exchange("GET", "/classes", got={"id": "r-101"}), {"id": "m-9"})
    knowing.play(exchange("GET", "/classes/r-101"))
    assert knowing.asked[-1].url.path == "/classes/m-1"


def test_a_longer_list_goes_round_the_mocks_shorter_one(mock):
    recorded = {"classes": [{"id": "r-101"}, {"id": "r-102"}, {"id": "r-103"}]}
    mock.play(
        exchange("GET", "/classes", got=recorded), {"classes": [{"id": "m-1"}, {"id": "m-2"}]}
    )
    assert mock.replay.stands_for == {"r-101": "m-1", "r-102": "m-2", "r-103": "m-1"}


@pytest.mark.parametrize(
    "one",
    [
        exchange("GET", "/classes/r-555"),
        exchange("GET", "/search?classId=r-101,r-555"),
        exchange("PUT", "/items/own-1", {"item": {"classId": "r-555"}}),
    ],
    ids=["path", "query", "body"],
)
def test_what_names_an_id_that_no_answer_told_cannot_be_compared_where_the_mock_refuses(
    knowing, one
):
    with pytest.raises(NotComparable):
        knowing.play(one, status=404)
    assert knowing.play(one) == []


def test_a_refusal_of_what_the_recording_told_or_of_both_is_a_finding_or_none(knowing):
    told = exchange("GET", "/classes/r-101", got={"id": "r-101"})
    assert knowing.play(told, status=404) == [("other status", "recorded 200, the mock says 404")]
    refused = exchange("GET", "/classes/r-555", status=404)
    assert knowing.play(refused, status=404) == []


@pytest.mark.parametrize(
    ("recorded", "ours", "finding"),
    [
        ({"a": 1}, {"a": "x"}, "/a: recorded as number, the mock's is text"),
        ({"a": 1}, {"a": 2}, None),
        ({"a": 1}, None, "recorded JSON, the mock differs"),
        (None, {"a": 1}, "recorded no JSON, the mock differs"),
        ({"s": "x"}, {"s": "active"}, "/s: recorded with a word that the contract does not list"),
    ],
)
def test_answers_are_compared_in_structure(mock, recorded, ours, finding):
    found = mock.play(exchange("GET", "/classes", got=recorded), ours)
    assert found == ([("other structure", finding)] if finding else [])


def test_a_call_without_credentials_is_sent_without_ours(mock):
    mock.play(exchange("GET", "/classes", authorized=False))
    mock.play(exchange("GET", "/classes"))
    assert [request.headers["authorization"] for request in mock.asked] == ["", "Bearer ours"]


@pytest.mark.parametrize(
    "one",
    [
        exchange("POST", "/token", {"a": 1}),
        exchange("GET", "/nowhere"),
        exchange("PUT", "/classes"),
    ],
    ids=["token", "no such path", "no such method"],
)
def test_what_is_no_call_of_the_contract_and_the_token_are_not_sent(mock, one):
    assert mock.replay.play(one) == []
    assert mock.asked == []
