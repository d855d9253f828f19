"""A district that scenarios are played in: a world on running mocks, and the agent beside it."""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import tomli_w

from contracts.demo.night import Night
from contracts.uat.acceptance.terms import Terms
from contracts.uat.acceptance.worlds import MORNING, NIGHT
from contracts.uat.configuration import mocked
from mock_sis.server import Servers
from mock_sis.world.world import World

Agent = Callable[[Path, datetime, str], Night]
"""Runs `passback COMMAND` with a configuration file, as of an instant."""
Told = dict[str, Any]


class Refused(Exception):
    """A mock did not do what a scenario asked of it; one sentence."""


@dataclass(slots=True)
class District:
    """One world and one agent.

    Attributes:
        config: the agent's configuration file.
    """

    world: World
    terms: Terms
    otus_url: str
    sis_url: str
    config: Path
    agent: Agent
    http: httpx.Client
    last: Night | None = None
    _views: dict[str, Told] = field(default_factory=dict)

    @property
    def sis(self) -> str:
        """The name of the mock that stands for the SIS."""
        return self.terms.mock

    @property
    def ledger(self) -> Path:
        """The agent's ledger."""
        url = tomllib.loads(self.config.read_text(encoding="utf-8"))["ledger"]["url"]
        return self.config.parent / str(url).removeprefix("sqlite:///")

    def otus(self, method: str, *parts: str, body: Any = None) -> Any:
        """Act in Otus."""
        return self._call(self.otus_url, method, parts, body)

    def act(self, method: str, *parts: str, body: Any = None) -> Any:
        """Act in the SIS: as a teacher, as the registrar, or as what troubles it."""
        self._views.clear()
        return self._call(self.sis_url, method, parts, body)

    def view(self, section: str) -> Told:
        """The gradebook of a section, as its teacher sees it."""
        if section not in self._views:
            self._views[section] = self._call(self.sis_url, "GET", ("gradebooks", section), None)
        return self._views[section]

    def journal(self) -> list[Told]:
        """The calls that the world's servers have answered, oldest first."""
        found: list[Told] = []
        while entries := self._call(self.sis_url, "GET", ("journal",), None, since=_last(found)):
            found += entries
        return found

    def turn(self, day: date, hour: time) -> None:
        """Turn the clock, and stop it there."""
        at = datetime.combine(day, hour, self.world.zone)
        body = {"now": at.isoformat(), "frozen": True}
        self._call(self.sis_url, "PUT", ("clock",), body)
        self._views.clear()

    def night(self, day: date, command: str = "sync") -> Night:
        """The night of *day*; then it is the next morning for who looks at the gradebook."""
        self.turn(day, NIGHT)
        night = self.agent(self.config, datetime.combine(day, NIGHT, self.world.zone), command)
        self._views.clear()
        self.last = replace(night, error=self._without_places(night.error))
        return self.last

    def morning(self, day: date) -> None:
        """The morning of *day*."""
        self.turn(day, MORNING)

    def set_brake(self, *, on: bool) -> None:
        """Switch the agent's brake, whatever the district's configuration says of it."""
        replace_tables(self.config, {"brake": {"enabled": on}})

    def _without_places(self, text: str) -> str:
        """Without ports and folders, which are others in every run."""
        for place in (self.otus_url, self.sis_url, str(self.config.parent)):
            text = text.replace(place, "(mock)")
        return text

    def _call(self, base: str, method: str, parts: tuple[str, ...], body: Any, **query: Any) -> Any:
        path = "/".join(quote(part, safe="") for part in parts)
        answer = self.http.request(method, f"{base}/_mock/{path}", json=body, params=query or None)
        if not answer.is_success:
            raise Refused(f"the mock refused {method} {path}: {answer.status_code} {answer.text}")
        return answer.json() if answer.content else None


@dataclass(frozen=True, slots=True)
class Districts:
    """Makes districts on running mocks.

    Attributes:
        config: the district's own configuration file.
        folder: for the files of their agents.
    """

    servers: Servers
    terms: Terms
    config: Path
    folder: Path
    agent: Agent
    http: httpx.Client

    def make(self, name: str, make: Callable[[Path], World], **tables: Any) -> District:
        """A district of that name, in a world that *make* makes; *tables* replace the config's."""
        world = self.servers.worlds.add(name, make).world
        otus, sis = (f"{self.servers[one].url}/w/{name}" for one in ("otus", self.terms.mock))
        folder = self.folder / name
        folder.mkdir()
        config = mocked(self.config, otus=otus, sis=sis, folder=folder)
        replace_tables(config, tables)
        return District(world, self.terms, otus, sis, config, self.agent, self.http)


def _last(entries: list[Told]) -> int:
    return int(entries[-1]["seq"]) if entries else 0


def replace_tables(config: Path, tables: Mapping[str, Any]) -> None:
    """Put other tables into a configuration file."""
    plain = tomllib.loads(config.read_text(encoding="utf-8"))
    config.write_text(tomli_w.dumps({**plain, **tables}), encoding="utf-8")
