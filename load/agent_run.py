"""One run of the agent as its own command, outside Locust: what a night is compared with."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from typing import Any

from load.district import District
from load.stage import Stage

CALM = {0, 3}
"""Exit codes of a run that came to its end."""


@dataclass(slots=True)
class Run:
    """How a run ended; `requests` are counted from its events, tokens left out."""

    code: int
    report: dict[str, Any] = field(default_factory=dict)
    requests: int = 0

    @property
    def writes(self) -> int:
        """Requests that could change the SIS."""
        return int(self.report.get("requests", {}).get("writes", 0))


def command(district: District) -> list[str]:
    """`passback sync` as of the district's own clock, with its events on standard output."""
    words = ["sync", "-c", str(district.config), "--events", "-"]
    return [sys.executable, "-m", "agent", *words, "--at", district.now().isoformat()]


def sync(stage: Stage, district: District) -> Run:
    """Run it to its end. RuntimeError: it ended in a way that no night may."""
    process = subprocess.Popen(  # noqa: S603 - our own program
        command(district),
        cwd=stage.folder,
        env={**os.environ, **district.environment()},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    run = Run(code=-1)
    for line in process.stdout:
        event = json.loads(line)
        if event["event"] == "report":
            run.report = event
        elif is_call(event):
            run.requests += 1
    _, told = process.communicate(timeout=60)
    run.code = process.returncode
    if run.code not in CALM:
        raise RuntimeError(f"{district.name}: sync ended with {run.code}: {told.strip()[-500:]}")
    return run


def is_call(event: dict[str, Any]) -> bool:
    """Whether an event is a request to the SIS, tokens left out, as the report counts them."""
    sis = event.get("system") == "sis"
    return sis and not str(event["operation"]).lower().endswith("token")
