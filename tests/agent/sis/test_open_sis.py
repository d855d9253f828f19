"""From the configuration's words to an adapter."""

from urllib.parse import parse_qsl

import pytest

from agent.errors import ConfigError
from agent.sis import VENDORS
from agent.sis.port import Traits
from tests.agent.sis.canned import Canned


def test_powerschool_comes_later():
    with pytest.raises(ConfigError, match="comes with the next version"):
        Canned(kind="powerschool")


@pytest.mark.parametrize("more", [{"kind": "infinite"}, {"oneroster": "1.3"}])
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
