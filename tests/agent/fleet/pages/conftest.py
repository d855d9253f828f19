"""A fleet's database with its tables, empty for each test, and its pages as a browser asks them."""

import re
from contextlib import closing

import pytest

from agent.fleet.database.connection import Database
from agent.fleet.pages.addresses import Shared
from agent.fleet.pages.app import create_fleet_app
from agent.serve.access.tokens import hash_of
from agent.serve.district import District
from agent.settings import PersonSettings, ServeSettings
from tests.agent.fleet.pages.rows import EMPTY, Rows, tables
from tests.agent.serve.conftest import PEOPLE, person, settings

STAFF, OWN, OTHER = "staff-token", "own-token", "other-token"
"""Tokens of the vendor's Ada, of an administrator of `lakeview`, and of one of `hillside`."""
SOMEBODY = PersonSettings(
    name="ada@vendor.example", role="administrator", token_sha256=hash_of(STAFF)
)


@pytest.fixture(scope="module")
def tables_made(postgres):
    """A database for the tests of a module."""
    with postgres.database() as url, closing(Database(url, lambda: "", "test")) as database:
        tables(database)
        yield database


@pytest.fixture
def fleet_database(tables_made):
    """The same, empty."""
    tables_made.write(EMPTY)
    return tables_made


@pytest.fixture
def rows(fleet_database):
    """Adds rows to it."""
    return Rows(fleet_database)


@pytest.fixture
def served(tmp_path, rows):
    """Two districts with people of their own; `lakeview` has teachers too."""
    people = {
        "lakeview": [person("principal@lakeview.example", OWN), *PEOPLE],
        "hillside": [person("principal@hillside.example", OTHER)],
    }
    found = []
    for key, own in people.items():
        (tmp_path / key).mkdir()
        found.append(
            District(
                key=key,
                title=f"{key.title()} ISD",
                settings=settings(tmp_path / key, own),
                environment={},
                clock=lambda: rows.now,
            )
        )
    return tuple(found)


@pytest.fixture
def app(served, rows):
    """The app of a fleet."""
    staff = ServeSettings(people=(SOMEBODY,))
    shared = Shared(rows.database, lambda: rows.now)
    return create_fleet_app(lambda: served, shared, hosts=[], staff=lambda: staff)


class Browser:
    """Somebody who has signed in."""

    def __init__(self, app, token):
        self.client = app.test_client()
        assert self.client.get(f"/agent/?token={token}").status_code == 303

    def read(self, address, status=200):
        """The text of a page, wherever its address leads to."""
        answer = self.client.get(address, follow_redirects=True)
        text = answer.get_data(as_text=True)
        assert answer.status_code == status, text
        return text

    def press(self, address, at, status=200, **fields):
        """Press a button of the page *at*."""
        token = re.search(r'name="csrf_token" value="([^"]+)"', self.read(at))[1]
        form = {"csrf_token": token, **fields}
        answer = self.client.post(address, data=form, follow_redirects=True)
        assert answer.status_code == status, answer.get_data(as_text=True)
        return answer.get_data(as_text=True)


@pytest.fixture
def staff(app):
    """The vendor's Ada."""
    return Browser(app, STAFF)


@pytest.fixture
def principal(app):
    """An administrator of `lakeview`."""
    return Browser(app, OWN)
