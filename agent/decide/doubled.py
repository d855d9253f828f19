"""Two columns of one gradebook that carry one tag of ours: which one is ours is never guessed (C3).

Two agents with ledgers of their own make them, a create that was done twice, a backup that was
restored, a teacher who copies an assignment. The column that this ledger claims goes on, and a
person is told of the other; without a claim nothing is written into either.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from agent.decide.board import Board
from agent.decide.facts import Unresolved
from agent.decide.readers import ColumnReader
from agent.decide.seats import Desk
from agent.decide.targets import Joined
from agent.domain import Column
from agent.errors import FATAL, UnavailableError
from agent.records import KnownColumn, State

CODE = "doubled_in_sis"


def doubled(tag: str, columns: Sequence[Column], *, claimed: bool) -> Unresolved:
    """What a person is told; of *columns* the first is the one that the ledger claims."""
    names = _names(columns)
    carry = f"{len(columns)} assignments in the SIS carry the tag {tag} of this one"
    if claimed:
        what = (
            f"Passback goes on with {names[0]}: delete {_all(names[1:])}, or take the tag out of"
            " the description"
        )
        return Unresolved(State.HELD, f"{carry}; {what}", (CODE,))
    left = "delete all but one of them, or take the tag out of the descriptions of the others"
    if len(columns) == 2:
        left = "delete one of them, or take the tag out of its description"
    what = f"{_all(names)}; nothing is written into any of them: {left}"
    return Unresolved(State.HELD, f"{carry}: {what}", (CODE,))


def with_its_double(desk: Desk, read: ColumnReader, board: Board) -> Desk:
    """The same desk, knowing whether another column carries the tag.

    Told by a list that was read anyway, or that is read because the ledger asks for it.
    """
    group = desk.group
    known = group.known
    if not read.listed and not (known is not None and known.list_again):
        return desk
    columns = _same_tag(group, read)
    if known is not None and known.list_again != bool(columns):
        known = replace(known, list_again=bool(columns))
        board.save_columns.append(known)
        group = replace(group, known=known)
    if not columns:
        return replace(desk, group=group)
    claimed = known is not None and known.ref == columns[0].ref
    doubt = doubled(read.tag(group), columns, claimed=claimed)
    return replace(desk, group=group, doubled=doubt)


def another_in_its_place(desk: Desk, read: ColumnReader) -> Desk | None:
    """Where the column that the ledger claims is gone and another one carries its tag: that one.

    Whoever was told to delete one of two may have deleted ours. Nothing is known of the other one's
    cells; it is taken as after a lost ledger.
    """
    known = desk.group.known
    if known is None or known.ref is None or not (read.listed or known.list_again):
        return None
    if read(desk.group) is not None or not read.tagged(desk.group):
        return None
    return replace(desk, group=replace(desk.group, known=None, cells_unknown=True))


def settle_lists(columns: Iterable[KnownColumn], read: ColumnReader, board: Board) -> None:
    """Of columns that nobody decided tonight, those without a double need no list any more.

    A gradebook that cannot be listed is no trouble where nothing else asks for its columns.
    """
    for known in columns:
        if not known.list_again or (known.assessment, known.owner) in board.taken:
            continue
        try:
            double = read.has_double(known)
        except FATAL:
            raise
        except UnavailableError:
            return
        if not double:
            board.save_columns.append(replace(known, list_again=False))


def _same_tag(group: Joined, read: ColumnReader) -> list[Column]:
    """The columns that may be this one where there are several, the claimed one first."""
    own = read(group) if group.known is not None else None
    tagged = read.tagged(group)
    if own is None:
        return tagged if len(tagged) > 1 else []
    others = [column for column in tagged if column.ref != own.ref]
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
