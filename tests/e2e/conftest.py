"""Mocks for a whole test session, and a fresh district on them for every test."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from mock_sis.server import serving
from tests.e2e.district import START, District
from tests.e2e.zeros import assert_every_zero_is_earned

_names = count(1)


@pytest.fixture(scope="session")
def servers() -> Iterator[object]:
    """An Otus and a Skyward mock in this process, on free ports."""
    with serving("otus", "skyward") as running:
        yield running


@pytest.fixture
def district(servers, tmp_path: Path) -> Iterator[District]:
    """A tiny world of its own; after the test every 0 in it must satisfy B4."""
    name = f"test-{next(_names)}"
    servers.worlds.create(name, size="tiny", seed=1, start=START)
    found = District(
        otus=f"{servers.otus.url}/w/{name}",
        sis=f"{servers.skyward.url}/w/{name}",
        folder=tmp_path,
    )
    found.evening(START)
    found.clear_otus()
    yield found
    assert_every_zero_is_earned(found)
    found.http.close()
    servers.worlds.delete(name)
