"""What a configuration file may say: its tables and keys, with their defaults.

Nothing else is known: an unknown key is an error. Secrets are referred to, never written here.
"""

from typing import Literal

import msgspec

from agent.policy import BrakeLimits, Policy

MidnightUtc = Literal["date", "instant"]
"""What a due date at 00:00Z in a CSV export means."""


class Secret(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a secret stands: in an environment variable, or in a file of its own."""

    env: str | None = None
    file: str | None = None


class SourceSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[source]`: where assessments and scores come from."""

    kind: Literal["otus", "oneroster-csv"]
    url: str | None = None
    client_id: str | None = None
    client_secret: Secret | None = None
    path: str | None = None
    midnight_utc: MidnightUtc | None = None
    ca_file: str | None = None
    proxy: str | None = None
    proxy_user: str | None = None
    proxy_password: Secret | None = None


class SisSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[sis]`: the gradebook; `url` is the host root."""

    kind: Literal["powerschool", "skyward", "oneroster"]
    url: str
    client_id: str
    client_secret: Secret
    route: Literal["xte", "oneroster"] | None = None
    oneroster: Literal["1.1", "1.2"] = "1.2"
    max_connections: int | None = None
    ca_file: str | None = None
    proxy: str | None = None
    proxy_user: str | None = None
    proxy_password: Secret | None = None


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
