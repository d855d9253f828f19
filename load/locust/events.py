"""The lines of `passback sync --events -`, as requests for Locust and as rows of a file.

Pure, and without Locust: importing that changes the whole process.
"""

import json
from dataclasses import dataclass
from typing import Any

COLUMNS = ("second", "system", "operation", "status", "ms", "attempt", "write")


@dataclass(frozen=True, slots=True)
class Request:
    """One request of the agent; no status: no answer came."""

    system: str
    operation: str
    status: int | None
    ms: float
    attempt: int
    write: bool

    @property
    def failure(self) -> str | None:
        """Why the answer is of no use: a status from 400, or no answer; None: it is of use."""
        if self.status is None:
            return "no answer"
        return f"status {self.status}" if self.status >= 400 else None

    @property
    def counts(self) -> bool:
        """Whether the agent's report counts it: requests to the SIS, tokens left out."""
        return self.system == "sis" and not self.operation.lower().endswith("token")

    def row(self, second: float) -> str:
        """Its line in the file of requests, with an empty status where no answer came."""
        values = (
            f"{second:.3f}",
            self.system,
            self.operation,
            "" if self.status is None else self.status,
            self.ms,
            self.attempt,
            int(self.write),
        )
        return ",".join(map(str, values))


def parse(line: str) -> Request | dict[str, Any]:
    """A request as a `Request`, any other event as it is."""
    event: dict[str, Any] = json.loads(line)
    if event["event"] != "request":
        return event
    return Request(
        system=event["system"],
        operation=event["operation"],
        status=event["status"],
        ms=float(event["ms"]),
        attempt=int(event["attempt"]),
        write=bool(event["write"]),
    )
