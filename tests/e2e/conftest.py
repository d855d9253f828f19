"""Mocks for a whole test session, and a fresh district on them for every test."""

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
import stamina

from mock_sis.server import serving
from mock_sis.world.world import World
from tests.e2e.support.district import START, District
from tests.e2e.support.opening import closed, copies, opened

TRIES = 5
_names = count(1)
HERE = Path(__file__).parent


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Of a test with several cases, the other SIS among them, `make check` runs the first."""
    for item in items:
        case = getattr(item, "callspec", None)
        if case and any(case.indices.values()) and item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.slow)


@pytest.fixture(autouse=True)
def _retries_at_once() -> Iterator[None]:
    """What the agent tries again it tries without a pause, `TRIES` times in all."""
    with stamina.set_testing(True, attempts=TRIES):
        yield


@pytest.fixture(scope="session")
def servers() -> Iterator[object]:
    """An Otus, a PowerSchool and a Skyward mock in this process, on free ports."""
    with serving("otus", "powerschool", "skyward") as running:
        yield running


@pytest.fixture(scope="session")
def make(servers, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., World]:
    """Makes a tiny world in which Otus has no assessments."""
    return copies(servers, tmp_path_factory.mktemp("emptied"))


@pytest.fixture
def kind() -> str:
    """Which SIS; the mark `BOTH` names both."""
    return "skyward"


@pytest.fixture
def district(servers, make, kind: str, tmp_path: Path) -> Iterator[District]:
    """A tiny world of its own; after the test every 0 in it must satisfy B4."""
    found = opened(servers, kind, tmp_path, f"test-{next(_names)}", make)
    yield found
    closed(servers, found)


@pytest.fixture
def twin(servers, make, kind: str, tmp_path: Path) -> Iterator[District]:
    """The same world once more, with an agent of its own."""
    found = opened(servers, kind, tmp_path / "twin", f"twin-{next(_names)}", make)
    yield found
    closed(servers, found)


@pytest.fixture
def begun(district: District) -> District:
    """After its first night; one assignment and one score are in the gradebook."""
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)
    assert district.night(START).code == 0
    return district
