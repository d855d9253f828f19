"""From the configuration's words to an adapter."""

from typing import get_args
from urllib.parse import parse_qsl

import httpx2
import pytest

from agent.errors import ConfigError
from agent.rules import RULES_FOR
from agent.settings import ROUTED, SisKind, SisRoute
from agent.sis.vendors import VENDORS
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
    assert (found.kind, found.connections) == ("powerschool", 1)


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


@pytest.mark.parametrize(
    ("kind", "route"), [(kind, route) for kind, routes in VENDORS.items() for route in routes]
)
def test_each_route_of_a_vendor_has_the_traits_of_its_kind(kind, route):
    sis = Canned(kind=kind, route=route).sis
    assert sis.traits.kind == kind
    assert sis.traits.connections == VENDORS[kind][route].traits.connections


def test_the_kinds_of_the_table_are_those_that_settings_and_rules_name():
    assert set(VENDORS) == set(get_args(SisKind)) == set(RULES_FOR)
    assert {kind for kind, routes in VENDORS.items() if len(routes) > 1} == ROUTED
    assert {route for kind in ROUTED for route in VENDORS[kind]} == set(get_args(SisRoute))


def test_tokens_are_asked_for_where_and_with_what_the_configuration_says():
    asked = {"token_url": "https://login.example/oauth2/token", "scope": "gradebook"}
    server = Canned({"POST /oauth2/token": {"access_token": "t"}}, **asked)
    list(server.sis.check())
    token, first = server.requests[:2]
    assert str(token.url) == asked["token_url"]
    assert dict(parse_qsl(token.content.decode()))["scope"] == "gradebook"
    assert first.url.host == "sis.example"


@pytest.mark.parametrize("kind", ["oneroster", "skyward"])
@pytest.mark.parametrize("answer", [(404, {}), (405, {}), httpx2.Response(200, html="<h1>Hi</h1>")])
def test_a_server_without_the_usual_token_addresses_is_told_by_the_settings_to_change(kind, answer):
    server = Canned({"POST /oauth/token": answer, "POST /token": answer}, kind=kind)
    first = next(iter(server.sis.check()))
    settings = "url and token_url" if kind == "oneroster" else "url"
    assert not first.ok
    assert first.detail.endswith(f": no token endpoint at this url; look at the {settings}")


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
