"""Which class owns a column that stands in a gradebook already, and where it stands."""

from dataclasses import replace

from agent.decide.board import Board
from agent.decide.readers import ColumnReader
from agent.decide.seats import Desk
from agent.decide.targets import Joined, owned_by
from agent.domain import ClassId


def with_owner(desk: Desk, read: ColumnReader) -> Desk:
    """The column with the owner that it has in the gradebook, where the ledger does not know it.

    One of a section that was merged into this one keeps its owner and its address. It is gone on
    with where the class has none of its own, or where that was deleted (C7).
    """
    group = desk.group
    if group.known is not None and not group.known.deleted:
        return desk
    owner = standing_owner(group, read) if group.known is None else None
    if owner is not None:
        return replace(desk, group=owned_by(owner, group)) if owner != group.owner else desk
    moved = read.moved_here(group)
    if moved is None:
        return desk
    return replace(desk, group=replace(group, owner=moved.owner, known=moved))


def standing_owner(group: Joined, read: ColumnReader) -> ClassId | None:
    """The class of *group* by whose id a column of it stands in the gradebook, if there is one.

    The ledger that knew the owner may be lost: the smallest id of tonight need not be the one of
    the night on which the column was made (A6, A11).
    """
    owners = group.owner, *(t.candidate.class_.id for t in group.targets)
    return next((each for each in owners if read.tagged(replace(group, owner=each))), None)


def left_behind(desk: Desk, read: ColumnReader, board: Board) -> bool:
    """Whether the column is in another gradebook; one that came along is known to be here now."""
    known = desk.group.known
    if known is None or known.ref is None or known.gradebook == desk.gradebook.id:
        return False
    if read(desk.group) is None:
        return True
    board.save_columns.append(replace(known, gradebook=desk.gradebook.id))
    return False
