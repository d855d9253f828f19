"""The district of every test here is on PowerSchool."""

import pytest


@pytest.fixture
def kind() -> str:
    """Which SIS."""
    return "powerschool"
