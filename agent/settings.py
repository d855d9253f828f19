"""What a configuration file may say: its tables and keys, with their defaults.

Nothing else is known: an unknown key is an error. Secrets are referred to, never written here.
"""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from agent.policy import BrakeLimits, Policy

SisKind = Literal["powerschool", "skyward", "oneroster"]
SisRoute = Literal["xte", "oneroster"]
ROUTED: frozenset[SisKind] = frozenset({"powerschool"})
"""The kinds of SIS that are reached by more than one route."""

MidnightUtc = Literal["date", "instant"]
"""What a due date at 00:00Z in a CSV export means."""


class Secret(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a secret stands: in an environment variable, or in a file of its own."""

    env: str | None = None
    file: str | None = None


class ServerSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a server is reached: what `[source]` and `[sis]` have in common."""

    kind: str
    url: str | None = None
    client_id: str | None = None
    client_secret: Secret | None = None
    ca_file: str | None = None
    proxy: str | None = None
    proxy_user: str | None = None
    proxy_password: Secret | None = None
    max_answer_mb: Annotated[int, Meta(ge=1, le=4096)] = 256
    max_request_seconds: Annotated[float, Meta(ge=1, le=86_400)] = 600.0


class SourceSettings(ServerSettings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[source]`: where assessments and scores come from."""

    kind: Literal["otus", "oneroster-csv"]
    path: str | None = None
    midnight_utc: MidnightUtc | None = None


class SisSettings(ServerSettings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[sis]`: the gradebook; `url` is the host root."""

    kind: SisKind
    url: str
    client_id: str
    client_secret: Secret
    route: SisRoute | None = None
    oneroster: Literal["1.1", "1.2"] = "1.2"
    token_url: str | None = None
    scope: str | None = None
    max_connections: Annotated[int, Meta(ge=1, le=64)] | None = None


class LedgerSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[ledger]`: where the memory of the district stands."""

    url: str = "sqlite:///passback.db"


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One district's configuration file."""

    district: str
    timezone: str
    source: SourceSettings
    sis: SisSettings
    policy: Policy
    brake: BrakeLimits = BrakeLimits()
    ledger: LedgerSettings = LedgerSettings()
