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


def delete_world(servers, name):
    """Through its server, which may be writing its journal just now."""
    httpx.delete(f"{servers.skyward.url}/_mock/worlds/{name}").raise_for_status()


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
