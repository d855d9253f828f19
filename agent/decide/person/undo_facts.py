"""What undoing a run in one gradebook starts from, and what comes of it, as values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from agent.decide.person.decision import NOTHING_DECIDED, Decided, Undone
from agent.decide.plan import GradebookPlan
from agent.domain import Column, Gradebook, Marks, PersonId, SisPersonId
from agent.records import ColumnKey, DoneAttempt, KnownColumn, RecordKey
from agent.traits import Traits


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoFacts:
    """What undoing a run in one gradebook starts from.

    Attributes:
        run: the run to be undone.
        attempts: what it wrote here.
        known: the columns as the ledger knows them; `columns`, `marks`: as the SIS has them, a
            column without an entry is gone, marks None cannot be read.
        sis_ids: of the students in these attempts now.
        shared: SIS ids that several students of Otus have.
        unresolved: columns with an open write that could not be read back.
        decided: what persons decided: nothing is done with what they ignore.
    """

    run: str
    today: date
    gradebook: Gradebook
    traits: Traits
    attempts: Sequence[DoneAttempt]
    known: Mapping[ColumnKey, KnownColumn]
    columns: Mapping[ColumnKey, Column]
    marks: Mapping[ColumnKey, Marks | None]
    sis_ids: Mapping[PersonId, SisPersonId | None]
    shared: frozenset[str] = frozenset()
    unresolved: frozenset[ColumnKey] = frozenset()
    decided: Decided = NOTHING_DECIDED


@dataclass(slots=True)
class UndoPlan:
    """The plan, and what is held from then on: by record, with what the SIS shows there after."""

    plan: GradebookPlan
    held: dict[RecordKey, Undone] = field(default_factory=dict)
