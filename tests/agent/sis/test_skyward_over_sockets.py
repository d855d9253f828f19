"""The adapter for Skyward on the mock, over real sockets: both versions, strict and lenient."""

from datetime import date
from itertools import count
from zoneinfo import ZoneInfo

import httpx
import pytest

from agent.domain import SectionId
from agent.sis import open_sis
from tests.agent.sis.conformance import Hand, Rig, SisConformance

START = date(2026, 10, 1)
_names = count(1)


def open_skyward(url, hosted, oneroster, **more):
    """The adapter on a world of the mock, with the world's clock."""
    return open_sis(
        "skyward",
        url=url,
        client_id="passback",
        client_secret="passback-secret",
        zone=ZoneInfo("America/Chicago"),
        now=hosted.world.now,
        oneroster=oneroster,
        **more,
    )


@pytest.fixture
def world(servers):
    name = f"wire-{next(_names)}"
    yield servers.worlds.create(name, size="tiny", seed=1, start=START)
    servers.worlds.delete(name)


@pytest.fixture(params=["1.1", "1.2"])
def oneroster(request):
    return request.param


@pytest.fixture(params=["lenient", "strict"])
def mode(request):
    return request.param


@pytest.fixture
def rig(servers, world, oneroster, mode):
    world.world.configure(mode=mode)
    url = f"{servers.skyward.url}/w/{world.name}"
    events = []
    sis = open_skyward(url, world, oneroster, observe=events.append)
    with httpx.Client(timeout=30) as http:
        yield Rig(
            sis=sis,
            hand=Hand(url, http),
            linked=(SectionId("200001"), SectionId("200002")),
            alone=SectionId("200003"),
            today=START,
            events=events,
        )
    sis.close()


class TestSkyward(SisConformance):
    """The suite as it is."""
