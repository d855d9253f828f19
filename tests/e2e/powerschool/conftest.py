"""The district of every test here is on PowerSchool, and nothing waits before it tries again."""

from collections.abc import Iterator

import pytest
import stamina


@pytest.fixture
def kind() -> str:
    """Which SIS."""
    return "powerschool"


@pytest.fixture(autouse=True)
def _retries_at_once() -> Iterator[None]:
    stamina.set_testing(True, attempts=5)
    yield
    stamina.set_testing(False)
