"""From a line of `passback sync --events -` to what Locust is told and what is kept of it.

Pure, and without Locust: importing that changes the whole process.
"""

import json
from dataclasses import dataclass
from typing import Any

COLUMNS = ("second", "system", "operation", "status", "ms", "attempt", "write")


@dataclass(frozen=True, slots=True)
class Call:
    """One request of the agent. `failed` says why no use could be made of the answer."""

    system: str
    operation: str
    status: int | None
    ms: float
    attempt: int
    write: bool

    @property
    def failed(self) -> str | None:
        """A status from 400, or no answer at all."""
        if self.status is None:
            return "no answer"
        return f"status {self.status}" if self.status >= 400 else None

    def row(self, second: float) -> str:
        """Its line in the file of calls; a call without an answer has no status."""
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


def parse(line: str) -> Call | dict[str, Any]:
    """A request as a `Call`, any other event as it is."""
    event: dict[str, Any] = json.loads(line)
    if event["event"] != "request":
        return event
    return Call(
        system=event["system"],
        operation=event["operation"],
        status=event["status"],
        ms=float(event["ms"]),
        attempt=int(event["attempt"]),
        write=bool(event["write"]),
    )


def counts_as_request(call: Call) -> bool:
    """Whether the report counts it: the SIS's, tokens left out."""
    return call.system == "sis" and not call.operation.lower().endswith("token")
