"""A tiny world a test, served by mocks that all tests share; or mocks of one's own."""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import httpx
import pytest

from mock_sis.districts.cache import DistrictCache
from mock_sis.districts.factory import WorldFactory
from mock_sis.server import Servers, serving
from mock_sis.world.world import World
from mock_sis.world.worlds import Hosted, Worlds

START = date(2026, 10, 1)
CREDENTIALS = ("passback", "passback-secret")
numbers = itertools.count(1)


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """The Otus mock; each test has its own world on it."""
    folder = tmp_path_factory.mktemp("shared")
    world = WorldFactory().make(folder / "world.db", start=START)
    worlds = Worlds(world, WorldFactory(DistrictCache(folder / "cache")))
    with serving("otus", worlds=worlds) as servers:
        yield servers
    worlds.close()


@pytest.fixture
def hosted(shared: Servers) -> Iterator[Hosted]:
    """Tiny, its clock at noon of a Thursday in the first quarter."""
    made = shared.worlds.create(f"t{next(numbers)}", start=START)
    yield made
    shared.worlds.delete(made.name)


@pytest.fixture
def world(hosted: Hosted) -> World:
    """The test's world."""
    return hosted.world


@dataclass(frozen=True)
class Site:
    """The Otus mock as this test sees it."""

    url: str
    hosted: Hosted

    def journal(self, **filters: Any) -> list[dict[str, Any]]:
        """Calls of this test's world."""
        return self.hosted.journal.read(**filters)


@pytest.fixture
def otus(shared: Servers, hosted: Hosted) -> Site:
    """The Otus mock over `world`, below a prefix."""
    return Site(f"{shared.otus.url}/w/{hosted.name}", hosted)


@pytest.fixture
def own_otus(world: World) -> Iterator[Servers]:
    """An Otus mock of one's own, with `world` at its root."""
    with serving("otus", world=world) as servers:
        yield servers


@pytest.fixture
def client(otus: Site) -> Iterator[httpx.Client]:
    """A client of the Otus mock without credentials: for its control plane and its pages."""
    # Plain HTTP: to read the authorities that nobody asks costs more than a world.
    with httpx.Client(base_url=otus.url, timeout=60, verify=False) as made:
        yield made


@pytest.fixture
def feed(client: httpx.Client) -> Callable[..., httpx.Response]:
    """Reads the feed with a token that was asked for just now."""

    def read(**query: Any) -> httpx.Response:
        return client.get("/v1/changes", params=query, headers=bearer(client))

    return read


def bearer(client: httpx.Client) -> dict[str, str]:
    """The header of an authorized request."""
    form = {"grant_type": "client_credentials"}
    token = client.post("/oauth/token", data=form, auth=CREDENTIALS).json()["access_token"]
    return {"Authorization": f"Bearer {token}"}
