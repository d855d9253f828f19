"""What a run found, as values: every part of the harness gives rows, every report shows rows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

ABOUT = {
    "status cases": "each operation brought to every status that it documents",
    "operations": "cases that Schemathesis generates from the contract",
    "gradebook": "what no request may do, watched meanwhile",
    "coverage": "every operation asked, every documented status met",
    "run": "how the run itself went",
}
"""Part of the harness -> what it looks at, for a reader who meets its name in a report."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One way in which the server and the contract disagree.

    Attributes:
        check: the name of the rule that was broken.
        reason: one line that a person can act on.
        curl: a command that shows it again, without secrets; empty where one request does not.
        times: how often it was seen.
    """

    check: str
    reason: str
    curl: str = ""
    times: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What became of one thing that was looked at.

    Attributes:
        part: which part of the harness looked.
        group: what the report puts together.
        name: of the operation, the step or the recorded call.
        statuses: every HTTP status that was seen.
        note: something to know that is no failure.
    """

    part: str
    group: str
    name: str
    cases: int = 0
    statuses: Sequence[int] = ()
    seconds: float = 0.0
    findings: Sequence[Finding] = ()
    note: str = ""


@dataclass(slots=True, kw_only=True)
class Report:
    """A whole run.

    Attributes:
        seed: repeats the generated cases.
        began: in UTC.
        stopped: somebody stopped the run; what it had not come to was not looked at.
        warnings: one line each; they do not fail the run.
        checklist: what to look at on the first day with a real server; nested by four spaces.
    """

    sis: str
    target: str
    profile: str
    seed: int
    rows: list[Row] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    checklist: list[str] = field(default_factory=list)
    began: datetime | None = None
    seconds: float = 0.0
    stopped: bool = False

    @property
    def failed(self) -> list[Row]:
        """Rows with findings."""
        return [row for row in self.rows if row.findings]

    def parts(self) -> Iterator[tuple[str, list[Row]]]:
        """(part, its rows), in the order of the run."""
        names = dict.fromkeys(row.part for row in self.rows)
        for name in names:
            yield name, [row for row in self.rows if row.part == name]


def groups(rows: Sequence[Row]) -> Iterator[tuple[str, list[Row]]]:
    """(group, its rows), in the order of the run."""
    for name in dict.fromkeys(row.group for row in rows):
        yield name, [row for row in rows if row.group == name]
