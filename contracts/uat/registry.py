"""The districts of a running `passback uat`: made up, imported, and found again in a folder."""

import re
import shutil
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date
from itertools import count
from pathlib import Path

from agent.config import load
from agent.serve.district import District
from contracts.uat.bind import Bind
from contracts.uat.configuration import LEDGER
from contracts.uat.district import KEPT, Told, TrialDistrict, agent_for
from contracts.uat.ledgers import Ledgers
from contracts.uat.roster.clean import write_clean
from contracts.uat.roster.findings import Findings
from contracts.vendors import SISES
from mock_sis.districts.factory import TIMEZONE
from mock_sis.server import Servers
from mock_sis.world.worlds import DEFAULT, Hosted

MADE_UP = "lakeview"
MADE_UP_TITLE = "Lakeview School District"
MADE_UP_START = date(2026, 10, 14)
LONGEST_NAME = 40
NAMES_KEPT = "People have the names that the export gives them."
NAMES_MADE_UP = "People have made-up names, numbers and addresses."


class Registry:
    """Makes districts and finds them; shared by the threads that serve pages."""

    def __init__(self, servers: Servers, folder: Path, *, bind: Bind, policy: Path | None) -> None:
        """Opens what stands in *folder*.

        Args:
            policy: the district's own configuration, for every district made or found from now on.

        Raises:
            ConfigError: *policy* cannot be used.
        """
        settings = load(policy) if policy else None
        self._servers = servers
        self._bind = bind
        self._folder = folder
        self._policy = policy
        self._zone = settings.timezone if settings else TIMEZONE
        self._categories = list(settings.policy.categories.values()) if settings else []
        # The one that shows a * for what is missing comes first.
        self._sises = (settings.sis.kind,) if settings else tuple(reversed(SISES))
        self._lock = threading.Lock()
        self._districts: dict[str, TrialDistrict] = {}
        for name in servers.worlds.names():
            hosted = servers.worlds.find(name)
            if name != DEFAULT and hosted and hosted.world.setting(KEPT):
                self._take_in(hosted)

    def all(self) -> list[TrialDistrict]:
        """In the order in which they were made; without those whose world was deleted."""
        return [district for district in self._districts.values() if self._stands(district)]

    def find(self, name: str) -> TrialDistrict | None:
        """The district of that name."""
        return next((district for district in self.all() if district.name == name), None)

    def _stands(self, district: TrialDistrict) -> bool:
        hosted = self._servers.worlds.find(district.name)
        return hosted is not None and hosted.world is district.world

    def start_at(self, address: str) -> None:
        """Have the pages of the mocks lead to the start page; `{world}` is a district's name."""
        self._servers.worlds.start = address

    def agents(self) -> Sequence[District]:
        """The agents of all districts, for their pages."""
        return [agent for district in self.all() for agent in district.agents]

    def make_up(self) -> TrialDistrict:
        """The tiny made-up district, in the middle of a grading period."""
        told = Told(title=MADE_UP_TITLE, sises=self._sises)
        recipe = {"size": "tiny", "start": MADE_UP_START}
        return self._make(MADE_UP, told, recipe)

    def has_roster(self, name: str) -> bool:
        """Whether a district was made of the export of that name."""
        return any(district.told.roster == name for district in self.all())

    def import_roster(
        self, source: Path, name: str, found: Findings, *, named: bool
    ) -> TrialDistrict:
        """A district from the export *name*, in which nothing was found that stops it.

        What is written on the way is removed, whatever happens.

        Raises:
            ImportFault: the export cannot be used after all; there is no new district then.
        """
        assert found.start is not None
        title = found.district or (found.schools[0] if found.schools else "Your district")
        names = NAMES_KEPT if named else NAMES_MADE_UP
        notes = (found.start.why, names) if found.start.moved else (names,)
        told = Told(title=title, sises=self._sises, roster=name, notes=notes)
        with self._scratch() as scratch:
            clean = write_clean(source, scratch, named=named, categories=self._categories)
            recipe = {"source": clean, "start": found.start.day, "dated": True}
            return self._make(_slug(title), told, recipe)

    def _make(self, name: str, told: Told, recipe: Mapping[str, object]) -> TrialDistrict:
        worlds = self._servers.worlds
        with self._lock:
            name = next(n for n in _numbered(name) if n not in worlds.names())
            settings = {"timezone": self._zone, KEPT: asdict(told)}
            hosted = worlds.create(name, **recipe, settings=settings)
            # Of a district of that name that was deleted.
            shutil.rmtree(self._agents_of(name), ignore_errors=True)
            try:
                return self._take_in(hosted)
            except BaseException:
                worlds.delete(name)
                raise

    def _take_in(self, hosted: Hosted) -> TrialDistrict:
        world = hosted.world
        kept = world.setting(KEPT)
        told = Told(
            title=kept["title"],
            sises=tuple(kept["sises"]),
            roster=kept["roster"],
            notes=tuple(kept["notes"]),
        )
        hosts = (self._bind.inside, self._bind.shown)
        roots, links = (self._roots(world.name, host) for host in hosts)
        folder = self._agents_of(world.name)
        agents = [
            agent_for(
                kind,
                world,
                roots,
                folder / kind,
                title=told.title,
                links=links,
                policy=self._policy,
            )
            for kind in told.sises
        ]
        made = TrialDistrict(name=world.name, told=told, world=world, roots=links, agents=agents)
        hosted.followers.append(Ledgers([folder / kind / LEDGER for kind in told.sises]))
        self._districts[world.name] = made
        return made

    def _agents_of(self, name: str) -> Path:
        """Where the configurations and ledgers of a district's agents are."""
        return self._folder / "agents" / name

    def _roots(self, world: str, host: str) -> Mapping[str, str]:
        """The mocks as *host* has them, with that world."""
        ports = {name: server.port for name, server in self._servers.all.items()}
        return {name: f"http://{host}:{port}/w/{world}" for name, port in ports.items()}

    @contextmanager
    def _scratch(self) -> Iterator[Path]:
        with tempfile.TemporaryDirectory(prefix="roster-", dir=self._folder) as name:
            yield Path(name)


def _slug(title: str) -> str:
    """A world's name from a title."""
    plain = re.sub(r"[^a-z0-9]+", "-", title.casefold())[:LONGEST_NAME].strip("-")
    return plain if plain and plain != DEFAULT else "district"


def _numbered(name: str) -> Iterator[str]:
    yield name
    yield from (f"{name}-{number}" for number in count(2))
