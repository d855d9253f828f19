"""A contract and a class make an app: binding, arguments, errors, and what real clients send."""

import asyncio
import logging

import httpx
import pytest

from mock_sis.districts.factory import WorldFactory
from mock_sis.http.app import build_app
from mock_sis.http.middleware.front import Front
from mock_sis.http.types import Answer, Problem
from mock_sis.world.enforcement import Refused
from mock_sis.world.worlds import Worlds

CONTRACT = """
openapi: 3.0.3
info: {title: toy, version: "1"}
security: [{bearer: []}]
paths:
  /token:
    post:
      operationId: giveToken
      security: []
      requestBody:
        content:
          application/x-www-form-urlencoded: {schema: {type: object}}
          application/json: {schema: {type: object}}
      responses: {"200": {description: ok, content: {application/json: {schema: {type: object}}}}}
  /things/{thingId}:
    get:
      operationId: getThing
      parameters:
        - {name: thingId, in: path, required: true, schema: {type: string}}
        - {name: filter, in: query, schema: {type: string}}
        - {name: fields, in: query, explode: true, schema: {type: array, items: {type: string}}}
        - {name: limit, in: query, schema: {type: integer, minimum: 1, default: 10}}
      responses:
        "200":
          description: ok
          content:
            application/json:
              schema: {type: object, required: [id], properties: {id: {type: string}}}
        "400": {$ref: "#/components/responses/Problem"}
        "401": {$ref: "#/components/responses/Problem"}
        "409": {$ref: "#/components/responses/Problem"}
    put:
      operationId: putThing
      parameters: [{name: thingId, in: path, required: true, schema: {type: string}}]
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              required: [score]
              properties: {score: {type: number}}
      responses:
        "200": {description: ok, content: {application/json: {schema: {type: object}}}}
        "204": {description: nothing}
        "401": {$ref: "#/components/responses/Problem"}
        "400": {$ref: "#/components/responses/Problem"}
        "415": {$ref: "#/components/responses/Problem"}
    delete:
      operationId: deleteThing
      parameters: [{name: thingId, in: path, required: true, schema: {type: string}}]
      responses: {"204": {description: gone}}
  /things/special:
    get:
      operationId: getSpecial
      security: []
      responses: {"200": {description: ok, content: {text/plain: {schema: {type: string}}}}}
  /numbers/{number}:
    get:
      operationId: getNumber
      security: []
      parameters: [{name: number, in: path, required: true, schema: {type: integer}}]
      responses: {"200": {description: ok, content: {application/json: {schema: {type: object}}}}}
components:
  securitySchemes: {bearer: {type: http, scheme: bearer}}
  responses:
    Problem:
      description: refused
      content: {application/problem+json: {schema: {type: object}}}
"""


class Toy:
    """Handlers that answer what they were given."""

    def __init__(self, world):
        self.world = world

    def authorize(self, call):
        if call.headers.get("authorization") != "Bearer good":
            raise Problem(401, "who are you?", headers={"WWW-Authenticate": "Bearer"})
        return "somebody"

    def give_token(self, call, body=None):
        return {"body": body, "query": call.query}, 200, {}

    def get_thing(self, thing_id, limit, call, filter_=None, fields=None):
        if thing_id == "closed":
            raise Refused("A12", "the period is closed")
        if thing_id == "broken":
            raise RuntimeError("a fault of the mock")
        if thing_id == "strange":
            return {"no": "id"}, 200, {}
        if thing_id == "teapot":
            return {"id": "x"}, 418, {}
        found = {"id": thing_id, "limit": limit, "filter": filter_, "fields": fields}
        return {**found, "url": call.url, "base": call.base}, 200, {}

    def put_thing(self, thing_id, body):
        if thing_id == "quiet":
            return None, 204, {"Content-Type": "application/json"}
        return Answer({"score": body["score"], "type": type(body["score"]).__name__})

    def delete_thing(self, thing_id):
        return None, 204, {}

    def get_special(self):
        return "plain", 200, {"Content-Type": "text/plain"}

    def getNumber(self, number):  # noqa: N802
        return {"number": number}, 200, {}


@pytest.fixture
def contract(tmp_path):
    path = tmp_path / "toy.yaml"
    path.write_text(CONTRACT)
    return path


@pytest.fixture
def worlds(world):
    return Worlds(world, WorldFactory())


