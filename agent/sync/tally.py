"""What a plan would write, counted for the brake and for the exit code of `plan`."""

from dataclasses import dataclass, field

from agent.decide.plan import GradebookPlan


@dataclass(slots=True)
class Tally:
    """What a plan would write, for the brake and for `plan`'s exit code."""

    creates: int = 0
    updates: int = 0
    puts: int = 0
    changes: int = 0
    zeros: int = 0
    clears: int = 0
    roster: int = 0
    roster_before: int = 0
    failed: list[str] = field(default_factory=list)

    def add(self, plan: GradebookPlan, roster_before: int | None) -> None:
        """Count one gradebook in."""
        if plan.failed:
            self.failed.append(plan.failed)
        if plan.roster is not None and roster_before is not None:
            self.roster += plan.roster
            self.roster_before += roster_before
        for column in plan.columns:
            self.creates += column.write == "create"
            self.updates += column.write == "update"
            for score in column.scores:
                self.puts += score.op == "put"
                self.zeros += score.zero
                self.clears += score.op == "clear"
                self.changes += score.op == "put" and score.replaces

    @property
    def writes(self) -> int:
        """Requests that apply would send, counting a score as one."""
        return self.creates + self.updates + self.puts + self.clears
