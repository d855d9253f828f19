"""The SIS of a district by its kind: `open_sis` makes the one that the configuration names."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, Protocol, Unpack
from zoneinfo import ZoneInfo

from agent.errors import ConfigError
from agent.http.client import Http, HttpOptions
from agent.http.oauth import ClientCredentials, Endpoint
from agent.sis.oneroster import OneRoster
from agent.sis.port import Sis, Traits
from agent.sis.powerschool import PowerSchool
from agent.sis.powerschool_oneroster import PUSH, PowerSchoolOneRoster
from agent.sis.skyward import Skyward
from agent.sis.versions import VERSIONS, Version

__all__ = ["VENDORS", "Vendor", "open_sis"]


class Vendor(Protocol):
    """What makes a `Sis` out of a connection to a OneRoster server."""

    traits: Traits

    def __call__(
        self, http: Http, version: Version, *, zone: ZoneInfo, now: Callable[[], datetime]
    ) -> Sis:
        """The gradebooks of one district."""
        ...


VENDORS: dict[str, Vendor] = {"oneroster": OneRoster, "skyward": Skyward}
"""The kinds that speak OneRoster and nothing else that writes."""


@dataclass(frozen=True, slots=True)
class Door:
    """How one kind of SIS is reached.

    Attributes:
        open: makes the adapter of a connection.
        endpoints, style, scope, look_at: see `ClientCredentials`.
    """

    traits: Traits
    open: Callable[[Http, ZoneInfo, Callable[[], datetime]], Sis]
    endpoints: tuple[Endpoint, ...]
    style: Literal["basic", "form"] = "basic"
    scope: str = ""
    look_at: str = "url"


_ENDPOINTS = (Endpoint("issueOAuthToken", "/oauth/token"), Endpoint("issueToken", "/token"))
_STYLES: dict[str, Literal["basic", "form"]] = {"oneroster": "basic", "skyward": "form"}
_PLUGIN = (Endpoint("issueAccessToken", "/oauth/access_token"),)


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
    token_url: str | None = None,
    scope: str | None = None,
    connections: int | None = None,
    **options: Unpack[HttpOptions],
) -> Sis:
    """The SIS at *url* (the host root); nothing is asked of it yet.

    Args:
        now: the moment the run counts from; dates our marks and decides what is current.
        route: of PowerSchool: "xte" (None takes it) or "oneroster".
        token_url, scope: of kind "oneroster": where tokens are given out and what they shall
            allow, where that is not what most servers take.
        connections: None takes the vendor's default.
        options: see `Http`.
    """
    door = _door(kind, route, oneroster)
    if token_url is not None:
        door = replace(door, endpoints=(Endpoint(_ENDPOINTS[0].operation, token_url),))
    if scope is not None:
        door = replace(door, scope=scope)
    http = Http(
        url,
        "sis",
        _credentials(door, client_id, client_secret),
        connections=connections or door.traits.connections,
        **options,
    )
    return door.open(http, zone, now)


def _credentials(door: Door, client_id: str, client_secret: str) -> ClientCredentials:
    return ClientCredentials(
        client_id,
        client_secret,
        endpoints=door.endpoints,
        style=door.style,
        scope=door.scope,
        look_at=door.look_at,
    )


def _door(kind: str, route: str | None, oneroster: str) -> Door:
    if kind == "powerschool" and route in {None, "xte"}:
        return Door(PowerSchool.traits, _open_xte, _PLUGIN)
    if kind == "powerschool" and route == "oneroster":
        return _oneroster(PowerSchoolOneRoster, PUSH, _PLUGIN)
    vendor, version = VENDORS.get(kind), VERSIONS.get(oneroster)
    if vendor is None or version is None:
        raise ConfigError(f"[sis] there is no kind {kind} with oneroster = {oneroster}")
    door = _oneroster(vendor, version, _ENDPOINTS, _STYLES[kind])
    return replace(door, look_at="url and token_url") if kind == "oneroster" else door


def _open_xte(http: Http, zone: ZoneInfo, now: Callable[[], datetime]) -> Sis:
    return PowerSchool(http, zone=zone, now=now)


def _oneroster(
    vendor: Vendor,
    version: Version,
    endpoints: tuple[Endpoint, ...],
    style: Literal["basic", "form"] = "basic",
) -> Door:
    return Door(
        vendor.traits,
        lambda http, zone, now: vendor(http, version, zone=zone, now=now),
        endpoints,
        style,
        version.scope,
    )
