"""A school for the tests of what comes between nights."""

import pytest

from tests.agent.sync.school import School


@pytest.fixture
def school():
    """Three pupils; a-2, not due yet, is in the gradebook with 8 for s-1 and 7 for s-2."""
    made = School()
    made.assess("a-2")
    made.score("a-2", "s-1", "8")
    made.score("a-2", "s-2", "7")
    made.night()
    assert made.row("a-2") == ["8", "7", "*"]
    return made
