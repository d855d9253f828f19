"""OAuth 1.0a: signatures by RFC 5849, times by the district's clock, nonces once."""

from dataclasses import replace
from datetime import timedelta

import pytest

from mock_sis.http.types import Call
from mock_sis.skyward import oauth1
from tests.mock_sis import signer
from tests.mock_sis.signer import Signs
from tests.mock_sis.skyward.conftest import GRADES, IN_MATH, MATH, OLD, ROSTER, item

GENERIC = "/Generic/1/District/Entity/1/10"
PATHS = [GENERIC, f"{ROSTER}/orgs", f"{OLD}/orgs"]
SECTION_3_4 = {
    "oauth_consumer_key": "9djdj82h48djs9d2",
    "oauth_token": "kkk9d7dh3k39sjv7",
    "oauth_signature_method": "HMAC-SHA1",
    "oauth_timestamp": "137131201",
    "oauth_nonce": "7d8f3e4a",
}
BASE = (
    "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D"
    "%253D%25253D%26c%2540%3D%26c2%3D%26oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce"
    "%3D7d8f3e4a%26oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D137131201%26oauth_"
    "token%3Dkkk9d7dh3k39sjv7"
)
SECTION_1_2 = {
    "oauth_consumer_key": "dpf43f3p2l4k3l03",
    "oauth_token": "nnch734d00sl2jdk",
    "oauth_signature_method": "HMAC-SHA1",
    "oauth_timestamp": "137131202",
    "oauth_nonce": "chapoH",
}


@pytest.fixture(autouse=True)
def allowed(world):
    world.configure(skyward={"oauth1": True})


@pytest.fixture
def signs(client, world):
    """Sends a call as *Signs* signs it."""

    def call(method="GET", path=GENERIC, sent=None, **how):
        return client.request(method, path, auth=Signs(world.now, **how), **(sent or {}))

    return call


def of_the_rfc(call, parameters, *secrets):
    """The mock's own base string and signature, and those of the tests' signer."""
    ours = oauth1.base_string(call, parameters)
    uri = f"{call.base.lower()}{call.target}"
    theirs = signer.base_string(call.method, uri, call.query, call.form, **parameters)
    assert ours == theirs
    method = parameters["oauth_signature_method"]
    signed = oauth1.signature(ours, method, *secrets)
    assert signed == signer.signature(ours, method, *secrets)
    return ours, signed


def test_the_base_string_is_the_one_that_the_rfc_prints():
    call = Call(
        server="skyward",
        operation=None,
        method="POST",
        base="http://EXAMPLE.COM:80",
        path="/request",
        query="b5=%3D%253D&a3=a&c%40=&a2=r%20b",
        target="/request",
        form="c2&a3=2+q",
    )
    assert oauth1.base_string(call, SECTION_3_4) == BASE
    plain = replace(call, base="http://example.com")
    secrets = ("j49sk3j29djd", "dh893hdasih9")
    assert of_the_rfc(plain, SECTION_3_4, *secrets) == (BASE, "r6/TJjbCOr97/+UU0NsvSne7s5g=")


def test_the_signature_is_the_one_that_the_rfc_prints():
    call = Call(
        server="skyward",
        operation=None,
        method="GET",
        base="http://photos.example.net",
        path="/photos",
        query="file=vacation.jpg&size=original",
        target="/photos",
    )
    _, signed = of_the_rfc(call, SECTION_1_2, "kd94hf93k423kf44", "pfkkdhi9sl3r4s00")
    assert signed == "MdpQcU8iPSUjWoN/UDMsK2sui9I="


@pytest.mark.parametrize("method", ["HMAC-SHA1", "HMAC-SHA256"])
@pytest.mark.parametrize("path", PATHS)
def test_a_signed_call_passes_where_the_district_allows_it(signs, world, path, method):
    assert signs(path=path, oauth_signature_method=method).status_code == 200
    world.configure(skyward={})
    assert signs(path=path).status_code == (403 if path == GENERIC else 401)


@pytest.mark.parametrize(
    "path",
    [
        f"{GENERIC}?searchFields=EntityID&searchFields=Name",
        f"{GENERIC}/?searchFields%5B0%5D=EntityID&x=a+b%20c%2B&x=&y&z=%C3%A9%FF~*'()",
        f"{ROSTER}/orgs?filter=name='Lakeview'%20AND%20type%3D'school'&limit=4",
        f"{ROSTER}/users/{IN_MATH[:3]}%30{IN_MATH[4:]}",
    ],
)
def test_queries_and_paths_are_signed_as_they_are_sent(signs, path):
    answer = signs(path=path)
    assert answer.status_code == 200, answer.text


