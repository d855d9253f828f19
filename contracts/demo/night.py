"""One run of the agent, as the demo, the UAT kit and the driver of the containers tell of it."""

import contextlib
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Night:
    """One run of the agent: when, how it ended, and its JSON report."""

    at: datetime
    code: int
    report: Mapping[str, Any]
    error: str

    @property
    def records(self) -> list[dict[str, Any]]:
        """The report's records."""
        found: list[dict[str, Any]] = self.report.get("records", [])
        return found


def run_here(config: Path, at: datetime, command: str = "sync") -> Night:
    """`passback sync` (or *command*) in this process: to start it costs more than a small night."""
    from agent.cli import passback
    from agent.errors import PassbackError

    arguments = [command, "-c", str(config), "--json", "--at", at.isoformat()]
    code, error, out = 0, "", io.StringIO()
    try:
        with contextlib.redirect_stdout(out):
            passback.main(arguments, prog_name="passback", standalone_mode=False)
    except SystemExit as end:
        code = int(end.code or 0)
    except PassbackError as trouble:
        code, error = trouble.exit_code, str(trouble)
    text = out.getvalue()
    return Night(at=at, code=code, report=json.loads(text) if text else {}, error=error)
