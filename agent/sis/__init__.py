"""The SIS of a district: the port, a folder for each vendor, and `open_sis` which makes one."""

import time
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from agent.address import Proxy
from agent.errors import ConfigError
from agent.http import Connect, Http, Observe
from agent.sis.oneroster.versions import VERSIONS
from agent.sis.pace import Pace
from agent.sis.port import Sis
from agent.sis.vendors import VENDORS
from agent.waiting import LONGEST

__all__ = ["open_sis"]


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
