"""The port to the ledger: the local copy of the source, what the SIS last accepted, and why not.

The ledger is the durable state of a district: whatever is killed, it tells what is where. Intent is
committed before a request and outcome after it; both are append-only. The values it deals in stand
in `agent.records`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime
from typing import Any, Protocol

from agent.domain import (
    Assessment,
    AssessmentId,
    Broken,
    Class,
    ClassId,
    ColumnRef,
    PersonId,
    SisPersonId,
    Student,
    Teacher,
)
from agent.ledger.cells import Standing
from agent.ledger.pulling import Pull
from agent.records import (
    Digest,
    Intent,
    KnownColumn,
    KnownScore,
    LeftScore,
    OpenAttempt,
    Outcome,
    RecordState,
    SourceScore,
    State,
)


class Ledger(Protocol):
    """The memory of one district. Safe to call from several threads."""

    # -- the local copy of the source

    def cursor(self) -> str | None:
        """Where the last committed pull ended; None before the first."""
        ...

    def begin_pull(self, *, snapshot: bool) -> Pull:
        """Start staging; of a snapshot, what is not mentioned is removed on commit."""
        ...

    def teachers(self, ids: Iterable[PersonId]) -> Mapping[PersonId, Teacher]:
        """Everyone who may assign."""
        ...

    def group(self) -> frozenset[PersonId]:
        """The passback teacher group."""
        ...

    def classes(self) -> Iterator[Class | tuple[ClassId, Broken]]:
        """Every class, by id; a broken record in place of the class it hides."""
        ...

    def students(self, ids: Iterable[PersonId]) -> Mapping[PersonId, Student]:
        """The students of these ids; unknown ones are absent."""
        ...

    def students_by_sis_id(self, ids: Iterable[str]) -> Mapping[str, Sequence[PersonId]]:
        """SIS id -> the students who have it, by id; unknown ones are absent."""
        ...

    def assessments(self, classes: Iterable[ClassId]) -> Sequence[Assessment]:
        """What is assigned to these classes now."""
        ...

    def titles(self) -> Iterator[tuple[AssessmentId, str]]:
        """Every usable assessment with each title that it has, by id."""
        ...

    def assigned_to(self, assessment: AssessmentId) -> frozenset[ClassId]:
        """Every class that has the assessment now, usable or broken."""
        ...

    def broken_assessments(
        self, classes: Iterable[ClassId]
    ) -> Sequence[tuple[AssessmentId, ClassId, Broken]]:
        """Assessments of these classes whose latest record could not be used."""
        ...

    def scores(self, assessment: AssessmentId) -> Sequence[SourceScore]:
        """Every score row of an assessment, tombstones of removed ones included."""
        ...

    # -- what the SIS holds from us

    def columns(self, classes: Iterable[ClassId]) -> Sequence[KnownColumn]:
        """Columns owned by these classes, orphaned and deleted ones included."""
        ...

    def columns_of(self, assessment: AssessmentId) -> Sequence[KnownColumn]:
        """Columns of one assessment, whoever owns them."""
        ...

    def claimed(self, refs: Iterable[ColumnRef]) -> frozenset[ColumnRef]:
        """Those of *refs* that are addresses of columns we know."""
        ...

    def owners_with_scores(
        self, assessment: AssessmentId, owner: ClassId, students: Iterable[PersonId]
    ) -> frozenset[ClassId]:
        """Classes other than *owner* whose column of it holds a score of one of *students*."""
        ...

    def held(self) -> int:
        """How many marks the SIS holds from us."""
        ...

    def save_column(self, column: KnownColumn) -> None:
        """Remember a column, in place of what was known of it."""
        ...

    def known_scores(
        self, assessment: AssessmentId, owner: ClassId
    ) -> Mapping[PersonId, KnownScore]:
        """What is known of the cells of a column."""
        ...

    def save_scores(
        self, assessment: AssessmentId, owner: ClassId, scores: Iterable[KnownScore]
    ) -> None:
        """Remember cells, each in place of what was known of it."""
        ...

    def forget_scores(self, assessment: AssessmentId, owner: ClassId) -> None:
        """Forget the cells of a column that is made anew: its students show `*` again."""
        ...

    def left_scores(self, assessment: AssessmentId, owner: ClassId) -> Sequence[LeftScore]:
        """What stands, or stood, in cells of a column for students with another SIS id by now."""
        ...

    def leave_scores(
        self, assessment: AssessmentId, owner: ClassId, left: Iterable[LeftScore]
    ) -> None:
        """Remember what stays behind in cells whose student has another SIS id by now."""
        ...

    def settle_left(
        self, assessment: AssessmentId, owner: ClassId, cells: Iterable[SisPersonId]
    ) -> None:
        """Note that nothing written for another student stands in *cells* any more."""
        ...

    def standing(self, classes: Iterable[ClassId], sections: Iterable[str]) -> Standing:
        """The cells of the columns that *classes* own, and the records in *sections*, in short."""
        ...

    # -- attempts: intent before, outcome after

    def together(self, *, durable: bool = False) -> AbstractContextManager[None]:
        """What is written inside is kept as one, or not at all; send nothing inside.

        *durable*: it is on the disk at the end, as intents have to be.
        """
        ...

    def intend(self, run: str, intents: Sequence[Intent], at: datetime) -> Sequence[int]:
        """Commit writes about to be sent, durably; their attempt numbers in order."""
        ...

    def settle(self, outcomes: Sequence[Outcome], at: datetime) -> None:
        """Commit outcomes; an attempt that has one already is a LedgerError.

        A power cut may take the last ones: such an attempt is open, and is read back.
        """
        ...

    def open_attempts(self) -> Sequence[OpenAttempt]:
        """Attempts without an outcome, oldest first."""
        ...

    # -- states

    def record(self, run: str, states: Iterable[RecordState]) -> None:
        """Note states of records; UNCHANGED is no news of one that was delivered before."""
        ...

    def forget(self, records: Iterable[tuple[AssessmentId, PersonId | None, str]]) -> None:
        """Drop records that nothing stands for any more; their history stays."""
        ...

    def records_of(self, assessments: Iterable[AssessmentId]) -> Sequence[RecordState]:
        """The stored states of these assessments' records, as stored (not as displayed)."""
        ...

    def records_in(self, sections: Iterable[str]) -> Sequence[RecordState]:
        """The stored states of every record in these sections."""
        ...

    # -- scores that no gradebook tells of

    def shared(self, classes: Iterable[ClassId] | None) -> Sequence[AssessmentId]:
        """Assessments that several classes have, one of *classes* (None: any) among them."""
        ...

    def strays(
        self, assessments: Iterable[AssessmentId]
    ) -> Sequence[tuple[AssessmentId, PersonId]]:
        """Scores of *assessments* of which no record in any section tells."""
        ...

    def found_strays(self, run: str) -> Sequence[tuple[AssessmentId, PersonId]]:
        """Records under no section of runs before *run*, whose score is told elsewhere or gone.

        One that says what stands in the cell of an earlier SIS id goes when that is settled.
        """
        ...

    # -- when to look again

    def due_classes(self, tonight: date, context: str) -> frozenset[ClassId]:
        """Classes marked, never looked at, looked at in another *context*, or due by date.

        Also those that own a column with `list_again`.
        """
        ...

    def looked(self, classes: Iterable[ClassId], context: str, again: date | None) -> None:
        """Unmark classes until their source changes, or the date *again* comes."""
        ...

    def look_again(self, classes: Iterable[ClassId] | None) -> None:
        """Mark classes; None marks all."""
        ...

    # -- runs

    def begin_run(self, run: str, at: datetime, command: str, forced: str | None) -> None:
        """Note the start of a run, and why the brake was overridden, if it was."""
        ...

    def end_run(self, run: str, at: datetime, exit_code: int, summary: Mapping[str, Any]) -> None:
        """Note the end of a run."""
        ...

    def runs(self, limit: int) -> Sequence[Mapping[str, Any]]:
        """The latest runs, newest first."""
        ...

    def records(self, run: str) -> Iterator[RecordState]:
        """Every record once, as it reads in *run*."""
        ...

    def counts(self, run: str) -> Mapping[State, int]:
        """How many records read each state in *run*."""
        ...

    def digest(self, run: str) -> Digest:
        """What a report says of all records as they read in *run*, without listing them."""
        ...

    def history(
        self, assessment: AssessmentId, student: PersonId | None
    ) -> Sequence[Mapping[str, Any]]:
        """What was tried, and what states the record was in, newest last."""
        ...

    def get(self, name: str) -> str | None:
        """A value that a run left for the next one."""
        ...

    def put(self, name: str, value: str) -> None:
        """Leave a value for the next run."""
        ...

    def close(self) -> None:
        """Give the store back."""
        ...
