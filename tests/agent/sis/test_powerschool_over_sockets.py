"""The adapters for PowerSchool on the mock, over real sockets: XTE and the OneRoster push."""

from datetime import date
from itertools import count
from zoneinfo import ZoneInfo

import httpx
import pytest

from agent.domain import ColumnRef, SectionId
from agent.sis import open_sis
from tests.agent.sis.conformance import Hand, Rig, SisConformance, TellsClosings

START = date(2026, 10, 1)
_names = count(1)


def open_powerschool(url, world, route=None, **more):
    """The adapter on a world of the mock, with the world's clock."""
    return open_sis(
        "powerschool",
        url=url,
        client_id="passback",
        client_secret="passback-secret",
        zone=ZoneInfo("America/Chicago"),
        now=world.now,
        route=route,
        **more,
    )


@pytest.fixture
def hosted(servers):
    name = f"ps-{next(_names)}"
    yield servers.worlds.create(name, size="tiny", seed=1, start=START)
    httpx.delete(f"{servers.powerschool.url}/_mock/worlds/{name}").raise_for_status()


@pytest.fixture
def route():
    return "xte"


@pytest.fixture
def rig(servers, hosted, route):
    url = f"{servers.powerschool.url}/w/{hosted.name}"
    events = []
    sis = open_powerschool(
        url, hosted.world, route, observe=events.append, sleep=lambda _seconds: None
    )
    with httpx.Client(timeout=30) as http:
        yield Rig(
            sis=sis,
            hand=Hand(url, http),
            linked=(SectionId("200001"),),
            alone=SectionId("200003"),
            today=START,
            quiz="135001",
            nowhere=ColumnRef("59999999/29999999" if route == "xte" else "pb-nowhere-c1"),
            events=events,
        )
    sis.close()


class TestXte(TellsClosings, SisConformance):
    """The suite by PowerTeacher Pro's own interface."""


class TestOneRoster(SisConformance):
    """The suite by the OneRoster push, which does not tell locks."""

    @pytest.fixture
    def route(self):
        return "oneroster"
