"""A running `passback uat` in this process, and exports as a browser would send them."""

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from contracts.uat.bind import Bind
from contracts.uat.registry import Registry
from contracts.uat.run import districts, web_app
from contracts.uat.uploads import Uploads
from tests.exports import write_export

TOKEN = "a-token-of-this-test"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where everything stands that `passback uat` writes."""
    return tmp_path / "uat"


@pytest.fixture
def registry(folder: Path) -> Iterator[Registry]:
    """The mocks on free ports, and no district yet."""
    with districts(folder, bind=Bind(), base_port=0, policy=None) as found:
        yield found


@pytest.fixture
def client(registry: Registry, folder: Path) -> Iterator[FlaskClient]:
    """A browser that has entered, in the made-up district."""
    with entered(registry, folder) as browser:
        yield browser


class Shared(NamedTuple):
    """A `passback uat` with the made-up district, for tests that import nothing."""

    registry: Registry
    client: FlaskClient


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shared]:
    """One for all tests of a module."""
    where = tmp_path_factory.mktemp("shared") / "uat"
    with (
        districts(where, bind=Bind(), base_port=0, policy=None) as found,
        entered(found, where) as browser,
    ):
        yield Shared(found, browser)


@contextmanager
def entered(registry: Registry, folder: Path) -> Iterator[FlaskClient]:
    """Make up the district, and open its page with the token."""
    registry.make_up()
    with Uploads(folder) as uploads:
        browser = web_app(registry, uploads, bind=Bind(token=TOKEN), named=False).test_client()
        assert browser.get(f"/?token={TOKEN}").status_code == 303
        yield browser


@pytest.fixture
def export(tmp_path: Path) -> Callable[..., Path]:
    """Writes the plain export, with the files given replaced (None: left out)."""
    return lambda **changed: write_export(tmp_path / "export", **changed)


@pytest.fixture
def packed(export: Callable[..., Path]) -> Callable[..., bytes]:
    """The same as the bytes of a zip."""

    def pack(**changed: list[str] | None) -> bytes:
        whole = io.BytesIO()
        with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(export(**changed).iterdir()):
                archive.write(path, path.name)
        return whole.getvalue()

    return pack


def form_token(client: FlaskClient, path: str) -> str:
    """The token of a form of that page."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(path).text)
    assert found is not None
    return found[1]


def upload(client: FlaskClient, content: bytes, name: str = "export.zip") -> TestResponse:
    """Send a file as the form does; the page after it."""
    data = {
        "csrf_token": form_token(client, "/roster"),
        "roster": (io.BytesIO(content), name),
    }
    return client.post("/roster", data=data, follow_redirects=True)


def press(client: FlaskClient, page: TestResponse, button: str) -> TestResponse:
    """Press a button of the page of findings; the page after it."""
    path = page.request.path
    data = {"csrf_token": form_token(client, path)}
    return client.post(f"{path}/{button}", data=data, follow_redirects=True)
