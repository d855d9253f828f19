"""The scores of one column: who belongs in it, what the source wants there, and what to do.

Students are named by their id in the source; the gradebook's ids are looked up once for a column.
"""

from dataclasses import replace

from agent.domain import SisPersonId
from agent.ledger.cells import as_stored
from agent.night.decided import Decided, score_state, score_write
from agent.night.glance import look
from agent.night.moved import Cells, cells_of
from agent.night.other_columns import OtherColumns
from agent.night.readers import CellReader, ColumnReader
from agent.night.seats import Desk, Seat, seats
from agent.night.take_over import Place, clear_left, shared_ids, take_over
from agent.night.work import MISSING
from agent.plan import (
    AdoptScore,
    Clear,
    Keep,
    Put,
    Reading,
    ScoreStep,
    Withdrawn,
    canonical,
    decide_gone,
    decide_score,
    seen_as,
)
from agent.policy import MissingAfterDue
from agent.records import (
    CLEARED,
    UNSCORED,
    ZERO,
    KnownScore,
    LeftScore,
    RecordState,
    SourceScore,
    State,
)
from agent.rules import Refusal
from agent.rules.scores import Cell, Gone, Wanted, judge, unscored


def decide_cells(desk: Desk, columns: ColumnReader) -> tuple[Decided, OtherColumns]:
    """Decide every cell of a column that passes; the gradebook is read only where S changed.

    A student whose score stands in another column of the assessment is decided there.
    """
    decided = Decided()
    read = CellReader(desk)
    glanced = look(desk)
    cells = cells_of(desk, glanced.known)
    decided.saves += cells.saves
    decided.leaves += cells.leaves
    here = [] if glanced.over else seats(desk, glanced.scores, glanced.passed)
    places = [_place(desk, seat, glanced.scores.get(seat.student), cells) for seat in here]
    shared = shared_ids(places)
    others = OtherColumns(desk, columns, places)
    for place in places:
        _note_unscored(desk, place, decided)
        if _unread(desk, place.seat, decided):
            continue
        if place.seat.student in shared:
            decided.states.append(shared[place.seat.student])
        elif others.first(place) and not _decide_there(desk, place, others):
            _decide_place(desk, place, read, decided)
    clear_left(desk, cells, places, read, decided)
    others.clear_left(places)
    decided.unreadable = read.failed
    return decided, others


def _unread(desk: Desk, seat: Seat, decided: Decided) -> bool:
    """State a cell whose last write has an unknown outcome and that cannot be read (C10)."""
    doubt = desk.kit.unread.doubt(desk.group.assessment, seat.student, seat.sis_student)
    if doubt is not None:
        decided.states.append(score_state(seat, doubt.state, doubt.reason, codes=doubt.codes))
    return doubt is not None


def _decide_there(desk: Desk, place: Place, others: OtherColumns) -> bool:
    """Decide a student's score in the column that holds it; False where that is this one."""
    other = others.holding(place)
    if other is None:
        return False
    there = _place(desk, place.seat, place.row, other.cells)
    if not other.stands(there):
        _decide_place(other.desk, there, other.read, other.decided)
    return True


def _decide_place(desk: Desk, place: Place, read: CellReader, decided: Decided) -> None:
    if not take_over(desk, place, read, decided):
        _decide_cell(desk, place, read, decided)


def _place(desk: Desk, seat: Seat, row: SourceScore | None, cells: Cells) -> Place:
    fresh = KnownScore(student=seat.student, sis_student=seat.sis_student)
    known = cells.known.get(seat.student, fresh)
    before = cells.before(seat.sis_student, seat.student)
    verdict = judge(_cell(desk, seat, row, known, before))
    return Place(seat=seat, row=row, known=known, before=before, verdict=verdict)


def _decide_cell(desk: Desk, place: Place, read: CellReader, decided: Decided) -> None:
    """The three-way comparison for a cell in which nothing of an earlier holder stands."""
    seat, before, verdict = place.seat, place.known, place.verdict
    if isinstance(verdict, tuple):
        if not _take_zero_back(desk, seat, verdict, before, read, decided):
            _refuse(desk, seat, verdict, decided)
    elif isinstance(verdict, Wanted) and seen_as(verdict) == before.seen:
        decided.states.append(_settled_state(seat, before))
    else:
        _carry_out(seat, before, _step(desk, seat, verdict, before, read), decided)


