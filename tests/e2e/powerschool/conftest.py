"""The mocks with PowerSchool among them, and a fresh district on them for every test."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
import stamina

from mock_sis.server import serving
from tests.e2e.district import START
from tests.e2e.powerschool.campus import PowerSchoolDistrict
from tests.e2e.zeros import assert_every_zero_is_earned

_names = count(1)


@pytest.fixture(scope="session")
def servers() -> Iterator[object]:
    """An Otus, a PowerSchool and a Skyward mock in this process, on free ports."""
    with serving("otus", "powerschool", "skyward") as running:
        yield running


@pytest.fixture(autouse=True)
def _retries_at_once() -> Iterator[None]:
    stamina.set_testing(True, attempts=5)
    yield
    stamina.set_testing(False)


def _open(servers, folder: Path, name: str) -> PowerSchoolDistrict:
    world = servers.worlds.create(name, size="tiny", seed=1, start=START).world
    found = PowerSchoolDistrict(
        otus=f"{servers.otus.url}/w/{name}",
        sis=f"{servers.powerschool.url}/w/{name}",
        folder=folder,
        configure=world.configure,
    )
    found.evening(START)
    found.clear_otus()
    return found


def _close(servers, found: PowerSchoolDistrict) -> None:
    found.settings()
    assert_every_zero_is_earned(found)
    found.http.close()
    servers.worlds.delete(found.sis.rpartition("/")[2])


@pytest.fixture
def district(servers, tmp_path: Path) -> Iterator[PowerSchoolDistrict]:
    """A tiny world of its own; after the test every 0 in it must satisfy B4."""
    found = _open(servers, tmp_path, f"ps-{next(_names)}")
    yield found
    _close(servers, found)


@pytest.fixture
def twin(servers, tmp_path: Path) -> Iterator[PowerSchoolDistrict]:
    """The same world once more, with an agent of its own."""
    folder = tmp_path / "twin"
    folder.mkdir()
    found = _open(servers, folder, f"ps-twin-{next(_names)}")
    yield found
    _close(servers, found)
