"""Which column of the SIS is this one: whose it is, where it stands, and what carries its tag too.

Two columns may carry one tag of ours: two agents with ledgers of their own, a create that was done
twice, a backup that was restored, a teacher who copies an assignment. Which one is ours is never
guessed (C3): the column that this ledger claims goes on and a person is told of the other; without
a claim nothing is written into either.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from agent.decide.facts import GradebookFacts, Unresolved
from agent.decide.listing import SisColumns
from agent.decide.sharing import SharedColumn
from agent.decide.students import ColumnContext
from agent.domain import ClassId, Column
from agent.errors import FATAL, UnavailableError
from agent.records import ColumnKey, KnownColumn, State
from agent.rules.codes import Code

LEFT_BEHIND = Unresolved(
    State.HELD,
    "its assignment was made in the gradebook that the class belonged to before, and is not in this"
    " one: assign it again in Otus to have it here, or link the class back",
)


def with_owner(column: SharedColumn, facts: GradebookFacts, columns: SisColumns) -> SharedColumn:
    """The column with the owner that it has in the gradebook, where the ledger does not know it.

    One of a section that was merged into this one keeps its owner and its address. It is gone on
    with where the class has none of its own, or where that was deleted (C7).
    """
    # A column that somebody deleted may have come back under another section's column (C7).
    if column.known is not None and not column.known.deleted:
        return column
    owner = standing_owner(column, columns) if column.known is None else None
    if owner is not None:
        return column.owned_by(owner) if owner != column.owner else column
    moved = _moved_here(column, facts, columns)
    return column if moved is None else replace(column, owner=moved.owner, known=moved)


def standing_owner(column: SharedColumn, columns: SisColumns) -> ClassId | None:
    """The class by whose id the column stands in the gradebook already, if there is one.

    The ledger that knew the owner may be lost: the smallest id of tonight need not be the one of
    the night on which the column was made (A6, A11). It may even be of a class of the gradebook for
    which the assessment does not pass any more, if the total points agree (C3a).
    """
    owners = column.owner, *(each.candidate.class_.id for each in column.judged)
    own = next((each for each in owners if columns.tagged(replace(column, owner=each))), None)
    if own is not None:
        return own
    points = column.main.candidate.assessment.total_points
    for owner in columns.idle_classes(column.assessment):
        tagged = columns.tagged(replace(column, owner=owner))
        if any(each.data.points == points for each in tagged):
            return owner
    return None


def _moved_here(
    column: SharedColumn, facts: GradebookFacts, columns: SisColumns
) -> KnownColumn | None:
    """A column of the assessment that we made in another gradebook, and that stands here now.

    Sections merge, and their columns move along.
    """
    if columns.find(column) is not None or columns.tagged(column):
        return None
    for known in facts.known.get(column.assessment, ()):
        if not facts.owns(known) and columns.at(known.ref) is not None:
            return known
    return None


def left_behind(context: ColumnContext, columns: SisColumns, saves: list[KnownColumn]) -> bool:
    """Whether the column is in another gradebook; one that came along is known to be here now."""
    known = context.column.known
    if known is None or known.ref is None or known.gradebook == context.gradebook.id:
        return False
    if columns.find(context.column) is None:
        return True
    saves.append(replace(known, gradebook=context.gradebook.id))
    return False


def with_duplicates(
    context: ColumnContext, columns: SisColumns, saves: list[KnownColumn]
) -> ColumnContext:
    """The same context, knowing whether another column of the SIS carries the tag.

    Told by a list that was read anyway, or that is read because the ledger asks for it.
    """
    column, known = context.column, context.column.known
    if not columns.listed and not (known is not None and known.list_again):
        return context
    found = _same_tag(column, columns)
    if known is not None and known.list_again != bool(found):
        known = replace(known, list_again=bool(found))
        saves.append(known)
        column = replace(column, known=known)
    if not found:
        return replace(context, column=column)
    claimed = known is not None and known.ref == found[0].ref
    duplicates = several_with_tag(columns.tag(column), found, claimed=claimed)
    return replace(context, column=column, duplicates=duplicates)


def replaced_by_duplicate(column: SharedColumn, columns: SisColumns) -> SharedColumn | None:
    """Where the column that the ledger claims is gone and another one carries its tag: that one.

    Whoever was told to delete one of two may have deleted ours. Nothing is known of the other one's
    cells; it is taken as after a lost ledger.
    """
    known = column.known
    if known is None or known.ref is None or not (columns.listed or known.list_again):
        return None
    if columns.find(column) is not None or not columns.tagged(column):
        return None
    return replace(column, known=None, cells_unknown=True)


def settle_lists(
    known: Iterable[KnownColumn],
    taken: Collection[ColumnKey],
    columns: SisColumns,
    saves: list[KnownColumn],
) -> None:
    """Of columns that nobody decided tonight, those without a duplicate need no list any more.

    A gradebook that cannot be listed is no trouble where nothing else asks for its columns.
    """
    for each in known:
        if not each.list_again or (each.assessment, each.owner) in taken:
            continue
        try:
            duplicate = columns.has_duplicate(each)
        except FATAL:
            raise
        except UnavailableError:
            return
        if not duplicate:
            saves.append(replace(each, list_again=False))


def several_with_tag(tag: str, columns: Sequence[Column], *, claimed: bool) -> Unresolved:
    """Why a person must decide; of *columns* the first is the one that the ledger claims."""
    names = _names(columns)
    carry = f"{len(columns)} assignments in the SIS carry the tag {tag} of this one"
    if claimed:
        what = (
            f"Passback goes on with {names[0]}: delete {_all(names[1:])}, or take the tag out of"
            " the description"
        )
        return Unresolved(State.HELD, f"{carry}; {what}", (Code.DOUBLED_IN_SIS,))
    left = "delete all but one of them, or take the tag out of the descriptions of the others"
    if len(columns) == 2:
        left = "delete one of them, or take the tag out of its description"
    what = f"{_all(names)}; nothing is written into any of them: {left}"
    return Unresolved(State.HELD, f"{carry}: {what}", (Code.DOUBLED_IN_SIS,))


def _same_tag(column: SharedColumn, columns: SisColumns) -> list[Column]:
    """The columns that may be this one where there are several, the claimed one first."""
    own = columns.find(column) if column.known is not None else None
    tagged = columns.tagged(column)
    if own is None:
        return tagged if len(tagged) > 1 else []
    others = [each for each in tagged if each.ref != own.ref]
    return [own, *others] if others else []


def _names(columns: Sequence[Column]) -> list[str]:
    """Titles and numbers; one assignment may stand in a section twice, under one number."""
    numbers = [column.number for column in columns]
    if not all(numbers) or len(set(numbers)) < len(numbers):
        numbers = [column.ref for column in columns]
    titles = [column.data.title for column in columns]
    return [f'"{title}" ({number})' for title, number in zip(titles, numbers, strict=True)]


def _all(names: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
