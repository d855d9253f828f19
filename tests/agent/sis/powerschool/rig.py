"""A PowerSchool adapter on a fresh tiny world of the mock, over real sockets."""

from contextlib import contextmanager
from datetime import date
from itertools import count

import httpx2

from agent.domain import ColumnRef, SectionId
from tests.agent.sis.canned import opened
from tests.agent.sis.conformance import Hand, Rig

START = date(2026, 10, 1)
NOWHERE = {"xte": "59999999/29999999", "oneroster": "pb-nowhere-c1"}
_names = count(1)


@contextmanager
def a_world(servers):
    """A world that is gone afterwards, deleted through its server, which may be writing to it."""
    name = f"ps-{next(_names)}"
    yield servers.worlds.create(name, size="tiny", seed=1, start=START)
    httpx2.delete(f"{servers.powerschool.url}/_mock/worlds/{name}", verify=False).raise_for_status()


@contextmanager
def a_rig(servers, hosted, route="xte", **more):
    """The adapter on *hosted*, with the world's clock."""
    url = f"{servers.powerschool.url}/w/{hosted.name}"
    events = []
    sis = opened(
        "powerschool", url, now=hosted.world.now, route=route, observe=events.append, **more
    )
    with httpx2.Client(timeout=30, verify=False) as http:
        yield Rig(
            sis=sis,
            hand=Hand(url, http),
            linked=(SectionId("200001"),),
            alone=SectionId("200003"),
            today=START,
            quiz="135001",
            nowhere=ColumnRef(NOWHERE[route]),
            flags=route == "xte",
            events=events,
        )
    sis.close()
