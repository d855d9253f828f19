"""The agent's pages of a demo's districts, for a browser, after the last night."""

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from agent.config import load
from agent.serve.app import create_app
from agent.serve.command import Nights
from agent.serve.district import District
from agent.serve.jobs import Jobs
from agent.serve.server import serving
from contracts.configuration import SECRETS
from contracts.demo.district import DemoDistrict
from contracts.uat.district import MockPlaces, WorldPeople
from contracts.vendors import VENDORS
from mock_sis.world.world import World


@contextmanager
def served(districts: Sequence[DemoDistrict], world: World) -> Iterator[str]:
    """Serve the pages of *districts*, whose world is *world*; the address to open."""
    shown = [_shown(district, world) for district in districts]
    token = secrets.token_urlsafe(24)
    with serving(create_app(lambda: shown, Jobs(Nights()), token=token, hosts=[])) as url:
        yield f"{url}/agent/?token={token}"


def _shown(district: DemoDistrict, world: World) -> District:
    return District(
        key=district.kind,
        title=VENDORS[district.kind].label,
        settings=load(district.config),
        environment=SECRETS,
        clock=world.now,
        people=WorldPeople(world),
        places=MockPlaces(sis=district.sis, otus=district.otus),
    )
