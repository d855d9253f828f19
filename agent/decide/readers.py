"""Looks into a gradebook that are taken once, and only when something asks."""

from dataclasses import replace

from agent.decide.listing import Listing
from agent.decide.once import Once
from agent.decide.seats import Desk
from agent.decide.steps import Reading
from agent.decide.targets import Joined, external_id
from agent.decide.unclaimed import alike, unclaimed
from agent.domain import (
    EMPTY_CELL,
    AssessmentId,
    AssignmentData,
    ClassId,
    Column,
    ColumnRef,
    Gradebook,
    Marks,
    PersonId,
    SisPersonId,
)
from agent.records import KnownColumn
from agent.sync.context import RunContext


class ColumnReader:
    """The columns of one gradebook, listed when first asked for."""

    def __init__(self, kit: RunContext, gradebook: Gradebook, classes: frozenset[ClassId]) -> None:
        self._kit, self._gradebook, self._classes = kit, gradebook, classes
        self._claimed: set[ColumnRef] = set()
        self._taken: set[tuple[AssessmentId, PersonId]] = set()

    def __call__(self, group: Joined) -> Column | None:
        """The column of *group*, found by its address if we know it, else by our tag.

        Of several that carry the tag none is the one.
        """
        if group.known is not None and group.known.ref is not None:
            return self._listing.at(group.known.ref)
        tagged = self.tagged(group)
        return tagged[0] if len(tagged) == 1 else None

    @Once
    def _listing(self) -> Listing:
        return Listing(self._kit, self._kit.sis.columns(self._gradebook))

    @property
    def listed(self) -> bool:
        """Whether the columns were read already."""
        return "_listing" in vars(self)

    def tag(self, group: Joined) -> str:
        """What the column of *group* carries in the SIS."""
        return self._kit.sis.tag(external_id(group.assessment, group.owner))

    def tagged(self, group: Joined) -> list[Column]:
        """The columns that carry the tag of *group*."""
        own = group.known.ref if group.known else None
        return self._listing.tagged(external_id(group.assessment, group.owner), own)

    def at(self, known: KnownColumn) -> Column | None:
        """A column by its address."""
        return self._listing.at(known.ref)

    def owns(self, known: KnownColumn) -> bool:
        """Whether a class of this gradebook made it."""
        return known.owner in self._classes

    def first(self, assessment: AssessmentId, student: PersonId) -> bool:
        """Whether no other column of the assessment had the student's score tonight."""
        if (assessment, student) in self._taken:
            return False
        self._taken.add((assessment, student))
        return True

    def has_double(self, known: KnownColumn) -> bool:
        """Whether a column other than the one that we know carries its tag."""
        tagged = self._listing.tagged(known.external_id, known.ref)
        return any(column.ref != known.ref for column in tagged)

    @Once
    def _unclaimed(self) -> list[Column]:
        return unclaimed(self._kit, self._listing.columns)

    def unclaimed(self, data: AssignmentData) -> list[Column]:
        """Columns that may be the one that is about to be made with *data*."""
        if self._kit.sis.traits.idempotent_create:
            return []
        free = (c for c in self._unclaimed if c.ref not in self._claimed)
        return [column for column in free if alike(column.data, data)]

    def claim(self, column: Column) -> None:
        """Let no other assessment be taken for *column* tonight."""
        self._claimed.add(column.ref)

    def beside(self, group: Joined) -> list[ColumnRef]:
        """Other columns of the assessment that we made and that stand in this gradebook too.

        Sections merge, and gradebooks are linked, after each had its own.
        """
        every = self._kit.ledger.columns_of(group.assessment)
        refs = [known.ref for known in every if known.owner != group.owner and known.ref]
        return [ref for ref in refs if self._listing.at(ref)]

    def moved_here(self, group: Joined) -> KnownColumn | None:
        """A column of the assessment that we made in another gradebook, and that stands here now.

        Sections merge, and their columns move along.
        """
        if self(group) is not None or self.tagged(group):
            return None
        for known in self._kit.ledger.columns_of(group.assessment):
            if known.owner in self._classes or known.ref is None:
                continue
            if self(replace(group, known=known)) is not None:
                return known
        return None


class CellReader:
    """The marks of one column, read from the SIS when first asked for."""

    def __init__(self, desk: Desk) -> None:
        known = desk.group.known
        self._sis, self._gradebook = desk.kit.sis, desk.gradebook
        self._ref = known.ref if known else None
        self._marks: Marks | None = None
        self._read = False

    @property
    def failed(self) -> bool:
        """Whether a look into the column told nothing."""
        return self._read and self._marks is None

    def __call__(self, student: SisPersonId) -> Reading:
        """What the student's cell holds; a column that does not exist yet holds `*` everywhere."""
        if self._ref is None:
            return Reading()
        if not self._read:
            self._marks = self._sis.scores(self._gradebook, self._ref)
            self._read = True
        if self._marks is None:
            return Reading(readable=False)
        return Reading.of(self._marks.get(student, EMPTY_CELL))
