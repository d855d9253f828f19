"""From the configuration's words to an adapter."""

from urllib.parse import parse_qsl

import pytest

from agent.errors import ConfigError
from agent.sis import VENDORS
from agent.sis.port import Traits
from tests.agent.sis.canned import Canned


@pytest.mark.parametrize(
    ("route", "traits"),
    [
        (None, (25, False, False, False)),
        ("xte", (25, False, False, False)),
        ("oneroster", (1, True, True, True)),
    ],
)
def test_powerschool_has_two_routes_under_one_name(route, traits):
    found = Canned(kind="powerschool", route=route).sis.traits
    told = (found.batch, found.idempotent_create, found.clears_scores, found.assigned_dates)
    assert told == traits
    assert (found.name, found.connections) == ("powerschool", 1)


def test_powerschool_is_pushed_to_by_1_1_whatever_version_is_set():
    server = Canned(kind="powerschool", route="oneroster", oneroster="1.2")
    server.answers["POST /oauth/access_token"] = {"access_token": "t", "expires_in": "60"}
    list(server.sis.check())
    token, first = server.requests[:2]
    assert token.url.path == "/oauth/access_token"
    assert token.content == b"grant_type=client_credentials"
    assert first.url.path.startswith("/api/ims/oneroster/v1p1/")


@pytest.mark.parametrize(
    "more",
    [{"kind": "infinite"}, {"oneroster": "1.3"}, {"kind": "powerschool", "route": "ptg"}],
)
def test_a_kind_or_version_that_is_not_known_is_refused(more):
    with pytest.raises(ConfigError, match="there is no kind"):
        Canned(**more)


@pytest.mark.parametrize("kind", VENDORS)
def test_each_vendor_has_the_traits_of_its_kind(kind):
    traits = Canned(kind=kind).sis.traits
    assert isinstance(traits, Traits)
    assert traits.name == kind
    assert (traits.batch, traits.idempotent_create) == (1, True)


@pytest.mark.parametrize(
    ("kind", "oneroster", "version"), [("skyward", "1.1", "v1p1"), ("oneroster", "1.2", "v1p2")]
)
def test_a_token_is_asked_for_with_the_scopes_of_the_version(kind, oneroster, version):
    server = Canned({"GET /categories": {"categories": []}}, kind=kind, oneroster=oneroster)
    list(server.sis.check())
    asked = server.requests[0]
    form = dict(parse_qsl(asked.content.decode()))
    assert ("authorization" in asked.headers) == (kind == "oneroster")
    assert ("client_id" in form) == (kind == "skyward")
    scopes = form["scope"].split()
    assert f"https://purl.imsglobal.org/spec/or/{version}/scope/gradebook.createput" in scopes
