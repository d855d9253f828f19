"""A world of its own on running mocks, the district in it, and what must be so when it is left."""

import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from mock_sis.world.world import World
from tests.e2e.powerschool.campus import PowerSchoolDistrict
from tests.e2e.support.district import START, District
from tests.e2e.support.earned_zeros import assert_every_zero_is_earned


def opened(
    servers: Any, kind: str, folder: Path, name: str, make: Callable[[Path], World] | None = None
) -> District:
    """The tiny world and an agent of that kind; Otus has in it what every tiny world has.

    *make*: makes the world in another way; see `copies`.
    """
    folder.mkdir(exist_ok=True)
    worlds = servers.worlds
    usual = partial(worlds.factory.make, size="tiny", seed=1, start=START)
    world = worlds.add(name, make or usual).world
    otus, sis = f"{servers.otus.url}/w/{name}", f"{getattr(servers, kind).url}/w/{name}"
    found = (
        PowerSchoolDistrict(otus=otus, sis=sis, folder=folder, configure=world.configure)
        if kind == "powerschool"
        else District(otus=otus, sis=sis, folder=folder)
    )
    found.world = world
    if make is None:
        found.evening(START)
    return found


def copies(servers: Any, folder: Path) -> Callable[[Path], World]:
    """Makes worlds with an Otus that has no assessments yet, on the evening of `START`.

    Emptied once and copied, since to empty each would take as long as a night.
    """
    empty = opened(servers, "skyward", folder, "emptied")
    empty.clear_otus()
    empty.control("DELETE", "/journal")
    kept = folder / "emptied.db"
    servers.worlds.find("emptied").world.db.copy_to(kept)
    dropped(servers, empty)

    def make(path: Path) -> World:
        shutil.copyfile(kept, path)
        return World.open(path)

    return make


def closed(servers: Any, found: District) -> None:
    """Every 0 in it must satisfy B4."""
    found.as_usual()
    assert_every_zero_is_earned(found)
    dropped(servers, found)


def dropped(servers: Any, found: District) -> None:
    """Nothing is asked of it any more."""
    found.http.close()
    servers.worlds.delete(found.sis.rpartition("/")[2])