def _note_unscored(desk: Desk, place: Place, decided: Decided) -> None:
    """Remember a night on which a student who belongs in the column had no score (C5)."""
    seat, known, row = place.seat, place.known, place.row
    here = seat.assigned_since is not None and seat.enrolled(desk.gradebook, desk.kit.tonight.today)
    untouched = known.seen is None and known.accepted is None
    if here and untouched and unscored(row.score if row else None):
        decided.saves.append(replace(known, seen=UNSCORED))


NOT_TAKEN_BACK = ("zero_not_taken_back",)
ZERO_STANDS = "the 0 for missing work stands in the gradebook, and only a teacher can clear it"

STAYS = frozenset({"not_enrolled", "score_invalid"})
"""Refusals that leave B4's 0 alone: the cell cannot be written, or nothing is known of the work."""


def _take_zero_back(
    desk: Desk,
    seat: Seat,
    refused: tuple[Refusal, ...],
    known: KnownScore,
    read: CellReader,
    decided: Decided,
) -> bool:
    """A 0 that nobody typed goes when Otus no longer calls for it: handed in, excused, due later.

    Only while the cell still holds it, and never because the district changed its policy. Where
    the SIS cannot take it back, or does not show it, a person must.
    """
    told = tuple(r.code for r in refused)
    policy = desk.kit.policy.missing_after_due
    if known.seen != ZERO or known.accepted is None or seat.sis_student is None:
        return False
    if STAYS.intersection(told) or policy is MissingAfterDue.WITHHOLD:
        return False
    reading = read(seat.sis_student)
    if reading.readable and (reading.exempt or reading.points != known.accepted):
        # A teacher's mark took our 0's place: it is theirs from now on, even if it is a 0.
        decided.saves.append(replace(known, accepted=None))
        return False
    can_clear = desk.kit.sis.traits.takes_back(beside=reading.annotated)
    if not reading.readable or not can_clear:
        reason = f"{'; '.join(r.reason for r in refused)}; {ZERO_STANDS}"
        decided.states.append(score_state(seat, State.HELD, reason, codes=(*NOT_TAKEN_BACK, *told)))
        return True
    write = score_write(seat, points=None, seen=UNSCORED, before=reading, codes=told)
    decided.writes.append(write)
    decided.look_again(desk.kit.tonight.today)
    return True


def _step(
    desk: Desk, seat: Seat, verdict: Wanted | Gone, known: KnownScore, read: CellReader
) -> ScoreStep:
    """Compare the three sides; a removal that will be held is not worth a read."""
    if seat.sis_student is None:
        raise AssertionError("a student outside the SIS is never enrolled")
    if isinstance(verdict, Wanted):
        return decide_score(verdict, known, read(seat.sis_student))
    reading = Reading(readable=False)
    if known.accepted is not None and not verdict.due_passed:
        reading = read(seat.sis_student)
    traits = desk.kit.sis.traits
    return decide_gone(
        verdict,
        known,
        reading,
        can_clear=traits.clears_scores,
        can_empty=traits.empties_scores,
    )


def _cell(
    desk: Desk, seat: Seat, row: SourceScore | None, known: KnownScore, before: LeftScore | None
) -> Cell:
    due = seat.target.candidate.due
    if due is None:
        raise AssertionError("an assessment without a due date was let pass")
    return Cell(
        score=row.score if row else None,
        had_score=bool(row and row.had_score) or known.had_score,
        others_score=before is not None and before.had_score,
        assigned_since=seat.assigned_since,
        alone=seat.alone,
        enrolled_today=seat.enrolled(desk.gradebook, desk.kit.tonight.today),
        enrolled_when_due=seat.assigned_there(desk.gradebook, due.day),
        due=due,
        policy=desk.kit.policy,
        tonight=desk.kit.tonight,
    )


