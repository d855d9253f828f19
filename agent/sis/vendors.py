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
