"""The configuration of an agent that runs against mocks."""

import tomllib
from collections.abc import Mapping
from datetime import date

import tomli_w

from mock_sis.credentials import CLIENT_SECRET

SECRETS = {"PASSBACK_SOURCE_SECRET": CLIENT_SECRET, "PASSBACK_SIS_SECRET": CLIENT_SECRET}
"""What the agent's environment must hold."""


def configuration(
    *,
    otus: str,
    sis: str,
    kind: str,
    ledger: str,
    categories: Mapping[str, str],
    effective: date,
    district: str = "lakeview",
    zone: str = "America/Chicago",
    sis_more: str = "",
    policy: str = "",
    more: str = "",
) -> str:
    """The text of the configuration file, in TOML.

    Args:
        otus: the root of the Otus mock, its world included; *sis* likewise.
        ledger: its file, beside the configuration unless absolute; or its whole address.
        categories: type in Otus -> category of the district.
        sis_more: more lines of `[sis]`; *policy* likewise, and *more* is whole tables.
    """
    tables = {
        "district": district,
        "timezone": zone,
        "source": _server("otus", otus, "PASSBACK_SOURCE_SECRET"),
        "sis": {**_server(kind, sis, "PASSBACK_SIS_SECRET"), **tomllib.loads(sis_more)},
        "policy": {
            "effective_date": effective,
            **tomllib.loads(policy),
            "categories": dict(categories),
        },
        "ledger": {"url": ledger if "://" in ledger else f"sqlite:///{ledger}"},
        **tomllib.loads(more),
    }
    return tomli_w.dumps(tables)


def _server(kind: str, url: str, secret: str) -> dict[str, object]:
    return {"kind": kind, "url": url, "client_id": "passback", "client_secret": {"env": secret}}
