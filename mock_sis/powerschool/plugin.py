"""The plugin behind a call: its credentials, what it may read and write, and how fast.

A district grants a plugin fields, not teachers or schools. Grants are settings of a world: `table`
or `table.field` -> `none`, `view` or `full`; what is not named is granted in full.
"""

import json
import math
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from mock_sis.credentials import CLIENT_ID, CLIENT_SECRET
from mock_sis.http.tokens import Tokens
from mock_sis.http.types import Call, Problem
from mock_sis.world.world import World

SERVER = "powerschool"
NUMBER = 217
LEVELS = {"none": 0, "view": 1, "full": 2}
RESOURCES = (
    "course",
    "school",
    "section",
    "section_enrollment",
    "staff",
    "student",
    "term",
    "schema_table_query",
)
ASSIGNMENT_FIELDS: Mapping[str, tuple[str, ...]] = {
    "assignment": ("createdbyplugin", "standardscoringmethod", "whencreated"),
    "assignmentsection": ("name", "duedate", "scoreentrypoints", "whencreated"),
    "assignmentcategoryassoc": ("teachercategoryid", "isprimary"),
}
"""What an assignment's create fills; the server's own fields among them need a grant too."""
SCORE_FIELDS = ("studentsdcid", "scorepoints", "actualscoreentered", "whenmodified")
"""The same of scores, in the table `assignmentscore`."""
PAGE = 100
EXPIRED = (
    'Bearer error="invalid_token",realm="PowerSchool",'
    'error_description="The access token has expired"'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plugin:
    """A plugin that the district has installed.

    Attributes:
        number: what stands in CREATEDBYPLUGIN.
        grants: what is less than full access.
        maxima: page sizes, by resource.
        v1: whether it may use `/ws/v1`, which newer servers grant by itself.
    """

    client: str
    secret: str
    number: int
    grants: Mapping[str, str] = field(default_factory=dict)
    maxima: Mapping[str, int] = field(default_factory=dict)
    v1: bool = True

    def may(self, wanted: str, table: str, name: str) -> bool:
        """Whether it may `view` or fully use a field."""
        given = self.grants.get(f"{table}.{name}", self.grants.get(table, "full"))
        return LEVELS[given] >= LEVELS[wanted]

    def access(self, table: str, name: str) -> str:
        """What it was granted, in the words of a plugin's manifest."""
        if self.may("full", table, name):
            return "FullAccess"
        return "ViewOnly" if self.may("view", table, name) else "NoAccess"

    def need(self, wanted: str, table: str, names: Iterable[str]) -> None:
        """Problem(403) that lists every field it may not use so."""
        lacking = [name for name in names if not self.may(wanted, table, name)]
        if lacking:
            raise NoAccess(table, lacking)

    def most(self, resource: str) -> int:
        """The largest page of a resource."""
        return int(self.maxima.get(resource, PAGE))


@lru_cache(100)
def _installed(text: str) -> Mapping[str | None, Plugin]:
    """The plugins that the settings of a world name, by client id."""
    settings = json.loads(text or "{}")
    known = {CLIENT_ID: {**settings, "secret": CLIENT_SECRET}, **settings.get("plugins", {})}
    return {
        name: Plugin(
            client=name,
            secret=told.get("secret", CLIENT_SECRET),
            number=NUMBER + place,
            grants=told.get("grants", {}),
            maxima=told.get("maxima", {}),
            v1=told.get("v1", True),
        )
        for place, (name, told) in enumerate(known.items())
    }


class NoAccess(Problem):
    """The plugin lacks a grant for some fields of a table."""

    def __init__(self, table: str, fields: list[str]) -> None:
        named = ", ".join(f"{table}.{name}" for name in fields)
        super().__init__(403, f"No access to field {named}")
        self.table = table
        self.fields = fields


class Plugins:
    """The plugins of one world, and when each called last."""

    def __init__(self, world: World, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._world = world
        self._tokens = Tokens(world, SERVER)
        self._clock = clock
        self._lock = threading.Lock()
        self._last: dict[str, float] = {}

    def setting(self, name: str, default: Any) -> Any:
        """A setting of this SIS in this world."""
        return self._world.setting(SERVER, {}).get(name, default)

    def find(self, client: str | None) -> Plugin | None:
        """The plugin with that client id."""
        return _installed(self._world.setting_text(SERVER)).get(client)

    def caller(self, call: Call) -> Plugin:
        """The plugin whose token *call* carries; Problem(401) when there is none."""
        try:
            client = self._tokens.authorize(call)
        except Problem as problem:
            problem.headers = {"WWW-Authenticate": EXPIRED}
            raise
        plugin = self.find(client)
        if plugin is None:
            raise Problem(401, "the plugin is not installed", headers={"WWW-Authenticate": EXPIRED})
        return plugin

    def limit_rate(self, plugin: Plugin) -> None:
        """Problem(429) when the plugin called again too soon; a rejected call does not count."""
        seconds = self.setting("min_interval_ms", 0) / 1000
        if not seconds:
            return
        with self._lock:
            now = self._clock()
            wait = self._last.get(plugin.client, -seconds) + seconds - now
            if wait <= 0:
                self._last[plugin.client] = now
                return
        whole = max(1, math.ceil(wait))
        raise Problem(
            429,
            f"Too many requests from this plugin. Wait {whole} seconds before the next one.",
            headers={"Retry-After": str(whole)},
        )
