"""The SIS of a district by its kind: `open_sis` makes the one that the configuration names."""

import time
from collections.abc import Callable
from datetime import datetime
from typing import Literal, Protocol
from zoneinfo import ZoneInfo

from agent.errors import ConfigError
from agent.http import Connect, Http, Observe
from agent.sis.oneroster import OneRoster
from agent.sis.port import Sis, Traits
from agent.sis.skyward import Skyward
from agent.sis.versions import VERSIONS, Version
from agent.tokens import ClientCredentials, Endpoint

__all__ = ["VENDORS", "Vendor", "open_sis"]


class Vendor(Protocol):
    """What makes a `Sis` out of a connection."""

    traits: Traits

    def __call__(
        self, http: Http, version: Version, *, zone: ZoneInfo, now: Callable[[], datetime]
    ) -> Sis:
        """The gradebooks of one district."""
        ...


VENDORS: dict[str, Vendor] = {"oneroster": OneRoster, "skyward": Skyward}

_ENDPOINTS = (Endpoint("issueOAuthToken", "/oauth/token"), Endpoint("issueToken", "/token"))
_STYLES: dict[str, Literal["basic", "form"]] = {"oneroster": "basic", "skyward": "form"}


def open_sis(
    kind: str,
    *,
    url: str,
    client_id: str,
    client_secret: str,
    zone: ZoneInfo,
    now: Callable[[], datetime],
    oneroster: str = "1.2",
    connections: int | None = None,
    ca_file: str | None = None,
    observe: Observe = lambda _event: None,
    sleep: Callable[[float], None] = time.sleep,
    connect: Connect | None = None,
) -> Sis:
    """The SIS at *url* (the host root); nothing is asked of it yet.

    Args:
        now: the moment the run counts from; dates our marks and decides what is current.
        connections: None takes the vendor's default.
        observe, sleep, connect: see `Http`.
    """
    if kind == "powerschool":
        raise ConfigError("[sis] kind = powerschool comes with the next version")
    vendor, version = VENDORS.get(kind), VERSIONS.get(oneroster)
    if vendor is None or version is None:
        raise ConfigError(f"[sis] there is no kind {kind} with oneroster = {oneroster}")
    http = Http(
        url,
        "sis",
        _credentials(kind, version, client_id, client_secret),
        connections=connections or vendor.traits.connections,
        observe=observe,
        sleep=sleep,
        ca_file=ca_file,
        connect=connect,
    )
    return vendor(http, version, zone=zone, now=now)


def _credentials(
    kind: str, version: Version, client_id: str, client_secret: str
) -> ClientCredentials:
    return ClientCredentials(
        client_id,
        client_secret,
        system="sis",
        endpoints=_ENDPOINTS,
        style=_STYLES[kind],
        scope=version.scope,
    )
