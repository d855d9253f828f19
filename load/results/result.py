"""What one district's night came to, from every side."""

from dataclasses import dataclass, field
from typing import Any

from load.districts import District
from load.results.actual import Comparison
from load.results.agent_run import AgentRun
from load.results.journal import JournalCounts
from load.results.ledger import LedgerCounts
from load.results.timeline import Timeline


@dataclass(slots=True)
class Result:
    """One district's night.

    Attributes:
        after: the first run without trouble, where the night had some.
        second: the run straight after that, which must send nothing.
        struck: fault -> how many requests it struck.
        spans: the faults that struck once, and when.
    """

    district: District
    timeline: Timeline
    journal: JournalCounts
    comparison: Comparison
    ledger: LedgerCounts
    after: AgentRun | None
    second: AgentRun
    struck: dict[str, int] = field(default_factory=dict)
    spans: list[dict[str, Any]] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        """How long the night took."""
        return float(self.timeline.night["seconds"])

    @property
    def reports(self) -> list[dict[str, Any]]:
        """The reports of all runs that could write."""
        found = [run["report"] for run in self.timeline.night["runs"]]
        return [*found, self.after.report] if self.after else found

    def reported(self, state: str) -> int:
        """How many records are in *state* by the reports."""
        return sum(int(report.get("counts", {}).get(state, 0)) for report in self.reports)

    @property
    def requests(self) -> int:
        """Requests to the SIS by the agent's events, tokens left out."""
        number = sum(int(run["requests"]) for run in self.timeline.night["runs"])
        return number + (self.after.requests if self.after else 0)
