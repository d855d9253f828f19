"""PowerSchool's tokens, in every dialect that programs for it send."""

import base64
from datetime import timedelta

import httpx
import pytest

PATH = "/oauth/access_token"
BASIC = {"Authorization": "Basic " + base64.b64encode(b"passback:passback-secret").decode()}
GRANT = {"grant_type": "client_credentials"}
SECRETS = {"client_id": "passback", "client_secret": "passback-secret"}
XML = {"Content-Type": "application/xml"}


@pytest.mark.parametrize(
    "request_",
    [
        pytest.param({"data": GRANT, "headers": BASIC}, id="Basic header and form"),
        pytest.param({"data": GRANT | SECRETS}, id="all in the form"),
        pytest.param(
            {
                "content": "grant_type=client_credentials",
                "headers": BASIC
                | {"Content-Type": "application/x-www-form-urlencoded;charset=UTF-8"},
            },
            id="form with a charset",
        ),
        pytest.param(
            {
                "params": GRANT,
                "headers": BASIC | {"Content-Type": "application/json"},
            },
            id="grant in the query, empty JSON body",
        ),
        pytest.param({"json": GRANT | SECRETS}, id="JSON"),
        pytest.param({"params": GRANT | SECRETS}, id="all in the query"),
        pytest.param({"data": GRANT, "headers": BASIC | {"Accept": "*/*"}}, id="any type"),
    ],
)
@pytest.mark.parametrize("slash", ["", "/"], ids=["without slash", "with slash"])
def test_a_token_for_every_dialect(client, request_, slash):
    answer = client.post(PATH + slash, **request_)

    assert answer.status_code == 200, answer.text
    assert answer.json()["token_type"] == "Bearer"


def test_expires_in_is_a_string_of_digits(client):
    told = client.post(PATH, data=GRANT, headers=BASIC).json()

    assert told["expires_in"] == "2592000"


def test_a_plugin_has_one_token_and_is_told_what_is_left_of_it(client, world):
    world.set_clock(frozen=True)
    ask = lambda: client.post(PATH, data=GRANT, headers=BASIC).json()  # noqa: E731
    first = ask()
    world.advance(timedelta(days=9))
    again = ask()
    world.advance(timedelta(days=21))
    later = ask()

    assert again == {**first, "expires_in": str(21 * 86400)}
    assert later["access_token"] != first["access_token"]
    assert later["expires_in"] == "2592000"


def test_a_token_is_an_opaque_word_like_a_uuid(client):
    token = client.post(PATH, data=GRANT, headers=BASIC).json()["access_token"]

    assert [len(piece) for piece in token.split("-")] == [8, 4, 4, 4, 12]


@pytest.mark.parametrize(
    ("request_", "status", "error"),
    [
        ({"data": GRANT | SECRETS | {"client_secret": "wrong"}}, 401, "invalid_client"),
        ({"data": GRANT}, 401, "invalid_client"),
        ({"data": SECRETS}, 400, "invalid_request"),
        ({"data": SECRETS | {"grant_type": "password"}}, 400, "unsupported_grant_type"),
        ({"content": "<grant/>", "headers": XML}, 415, "invalid_request"),
    ],
)
def test_no_token_without_the_plugins_secret(client, request_, status, error):
    answer = client.post(PATH, **request_)

    assert (answer.status_code, answer.json()) == (status, {"error": error})


def test_a_stale_token_is_a_401_that_says_so_in_its_header(api, world, setting):
    setting(token_seconds=60)
    token = api.client.post(PATH, data=GRANT, headers=BASIC).json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    fresh = httpx.get(f"{api.client.base_url}ws/v1/district", headers=headers)
    world.advance(timedelta(seconds=61))

    stale = httpx.get(f"{api.client.base_url}ws/v1/district", headers=headers)

    assert (fresh.status_code, stale.status_code) == (200, 401)
    assert 'error="invalid_token"' in stale.headers["WWW-Authenticate"]
    assert stale.json() == {"errorMessage": {"message": "the token is unknown or has expired"}}


@pytest.mark.parametrize(
    "path",
    ["/ws/v1/district", "/ws/schema/table/users?projection=dcid", "/api/ims/oneroster/v1p1/users"],
)
def test_nothing_of_the_district_without_a_token(client, path):
    assert client.get(path).status_code == 401


def test_metadata_tells_a_plugins_number_only_with_its_token(client, api):
    api.client.headers.pop("Authorization")
    unknown = client.get("/ws/v1/metadata").json()["metadata"]
    stale = client.get("/ws/v1/metadata", headers={"Authorization": "Bearer x"}).status_code
    token = client.post(PATH, data=GRANT, headers=BASIC).json()["access_token"]
    known = client.get("/ws/v1/metadata", headers={"Authorization": f"Bearer {token}"}).json()

    assert "plugin_id" not in unknown
    assert stale == 401
    assert known["metadata"]["plugin_id"] == 217


def test_the_servers_time_needs_no_token(client):
    assert client.get("/ws/v1/time").json()["time"]["timezone"] == "America/Chicago"
