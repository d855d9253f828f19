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


def _open(servers, folder: Path, name: str) -> District:
    servers.worlds.create(name, size="tiny", seed=1, start=START)
    found = District(
        otus=f"{servers.otus.url}/w/{name}", sis=f"{servers.skyward.url}/w/{name}", folder=folder
    )
    found.evening(START)
    found.clear_otus()
    return found


def _close(servers, found: District) -> None:
    assert_every_zero_is_earned(found)
    found.http.close()
    servers.worlds.delete(found.sis.rpartition("/")[2])


@pytest.fixture
def district(servers, tmp_path: Path) -> Iterator[District]:
    """A tiny world of its own; after the test every 0 in it must satisfy B4."""
    found = _open(servers, tmp_path, f"test-{next(_names)}")
    yield found
    _close(servers, found)


@pytest.fixture
def twin(servers, tmp_path: Path) -> Iterator[District]:
    """The same world once more, with an agent of its own."""
    folder = tmp_path / "twin"
    folder.mkdir()
    found = _open(servers, folder, f"twin-{next(_names)}")
    yield found
    _close(servers, found)
