"""A run's outcome as text and as JSON (docs/reference/cli.md), from one value; pure.

Reports name records by their ids in the source and never carry a name, a score, the SIS's number of
a student, or what the SIS says in its own words.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

import msgspec

from agent.records import DELIVERED, MovedId, RecordState, State

IN_ORDER = tuple(sorted(State, key=lambda state: state not in DELIVERED))
"""What was delivered comes first."""

NEEDS_A_PERSON = frozenset({State.HELD, State.REJECTED, State.FAILED})
SETTLED = frozenset({"ignored", "undone"})
"""Codes of held records about which a person has decided; nobody has to look at them."""
NOTED = frozenset({State.CREATED, State.UPDATED})
"""States of a column that a report names if there is a reason beside it."""
LISTED = 20
"""How many records a list of a report names at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunHead:
    """What stands above a report.

    Attributes:
        at: the instant the run counted from, in the district's zone.
        planned: nothing was sent; states say what a sync would do.
        reads, writes: requests to the SIS.
        moved_ids: of a plan, what has another id in the SIS since the last run, and may be shown.
    """

    run: str
    district: str
    at: datetime
    planned: bool = False
    reads: int = 0
    writes: int = 0
    forced: str | None = None
    message: str = ""
    moved_ids: Sequence[MovedId] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How many records of one kind have the same state and the same codes."""

    kind: Literal["assignment", "score"]
    state: State
    codes: tuple[str, ...]
    number: int


@dataclass(slots=True)
class Summary:
    """Counts over all records of a run, and the few that a person is shown.

    `news`: how many records the run found otherwise than the one before; None: not counted.
    `too_late` are assessments, by title, whose grading period closed within the last 24 hours.

    An example of a code is a record that has no other, since a reason is for all of its codes.
    """

    counts: Counter[State] = field(default_factory=Counter)
    assignments: Counter[State] = field(default_factory=Counter)
    scores: Counter[State] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    examples: dict[str, RecordState] = field(default_factory=dict)
    attention: list[RecordState] = field(default_factory=list)
    kept: list[RecordState] = field(default_factory=list)
    too_late: list[str] = field(default_factory=list)
    notes: list[RecordState] = field(default_factory=list)
    news: int | None = field(default=None, compare=False)

    @property
    def is_old(self) -> bool:
        """Whether a person was told all of it after an earlier run."""
        return self.news == 0 and not (self.attention or self.too_late)

    def add(self, record: RecordState) -> None:
        """Count one record in."""
        self.count(Count(kind=record.kind, state=record.state, codes=record.codes, number=1))
        self.show(record)

    def count(self, count: Count) -> None:
        """Count several records in, of which none is shown."""
        self.counts[count.state] += count.number
        kind = self.assignments if count.kind == "assignment" else self.scores
        kind[count.state] += count.number
        for code in count.codes:
            self.refusals[code] += count.number

    def show(self, record: RecordState) -> None:
        """Show a record that was counted, if a person is to see it; of many the first ones."""
        if len(record.codes) == 1 and record.reason:
            self.examples.setdefault(record.codes[0], record)
        waits = record.state in NEEDS_A_PERSON and not SETTLED.intersection(record.codes)
        if waits and len(self.attention) < LISTED:
            self.attention.append(record)
        if record.state is State.KEPT and len(self.kept) < LISTED:
            self.kept.append(record)
        if record.state in NOTED and record.reason and len(self.notes) < LISTED:
            self.notes.append(record)


def as_dict(record: RecordState) -> dict[str, Any]:
    """One record of the JSON report."""
    plain: dict[str, Any] = {
        "kind": record.kind,
        "assignment": record.assessment,
        "section": record.section,
        "state": record.state.value,
        "codes": list(record.codes),
        "reason": record.reason,
    }
    if record.student is not None:
        plain["student"] = record.student
    return plain


def json_chunks(head: RunHead, summary: Summary, records: Iterable[RecordState]) -> Iterator[str]:
    """The JSON report in pieces, so that a million records need no memory."""
    top: dict[str, Any] = {
        "run": head.run,
        "district": head.district,
        "at": head.at.isoformat(),
        "planned": head.planned,
        "forced": head.forced,
        "message": head.message,
        "counts": {s.value: summary.counts[s] for s in IN_ORDER if summary.counts[s]},
        "requests": {"reads": head.reads, "writes": head.writes},
        "refusals": dict(sorted(summary.refusals.items())),
    }
    if head.planned:
        top["moved_ids"] = [msgspec.to_builtins(moved) for moved in head.moved_ids]
    yield json.dumps(top, ensure_ascii=False)[:-1] + ', "records": ['
    comma = ""
    for record in records:
        yield comma + json.dumps(as_dict(record), ensure_ascii=False)
        comma = ",\n"
    yield "]}\n"


def text(head: RunHead, summary: Summary, *, students: bool = True) -> str:
    """The report that a person reads.

    *students*: whether those whose records a person should look at are named, by Otus id.
    """
    if summary.is_old and not head.forced and not head.message:
        return "\n".join(_unchanged(head, summary))
    what = "would be sent" if head.planned else "sent"
    lines = [f"{head.district}, {head.at:%a %Y-%m-%d %H:%M %Z}: {_delivered(summary)} {what}"]
    lines.append(f"  assignments  {_counted(summary.assignments)}")
    lines.append(f"  scores       {_counted(summary.scores)}")
    if head.forced:
        lines.append(f"  the brake was overridden: {head.forced}")
    lists = {
        "not passed back, by reason": list(_reasons(summary)),
        "to know": [f"{_named(r)}: {r.reason}" for r in summary.notes],
        "look at these": [
            f"{_named(r, student=students)}: {r.state}, {r.reason}" for r in summary.attention
        ],
        "kept as the gradebook has it": [
            f"{_named(r, student=students)}: {r.reason}" for r in summary.kept
        ],
        "too late, since their grading period closed within the last 24 hours": (
            summary.too_late[:LISTED]
        ),
    }
    for heading, listed in lists.items():
        if listed:
            lines += [f"  {heading}:", *(f"    {each}" for each in listed)]
    lines.append(f"  requests     {head.reads} reads, {head.writes} writes")
    if head.message:
        lines.append(f"  {head.message}")
    return "\n".join(lines)


def _unchanged(head: RunHead, summary: Summary) -> Iterator[str]:
    """The report of a run in which everything is as the one before told it."""
    counts = _counted(summary.counts)
    yield f"{head.district}, {head.at:%a %Y-%m-%d %H:%M %Z}: nothing new; {counts}"
    told = "; `passback status` tells why records stay out" if summary.refusals else ""
    yield f"  requests     {head.reads} reads, {head.writes} writes{told}"


def _delivered(summary: Summary) -> str:
    scores = summary.scores[State.SENT] + summary.scores[State.CLEARED]
    assignments = summary.assignments[State.CREATED] + summary.assignments[State.UPDATED]
    return f"{_many(assignments, 'assignment')} and {_many(scores, 'score')}"


def _many(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _counted(counts: Mapping[State, int]) -> str:
    told = [f"{s.value} {counts[s]}" for s in IN_ORDER if counts.get(s)]
    return " · ".join(told) or "none"


def _reasons(summary: Summary) -> Iterator[str]:
    for code, count in sorted(summary.refusals.items(), key=lambda item: (-item[1], item[0])):
        example = summary.examples.get(code)
        told = f"   e.g. {_named(example)}: {example.reason}" if example else ""
        yield f"{count:>6}  {code}{told}"


def _named(record: RecordState, *, student: bool = False) -> str:
    of = f" of {record.student}" if student and record.student is not None else ""
    return f"{record.assessment}{of} in {record.section}"