def _refuse(desk: Desk, seat: Seat, refused: tuple[Refusal, ...], decided: Decided) -> None:
    """State the refusals, and look again on the date on which time alone may change them."""
    reason = "; ".join(r.reason for r in refused)
    codes = tuple(r.code for r in refused)
    decided.states.append(score_state(seat, State.REFUSED, reason, codes=codes))
    today = desk.kit.tonight.today
    days = [r.until for r in refused if r.until is not None]
    for section in desk.gradebook.sections.values():
        spans = section.enrolments.get(seat.sis_student or SisPersonId(""), ())
        days += [s.start for s in spans if s.start is not None and s.start > today]
    decided.look_again(min(days, default=None))


def _carry_out(seat: Seat, known: KnownScore, step: ScoreStep, decided: Decided) -> None:
    """Turn a step into a write, or into a memory and a state."""
    if isinstance(step, Put):
        write = score_write(
            seat, points=step.points, seen=step.seen, before=step.before, zero=step.zero
        )
        decided.writes.append(replace(write, replaces=known.accepted is not None))
    elif isinstance(step, Clear):
        decided.writes.append(score_write(seat, points=None, seen=CLEARED, before=step.before))
    else:
        saved = _saved(known, step)
        if saved is not None:
            decided.saves.append(saved)
        decided.states.append(_quiet_state(seat, step))


def _saved(known: KnownScore, step: ScoreStep) -> KnownScore | None:
    """What the ledger remembers of a step that writes nothing; None: nothing new."""
    if isinstance(step, AdoptScore):
        return replace(known, seen=step.seen, accepted=step.points, had_score=True)
    if isinstance(step, Keep) and step.withdrawn:
        return replace(known, accepted=None)
    if isinstance(step, Keep) and step.seen and step.seen != known.seen:
        return replace(known, seen=step.seen)
    return None


def _quiet_state(seat: Seat, step: ScoreStep) -> RecordState:
    if isinstance(step, AdoptScore):
        return score_state(seat, State.UNCHANGED, "the gradebook already held it")
    if isinstance(step, Keep):
        codes = ("score_withdrawn",) if step.withdrawn else ()
        return score_state(seat, State.KEPT, step.reason, codes=codes)
    if isinstance(step, Withdrawn):
        state = State.HELD if step.held else State.WITHDRAWN
        return score_state(seat, state, step.reason, codes=("score_withdrawn",))
    reason = "past due without a score, but the cell cannot be read: it may hold a mark"
    return score_state(seat, State.HELD, reason, codes=("zero_not_verifiable",))


def _settled_state(seat: Seat, known: KnownScore) -> RecordState:
    """Nothing changed at the source: ours still stands for all we know, or a teacher's was kept."""
    ours = known.accepted is not None and known.seen in {canonical(known.accepted), ZERO}
    if ours:
        return score_state(seat, State.UNCHANGED, MISSING if known.seen == ZERO else "")
    return score_state(
        seat, State.KEPT, "the teacher's mark stands; the score did not change in Otus"
    )


def carried_over(desk: Desk, state: State, codes: tuple[str, ...], reason: str) -> Decided:
    """The same state for every student of a column that does not pass.

    A score that the SIS has, and whose source did not change since, stays what it is.
    """
    group, decided = desk.group, Decided()
    glanced = look(desk, as_stored(state, codes, reason))
    cells = cells_of(desk, glanced.known)
    in_sis = group.known is not None and group.known.ref is not None and not group.known.deleted
    for seat in seats(desk, glanced.scores, glanced.passed):
        row = glanced.scores.get(seat.student)
        place = _place(desk, seat, row, cells) if in_sis and seat.target.candidate.due else None
        if place is not None:
            _note_unscored(desk, place, decided)
        if _unread(desk, seat, decided):
            continue
        if place is not None and _settled(place):
            decided.states.append(_settled_state(seat, place.known))
        else:
            decided.states.append(score_state(seat, state, reason, codes=codes))
    return decided


def _settled(place: Place) -> bool:
    """Whether the source still wants what we last acted upon, and it stands for this student."""
    wanted = place.verdict
    return isinstance(wanted, Wanted) and seen_as(wanted) == place.known.seen
