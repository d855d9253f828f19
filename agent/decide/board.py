"""A gradebook plan in the making, and how each kind of 'nothing is sent' is put into words."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from agent.decide.cells import carried_over
from agent.decide.columns import CLOSED
from agent.decide.decided import Decided
from agent.decide.facts import DELETED, Unresolved
from agent.decide.plan import ColumnKey, ColumnPlan, RecordKey, SavedScores
from agent.decide.room import Room
from agent.decide.seats import Desk
from agent.decide.targets import Joined, Target
from agent.domain import AssessmentId, Broken, ClassId, Gradebook
from agent.eligibility import Refusal
from agent.records import KnownColumn, RecordState, State
from agent.sync.context import GradebookWork, RunContext

TOLD_AGAIN = frozenset({State.HELD, State.FAILED})


@dataclass(slots=True)
class Board:
    """What has been decided so far about one gradebook."""

    columns: list[ColumnPlan] = field(default_factory=list)
    save_columns: list[KnownColumn] = field(default_factory=list)
    forget_scores: list[ColumnKey] = field(default_factory=list)
    save_scores: list[SavedScores] = field(default_factory=list)
    states: list[RecordState] = field(default_factory=list)
    taken: set[tuple[AssessmentId, ClassId]] = field(default_factory=set)
    again: date | None = None
    room: Room | None = None
    thorough: bool = False
    closed_lately: dict[AssessmentId, str] = field(default_factory=dict)

    def look_again(self, day: date | None) -> None:
        """Keep the earliest date."""
        if day is not None and (self.again is None or day < self.again):
            self.again = day

    def take(self, group: Joined, decided: Decided) -> None:
        """Take over what was decided about the cells of a column; its writes are the column's."""
        self.states += decided.states
        self.look_again(decided.again)
        if decided.saves or decided.leaves or decided.settled:
            self.save_scores.append(
                SavedScores(
                    assessment=group.assessment,
                    owner=group.owner,
                    scores=tuple(decided.saves),
                    left=tuple(decided.leaves),
                    settled=tuple(decided.settled),
                )
            )

    def say(self, group: Joined, state: State, codes: tuple[str, ...], reason: str) -> None:
        """State the column's own record."""
        self.states.append(_state(group.lead, state, codes, reason))

    def refuse(
        self,
        kit: RunContext,
        gradebook: Gradebook | None,
        target: Target,
        known: Sequence[KnownColumn],
    ) -> None:
        """State a refused assessment in one class, and every student's record in it."""
        own = target.candidate.class_.id
        column = next((k for k in known if k.owner == own), known[0] if known else None)
        refused = target.barred if column and column.ref else target.refused
        codes, reason = _codes(refused), _reasons(refused)
        self.states.append(_state(target, State.REFUSED, codes, reason))
        if "category_not_active" in codes:
            # A category can be switched on for one teacher, which no survey tells.
            self.look_again(kit.tonight.night)
        owner = column.owner if column else own
        alone = Joined(owner=owner, targets=(target,), known=column)
        if gradebook is not None and target.candidate.section is not None:
            here = target.candidate.section.id
            desk = Desk(kit, gradebook, alone, self.room)
            decided = carried_over(desk, State.REFUSED, codes, reason)
            decided.states = [s for s in decided.states if s.section == here]
            self.take(alone, decided)
        else:
            self.states += _without_roster(kit, target, codes, reason)

    def refuse_group(
        self, desk: Desk, refused: Sequence[Refusal], *, unchanged: bool = False
    ) -> None:
        """State a refused column, and every student's record in it.

        *unchanged*: the SIS has the column as Otus wants it, so nothing of its own is refused.
        """
        codes, reason = _codes(refused), _reasons(refused)
        if unchanged:
            self.say(desk.group, State.UNCHANGED, (), reason)
        else:
            self.say(desk.group, State.REFUSED, codes, reason)
        self.take(desk.group, carried_over(desk, State.REFUSED, codes, reason))

    def deleted(self, desk: Desk) -> None:
        """State a column that somebody deleted in the SIS, and remember that (C7).

        What changed at the source waits for its return, which only a look can tell.
        """
        known = desk.group.known
        if known is not None and not known.deleted:
            known = replace(known, deleted=True)
            self.save_columns.append(known)
            desk = replace(desk, group=replace(desk.group, known=known))
        self.say(desk.group, State.DELETED_IN_SIS, (), DELETED)
        self.take(desk.group, carried_over(desk, State.DELETED_IN_SIS, (), DELETED))
        self.look_again(desk.kit.tonight.night)

    def doubtful(self, desk: Desk, doubt: Unresolved, *, unchanged: bool = False) -> None:
        """State a column about which nothing can be decided tonight, and every student in it."""
        if unchanged:
            self.say(desk.group, State.UNCHANGED, (), "")
        else:
            self.say(desk.group, doubt.state, doubt.codes, doubt.reason)
        self.take(desk.group, carried_over(desk, doubt.state, doubt.codes, doubt.reason))

    def broken(
        self,
        work: GradebookWork,
        records: Iterable[tuple[AssessmentId, ClassId, Broken]],
    ) -> None:
        """State records of the source that could not be used."""
        sections = {c.id: c.section for c in work.classes}
        for assessment, class_id, what in records:
            self.states.append(
                RecordState(
                    assessment=assessment,
                    student=None,
                    section=sections.get(class_id) or class_id,
                    state=State.REFUSED,
                    codes=("assessment_invalid",),
                    reason=f"broken record: {what.reason}",
                )
            )

    def orphans(
        self,
        work: GradebookWork,
        known: Mapping[AssessmentId, Sequence[KnownColumn]],
        alive: set[tuple[AssessmentId, ClassId]],
        nowhere: Mapping[AssessmentId, Broken],
    ) -> None:
        """State columns whose class was unassigned, and that no other class took over (C4).

        Where the assessment's record broke so that its classes cannot be told, that is the reason.
        """
        sections = {c.id: c.section for c in work.classes}
        claimed = alive | self.taken
        for assessment, columns in known.items():
            for column in columns:
                if column.ref is not None and (assessment, column.owner) not in claimed:
                    section = sections.get(column.owner) or column.owner
                    self.states.append(_left(assessment, section, nowhere.get(assessment)))

    def told(self) -> tuple[RecordState, ...]:
        """One state a record: a write speaks for itself, else the first word stands.

        What stands in the ledger already is no news; but what is wrong still is told again.
        """
        once: dict[RecordKey, RecordState] = {}
        for state in self.states:
            once.setdefault((state.assessment, state.student, state.section), state)
        for key in self._written():
            once.pop(key, None)
        room = self.room
        if room is None or room.standing is None:
            return tuple(once.values())
        return tuple(s for s in once.values() if s.state in TOLD_AGAIN or not room.stands(s))

    def too_late(self, states: Iterable[RecordState]) -> tuple[str, ...]:
        """Those of *states* that only a period keeps back which closed lately, by title."""
        found: dict[AssessmentId, str] = {}
        for state in states:
            if state.codes == (CLOSED,):
                found.setdefault(state.assessment, state.section)
        return tuple(
            f'"{self.closed_lately[name]}" ({name} in {section})'
            for name, section in sorted(found.items())
            if name in self.closed_lately
        )

    def _written(self) -> set[RecordKey]:
        keys: set[RecordKey] = set()
        for column in self.columns:
            keys |= {(column.assessment, w.student, w.section) for w in column.scores}
            if column.write:
                keys.add((column.assessment, None, column.section))
        return keys

    def stale(self, kit: RunContext, work: GradebookWork) -> tuple[RecordKey, ...]:
        """Records of this gradebook that nothing stands for any more."""
        now = {(s.assessment, s.student, s.section) for s in self.states} | self._written()
        keys = set(self._stored(kit, work))
        return tuple(sorted(keys - now, key=lambda key: (key[0], key[1] or "", key[2])))

    def _stored(self, kit: RunContext, work: GradebookWork) -> Iterator[RecordKey]:
        """The records of this gradebook, without those that were passed by."""
        if self.room is not None and self.room.standing is not None:
            yield from self.room.looked_at()
            return
        mine = {*work.sections, *(c.id for c in work.classes)}
        for state in kit.ledger.records_in(mine):
            yield state.assessment, state.student, state.section


