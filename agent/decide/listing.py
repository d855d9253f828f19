"""The columns of one gradebook as the SIS lists them: by address, by tag, and those to adopt.

A SIS that takes no id of ours with a create shows a column by a tag in its description alone, and a
teacher may have rewritten that. Before a column is made, the ones that may be it are looked at: a
single one that is alike is adopted, and where that is not plain a person decides (C10).
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TypeVar

from agent.decide.facts import GradebookFacts, Reads, RunFacts, Unresolved
from agent.decide.sharing import SharedColumn, external_id
from agent.domain import AssessmentId, AssignmentData, ClassId, Column, ColumnRef
from agent.records import ColumnKey, KnownColumn, State

Key = TypeVar("Key", bound=Hashable)


class Listing:
    """One list of a gradebook's columns.

    Args:
        tag: our id of a column -> what the SIS shows of it.
        claimed: of some addresses those that the ledger has for a column.
    """

    def __init__(
        self,
        columns: Sequence[Column],
        tag: Callable[[str], str],
        claimed: Callable[[Iterable[ColumnRef]], frozenset[ColumnRef]],
    ) -> None:
        self._tag, self._claimed = tag, claimed
        self._columns = columns
        self._at = {column.ref: column for column in columns}
        self._tagged: dict[str, list[Column]] = defaultdict(list)
        for column in columns:
            if column.external_id:
                self._tagged[column.external_id].append(column)

    def at(self, ref: ColumnRef | None) -> Column | None:
        """The column at an address."""
        return None if ref is None else self._at.get(ref)

    def tagged(self, external_id: str, own: ColumnRef | None = None) -> list[Column]:
        """The columns that carry our tag of *external_id*; mostly there is one at most.

        People copy descriptions: a column that the ledger has for another assessment is left out,
        whatever tag it carries.

        Args:
            own: the address under which the ledger has this assessment's column.
        """
        found = self._tagged.get(self._tag(external_id), [])
        strangers = [column.ref for column in found if column.ref != own]
        if not strangers:
            return found
        others = self._claimed(strangers) - {own}
        return [column for column in found if column.ref not in others]

    def adoptable(self) -> list[Column]:
        """Columns of ours without a tag that a lost answer, or a lost ledger, left behind."""
        found = [c for c in self._columns if c.ours and c.external_id is None]
        claimed = self._claimed([c.ref for c in found]) if found else frozenset()
        return [c for c in found if c.ref not in claimed]


class SisColumns:
    """The columns of one gradebook under decision, listed when first asked for.

    Args:
        passing: the assessments that pass tonight, by class.
    """

    def __init__(
        self,
        run: RunFacts,
        facts: GradebookFacts,
        reads: Reads,
        passing: frozenset[ColumnKey] = frozenset(),
    ) -> None:
        self._run, self._facts, self._reads, self._passing = run, facts, reads, passing
        self._listing: Listing | None = None
        self._adopted: set[ColumnRef] = set()

    @property
    def listed(self) -> bool:
        """Whether the columns were read already."""
        return self._listing is not None

    @property
    def _list(self) -> Listing:
        if self._listing is None:
            self._listing = Listing(self._reads.columns(), self._run.tag, self._reads.claimed)
        return self._listing

    def find(self, column: SharedColumn) -> Column | None:
        """The column, by its address if we know it, else by our tag.

        Of several that carry the tag none is the one.
        """
        if column.known is not None and column.known.ref is not None:
            return self._list.at(column.known.ref)
        tagged = self.tagged(column)
        return tagged[0] if len(tagged) == 1 else None

    def at(self, ref: ColumnRef | None) -> Column | None:
        """A column by its address."""
        return self._list.at(ref)

    def tagged(self, column: SharedColumn) -> list[Column]:
        """The columns that carry the tag of *column*."""
        own = column.known.ref if column.known else None
        return self._list.tagged(external_id(column.assessment, column.owner), own)

    def tag(self, column: SharedColumn) -> str:
        """What *column* carries in the SIS."""
        return self._run.tag(external_id(column.assessment, column.owner))

    def has_duplicate(self, known: KnownColumn) -> bool:
        """Whether a column other than the one that we know carries its tag."""
        tagged = self._list.tagged(known.external_id, known.ref)
        return any(column.ref != known.ref for column in tagged)

    def adoptable(self, data: AssignmentData, assigned: date | None) -> list[Column]:
        """Columns that may be the one that is about to be made with *data*.

        Where the ledger was restored from a copy, what was *assigned* by then may be a column that
        a teacher edited since.
        """
        if self._run.traits.idempotent_create:
            return []
        free = [c for c in self._list.adoptable() if c.ref not in self._adopted]
        alike = [column for column in free if same_but_category(column.data, data)]
        restored = self._facts.restored
        made_since = restored is not None and (assigned is None or assigned <= restored.on)
        return free if made_since and not alike else alike

    def adopt(self, column: Column) -> None:
        """Let no other assessment be taken for *column* tonight."""
        self._adopted.add(column.ref)

    def idle_classes(self, assessment: AssessmentId) -> list[ClassId]:
        """The classes of this gradebook for which the assessment does not pass."""
        every = (each.id for each in self._facts.classes)
        return sorted(each for each in every if (assessment, each) not in self._passing)

    def others(self, column: SharedColumn) -> list[ColumnRef]:
        """Other columns of the assessment that we made and that stand in this gradebook too.

        Sections merge, and gradebooks are linked, after each had its own.
        """
        every = self._facts.known.get(column.assessment, ())
        refs = [known.ref for known in every if known.owner != column.owner and known.ref]
        return [ref for ref in refs if self._list.at(ref)]


def same_but_category(found: AssignmentData, wanted: AssignmentData) -> bool:
    """Whether they agree in all but the category, which teachers like to change."""
    return replace(found, category=wanted.category) == wanted


def paired(wanted: Mapping[Key, AssignmentData], columns: Sequence[Column]) -> dict[Key, Column]:
    """Which column is whose, where neither of the two fits another."""
    fits = {
        key: [c for c in columns if same_but_category(c.data, data)] for key, data in wanted.items()
    }
    takers = Counter(column.ref for each in fits.values() for column in each)
    only = {key: each[0] for key, each in fits.items() if len(each) == 1}
    return {key: column for key, column in only.items() if takers[column.ref] == 1}


def several_adoptable(tag: str, number: int) -> Unresolved:
    """What a person is asked where it is not plain which column, if any, is ours."""
    these = "an assignment" if number == 1 else f"{number} assignments"
    return Unresolved(
        State.HELD,
        f"Found {these} created by Passback without its tag. Add {tag} to the description of the"
        " right one in the SIS, or delete what is not needed",
    )