def test_a_body_is_signed_where_it_is_a_form_and_else_not(signs):
    put = {"json": {"lineItem": item("signed-1")}}
    assert signs("PUT", f"{GRADES}/lineItems/signed-1", put).status_code == 201
    form = {"data": {"a": "1 2", "b": ["x", "ü"]}}
    assert signs("GET", f"{GRADES}/classes/{MATH}/lineItems", form).status_code == 200


def test_a_form_that_was_changed_on_its_way_is_noticed(client, world):
    request = client.build_request("GET", GENERIC, data={"a": "1"})
    header = {"Authorization": next(Signs(world.now).auth_flow(request)).headers["Authorization"]}
    changed = client.request("GET", GENERIC, data={"a": "2"}, headers=header)
    as_it_was = client.request("GET", GENERIC, data={"a": "1"}, headers=header)
    assert (changed.status_code, as_it_was.status_code) == (401, 200)


@pytest.mark.parametrize("path", PATHS)
def test_a_wrong_signature_is_a_401_in_the_words_of_its_face(signs, path):
    answer = signs(path=path, secret="guess")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == 'OAuth realm="Skyward"'
    told = answer.json()
    words = (
        told["errors"][0]["Message"]
        if path == GENERIC
        else told.get("statusInfoSet", [told])[0]["imsx_description"]
    )
    assert words == "the signature does not match the call"
    assert "expired" not in answer.text


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ({"tampered": {"oauth_nonce": "another"}}, "does not match"),
        ({"tampered": {"oauth_signature": "x="}}, "does not match"),
        ({"tampered": {"oauth_signature": "é"}}, "does not match"),
        ({"tampered": {"oauth_signature": None}}, "oauth_signature is missing"),
        ({"tampered": {"oauth_timestamp": None}}, "oauth_timestamp is missing"),
        ({"tampered": {"oauth_nonce": ""}}, "oauth_nonce is missing"),
        ({"oauth_consumer_key": "stranger"}, "consumer key"),
        ({"oauth_token": "of-somebody"}, "token is unknown"),
        ({"oauth_signature_method": "PLAINTEXT"}, "HMAC-SHA1 or HMAC-SHA256"),
        ({"oauth_version": "2.0"}, "oauth_version"),
        ({"oauth_timestamp": "soon"}, "oauth_timestamp"),
        ({"oauth_timestamp": "1"}, "oauth_timestamp"),
        ({"oauth_timestamp": "9" * 400}, "oauth_timestamp"),
        ({"oauth_nonce": "n" * 256}, "oauth_nonce is too long"),
    ],
)
def test_what_is_wrong_is_told_and_is_a_401(signs, how, words):
    answer = signs(**how)
    assert answer.status_code == 401
    assert words in answer.json()["errors"][0]["Message"]


@pytest.mark.parametrize(
    "header",
    [
        "OAuth",
        "OAuth x",
        'OAuth oauth_consumer_key="passback"',
        'OAuth oauth_consumer_key="passback" oauth_nonce="1"',
        'OAuth oauth_nonce="1", oauth_nonce="2"',
        'OAuth oauth_nonce="1',
    ],
)
def test_a_header_that_cannot_be_read_is_a_401(client, header):
    assert client.get(GENERIC, headers={"Authorization": header}).status_code == 401


@pytest.mark.parametrize(
    ("seconds", "status"), [(-301, 401), (-299, 200), (0, 200), (299, 200), (302, 401)]
)
def test_the_time_of_a_call_is_held_against_the_districts_clock(client, world, seconds, status):
    world.set_clock(frozen=True)
    auth = Signs(lambda: world.now() + timedelta(seconds=seconds))
    assert client.get(GENERIC, auth=auth).status_code == status


def test_a_nonce_is_good_for_one_call_at_a_second(client, signs, world):
    world.set_clock(frozen=True)
    assert signs(oauth_nonce="once").status_code == 200
    again = signs(oauth_nonce="once")
    assert again.status_code == 401
    assert again.json()["errors"][0]["Message"] == "oauth_nonce was used before"
    assert signs(oauth_nonce="other").status_code == 200
    world.set_clock(world.now() + timedelta(seconds=1), frozen=True)
    assert signs(oauth_nonce="once").status_code == 200


def test_a_call_with_a_wrong_signature_uses_up_no_nonce(signs):
    assert signs(oauth_nonce="mine", secret="guess").status_code == 401
    assert signs(oauth_nonce="mine").status_code == 200


def test_nonces_are_forgotten_when_their_time_is_over(signs, world):
    for _ in range(3):
        signs()
    world.set_clock(world.now() + timedelta(minutes=11))
    signs()
    assert world.db.one("SELECT count(*) FROM oauth_nonce")[0] == 1
