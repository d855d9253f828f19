"""A Skyward mock over the tiny world, and a client that speaks to it as a partner does."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import httpx
import pytest

from mock_sis.districts.factory import WorldFactory
from mock_sis.server import Servers, serving
from mock_sis.world.world import World

START = date(2026, 10, 1)
ROSTER = "/ims/oneroster/rostering/v1p2"
GRADES = "/ims/oneroster/gradebook/v1p2"
OLD = "/ims/oneroster/v1p1"
COMMON = "/ims/oneroster/v1p2"

MATH, MATH_TOO, SCIENCE = "200001", "200002", "200003"  # the first two are linked
IN_MATH, IN_MATH_TOO = "400001", "400008"
QUIZ, TEST, LAB = "130001", "130002", "130005"  # Lab is off for the science teacher
CURRENT, NEXT = "120001", "120002"
TODAY, DUE = "2026-10-01", "2026-10-08"


class Api:
    """A client with a token, and the few bodies that the tests send."""

    def __init__(self, client: httpx.Client) -> None:
        self.client = client
        form = {"grant_type": "client_credentials", "client_id": "passback"}
        answer = client.post("/token", data=form | {"client_secret": "passback-secret"})
        client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"

    def get(self, path: str, **query: Any) -> httpx.Response:
        return self.client.get(path, params=query or None)

    def put_item(self, key: str = "item-1", root: str = GRADES, **changes: Any) -> httpx.Response:
        return self.client.put(f"{root}/lineItems/{key}", json={"lineItem": item(key, **changes)})

    def put_result(
        self,
        score: Any = 8.5,
        *,
        key: str = "result-1",
        student: str = IN_MATH,
        line_item: str = "item-1",
        root: str = GRADES,
        **changes: Any,
    ) -> httpx.Response:
        result = {
            "sourcedId": key,
            "lineItem": {"sourcedId": line_item},
            "student": {"sourcedId": student},
            "score": score,
            "scoreStatus": "fully graded",
            "scoreDate": TODAY,
        }
        body = {name: value for name, value in (result | changes).items() if value is not ...}
        return self.client.put(f"{root}/results/{key}", json={"result": body})

    def items(self, section: str = MATH, root: str = GRADES) -> list[dict[str, Any]]:
        return self.get(f"{root}/classes/{section}/lineItems", limit=10_000).json()["lineItems"]

    def results(self, section: str = MATH, line_item: str = "item-1", root: str = GRADES) -> Any:
        path = f"{root}/classes/{section}/lineItems/{line_item}/results"
        return self.get(path, limit=10_000).json()["results"]

    def records(self, object_type: str, body: Any = None, **query: Any) -> list[dict[str, Any]]:
        path = f"/Generic/1/{object_type}/1/10000"
        answer = self.client.post(path, json=body, params=query or None)
        assert answer.status_code == 200, answer.text
        return answer.json()["Objects"]


def item(key: str, **changes: Any) -> dict[str, Any]:
    """A line item as partners send it: bare references, no status. `...` leaves a member out."""
    sent = {
        "sourcedId": key,
        "title": "Unit 3 Quiz",
        "assignDate": f"{TODAY}T17:00:00.000Z",
        "dueDate": f"{DUE}T17:00:00.000Z",
        "class": {"sourcedId": MATH},
        "category": {"sourcedId": QUIZ},
        "resultValueMin": 0,
        "resultValueMax": 20,
    }
    named = {"class": changes.pop("section", None), "category": changes.pop("category", None)}
    refs = {n: v if v is ... else {"sourcedId": v} for n, v in named.items() if v is not None}
    return {name: value for name, value in (sent | refs | changes).items() if value is not ...}


def equal(field: str, value: Any) -> dict[str, Any]:
    """A search body with one condition."""
    condition = {"FieldName": field, "ConditionType": "Equal", "Value": str(value)}
    return {"SearchCondition": {"StringSearchCondition": condition}}


def reason(answer: httpx.Response) -> str:
    """What an error says, in whichever version."""
    body = answer.json()
    return str(body.get("statusInfoSet", [body])[0]["imsx_description"])


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """One Skyward mock for all tests, since a reset is faster than a start."""
    world = WorldFactory().make(tmp_path_factory.mktemp("skyward") / "world.db", start=START)
    with serving("skyward", world=world) as servers:
        yield servers
    world.close()


@pytest.fixture(scope="session")
def connection(served: Servers) -> Iterator[httpx.Client]:
    """One client for all tests, since each makes a TLS context that nobody needs."""
    with httpx.Client(base_url=served.skyward.url, timeout=60) as made:
        yield made


@pytest.fixture
def skyward(served: Servers, connection: httpx.Client) -> Servers:
    """The Skyward mock over a tiny world that nobody has touched yet."""
    connection.post("/_mock/reset", json={}).raise_for_status()
    return served


@pytest.fixture
def world(skyward: Servers) -> World:
    """The world that the mock serves, at noon of a Thursday in the first quarter."""
    return skyward.world


@pytest.fixture
def client(skyward: Servers, connection: httpx.Client) -> httpx.Client:
    """A client without credentials."""
    connection.headers.pop("Authorization", None)
    return connection


@pytest.fixture
def api(client: httpx.Client) -> Api:
    """A client with a token."""
    return Api(client)
