"""The one table of vendors: each kind of SIS, and the routes by which it is reached.

Another vendor is a folder beside this file, and an entry here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from agent.http import Http
from agent.sis.oneroster import sis as oneroster
from agent.sis.oneroster.versions import Version
from agent.sis.pace import Pace
from agent.sis.port import Sis, Traits
from agent.sis.powerschool import oneroster_route as push
from agent.sis.powerschool import sis as powerschool
from agent.sis.skyward import sis as skyward
from agent.tokens import ClientCredentials, Endpoint


@dataclass(frozen=True, slots=True)
class Server:
    """What an adapter is made of: a connection, the OneRoster version that is set, and the time.

    Attributes:
        now: the present, aware.
        pace: how often the server asked us to wait.
    """

    http: Http
    version: Version
    zone: ZoneInfo
    now: Callable[[], datetime]
    pace: Pace


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One way to reach one kind of SIS.

    Attributes:
        traits: of the adapter, before it is made.
        endpoints, style: see `ClientCredentials`.
        scoped: a token is asked for with the scopes of the OneRoster version.
    """

    traits: Traits
    open: Callable[[Server], Sis]
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
            open=lambda to: powerschool.PowerSchool(
                to.http, zone=to.zone, now=to.now, pace=to.pace
            ),
            endpoints=_PLUGIN,
        ),
        "oneroster": Route(
            traits=push.TRAITS,
            open=lambda to: push.PowerSchoolOneRoster(to.http, zone=to.zone, now=to.now),
            endpoints=_PLUGIN,
        ),
    },
    "skyward": {
        "oneroster": Route(
            traits=skyward.TRAITS,
            open=lambda to: skyward.skyward(to.http, to.version, zone=to.zone, now=to.now),
            endpoints=_ONEROSTER,
            style="form",
            scoped=True,
        )
    },
    "oneroster": {
        "oneroster": Route(
            traits=oneroster.TRAITS,
            open=lambda to: oneroster.OneRoster(to.http, to.version, zone=to.zone, now=to.now),
            endpoints=_ONEROSTER,
            scoped=True,
        )
    },
}
"""`sis.kind` -> `sis.route` -> how; the first route is the default."""
