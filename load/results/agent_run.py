"""One run of the agent outside Locust: before the night and after it."""

import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from load.districts import District
from load.locust.events import Request, parse

ENDED = {0, 3}
"""Exit codes of a run that came to its end."""


@dataclass(slots=True)
class AgentRun:
    """How a run ended; `requests` are counted from its events, tokens left out."""

    code: int
    report: dict[str, Any] = field(default_factory=dict)
    requests: int = 0

    @property
    def writes(self) -> int:
        """Requests that could change the SIS."""
        return int(self.report.get("requests", {}).get("writes", 0))


def sync(district: District, folder: Path) -> AgentRun:
    """Run the agent of *district* in *folder*. RuntimeError: it did not come to its end."""
    words = ["sync", "-c", str(district.config), "--events", "-"]
    process = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-m", "agent", *words, "--at", district.now().isoformat()],
        cwd=folder,
        env={**os.environ, **district.environment()},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    run = AgentRun(code=-1)
    for event in map(parse, process.stdout):
        if isinstance(event, Request):
            run.requests += event.counts
        elif event["event"] == "report":
            run.report = event
    _, errors = process.communicate(timeout=60)
    run.code = process.returncode
    if run.code not in ENDED:
        last = errors.strip()[-500:]
        raise RuntimeError(f"{district.name}: sync ended with {run.code}: {last}")
    return run
