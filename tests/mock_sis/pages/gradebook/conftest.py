"""One SIS's mock, its gradebooks, and forms as a browser sends them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import httpx
import pytest

from mock_sis.gradebook.columns import Actor, Column, Draft
from mock_sis.gradebook.gradebook import Gradebook
from mock_sis.sis import gradebook_of
from mock_sis.world.world import World
from tests.mock_sis.pages.conftest import client_of, site

MATH, MATH_2, SCIENCE = "200001", "200002", "200003"


@dataclass(frozen=True)
class Sis:
    """A SIS's mock as its teachers use it."""

    name: str
    url: str
    client: httpx.Client
    book: Gradebook
    world: World

    def page(self, path: str) -> str:
        """The text of a page that is there."""
        answer = self.client.get(f"/pages{path}")
        assert answer.status_code == 200, answer.text
        return answer.text

    def post(self, path: str, page: str = "", **fields: Any) -> httpx.Response:
        """Send a form, with the token of the page that has it."""
        text = self.page(page or path)
        token = re.search('name="csrf_token"[^>]* value="([^"]+)"', text)
        assert token
        return self.client.post(f"/pages{path}", data={"csrf_token": token[1], **fields})

    def column(
        self, *, by: Actor = "teacher", external_id: str | None = None, **change: Any
    ) -> Column:
        """A column of Math, worth 10 points, due on October 8."""
        category = self.book.categories(change.get("section", MATH))[0]["id"]
        usual = {"section": MATH, "title": "Warm-up", "points": Decimal(10), "category": category}
        draft = Draft(**{**usual, "due": date(2026, 10, 8), **change})
        return self.book.put_column(draft, by=by, external_id=external_id)[0]

    def name_of(self, student: str) -> str:
        """As a row of the grid is headed."""
        row = self.world.db.one("SELECT family, given FROM student WHERE id = ?", student)
        assert row
        return f"{row['family']}, {row['given']}"

    def note(self, column: Column, student: str) -> str:
        """What a cell of Math says of itself."""
        text = self.page(f"/classes/{column.section}")
        found = re.search(f'id="cell-{column.id}-{student}".*?title="([^"]*)"', text, re.DOTALL)
        assert found
        return found[1]


def made(request: pytest.FixtureRequest, name: str) -> Iterator[Sis]:
    """The mock *name* over the test's world."""
    hosted = request.getfixturevalue("hosted")
    one = site(request.getfixturevalue("shared"), hosted, name)
    with client_of(one) as client:
        yield Sis(name, one.url, client, gradebook_of(hosted.world, name), hosted.world)


@pytest.fixture(params=["powerschool", "skyward"])
def sis(request: pytest.FixtureRequest) -> Iterator[Sis]:
    """Each SIS in turn."""
    yield from made(request, request.param)


@pytest.fixture
def sky(request: pytest.FixtureRequest) -> Iterator[Sis]:
    """Skyward."""
    yield from made(request, "skyward")


@pytest.fixture
def ptp(request: pytest.FixtureRequest) -> Iterator[Sis]:
    """PowerSchool, whose gradebook is PowerTeacher Pro."""
    yield from made(request, "powerschool")


@pytest.fixture
def otus_url(request: pytest.FixtureRequest) -> str:
    """The Otus mock over the same world."""
    return site(request.getfixturevalue("shared"), request.getfixturevalue("hosted"), "otus").url
