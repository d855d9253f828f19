"""Where assessments and scores come from: a folder for each kind of source, behind one port."""

from collections.abc import Callable
from typing import Literal, Unpack
from zoneinfo import ZoneInfo

from agent.errors import ConfigError
from agent.http.client import Http, HttpOptions
from agent.settings import MidnightUtc
from agent.sources.port import Source

__all__ = ["open_source"]


def open_source(
    kind: Literal["otus", "oneroster-csv"],
    *,
    zone: ZoneInfo,
    url: str = "",
    client_id: str = "",
    client_secret: Callable[[], str] | None = None,
    path: str = "",
    midnight_utc: MidnightUtc | None = None,
    **options: Unpack[HttpOptions],
) -> Source:
    """The source of a district: `url` and client for "otus", `path` for "oneroster-csv".

    It sends no request and reads no file yet.
    """
    if kind == "oneroster-csv":
        from agent.sources.oneroster_csv.source import OneRosterCsvSource

        if not path:
            raise ConfigError("source.path: needed for oneroster-csv")
        return OneRosterCsvSource(path, zone, midnight_utc)

    from agent.http.oauth import ClientCredentials
    from agent.sources.otus.source import TOKEN, OtusSource

    if not (url and client_id and client_secret):
        raise ConfigError("source: otus needs url, client_id and client_secret")
    auth = ClientCredentials(client_id, client_secret, endpoints=(TOKEN,))
    http = Http(url, "source", auth, connections=1, **options)
    return OtusSource(http)
