"""All three mocks over one registry of worlds: pages differ by server."""

from collections.abc import Iterator

import httpx
import pytest

from mock_sis.districts.cache import DistrictCache
from mock_sis.districts.factory import WorldFactory
from mock_sis.server import MOCKS, Servers, serving
from mock_sis.world.worlds import Hosted, Worlds
from tests.mock_sis.conftest import START, Site


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """Every mock; each test has its own world on them."""
    folder = tmp_path_factory.mktemp("shared")
    world = WorldFactory().make(folder / "world.db", start=START)
    worlds = Worlds(world, WorldFactory(DistrictCache(folder / "cache")))
    with serving(*MOCKS, worlds=worlds) as servers:
        worlds.ports.clear()  # a page as a mock shows it that runs alone
        yield servers
    worlds.close()


def site(shared: Servers, hosted: Hosted, name: str) -> Site:
    """The mock *name* as this test sees it."""
    return Site(f"{shared[name].url}/w/{hosted.name}", hosted)


def client_of(one: Site) -> httpx.Client:
    """A client without credentials."""
    return httpx.Client(base_url=one.url, timeout=60, verify=False)


@pytest.fixture
def skyward(shared: Servers, hosted: Hosted) -> Site:
    """The Skyward mock over `world`, below a prefix."""
    return site(shared, hosted, "skyward")


@pytest.fixture
def powerschool(shared: Servers, hosted: Hosted) -> Site:
    """The PowerSchool mock over `world`, below a prefix."""
    return site(shared, hosted, "powerschool")
