"""Mocks over TLS, as programs that take https only need them; the tests of a file share a world."""

import itertools
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from mock_sis.serve.certificate import write_certificate
from mock_sis.server import Servers, serving
from mock_sis.world.worlds import Hosted
from tests.mock_sis.conftest import START

SECRETS = ("passback", "passback-secret")
GRANT = {"grant_type": "client_credentials"}
BY_FORM = {**GRANT, "client_id": SECRETS[0], "client_secret": SECRETS[1]}


numbers = itertools.count(1)


@pytest.fixture(scope="module")
def hosted(shared: Servers) -> Iterator[Hosted]:
    """Tiny, its clock at noon of a Thursday in the first quarter."""
    made = shared.worlds.create(f"programs{next(numbers)}", start=START)
    yield made
    shared.worlds.delete(made.name)


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Self-signed, as `--tls` makes it."""
    folder = tmp_path_factory.mktemp("tls")
    return write_certificate(folder, now=datetime.now(UTC), host="127.0.0.1")


@pytest.fixture(scope="session")
def secured(shared: Servers, certificate: tuple[Path, Path]) -> Iterator[Servers]:
    """Both SIS, https only."""
    names = ("powerschool", "skyward")
    with serving(*names, worlds=shared.worlds, certificate=certificate) as servers:
        yield servers


@pytest.fixture(scope="session")
def trusted(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    """What a program is told by SSL_CERT_FILE or REQUESTS_CA_BUNDLE."""
    return ssl.create_default_context(cafile=certificate[0])


@pytest.fixture
def powerschool(
    secured: Servers, hosted: Hosted, trusted: ssl.SSLContext
) -> Iterator[httpx.Client]:
    """A client of PowerSchool's host name, without a token."""
    yield from _client(secured.powerschool.url, hosted, trusted)


@pytest.fixture
def skyward(secured: Servers, hosted: Hosted, trusted: ssl.SSLContext) -> Iterator[httpx.Client]:
    """A client of Skyward's host name, without a token."""
    yield from _client(secured.skyward.url, hosted, trusted)


def _client(url: str, hosted: Hosted, trusted: ssl.SSLContext) -> Iterator[httpx.Client]:
    named = url.replace("127.0.0.1", "localhost")
    with httpx.Client(base_url=f"{named}/w/{hosted.name}", verify=trusted, timeout=60) as made:
        yield made


def with_token(client: httpx.Client, answer: httpx.Response) -> httpx.Client:
    """The client, with the token that *answer* gave."""
    assert answer.status_code == 200, answer.text
    client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
    return client
