"""Pages of a made-up district, asked as a browser asks."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from agent.config import settings_from
from agent.serve.app import create_app
from agent.serve.district import District

TOKEN = "a-token-of-this-test"
NOW = datetime(2026, 10, 15, 3, 0, tzinfo=UTC)


def settings(folder: Path, **sis):
    plain = {
        "district": "lakeview",
        "timezone": "America/Chicago",
        "source": {
            "kind": "otus",
            "url": "http://127.0.0.1:9",
            "client_id": "passback",
            "client_secret": {"env": "SOURCE"},
        },
        "sis": {
            "kind": "skyward",
            "url": "http://127.0.0.1:9",
            "client_id": "passback",
            "client_secret": {"env": "SIS"},
            **sis,
        },
        "policy": {"effective_date": date(2026, 8, 20), "categories": {"Quiz": "QUIZ"}},
        "ledger": {"url": "sqlite:///passback.db"},
    }
    return settings_from(plain, folder / "passback.toml")


@pytest.fixture
def made_up(tmp_path):
    return District(
        key="lakeview",
        title="Lakeview",
        settings=settings(tmp_path),
        environment={"SOURCE": "s", "SIS": "s"},
        clock=lambda: NOW,
    )


@pytest.fixture
def app(made_up):
    return create_app(lambda: [made_up], token=TOKEN, hosts=["passback.school.example"])


@pytest.fixture
def client(app):
    """A browser that has entered."""
    browser = app.test_client()
    assert browser.get(f"/agent/?token={TOKEN}").status_code == 303
    return browser


@pytest.fixture
def csrf(client):
    """Reads the token of the first form of a page."""

    def read(address):
        page = client.get(address).get_data(as_text=True)
        return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)[1]

    return read
