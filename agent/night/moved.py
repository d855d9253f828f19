"""Cells whose SIS id passed from one student of Otus to another (a corrected id, a swap).

What we wrote in a cell for an earlier holder of that SIS id is ours, not a teacher's. The new
holder's score replaces it; without one it is cleared, or held where the SIS cannot clear. An id
that is unknown or missing, in the ledger or in Otus, is never another id.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from agent.domain import PersonId, SisPersonId
from agent.night.seats import Desk
from agent.plan import canonical
from agent.records import KnownScore, LeftScore


@dataclass(frozen=True, slots=True)
class Cells:
    """What the ledger knows of a column's cells, by the SIS ids that students have tonight.

    Attributes:
        known: of each student, as it holds for the cell of their SIS id now.
        left: SIS id -> what stands, or stood, in its cell for an earlier holder.
        held: SIS id -> the same for those who have it now, several where it is shared.
        saves, leaves: what of this the ledger does not hold yet.
    """

    known: Mapping[PersonId, KnownScore]
    left: Mapping[SisPersonId, Sequence[LeftScore]] = field(default_factory=dict)
    held: Mapping[SisPersonId, Sequence[LeftScore]] = field(default_factory=dict)
    saves: tuple[KnownScore, ...] = ()
    leaves: tuple[LeftScore, ...] = ()

    def before(self, sis: SisPersonId | None, student: PersonId) -> LeftScore | None:
        """What is in the cell of *sis* that was not written for *student* as its holder now."""
        if sis is None:
            return None
        found = [*self.left.get(sis, ())]
        found += [each for each in self.held.get(sis, ()) if each.student != student]
        if not found:
            return None
        standing = next((each for each in found if each.accepted is not None), found[0])
        return replace(standing, had_score=any(each.had_score for each in found))


def cells_of(desk: Desk, known: Mapping[PersonId, KnownScore]) -> Cells:
    """Sort what is *known* of the cells of a column by tonight's SIS ids."""
    group, ledger, room = desk.group, desk.kit.ledger, desk.room
    if group.known is None or group.cells_unknown:
        return Cells(known)
    standing = room.standing if room is not None else None
    if standing is not None and (group.assessment, group.owner) not in standing.doubtful:
        return Cells(known)
    left: dict[SisPersonId, list[LeftScore]] = defaultdict(list)
    held: dict[SisPersonId, list[LeftScore]] = defaultdict(list)
    for each in ledger.delivered.left_scores(group.assessment, group.owner):
        left[each.sis_student].append(each)
    people = ledger.source.students(known)
    now: dict[PersonId, KnownScore] = {}
    saves, leaves = [], []
    for student, cell in known.items():
        sis = people[student].sis_id if student in people else None
        now[student] = cell
        if cell.sis_student is None:
            now[student] = replace(cell, sis_student=sis)
            saves += [now[student]] if sis is not None and cell.accepted is not None else []
        elif sis is None or sis == cell.sis_student:
            held[cell.sis_student] += _left_by(cell)
        else:
            now[student] = KnownScore(student=student, had_score=cell.had_score, sis_student=sis)
            saves.append(now[student])
            leaves += _left_by(cell)
            left[cell.sis_student] += _left_by(cell)
    return Cells(now, left, held, tuple(saves), tuple(leaves))


def stands(left: LeftScore, points: Decimal | None) -> bool:
    """Whether the cell, which shows *points*, still holds the other student's score."""
    same = left.accepted is not None and points is not None
    return same and canonical(points or Decimal()) == canonical(left.accepted or Decimal())


def _left_by(cell: KnownScore) -> list[LeftScore]:
    """What *cell* leaves in the SIS when its student gets another SIS id; nothing, or one."""
    if cell.sis_student is None or (cell.accepted is None and not cell.had_score):
        return []
    return [
        LeftScore(
            sis_student=cell.sis_student,
            student=cell.student,
            accepted=cell.accepted,
            had_score=cell.had_score,
        )
    ]
