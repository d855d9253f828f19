"""The adapter for Skyward on the mock, over real sockets: both versions, strict and lenient."""

from datetime import date
from itertools import count

import httpx2
import pytest

from agent.domain import SectionId
from tests.agent.sis.canned import opened
from tests.agent.sis.conformance import (
    Hand,
    Rig,
    SharesGradebooks,
    SisConformance,
    TellsClosings,
)

START = date(2026, 10, 1)
_names = count(1)


def delete_world(servers, name):
    """Through its server, which may be writing its journal just now."""
    httpx2.delete(f"{servers.skyward.url}/_mock/worlds/{name}", verify=False).raise_for_status()


def open_skyward(url, hosted, oneroster, **more):
    """The adapter on a world of the mock, with the world's clock."""
    return opened("skyward", url, now=hosted.world.now, oneroster=oneroster, **more)


@pytest.fixture
def world(servers):
    name = f"wire-{next(_names)}"
    yield servers.worlds.create(name, size="tiny", seed=1, start=START)
    delete_world(servers, name)


@pytest.fixture(
    params=[
        ("1.1", "strict"),
        ("1.2", "lenient"),
        pytest.param(("1.1", "lenient"), marks=pytest.mark.slow),
        pytest.param(("1.2", "strict"), marks=pytest.mark.slow),
    ],
    ids="-".join,
)
def kind(request):
    """OneRoster's version, and how much of a record the server asks for."""
    return request.param


@pytest.fixture
def rig(servers, world, kind):
    oneroster, mode = kind
    world.world.configure(mode=mode)
    url = f"{servers.skyward.url}/w/{world.name}"
    events = []
    sis = open_skyward(url, world, oneroster, observe=events.append)
    with httpx2.Client(timeout=30, verify=False) as http:
        yield Rig(
            sis=sis,
            hand=Hand(url, http),
            linked=(SectionId("200001"), SectionId("200002")),
            alone=SectionId("200003"),
            today=START,
            quiz="130001",
            flags=oneroster == "1.2",
            events=events,
        )
    sis.close()


class TestSkyward(SharesGradebooks, TellsClosings, SisConformance):
    """The suite, and what Skyward has beside it."""

    def test_a_category_stands_under_its_title_and_its_code(self, book):
        labels = next(iter(book.sections.values())).categories
        assert labels["homework"] == labels["hw"]

    def test_the_periods_are_those_that_the_teacher_sees(self, rig, book):
        shown = rig.hand.gradebook(rig.linked[0])["periods"]
        periods = book.sections[rig.linked[0]].periods
        assert [(p.id, p.title, p.start.isoformat(), p.end.isoformat()) for p in periods] == [
            (p["id"], p["title"], p["start"], p["end"]) for p in shown
        ]
        assert [p.closed for p in periods] == [p["state"] == "closed" for p in shown]

    def test_a_due_date_outside_the_current_period_is_refused_with_the_words_of_the_sis(
        self, rig, book
    ):
        far = book.sections[rig.linked[0]].periods[-1].end
        receipt = rig.sis.create(book, rig.draft(book, due=far))
        assert not receipt.accepted
        assert receipt.reason == "the SIS does not take this due date (409)"
