"""The command, in this process."""

import pytest
from click.testing import CliRunner

from agent.cli import passback


@pytest.fixture
def contract():
    """Runs `passback contract ...`."""

    def run(*words):
        return CliRunner().invoke(passback, ["contract", *map(str, words)])

    return run
