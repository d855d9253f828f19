"""The one table of vendors: each kind of SIS, the routes by which it is reached, and `open_sis`.

Another vendor is a folder beside this file, and an entry here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Unpack
from zoneinfo import ZoneInfo

from agent.errors import ConfigError
from agent.http.client import Http, HttpOptions
from agent.http.oauth import ClientCredentials, Endpoint
from agent.settings import SisSettings
from agent.sis.oneroster import sis as oneroster
from agent.sis.oneroster.versions import VERSIONS, Version
from agent.sis.port import Sis
from agent.sis.powerschool import oneroster_route as push
from agent.sis.powerschool import sis as powerschool
from agent.sis.skyward import sis as skyward
from agent.traits import Traits

Open = Callable[[Http, Version, ZoneInfo, Callable[[], datetime]], Sis]
"""Makes an adapter: it is given the OneRoster version that is set, the district's zone and the
present."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One way to reach one kind of SIS.

    Attributes:
        traits: of the adapter, before it is made.
        endpoints, style: see `ClientCredentials`.
        scoped: a token is asked for with the scopes of the OneRoster version.
        own_tokens: the configuration may say where tokens are asked for, and with which scope.
    """

    traits: Traits
    open: Open
    endpoints: tuple[Endpoint, ...]
    style: Literal["basic", "form"] = "basic"
    scoped: bool = False
    own_tokens: bool = False

    def credentials(
        self, sis: SisSettings, secret: Callable[[], str], version: Version
    ) -> ClientCredentials:
        """How a token is asked for."""
        given = Endpoint(self.endpoints[0].operation, sis.token_url) if sis.token_url else None
        usual = version.scope if self.scoped else ""
        return ClientCredentials(
            sis.client_id,
            secret,
            endpoints=(given,) if given else self.endpoints,
            style=self.style,
            scope=usual if sis.scope is None else sis.scope,
            look_at="url and token_url" if self.own_tokens else "url",
        )


_ONEROSTER = (Endpoint("issueOAuthToken", "/oauth/token"), Endpoint("issueToken", "/token"))
_PLUGIN = (Endpoint("issueAccessToken", "/oauth/access_token"),)

VENDORS: Mapping[str, Mapping[str, Route]] = {
    "powerschool": {
        "xte": Route(
            traits=powerschool.TRAITS,
            open=lambda http, _, zone, now: powerschool.PowerSchool(http, zone, now),
            endpoints=_PLUGIN,
        ),
        "oneroster": Route(
            traits=push.TRAITS,
            open=push.open_push,
            endpoints=_PLUGIN,
        ),
    },
    "skyward": {
        "oneroster": Route(
            traits=skyward.TRAITS,
            open=skyward.open_skyward,
            endpoints=_ONEROSTER,
            style="form",
            scoped=True,
        )
    },
    "oneroster": {
        "oneroster": Route(
            traits=oneroster.TRAITS,
            open=oneroster.open_oneroster,
            endpoints=_ONEROSTER,
            scoped=True,
            own_tokens=True,
        )
    },
}
"""`sis.kind` -> `sis.route` -> how; the first route is the default."""


def open_sis(
    sis: SisSettings,
    secret: Callable[[], str],
    *,
    zone: ZoneInfo,
    now: Callable[[], datetime],
    **options: Unpack[HttpOptions],
) -> Sis:
    """The SIS of the configuration; nothing is asked of it yet.

    Args:
        secret: of the client, read anew for each token.
        now: the moment the run counts from; dates our scores and decides what is current.
        options: see `Http`.
    """
    way, version = _way(sis), VERSIONS.get(sis.oneroster)
    if way is None or version is None:
        raise ConfigError(f"[sis] there is no kind {sis.kind} with oneroster = {sis.oneroster}")
    connections = sis.max_connections or way.traits.connections
    auth = way.credentials(sis, secret, version)
    return way.open(
        Http(sis.url, "sis", auth, connections=connections, **options), version, zone, now
    )


def traits_of(sis: SisSettings) -> Traits:
    """What deciding must know of the SIS of the configuration."""
    way = _way(sis)
    if way is None:
        raise ConfigError(f"[sis] there is no kind {sis.kind}")
    return way.traits


def _way(sis: SisSettings) -> Route | None:
    routes = VENDORS.get(sis.kind, {})
    return routes.get(sis.route) if sis.route else next(iter(routes.values()), None)
