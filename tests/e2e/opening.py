"""A world of its own on running mocks, the district in it, and what must be so when it is left."""

from pathlib import Path
from typing import Any

from tests.e2e.district import START, District
from tests.e2e.powerschool.campus import PowerSchoolDistrict
from tests.e2e.zeros import assert_every_zero_is_earned


def opened(servers: Any, kind: str, folder: Path, name: str) -> District:
    """The tiny world and an agent of that kind; Otus has in it what every tiny world has."""
    folder.mkdir(exist_ok=True)
    world = servers.worlds.create(name, size="tiny", seed=1, start=START).world
    otus, sis = f"{servers.otus.url}/w/{name}", f"{getattr(servers, kind).url}/w/{name}"
    found = (
        PowerSchoolDistrict(otus=otus, sis=sis, folder=folder, configure=world.configure)
        if kind == "powerschool"
        else District(otus=otus, sis=sis, folder=folder)
    )
    found.evening(START)
    return found


def closed(servers: Any, found: District) -> None:
    """Every 0 in it must satisfy B4."""
    found.as_usual()
    assert_every_zero_is_earned(found)
    dropped(servers, found)


def dropped(servers: Any, found: District) -> None:
    """Nothing is asked of it any more."""
    # Calls that wait to be journaled would be written while the world is being deleted.
    found.journal()
    found.http.close()
    servers.worlds.delete(found.sis.rpartition("/")[2])
