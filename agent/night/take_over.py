"""What to do about a cell that holds what was written for another student (see `moved`)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from agent.domain import PersonId, SisPersonId
from agent.night.decided import Decided, score_state, score_write
from agent.night.moved import Cells, stands
from agent.night.readers import CellReader
from agent.night.seats import Desk, Seat
from agent.night.work import MISSING, NOWHERE, WriteScore
from agent.plan import EXEMPT, Reading, seen_as
from agent.records import UNSCORED, KnownScore, LeftScore, RecordState, SourceScore, State
from agent.rules.scores import Verdict, Wanted

CHANGED = ("sis_id_changed",)
SHARED = ("sis_id_shared",)
BOTH_SCORED = (
    "another student in Otus has the same SIS id and a score too, so nothing was written: correct"
    " the SIS id in Otus"
)
SCORE_OF_ANOTHER = (
    "another student in Otus has the same SIS id, and that one has a score: correct the id in Otus"
)
STANDS = "a score that was written for another student, under this SIS id, stands in the gradebook"
UNREADABLE = f"{STANDS} for all we know; the cell cannot be read"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A student's cell, and what the source wants there.

    `before` is what was written into it for others than its holder now.
    """

    seat: Seat
    row: SourceScore | None
    known: KnownScore
    before: LeftScore | None
    verdict: Verdict

    @property
    def scored(self) -> bool:
        """Whether the source has a score for it."""
        return isinstance(self.verdict, Wanted) and not self.verdict.zero


def shared_ids(places: Iterable[Place]) -> Mapping[PersonId, RecordState]:
    """Who is not written because another student of the source has the same SIS id.

    One score goes, two are held; where there is none, nothing but a 0 is kept back (B4).
    """
    together: dict[SisPersonId | None, list[Place]] = defaultdict(list)
    for place in places:
        if not place.seat.alone:
            together[place.seat.sis_student].append(place)
    found: dict[PersonId, RecordState] = {}
    for same in together.values():
        scored = [place for place in same if place.scored]
        for place in same if scored else ():
            why = BOTH_SCORED if place.scored else SCORE_OF_ANOTHER
            state = State.HELD if place.scored else State.REFUSED
            if not place.scored or len(scored) > 1:
                found[place.seat.student] = score_state(place.seat, state, why, codes=SHARED)
    return found


def take_over(desk: Desk, place: Place, read: CellReader, decided: Decided) -> bool:
    """Decide a cell in which another student's score stands; False where none does.

    The holder's own score replaces it; without one it is cleared, or a person must.
    """
    seat, before, wanted = place.seat, place.before, place.verdict
    if before is None or before.accepted is None or seat.sis_student is None:
        return False
    if not seat.alone and not place.scored:
        return False
    cell = read(seat.sis_student)
    if not cell.readable and not place.scored:
        decided.states.append(score_state(seat, State.HELD, UNREADABLE, codes=CHANGED))
        return True
    if not stands(before, cell.points) and cell.readable:
        decided.settled.append(seat.sis_student)
        return False
    if cell.exempt:
        decided.states.append(score_state(seat, State.KEPT, EXEMPT, codes=CHANGED))
        return True
    if isinstance(wanted, Wanted) and cell.points == wanted.points:
        _adopt(place, wanted, decided)
    elif isinstance(wanted, Wanted) and not wanted.zero:
        seen = seen_as(wanted)
        write = score_write(seat, points=wanted.points, seen=seen, before=cell)
        decided.writes.append(replace(write, replaces=True, takes_over=True))
    else:
        _clear(desk, place, cell, decided)
    return True


def _adopt(place: Place, wanted: Wanted, decided: Decided) -> None:
    """The cell holds by chance what its holder now is to have."""
    decided.saves.append(
        replace(
            place.known,
            seen=seen_as(wanted),
            accepted=wanted.points,
            had_score=not wanted.zero or place.known.had_score,
        )
    )
    if place.seat.sis_student is not None:
        decided.settled.append(place.seat.sis_student)
    why = MISSING if wanted.zero else "the gradebook already held it"
    decided.states.append(score_state(place.seat, State.UNCHANGED, why))


def _clear(desk: Desk, place: Place, cell: Reading, decided: Decided) -> None:
    """Take another student's score out of a cell whose holder has none; hold it where we cannot."""
    seat, told = place.seat, _codes(place.verdict)
    enrolled = seat.enrolled(desk.gradebook, desk.kit.tonight.today)
    if enrolled and desk.kit.sis.traits.takes_back(beside=cell.annotated):
        seen = UNSCORED if place.known.seen is None else place.known.seen
        codes = (*CHANGED, *told)
        write = score_write(seat, points=None, seen=seen, before=cell, codes=codes)
        decided.writes.append(replace(write, takes_over=True))
        decided.look_again(desk.kit.tonight.today)
        return
    why = f"{STANDS}: a teacher must take it out"
    decided.states.append(score_state(seat, State.HELD, why, codes=(*CHANGED, *told)))


def clear_left(
    desk: Desk, cells: Cells, places: Sequence[Place], read: CellReader, decided: Decided
) -> None:
    """Take out what stands in cells whose SIS id no student of the source has any more.

    Its record is the earlier holder's, under no section: their own cell is another one now.
    """
    taken = {place.seat.sis_student for place in places}
    for sis, left in cells.left.items():
        for each in left if sis not in taken else ():
            if each.accepted is not None:
                _clear_left(desk, each, read, decided)


def _clear_left(desk: Desk, left: LeftScore, read: CellReader, decided: Decided) -> None:
    doubt = desk.kit.unread.doubt(desk.group.assessment, left.student, left.sis_student)
    if doubt is not None:
        decided.states.append(_left_there(desk, left, doubt.codes, doubt.reason))
        return
    cell, today = read(left.sis_student), desk.kit.tonight.today
    if cell.readable and not stands(left, cell.points):
        decided.settled.append(left.sis_student)
        return
    sections = desk.gradebook.sections.values()
    enrolled = any(section.enrolled(left.sis_student, today) for section in sections)
    can_clear = desk.kit.sis.traits.takes_back(beside=cell.annotated)
    if cell.readable and not cell.exempt and enrolled and can_clear:
        decided.writes.append(
            WriteScore(
                op="clear",
                student=left.student,
                sis_student=left.sis_student,
                section=NOWHERE,
                points=None,
                seen=None,
                before=cell.shown,
                codes=CHANGED,
                takes_over=True,
                orphan=True,
            )
        )
        return
    why = (
        "the score that was written under this student's earlier SIS id stands in the gradebook: a"
        " teacher must take it out"
    )
    decided.states.append(_left_there(desk, left, CHANGED, why))


def _left_there(desk: Desk, left: LeftScore, codes: tuple[str, ...], reason: str) -> RecordState:
    return RecordState(
        assessment=desk.group.assessment,
        student=left.student,
        section=NOWHERE,
        state=State.HELD,
        codes=codes,
        reason=reason,
    )


def _codes(verdict: Verdict) -> tuple[str, ...]:
    return tuple(refused.code for refused in verdict) if isinstance(verdict, tuple) else ()
