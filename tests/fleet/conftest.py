"""Mocks for a whole session, and a fleet on a database of its own for every test."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mock_sis.server import serving
from tests.fleet.support.rig import Fleet, fleet
from tests.fleet.support.school import Schools

Told = Callable[[str, float], None]


@pytest.fixture(scope="session")
def schools(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Schools]:
    """Districts on an Otus and a Skyward mock in this process."""
    with serving("otus", "powerschool", "skyward", validate_responses=False) as servers:
        yield Schools(servers, tmp_path_factory.mktemp("schools"))


@pytest.fixture
def rig(schools: Schools, postgres_url: str, tmp_path: Path) -> Iterator[Fleet]:
    """A fleet of the test's own."""
    with fleet(tmp_path, postgres_url, schools) as found:
        yield found


@pytest.fixture
def recovery(record_property: Callable[[str, object], None]) -> Told:
    """Tells how long it took until all was well again, in the summary of the run."""
    began = time.monotonic()

    def tell(fault: str, seconds: float) -> None:
        whole = time.monotonic() - began
        record_property("recovery", f"{fault}: {seconds:.1f} s (the test: {whole:.1f} s)")

    return tell
