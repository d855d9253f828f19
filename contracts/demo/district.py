"""A district of the demo: running mocks, a configuration for the agent, the agent as a program."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import httpx

from contracts.configuration import SECRETS, configuration
from contracts.demo.night import Night, run_here


@dataclass(slots=True)
class DemoDistrict:
    """The mocks of one SIS with their Otus, and the agent between them."""

    kind: str
    otus: str
    sis: str
    folder: Path
    zone: str
    effective: date
    categories: Mapping[str, str]
    district: str = "lakeview"
    policy: str = ""
    more: str = ""
    http: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=120))

    @property
    def config(self) -> Path:
        """The agent's configuration file."""
        return self.folder / f"{self.kind}.toml"

    @property
    def ledger(self) -> Path:
        """The agent's ledger."""
        return self.folder / f"{self.kind}.db"

    def write_config(self) -> None:
        """Write the agent's configuration file."""
        text = configuration(
            otus=self.otus,
            sis=self.sis,
            kind=self.kind,
            ledger=self.ledger.name,
            categories=self.categories,
            effective=self.effective,
            district=self.district,
            zone=self.zone,
            policy=self.policy,
            more=self.more,
        )
        self.config.write_text(text, encoding="utf-8")

    def sync(self, at: datetime) -> Night:
        """Run `passback sync` as its own program, as of *at*."""
        command = [sys.executable, "-m", "agent", "sync", "-c", str(self.config), "--json"]
        done = subprocess.run(  # noqa: S603  our own program
            [*command, "--at", at.isoformat()],
            env={**os.environ, **SECRETS},
            capture_output=True,
            text=True,
            check=False,
        )
        report = json.loads(done.stdout) if done.stdout.startswith("{") else {}
        return Night(at=at, code=done.returncode, report=report, error=done.stderr.strip())

    def sync_here(self, at: datetime) -> Night:
        """The same command in this process."""
        os.environ.update(SECRETS)
        return run_here(self.config, at)

    def control(
        self, method: str, path: str, body: Any = None, *, otus: bool = False, **query: Any
    ) -> Any:
        """Call a mock's control plane."""
        url = f"{self.otus if otus else self.sis}/_mock{path}"
        answer = self.http.request(method, url, json=body, params=query or None)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def set_clock(self, at: datetime) -> None:
        """Turn the world's clock, and stop it there."""
        self.control("PUT", "/clock", {"now": at.isoformat(), "frozen": True})
