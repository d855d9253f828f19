"""The one table of vendors: each kind of SIS, the routes by which it is reached, and `open_sis`.

Another vendor is a folder beside this file, and an entry here.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from agent.address import Proxy
from agent.errors import ConfigError
from agent.http import Connect, Http, Observe
from agent.sis.oneroster import sis as oneroster
from agent.sis.oneroster.versions import VERSIONS, Version
from agent.sis.pace import Pace
from agent.sis.port import Sis
from agent.sis.powerschool import oneroster_route as push
from agent.sis.powerschool import sis as powerschool
from agent.sis.skyward import sis as skyward
from agent.tokens import ClientCredentials, Endpoint
from agent.traits import Traits
from agent.waiting import LONGEST

Open = Callable[[Http, Version, ZoneInfo, Callable[[], datetime], Pace], Sis]
"""Makes an adapter: it is given the OneRoster version that is set, the district's zone, the present
and the pauses that the server asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One way to reach one kind of SIS.

    Attributes:
        traits: of the adapter, before it is made.
        endpoints, style: see `ClientCredentials`.
        scoped: a token is asked for with the scopes of the OneRoster version.
    """

    traits: Traits
    open: Open
    endpoints: tuple[Endpoint, ...]
    style: Literal["basic", "form"] = "basic"
    scoped: bool = False

    def credentials(self, client: str, secret: str, version: Version) -> ClientCredentials:
        """How a token is asked for."""
        return ClientCredentials(
            client,
            secret,
            system="sis",
            endpoints=self.endpoints,
            style=self.style,
            scope=version.scope if self.scoped else "",
        )


_ONEROSTER = (Endpoint("issueOAuthToken", "/oauth/token"), Endpoint("issueToken", "/token"))
_PLUGIN = (Endpoint("issueAccessToken", "/oauth/access_token"),)

VENDORS: Mapping[str, Mapping[str, Route]] = {
    "powerschool": {
        "xte": Route(
            traits=powerschool.TRAITS,
            open=lambda http, _, zone, now, pace: powerschool.PowerSchool(http, zone, now, pace),
            endpoints=_PLUGIN,
        ),
        "oneroster": Route(
            traits=push.TRAITS,
            open=lambda http, _, zone, now, __: push.PowerSchoolOneRoster(http, zone, now),
            endpoints=_PLUGIN,
        ),
    },
    "skyward": {
        "oneroster": Route(
            traits=skyward.TRAITS,
            open=lambda http, version, zone, now, _: skyward.skyward(http, version, zone, now),
            endpoints=_ONEROSTER,
            style="form",
            scoped=True,
        )
    },
    "oneroster": {
        "oneroster": Route(
            traits=oneroster.TRAITS,
            open=lambda http, version, zone, now, _: oneroster.OneRoster(http, version, zone, now),
            endpoints=_ONEROSTER,
            scoped=True,
        )
    },
}
"""`sis.kind` -> `sis.route` -> how; the first route is the default."""


def open_sis(
    kind: str,
    *,
    url: str,
    client_id: str,
    client_secret: str,
    zone: ZoneInfo,
    now: Callable[[], datetime],
    route: str | None = None,
    oneroster: str = "1.2",
    connections: int | None = None,
    ca_file: str | None = None,
    proxy: Proxy | None = None,
    observe: Observe = lambda _event: None,
    sleep: Callable[[float], None] = time.sleep,
    max_wait: float = LONGEST,
    connect: Connect | None = None,
) -> Sis:
    """The SIS at *url* (the host root); nothing is asked of it yet.

    Args:
        now: the moment the run counts from; dates our scores and decides what is current.
        route: a key of `VENDORS[kind]`; None takes the first.
        connections: None takes the vendor's default.
        proxy, observe, sleep, max_wait, connect: see `Http`.
    """
    routes, version = VENDORS.get(kind, {}), VERSIONS.get(oneroster)
    way = routes.get(route or next(iter(routes), ""))
    if way is None or version is None:
        raise ConfigError(f"[sis] there is no kind {kind} with oneroster = {oneroster}")
    pace = Pace(sleep, observe)
    http = Http(
        url,
        "sis",
        way.credentials(client_id, client_secret, version),
        connections=connections or way.traits.connections,
        observe=pace.keep,
        sleep=pace,
        max_wait=max_wait,
        ca_file=ca_file,
        proxy=proxy,
        connect=connect,
    )
    return way.open(http, version, zone, now, pace)
