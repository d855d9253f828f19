"""What deciding starts from: values, and the few reads that it may ask for on the way.

`sync.gather` makes them. Nothing here, or in any module of this package, touches the ledger, the
SIS or a clock.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from agent.decide.person.decision import NOTHING_DECIDED, Decided
from agent.domain import (
    Assessment,
    AssessmentId,
    Broken,
    Class,
    ClassId,
    Column,
    ColumnRef,
    Gradebook,
    Marks,
    PersonId,
    SectionId,
    SisPersonId,
    Teacher,
)
from agent.policy import Policy, RunDate
from agent.records import (
    ColumnKey,
    KnownCells,
    KnownColumn,
    RecordKey,
    RecordState,
    Restored,
    SourceScore,
    State,
)
from agent.rules.assessments import Rule
from agent.rules.codes import Code
from agent.traits import Traits


class Unresolved(NamedTuple):
    """Why nothing can be decided about a column or a cell, and the state of its records."""

    state: State
    reason: str
    codes: tuple[Code, ...] = ()


OTHER_ROUTE = Unresolved(
    State.HELD,
    "this assignment was created over the other route to the SIS: set `sis.route` back, or let the"
    " teacher maintain it",
)


@dataclass(frozen=True, slots=True)
class UnreadCells:
    """Cells with a write of unknown outcome that could not be read back: left alone (C10).

    By Otus student as well as by SIS student, and in whichever column of the assessment: an id may
    be corrected, and a student may move, before the cell can be read.
    """

    students: Mapping[tuple[AssessmentId, PersonId], Unresolved] = field(default_factory=dict)
    cells: Mapping[tuple[AssessmentId, SisPersonId], Unresolved] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self.cells)

    def of(
        self, assessment: AssessmentId, student: PersonId, sis_student: SisPersonId | None
    ) -> Unresolved | None:
        """Why nothing is written for a student, or into a cell."""
        found = self.students.get((assessment, student))
        if found is None and sis_student is not None:
            found = self.cells.get((assessment, sis_student))
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFacts:
    """What is the same for every gradebook of a run.

    Attributes:
        rules: what this kind of SIS refuses.
        group: the passback teacher group.
        unresolved: columns whose last write has an unknown outcome.
        tag: our id of a column -> what the SIS shows of it. A pure function of the vendor.
        reachable: whether an address of a column can be used over the route that is set up. Pure.
    """

    policy: Policy
    tonight: RunDate
    rules: tuple[Rule, ...]
    traits: Traits
    group: frozenset[PersonId]
    unresolved: Mapping[ColumnKey, Unresolved]
    unread: UnreadCells
    tag: Callable[[str], str]
    reachable: Callable[[ColumnRef], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class GradebookFacts:
    """What is known of one gradebook before its columns are decided.

    Attributes:
        key: of the gradebook, linked sections included.
        gradebook: rosters, categories and periods; None where no section stands behind the classes.
        broken: assessments of these classes whose latest record could not be used.
        broken_nowhere: the same where the record does not even tell the class.
        assigned: every class that has an assessment now, in this gradebook or elsewhere.
        known: the columns that the ledger knows of these assessments, whichever class owns them.
        students: SIS id -> the students of Otus who have it; of everyone who ever sat here.
        scores: every score row of its assessments, tombstones of removed ones included.
        cells: what is known of the cells of each column that these classes own.
        stored: the records of this gradebook as the ledger holds them, by what they read tonight.
        decided: what persons decided about records of its assessments, and is not done yet.
        restored: what the ledger cannot know where it was restored from a copy; else None.
        erased: SIS ids of students who were erased: what once stood in their cells is not known.
    """

    key: str
    sections: tuple[SectionId, ...]
    classes: tuple[Class, ...]
    gradebook: Gradebook | None
    assessments: Sequence[Assessment]
    broken: Sequence[tuple[AssessmentId, ClassId, Broken]]
    broken_nowhere: Mapping[AssessmentId, Broken]
    teachers: Mapping[PersonId, Teacher]
    assigned: Mapping[AssessmentId, frozenset[ClassId]]
    known: Mapping[AssessmentId, Sequence[KnownColumn]]
    students: Mapping[str, Sequence[PersonId]]
    scores: Mapping[AssessmentId, Mapping[PersonId, SourceScore]]
    cells: Mapping[ColumnKey, KnownCells]
    stored: Mapping[RecordKey, RecordState]
    decided: Decided = NOTHING_DECIDED
    restored: Restored | None = None
    erased: frozenset[SisPersonId] = frozenset()

    def owns(self, known: KnownColumn) -> bool:
        """Whether a class of this gradebook made the column."""
        return any(each.id == known.owner for each in self.classes)

    def own(self, assessment: AssessmentId) -> list[KnownColumn]:
        """The known columns of an assessment that classes of this gradebook made."""
        return [known for known in self.known.get(assessment, ()) if self.owns(known)]


class Reads(Protocol):
    """The reads that only some decisions need.

    Nothing is written to the SIS or the ledger while a gradebook is decided, so asking twice gets
    the same answer unless a teacher works meanwhile. `columns` and `cells` ask the SIS, and raise
    UnavailableError where it does not answer.
    """

    def columns(self) -> Sequence[Column]:
        """Every column of the gradebook, as the SIS lists it; a linked one once."""
        ...

    def cells(self, ref: ColumnRef) -> Marks | None:
        """The cells of a column in the SIS in which anything stands. None: cannot be read."""
        ...

    def claimed(self, refs: Iterable[ColumnRef]) -> frozenset[ColumnRef]:
        """Those of *refs* that are addresses of columns in the ledger, whosever they are."""
        ...

    def known_cells(self, column: ColumnKey) -> KnownCells:
        """What the ledger knows of the cells of any column."""
        ...

    def sis_ids(self, students: Iterable[PersonId]) -> Mapping[PersonId, SisPersonId | None]:
        """The SIS ids of students of Otus; who is unknown there is absent."""
        ...
