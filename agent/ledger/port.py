"""The port to the ledger: the local copy of the source, what the SIS last accepted, and why not.

The ledger is the durable state of a district: whatever is killed, it tells what is where. Intent is
committed before a request and outcome after it; both are append-only. The values it deals in stand in
`agent.records`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

from agent.domain import (
    Assessment,
    AssessmentId,
    Broken,
    Class,
    ClassId,
    PersonId,
    Student,
    Teacher,
)
from agent.records import (
    DELIVERED,
    Intent,
    KnownColumn,
    KnownScore,
    OpenAttempt,
    Outcome,
    RecordState,
    SourceFields,
    SourceScore,
    State,
)
from agent.sources.port import Change

__all__ = [
    "DELIVERED",
    "Intent",
    "KnownColumn",
    "KnownScore",
    "Ledger",
    "OpenAttempt",
    "Outcome",
    "Pull",
    "PullDiff",
    "RecordState",
    "SourceFields",
    "SourceScore",
    "State",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class PullDiff:
    """What a pull would change in the local copy: kind of record -> count."""

    before: Mapping[str, int] = field(default_factory=dict)
    added: Mapping[str, int] = field(default_factory=dict)
    changed: Mapping[str, int] = field(default_factory=dict)
    removed: Mapping[str, int] = field(default_factory=dict)


class Pull(Protocol):
    """A pull in progress: nothing of it is visible until `commit`."""

    def take(self, changes: Iterable[Change]) -> None:
        """Stage a page."""
        ...

    def diff(self) -> PullDiff:
        """What committing would change."""
        ...

    def commit(self, cursor: str, at: datetime) -> None:
        """Make the local copy follow, mark what must be looked at, and move the cursor: at once."""
        ...

    def abort(self) -> None:
        """Forget it; the local copy and the cursor stay."""
        ...


class Ledger(Protocol):
    """The memory of one district. Safe to call from several threads."""

    # -- the local copy of the source
    def cursor(self) -> str | None: ...
    def begin_pull(self, *, snapshot: bool) -> Pull: ...
    def teachers(self) -> Mapping[PersonId, Teacher]: ...
    def group(self) -> frozenset[PersonId]: ...
    def classes(self) -> Iterator[Class | tuple[ClassId, Broken]]: ...
    def students(self, ids: Iterable[PersonId]) -> Mapping[PersonId, Student]: ...
    def students_by_sis_id(self, ids: Iterable[str]) -> Mapping[str, PersonId]: ...
    def assessments(self, classes: Iterable[ClassId]) -> Sequence[Assessment]: ...
    def broken_assessments(
        self, classes: Iterable[ClassId]
    ) -> Sequence[tuple[AssessmentId, ClassId, Broken]]: ...
    def scores(self, assessment: AssessmentId) -> Sequence[SourceScore]: ...

    # -- what the SIS holds from us
    def columns(self, classes: Iterable[ClassId]) -> Sequence[KnownColumn]: ...
    def save_column(self, column: KnownColumn) -> None: ...
    def known_scores(
        self, assessment: AssessmentId, owner: ClassId
    ) -> Mapping[PersonId, KnownScore]: ...
    def save_scores(
        self, assessment: AssessmentId, owner: ClassId, scores: Iterable[KnownScore]
    ) -> None: ...

    # -- attempts: intent before, outcome after
    def intend(self, run: str, intents: Sequence[Intent], at: datetime) -> Sequence[int]: ...
    def settle(self, outcomes: Sequence[Outcome], at: datetime) -> None: ...
    def open_attempts(self) -> Sequence[OpenAttempt]: ...

    # -- states, and when to look again
    def record(self, run: str, states: Iterable[RecordState]) -> None: ...
    def forget(self, records: Iterable[tuple[AssessmentId, PersonId | None, str]]) -> None: ...
    def records_of(self, assessments: Iterable[AssessmentId]) -> Sequence[RecordState]:
        """The stored states of these assessments' records, as stored (not as displayed)."""
        ...

    def due_classes(self, tonight: date, context: str) -> frozenset[ClassId]: ...
    def looked(self, classes: Iterable[ClassId], context: str, again: date | None) -> None: ...
    def look_again(self, classes: Iterable[ClassId] | None) -> None: ...

    # -- runs
    def begin_run(self, run: str, at: datetime, command: str, forced: str | None) -> None: ...
    def end_run(
        self, run: str, at: datetime, exit_code: int, summary: Mapping[str, Any]
    ) -> None: ...
    def runs(self, limit: int) -> Sequence[Mapping[str, Any]]: ...
    def records(self, run: str) -> Iterator[RecordState]: ...
    def counts(self, run: str) -> Mapping[State, int]: ...
    def history(
        self, assessment: AssessmentId, student: PersonId | None
    ) -> Sequence[Mapping[str, Any]]: ...
    def get(self, name: str) -> str | None: ...
    def put(self, name: str, value: str) -> None: ...
    def close(self) -> None: ...
