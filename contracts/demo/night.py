"""One run of the agent, as the demo and the driver of the containers tell of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
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
