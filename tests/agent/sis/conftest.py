"""Mocks for the whole session, and retries that do not wait."""

import pytest
import stamina

from mock_sis.server import serving


@pytest.fixture(scope="session")
def servers():
    """The SIS mocks in this process, on free ports."""
    with serving("skyward", "powerschool") as running:
        yield running


@pytest.fixture(autouse=True)
def _no_waiting():
    with stamina.set_testing(True, attempts=5, cap=True):
        yield
