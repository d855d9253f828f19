"""The SIS of a district by its kind: `open_sis` makes the one that the configuration names."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol
from zoneinfo import ZoneInfo

from agent.address import Proxy
from agent.errors import ConfigError
from agent.http import Connect, Http, Observe
from agent.sis.oneroster import OneRoster
from agent.sis.pace import Pace
from agent.sis.port import Sis
from agent.sis.powerschool import PowerSchool
from agent.sis.powerschool_oneroster import PUSH, PowerSchoolOneRoster
from agent.sis.skyward import Skyward
from agent.sis.versions import VERSIONS, Version
from agent.tokens import ClientCredentials, Endpoint
from agent.traits import Traits
from agent.waiting import LONGEST

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
        open: makes the adapter of a connection; it is told the pace that the server allows.
        endpoints, style, scope: see `ClientCredentials`.
    """

    traits: Traits
    open: Callable[[Http, ZoneInfo, Callable[[], datetime], Pace], Sis]
    endpoints: tuple[Endpoint, ...]
    style: Literal["basic", "form"] = "basic"
    scope: str = ""


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
        now: the moment the run counts from; dates our marks and decides what is current.
        route: of PowerSchool: "xte" (None takes it) or "oneroster".
        connections: None takes the vendor's default.
        proxy, observe, sleep, max_wait, connect: see `Http`.
    """
    door, pace = _door(kind, route, oneroster), Pace(sleep, observe)
    http = Http(
        url,
        "sis",
        _credentials(door, client_id, client_secret),
        connections=connections or door.traits.connections,
        observe=pace.keep,
        sleep=pace,
        max_wait=max_wait,
        ca_file=ca_file,
        proxy=proxy,
        connect=connect,
    )
    return door.open(http, zone, now, pace)


def _credentials(door: Door, client_id: str, client_secret: str) -> ClientCredentials:
    return ClientCredentials(
        client_id,
        client_secret,
        system="sis",
        endpoints=door.endpoints,
        style=door.style,
        scope=door.scope,
    )


def _door(kind: str, route: str | None, oneroster: str) -> Door:
    if kind == "powerschool" and route in {None, "xte"}:
        return Door(PowerSchool.traits, _open_xte, _PLUGIN)
    if kind == "powerschool" and route == "oneroster":
        return _oneroster(PowerSchoolOneRoster, PUSH, _PLUGIN)
    vendor, version = VENDORS.get(kind), VERSIONS.get(oneroster)
    if vendor is None or version is None:
        raise ConfigError(f"[sis] there is no kind {kind} with oneroster = {oneroster}")
    return _oneroster(vendor, version, _ENDPOINTS, _STYLES[kind])


def _open_xte(http: Http, zone: ZoneInfo, now: Callable[[], datetime], pace: Pace) -> Sis:
    return PowerSchool(http, zone=zone, now=now, pace=pace)


def _oneroster(
    vendor: Vendor,
    version: Version,
    endpoints: tuple[Endpoint, ...],
    style: Literal["basic", "form"] = "basic",
) -> Door:
    return Door(
        vendor.traits,
        lambda http, zone, now, _pace: vendor(http, version, zone=zone, now=now),
        endpoints,
        style,
        version.scope,
    )
