"""Every dialect in which programs ask Skyward for a token, and what a stale one meets."""

import base64
import json
from datetime import timedelta

import pytest

from tests.mock_sis.skyward.conftest import GRADES, OLD, ROSTER

KEY = {"client_id": "passback", "client_secret": "passback-secret"}
LOGIN = {"username": "passback", "password": "passback-secret"}


@pytest.mark.parametrize("path", ["/token", "/oauth/token", "/oauth/token/"])
@pytest.mark.parametrize(
    "asked",
    [
        pytest.param({"data": {"grant_type": "client_credentials", **KEY}}, id="form"),
        pytest.param({"json": {"grant_type": "client_credentials", **KEY}}, id="json"),
        pytest.param(
            {"data": {"grant_type": "client_credentials"}, "auth": tuple(KEY.values())}, id="basic"
        ),
        pytest.param(
            {"data": {"grant_type": "password", **LOGIN}, "auth": ("", "")}, id="password grant"
        ),
        pytest.param(
            {
                "params": {"grant_type": "client_credentials", **KEY},
                "headers": {"Content-Type": "application/json"},
            },
            id="query string",
        ),
    ],
)
def test_a_token_is_given_in_every_dialect_and_works(client, path, asked):
    answer = client.post(path, **asked)
    assert answer.status_code == 200
    assert answer.json()["token_type"] == "bearer"
    assert answer.json()["expires_in"] == 3600
    header = {"Authorization": f"Bearer {answer.json()['access_token']}"}
    assert client.get(f"{ROSTER}/orgs", headers=header).status_code == 200


def test_a_wrong_secret_is_refused_and_told_so(client):
    wrong = {"grant_type": "client_credentials", **KEY, "client_secret": "guess"}
    answer = client.post("/token", data=wrong)
    assert (answer.status_code, answer.json()) == (401, {"error": "invalid_client"})


def test_a_request_in_another_language_is_the_clients_mistake(client):
    answer = client.post("/token", content="<grant/>", headers={"Content-Type": "application/xml"})
    assert (answer.status_code, answer.json()["error"]) == (415, "invalid_request")


def test_an_unknown_grant_is_a_bad_request(client):
    answer = client.post("/token", data={"grant_type": "implicit", **KEY})
    assert (answer.status_code, answer.json()["error"]) == (400, "unsupported_grant_type")


def test_scopes_as_long_as_the_standard_makes_them_are_taken(client):
    scope = " ".join(f"https://purl.imsglobal.org/spec/or/v1p2/scope/s{n}" for n in range(40))
    form = {"grant_type": "client_credentials", "scope": scope, **KEY}
    assert client.post("/token", data=form).status_code == 200


@pytest.mark.parametrize(
    ("path", "status"),
    [
        pytest.param(f"{ROSTER}/classes", 401, id="rostering 1.2"),
        pytest.param(f"{GRADES}/lineItems", 401, id="gradebook 1.2"),
        pytest.param(f"{OLD}/classes", 401, id="OneRoster 1.1"),
        pytest.param("/Generic/1/Grading/GradingPeriod/1/10", 403, id="Generic"),
        pytest.param("/Custom/GetSystemMetadata", 403, id="Custom"),
    ],
)
def test_a_token_goes_stale_with_the_worlds_clock(api, world, path, status):
    assert api.get(path).status_code == 200
    world.advance(timedelta(hours=1))
    assert api.get(path).status_code == status


def test_a_token_looks_like_a_jwt_where_the_district_wants_it(client, world):
    world.configure(skyward={"token": "jwt"})
    token = client.post("/token", data={"grant_type": "client_credentials", **KEY}).json()
    claims = token["access_token"].split(".")[1]
    read = json.loads(base64.urlsafe_b64decode(claims + "=="))
    assert read["exp"] - read["iat"] == 3600
    assert read["iat"] == int(world.now().timestamp()) or read["iat"] + 1 >= int(
        world.now().timestamp()
    )
    header = {"Authorization": f"Bearer {token['access_token']}"}
    assert client.get(f"{ROSTER}/orgs", headers=header).status_code == 200
