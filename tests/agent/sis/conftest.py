"""Mocks for the whole session, and retries that do not wait."""

import pytest
import stamina

from mock_sis.server import serving


@pytest.fixture(scope="session")
def servers():
    """A Skyward mock in this process, on a free port."""
    with serving("skyward") as running:
        yield running


@pytest.fixture(autouse=True)
def _no_waiting():
    with stamina.set_testing(True, attempts=5, cap=True):
        yield