def _state(target: Target, state: State, codes: tuple[str, ...], reason: str) -> RecordState:
    class_ = target.candidate.class_
    return RecordState(
        assessment=target.candidate.assessment.id,
        student=None,
        section=class_.section or class_.id,
        state=state,
        codes=codes,
        reason=reason,
    )


def _codes(refused: Sequence[Refusal]) -> tuple[str, ...]:
    return tuple(r.code for r in refused)


def _reasons(refused: Sequence[Refusal]) -> str:
    return "; ".join(r.reason for r in refused)


def _left(assessment: AssessmentId, section: str, broken: Broken | None) -> RecordState:
    """The word on a column that no class claims."""
    state: State = State.ORPHANED
    codes: tuple[str, ...] = ()
    reason = "unassigned in Otus; the SIS keeps the assignment"
    if broken is not None:
        state, codes = State.REFUSED, ("assessment_invalid",)
        reason = f"broken record: {broken.reason}"
    return RecordState(
        assessment=assessment,
        student=None,
        section=section,
        state=state,
        codes=codes,
        reason=reason,
    )


def _without_roster(
    kit: RunContext, target: Target, codes: tuple[str, ...], reason: str
) -> Iterator[RecordState]:
    """The students of a class that no SIS section stands for: by list, or by their scores."""
    assessment, class_ = target.candidate.assessment, target.candidate.class_
    students = set(assessment.students or ())
    if assessment.students is None and kit.ledger.assigned_to(assessment.id) == {class_.id}:
        students = {row.student for row in kit.ledger.scores(assessment.id) if row.score}
    for student in sorted(students):
        yield RecordState(
            assessment=assessment.id,
            student=student,
            section=class_.section or class_.id,
            state=State.REFUSED,
            codes=codes,
            reason=reason,
        )
