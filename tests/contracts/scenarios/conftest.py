"""A mock on another port that is treated as a server of somebody else's."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from contracts.scenarios.kinds import Kind
from contracts.scenarios.live import Permit
from contracts.scenarios.suite import START, Live
from mock_sis.districts.factory import WorldFactory
from mock_sis.server import Servers, serving
from mock_sis.sis import gradebook_of


@pytest.fixture(scope="session")
def theirs(tmp_path_factory) -> Iterator[Servers]:
    """All three mocks, in a world of their own; nobody may use its control plane."""
    world = WorldFactory().make(tmp_path_factory.mktemp("theirs") / "world.db", start=START)
    with serving("otus", "powerschool", "skyward", world=world) as servers:
        yield servers
    world.close()


@pytest.fixture
def live(theirs):
    """Makes a live target of one of them, after putting its world back to its start."""
    theirs.journal()  # what an earlier test sent is written down, so that it goes with the rest
    WorldFactory().reset(theirs.world)

    def make(sis: str, up_to: Kind = Kind.CLEANS, section: str | None = "200001") -> Live:
        return Live(
            permit=Permit(theirs[sis].url, up_to),
            client_id="passback",
            client_secret="passback-secret",
            section=section,
            now=datetime(2026, 10, 1, 18, tzinfo=UTC),
        )

    return make


@pytest.fixture
def columns(theirs):
    """How many columns any gradebook of the other side has."""

    def count(sis: str) -> int:
        book = gradebook_of(theirs.world, sis)
        return sum(len(book.columns(section)) for section in ("200001", "200002", "200003"))

    return count
