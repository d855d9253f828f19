"""Where assessments and scores come from: a folder for each kind of source, behind one port."""

import time
from collections.abc import Callable
from typing import Any, Literal
from zoneinfo import ZoneInfo

from agent.address import Proxy
from agent.errors import ConfigError
from agent.settings import MidnightUtc
from agent.sources.port import Source
from agent.waiting import LONGEST

__all__ = ["open_source"]


def open_source(
    kind: Literal["otus", "oneroster-csv"],
    *,
    zone: ZoneInfo,
    url: str = "",
    client_id: str = "",
    client_secret: str = "",
    path: str = "",
    midnight_utc: MidnightUtc | None = None,
    ca_file: str | None = None,
    proxy: Proxy | None = None,
    observe: Callable[[dict[str, Any]], None] = lambda _event: None,
    sleep: Callable[[float], None] = time.sleep,
    max_wait: float = LONGEST,
) -> Source:
    """The source of a district: `url` and client for "otus", `path` for "oneroster-csv".

    It sends no request and reads no file yet.
    """
    if kind == "oneroster-csv":
        from agent.sources.oneroster_csv.source import OneRosterCsvSource

        if not path:
            raise ConfigError("source.path: needed for oneroster-csv")
        return OneRosterCsvSource(path, zone, midnight_utc)

    from agent.http import Http
    from agent.sources.otus.source import TOKEN, OtusSource
    from agent.tokens import ClientCredentials

    if not (url and client_id and client_secret):
        raise ConfigError("source: otus needs url, client_id and client_secret")
    auth = ClientCredentials(client_id, client_secret, system="source", endpoints=(TOKEN,))
    http = Http(
        url,
        "source",
        auth,
        connections=1,
        observe=observe,
        sleep=sleep,
        max_wait=max_wait,
        ca_file=ca_file,
        proxy=proxy,
    )
    return OtusSource(http)
