"""A ledger of the district "lakeview" in each store, and the same one opened again.

A test that asks for `path` is about the file, and runs on SQLite alone.
"""

import pytest

from agent.ledger import open_ledger
from tests.agent.ledger.stores import DISTRICT, drop_schemas

STORES = ("sqlite", "postgresql")


def pytest_generate_tests(metafunc):
    if "store" in metafunc.fixturenames:
        stores = STORES[:1] if "path" in metafunc.fixturenames else STORES
        metafunc.parametrize("store", stores, indirect=True)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "passback.db"


@pytest.fixture(scope="session")
def database(postgres):
    """A database for the ledgers of all tests, one after the other."""
    with postgres.database() as url:
        yield url


@pytest.fixture
def store(request, tmp_path):
    """The URL of a ledger that is not there yet, in the store that the test is run on."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/passback.db"
        return
    url = request.getfixturevalue("database")
    yield url
    drop_schemas(url)


@pytest.fixture
def opened(store):
    """Opens the ledger of `store`; whatever is still open at the end is closed."""
    ledgers = []

    def open_(district=DISTRICT):
        ledgers.append(open_ledger(store, district))
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
