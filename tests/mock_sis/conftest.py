"""A tiny world a test, and mocks that serve it over real sockets."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest

from mock_sis.server import Servers, serving
from mock_sis.world import World

START = date(2026, 10, 1)
CREDENTIALS = ("passback", "passback-secret")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Tiny, its clock at noon of a Thursday in the first quarter."""
    made = World.create(tmp_path / "world.db", start=START)
    yield made
    made.close()


@pytest.fixture
def otus(world: World) -> Iterator[Servers]:
    """The Otus mock over `world`."""
    with serving("otus", world=world) as servers:
        yield servers


@pytest.fixture
def client(otus: Servers) -> Iterator[httpx.Client]:
    """A client of the Otus mock without credentials: for its control plane and its pages."""
    with httpx.Client(base_url=otus.otus.url) as made:
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