@pytest.fixture
def send(contract, worlds):
    """Sends one request to the toy, in process."""
    app = build_app(contract, Toy, validate_responses=True)
    front = Front("toy", worlds, api=app, control=app, pages=app)

    def send(method, url, *, auth=True, **parts):
        headers = {**({"Authorization": "Bearer good"} if auth else {}), **parts.pop("headers", {})}

        async def run():
            transport = httpx.ASGITransport(front, client=("127.0.0.1", 4242))
            async with httpx.AsyncClient(transport=transport, base_url="http://toy:81") as client:
                return await client.request(method, url, headers=headers, **parts)

        return asyncio.run(run())

    return send


# ---- binding ------------------------------------------------------------------------------------


def test_an_operation_without_a_method_fails_when_the_app_is_built(contract):
    class Half:
        def give_token(self):
            pass

    with pytest.raises(Exception, match="no method for operation"):
        build_app(contract, Half)


def test_parameters_come_by_pythonic_name_with_their_types_and_defaults(send):
    answer = send("GET", "/things/7?filter=a%3D'b'&fields=x&fields=y").json()

    assert answer["id"] == "7"
    assert answer["filter"] == "a='b'"
    assert answer["fields"] == ["x", "y"]
    assert answer["limit"] == 10


def test_a_literal_path_wins_over_a_template(send):
    assert send("GET", "/things/special").text == "plain"
    assert send("GET", "/things/other").json()["id"] == "other"


def test_scores_keep_every_digit_on_the_way_in_and_out(send):
    answer = send("PUT", "/things/7", content=b'{"score": 91.10}', headers=JSON)

    assert answer.content == b'{"score":91.10,"type":"Decimal"}'


def test_a_204_has_no_content_type(send):
    answer = send("PUT", "/things/quiet", json={"score": 1})

    assert (answer.status_code, answer.content) == (204, b"")
    assert "content-type" not in answer.headers


# ---- errors -------------------------------------------------------------------------------------

JSON = {"Content-Type": "application/json"}


def test_a_body_against_the_contract_is_explained_in_the_answer_and_the_journal(send, worlds):
    answer = send("PUT", "/things/7", json={"score": "x"})

    violation = {
        "pointer": "/score",
        "rule": "type",
        "message": 'the value is not of type "number"',
    }
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["violations"] == [violation]
    assert worlds.default.journal.read()[0]["violations"] == [violation]


def test_a_parameter_against_the_contract_is_explained(send):
    answer = send("GET", "/things/7?limit=0")

    assert answer.status_code == 400
    assert answer.json()["violations"][0]["pointer"] == "/query/limit"


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        pytest.param(b'{"score": \xff}', JSON, 400, id="no UTF-8"),
        pytest.param(b"{", JSON, 400, id="no JSON"),
        pytest.param(b"", JSON, 400, id="nothing where something is required"),
        pytest.param(b'{"score": 1}', {}, 200, id="no content type"),
        pytest.param(
            b'{"score": 1}', {"Content-Type": "application/json; charset=x"}, 200, id="charset"
        ),
        pytest.param(b'{"score": 1}', {"Content-Type": "text/json"}, 200, id="an older name"),
        pytest.param(
            b'{"score": 1}', {"Content-Type": "application/x+json;a=b"}, 200, id="a kind of JSON"
        ),
        pytest.param(b"score=1", {"Content-Type": "text/plain"}, 415, id="another type"),
        pytest.param(b"[" * 200_000, JSON, 400, id="too deep"),
    ],
)
def test_bodies_as_they_come(send, body, headers, status):
    assert send("PUT", "/things/7", content=body, headers=headers).status_code == status


def test_credentials_are_asked_for_before_the_request_is_looked_at(send):
    answer = send("PUT", "/things/7", content=b"{", auth=False)

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"


def test_an_open_operation_asks_for_no_credentials(send):
    assert send("GET", "/things/special", auth=False).status_code == 200


def test_an_unknown_path_is_404_and_noted(send, worlds):
    assert send("GET", "/nothing").status_code == 404

    entry = worlds.default.journal.read()[0]
    assert (entry["status"], entry["operation"]) == (404, None)


@pytest.mark.parametrize("path", ["/things/a%0A", "/things/%0Aa", "/things/a%00b", "/things/"])
def test_a_path_that_no_router_takes_is_404(send, path):
    assert send("GET", path).status_code == 404


@pytest.mark.parametrize("number", ["x", "1.5", ""])
def test_an_integer_in_the_path_that_is_none_is_404(send, number):
    assert send("GET", f"/numbers/{number}").status_code == 404


def test_another_method_is_405_with_every_method_of_the_path(send):
    for method in ("POST", "PATCH", "OPTIONS", "TRACE"):
        answer = send(method, "/things/7")

        assert answer.status_code == 405
        assert answer.headers["allow"] == "DELETE, GET, HEAD, PUT"


