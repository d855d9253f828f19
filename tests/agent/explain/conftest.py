"""A ledger in memory."""

from contextlib import closing

import pytest

from agent.ledger import open_ledger


@pytest.fixture
def ledger():
    with closing(open_ledger("sqlite:///:memory:", "lakeview")) as opened:
        yield opened
