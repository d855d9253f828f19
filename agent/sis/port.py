"""The port to a SIS: what a night asks of a gradebook, whoever makes it.

A vendor is one module here with a class that satisfies `Sis`. What the core must know of a vendor
stands in `Traits`; everything else stays inside the module. Errors are `agent.errors`
(`UnavailableError` and its kin, `UnknownOutcomeError` after a write without an answer). What the
SIS answers about one record is a `Receipt`, never an exception.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from agent.domain import (
    EMPTY_CELL,
    AssignmentData,
    Column,
    ColumnRef,
    Gradebook,
    Marks,
    SectionId,
    SisCell,
    SisPersonId,
)
from agent.setup import Probe, SisCategory
from agent.traits import Traits


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What a few bulk reads tell at the start of a night.

    Attributes:
        links: section -> key of the linked gradebook it belongs to; unlinked sections are absent.
        fingerprint: changes when periods, closings, categories or links do.
        changed: sections whose roster changed since the `mark` passed in; None means unknown, so
            every section counts as changed.
        mark: to be passed in next night.
    """

    links: Mapping[SectionId, str]
    fingerprint: str
    changed: frozenset[SectionId] | None
    mark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A column as we want it: the whole record, since every SIS here replaces it whole.

    Attributes:
        external_id: ours, stable for (assessment, gradebook owner).
        section: the SIS section that owns the column.
        before: of an update: what the column held when it was decided. Only what differs from it is
            changed; the rest stays as the SIS has it when it is written. None: all of it is ours.
    """

    external_id: str
    section: SectionId
    data: AssignmentData
    before: AssignmentData | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The SIS's answer about one record.

    Attributes:
        accepted: it is in the gradebook now.
        ref: of the column, on an accepted create.
        reason: why not, in our words and fit to print; never a student's name or number.
        words: the SIS's own about a column. They may hold what a person typed, so `explain` alone
            shows them.
        gone: the column is not in the SIS any more (C7).
        moved: fields of the column that somebody else changed since this was decided; then nothing
            was written.
        data: what the column holds now, on an accepted update.
        held: it would have taken something of a teacher's along, so a person must do it.
        locked: the SIS said that the grading period is locked, which refuses all else in it too.
    """

    accepted: bool
    ref: ColumnRef | None = None
    reason: str = ""
    words: str = ""
    gone: bool = False
    moved: frozenset[str] = frozenset()
    data: AssignmentData | None = None
    held: bool = False
    locked: bool = False

    @property
    def in_full(self) -> str:
        """The reason with the SIS's own words behind it, for an attempt's own story."""
        return f'{self.reason}; the SIS says: "{self.words}"' if self.words else self.reason


class Sis(Protocol):
    """The gradebooks of one district."""

    traits: Traits

    def check(self) -> Iterator[Probe]:
        """Try credentials and every read that a night needs; writes nothing."""
        ...

    def categories(self) -> Sequence[SisCategory]:
        """Every category that the SIS has for the district, also one that is switched off."""
        ...

    def survey(self, since: str | None) -> Survey:
        """Read what concerns the whole district; *since* is an earlier survey's mark."""
        ...

    def gradebook(self, key: str, sections: Sequence[SectionId]) -> Gradebook:
        """Read rosters, categories and periods of *sections*, which share one gradebook."""
        ...

    def columns(self, gradebook: Gradebook) -> Sequence[Column]:
        """Every column of the gradebook, a linked one once."""
        ...

    def column(self, gradebook: Gradebook, ref: ColumnRef) -> Column | None:
        """One column as it is now. None: it is not there."""
        ...

    def scores(
        self, gradebook: Gradebook, ref: ColumnRef, zeros: Collection[SisPersonId] = ()
    ) -> Marks | None:
        """The cells of a column in which anything stands. None: cannot be read.

        *zeros*: who is to get a 0 that nobody typed; of them also what costs a read of its own.
        """
        ...

    def create(self, gradebook: Gradebook, draft: Draft) -> Receipt:
        """Make a column."""
        ...

    def update(self, gradebook: Gradebook, ref: ColumnRef, draft: Draft) -> Receipt:
        """Change the assignment data of a column as it stands; its scores, and all else, stay."""
        ...

    def put_scores(
        self,
        gradebook: Gradebook,
        ref: ColumnRef,
        scores: Sequence[tuple[SisPersonId, Decimal]],
        found: Marks | None = None,
    ) -> Sequence[Receipt]:
        """Write at most `traits.batch` marks; receipts stand in the order of *scores*.

        *found*: the cells as just read; what is not ours in them goes back unchanged. None: they
        could not be read, or the column is new.
        """
        ...

    def clear_score(
        self,
        gradebook: Gradebook,
        ref: ColumnRef,
        student: SisPersonId,
        found: SisCell = EMPTY_CELL,
    ) -> Receipt:
        """Take a mark back to `*`; what a teacher says in the cell that was *found* stays."""
        ...

    def addresses(self, ref: ColumnRef) -> bool:
        """Whether *ref* is an address here; a column that another route made has none."""
        ...

    def tag(self, external_id: str) -> str:
        """Our id as `Column.external_id` shows it: itself, or the mark that stands for it."""
        ...

    def close(self) -> None:
        """Give the connections back."""
        ...
