"""A district's own configuration, pointed at mocks: its policy stays, its servers do not."""

import tomllib
from pathlib import Path
from typing import Any

import tomli_w

from agent.config import load
from contracts.vendors import SISES, VENDORS, mock_for
from mock_sis.credentials import CLIENT_ID, CLIENT_SECRET

NAME = "mocks.toml"
LEDGER = "mocks.db"
SECRET = "mocks.secret"  # noqa: S105  the name of a file
OF_THE_SIS = ("kind", "route", "oneroster", "max_connections")
"""What `[sis]` keeps; the rest is about reaching the real server."""


def mocked(config: Path, *, otus: str, sis: str, folder: Path) -> Path:
    """Write *config* into *folder* with mocks in place of its servers; the new file.

    Policy, brake, time zone and kind of SIS are the district's. Its secrets need not exist: those
    of the mocks stand in a file beside the new one, so no environment is needed.

    Args:
        otus: the root of the Otus mock, its world included; *sis* likewise.

    Raises:
        ConfigError: *config* cannot be read or used.
    """
    load(config)
    plain = tomllib.loads(config.read_text(encoding="utf-8"))
    kind = plain["sis"]["kind"]
    tables = {
        **plain,
        "source": _server("otus", otus),
        "sis": {
            **{key: plain["sis"][key] for key in OF_THE_SIS if key in plain["sis"]},
            **_server(kind, sis),
            **({} if kind in SISES else {"token_url": f"{sis}{VENDORS[mock_for(kind)].oauth}"}),
        },
        "ledger": {"url": f"sqlite:///{LEDGER}"},
    }
    secret, path = folder / SECRET, folder / NAME
    secret.touch(mode=0o600)
    secret.write_text(CLIENT_SECRET, encoding="utf-8")
    path.write_text(tomli_w.dumps(tables), encoding="utf-8")
    return path


def _server(kind: str, url: str) -> dict[str, Any]:
    return {"kind": kind, "url": url, "client_id": CLIENT_ID, "client_secret": {"file": SECRET}}