def test_a_refusal_of_the_gradebook_is_a_conflict_with_its_rule(send, worlds):
    answer = send("GET", "/things/closed")

    assert answer.status_code == 409
    assert answer.json()["rule"] == "A12"
    assert worlds.default.journal.read()[0]["reason"] == "the period is closed"


def test_a_fault_of_the_mock_is_a_500_that_is_logged(send, caplog):
    with caplog.at_level(logging.ERROR, "mock_sis"):
        assert send("GET", "/things/broken").status_code == 500
    assert "getThing failed" in caplog.text


@pytest.mark.parametrize("thing", ["strange", "teapot"])
def test_an_answer_that_the_contract_does_not_describe_is_a_500(send, caplog, thing):
    assert send("GET", f"/things/{thing}").status_code == 500
    assert "UndescribedAnswer" in caplog.text


def test_the_vendor_shapes_every_error(contract, worlds, send):
    class Shaped(Toy):
        def problem(self, problem, call):
            return {"oops": problem.detail, "at": call.operation}, problem.status, {}

    app = build_app(contract, Shaped)
    front = Front("toy", worlds, api=app, control=app, pages=app)

    async def run():
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(front), base_url="http://x"
        ) as client:
            return [await client.get(path) for path in ("/nothing", "/things/7")]

    unknown, stranger = asyncio.run(run())
    assert unknown.json() == {"oops": "there is nothing at this address", "at": None}
    assert stranger.json() == {"oops": "who are you?", "at": "getThing"}


# ---- what programs written for the real systems send ---------------------------------------------


@pytest.mark.parametrize("path", ["/things/7/", "/things/7//"])
def test_slashes_at_the_end_do_not_matter(send, path):
    assert send("GET", path).json()["id"] == "7"


@pytest.mark.parametrize(
    ("body", "headers"),
    [(b"{}", JSON), (b"a=b", {"Content-Type": "application/x-www-form-urlencoded"}), (b"{", {})],
)
def test_a_body_on_get_is_ignored(send, body, headers):
    assert send("GET", "/things/7", content=body, headers=headers).status_code == 200


def test_a_body_on_delete_is_ignored(send):
    assert send("DELETE", "/things/7", content=b"{}", headers=JSON).status_code == 204


def test_unknown_query_keys_are_ignored(send):
    assert send("GET", "/things/7?pagesize=0&page=1&expansions=a,b").status_code == 200


def test_head_answers_as_get(send):
    answer = send("HEAD", "/things/7")

    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")


def test_a_grant_in_the_query_with_an_empty_json_body_reaches_the_handler(send):
    answer = send("POST", "/token?grant_type=client_credentials", headers=JSON, auth=False)

    assert answer.json() == {"body": None, "query": "grant_type=client_credentials"}


def test_a_form_reaches_the_handler(send):
    answer = send("POST", "/token/", data={"grant_type": "x", "scope": "a b"}, auth=False)

    assert answer.json()["body"] == {"grant_type": "x", "scope": "a b"}


# ---- worlds -------------------------------------------------------------------------------------


def test_a_world_is_served_below_its_prefix_and_links_carry_it(send, worlds):
    worlds.create("east")

    answer = send("GET", "/w/east/things/7/?limit=3").json()

    assert answer["base"] == "http://toy:81/w/east"
    assert answer["url"] == "http://toy:81/w/east/things/7"
    assert worlds.find("east").journal.read()[0]["path"] == "/things/7"
    assert worlds.default.journal.read() == []


def test_the_default_world_has_a_prefix_too(send):
    assert send("GET", "/w/default/things/7").status_code == 200


@pytest.mark.parametrize("path", ["/w/nowhere/things/7", "/w/a.b/things/7", "/w//things/7"])
def test_a_world_that_is_not_there_is_404(send, path):
    assert send("GET", path).status_code == 404


def test_handlers_of_a_world_are_made_once_and_see_their_own_world(contract, worlds, world):
    made = []

    class Counted(Toy):
        def __init__(self, world):
            made.append(world.path)
            super().__init__(world)

    app = build_app(contract, Counted)
    front = Front("toy", worlds, api=app, control=app, pages=app)
    worlds.create("east")

    async def run():
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(front), base_url="http://x"
        ) as client:
            for path in ("/things/special", "/things/special", "/w/east/things/special"):
                await client.get(path)

    asyncio.run(run())
    assert made == [world.path, worlds.find("east").world.path]
