"""A ledger of the district "lakeview" in a file, and the same one opened again."""

import pytest

from agent.ledger import open_ledger


@pytest.fixture
def path(tmp_path):
    return tmp_path / "passback.db"


@pytest.fixture
def opened(path):
    """Opens the ledger of `path`; whatever is still open at the end is closed."""
    ledgers = []

    def open_(district="lakeview"):
        ledgers.append(open_ledger(f"sqlite:///{path}", district))
        return ledgers[-1]

    yield open_
    for ledger in ledgers:
        ledger.close()


@pytest.fixture
def ledger(opened):
    return opened()


@pytest.fixture
def reopen(opened):
    def reopen_(ledger):
        ledger.close()
        return opened()

    return reopen_
