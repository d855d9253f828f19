"""The port to a SIS: what a night asks of a gradebook, whoever makes it.

A vendor is a folder here with a class that satisfies `Sis`. What the core must know of a vendor
stands in `Traits`; everything else stays inside the folder. Errors are `agent.errors`
(`UnavailableError` and its kin, `UnknownOutcomeError` after a write without an answer). What the
SIS answers about one record is a `Receipt`, never an exception.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from agent.domain import (
    AssignmentData,
    Column,
    ColumnRef,
    Gradebook,
    Marks,
    SectionId,
    SisCell,
    SisPersonId,
)
from agent.probe import Probe, SisCategory
from agent.traits import Traits


@dataclass(frozen=True, slots=True, kw_only=True)
class DistrictSnapshot:
    """The district as a whole at the start of a night, from a few bulk reads.

    Attributes:
        links: section -> key of the linked gradebook it belongs to; unlinked sections are absent.
        fingerprint: changes when periods, closings, categories or links do.
        changed: sections whose roster changed since the cursor passed in; None means unknown, so
            every section counts as changed.
        cursor: to be passed in next night.
    """

    links: Mapping[SectionId, str]
    fingerprint: str
    changed: frozenset[SectionId] | None
    cursor: str


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
        needs_person: the write would have removed something of a teacher's, so a person must do it.
        locked: the grading period is locked, which refuses all else in it too; a route that cannot
            read locks goes by this.
    """

    accepted: bool
    ref: ColumnRef | None = None
    reason: str = ""
    words: str = ""
    gone: bool = False
    moved: frozenset[str] = frozenset()
    data: AssignmentData | None = None
    needs_person: bool = False
    locked: bool = False

    @property
    def in_full(self) -> str:
        """The reason with the SIS's own words behind it, for an attempt's own story."""
        return f'{self.reason}; the SIS says: "{self.words}"' if self.words else self.reason


Batch = Sequence[tuple[SisPersonId, Decimal]]
"""Scores of one column, for one request."""

ACCEPTED = Receipt(accepted=True)
GONE = Receipt(accepted=False, reason="the SIS does not have the assignment any more", gone=True)


class Sis(Protocol):
    """The gradebooks of one district."""

    traits: Traits

    def check(self) -> Iterator[Probe]:
        """Try credentials and every read that a night needs; writes nothing."""

    def categories(self) -> Sequence[SisCategory]:
        """Every category that the SIS has for the district, also one that is switched off."""

    def district_snapshot(self, cursor: str | None) -> DistrictSnapshot:
        """Read what concerns the whole district; *cursor* is of an earlier snapshot."""

    def gradebook(self, key: str, sections: Sequence[SectionId]) -> Gradebook:
        """Read rosters, categories and periods of *sections*, which share one gradebook."""

    def columns(self, gradebook: Gradebook) -> Sequence[Column]:
        """Every column of the gradebook, a linked one once."""

    def column(self, gradebook: Gradebook, ref: ColumnRef) -> Column | None:
        """One column as it is now. None: it is not there."""

    def scores(
        self, gradebook: Gradebook, ref: ColumnRef, zeros: Collection[SisPersonId] = ()
    ) -> Marks | None:
        """The cells of a column in which anything stands. None: cannot be read.

        *zeros*: who is to get a 0 that nobody typed; of them also what costs a read of its own.
        """

    def create(self, gradebook: Gradebook, draft: Draft) -> Receipt:
        """Make a column."""

    def update(self, gradebook: Gradebook, ref: ColumnRef, draft: Draft) -> Receipt:
        """Change the assignment data of a column as it stands; its scores, and all else, stay."""

    def put_scores(
        self, gradebook: Gradebook, ref: ColumnRef, scores: Batch, found: Marks | None = None
    ) -> Sequence[Receipt]:
        """Write at most `traits.batch` scores; receipts stand in the order of *scores*.

        *found*: the cells as just read; what is not ours in them goes back unchanged. None: they
        could not be read, or the column is new.
        """

    def clear_score(
        self, gradebook: Gradebook, ref: ColumnRef, student: SisPersonId, found: SisCell
    ) -> Receipt:
        """Take a score back to `*`; a teacher's comment or flag in the cell *found* stays."""

    def addresses(self, ref: ColumnRef) -> bool:
        """Whether *ref* is an address here; a column that another route made has none."""

    def tag(self, external_id: str) -> str:
        """Our id as `Column.external_id` shows it: itself, or the tag that stands for it."""

    def close(self) -> None:
        """Give the connections back."""
