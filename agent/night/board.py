"""A gradebook plan in the making, and how each kind of 'nothing is sent' is put into words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from agent.domain import AssessmentId, Broken, ClassId, Gradebook
from agent.eligibility import Refusal
from agent.night.cells import carried_over
from agent.night.seats import Desk, seats
from agent.night.targets import Joined, Target
from agent.night.work import ColumnPlan, GradebookWork, Kit, RecordKey, SavedScores
from agent.records import KnownColumn, RecordState, State


@dataclass(slots=True)
class Board:
    """What has been decided so far about one gradebook."""

    columns: list[ColumnPlan] = field(default_factory=list)
    save_columns: list[KnownColumn] = field(default_factory=list)
    save_scores: list[SavedScores] = field(default_factory=list)
    states: list[RecordState] = field(default_factory=list)
    again: date | None = None

    def look_again(self, day: date | None) -> None:
        """Keep the earliest date."""
        if day is not None and (self.again is None or day < self.again):
            self.again = day

    def say(self, group: Joined, state: State, codes: tuple[str, ...], reason: str) -> None:
        """State the column's own record."""
        self.states.append(_state(group.lead, state, codes, reason))

    def refuse(self, kit: Kit, gradebook: Gradebook | None, target: Target) -> None:
        """State a refused assessment in one class, and every student's record in it."""
        codes, reason = _codes(target.barred), _reasons(target.barred)
        self.states.append(_state(target, State.REFUSED, codes, reason))
        alone = Joined(
            owner=target.candidate.class_.id, targets=(target,), known=None, differing=()
        )
        if gradebook is not None and target.candidate.section is not None:
            self._spread(Desk(kit, gradebook, alone), State.REFUSED, codes, reason)

    def refuse_group(self, desk: Desk, refused: Sequence[Refusal]) -> None:
        """State a refused column, and every student's record in it."""
        codes, reason = _codes(refused), _reasons(refused)
        self.say(desk.group, State.REFUSED, codes, reason)
        self._spread(desk, State.REFUSED, codes, reason)

    def deleted(self, desk: Desk) -> None:
        """State a column that somebody deleted in the SIS, and remember that (C7)."""
        reason = "deleted in the SIS; it is not made again"
        known = desk.group.known
        if known is not None and not known.deleted:
            self.save_columns.append(with_deleted(known))
        self.say(desk.group, State.DELETED_IN_SIS, (), reason)
        self._spread(desk, State.DELETED_IN_SIS, (), reason)

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
        alive: set[AssessmentId],
    ) -> None:
        """State columns whose assessment was removed or unassigned in Otus; they stay (C4)."""
        sections = {c.id: c.section for c in work.classes}
        for assessment, columns in known.items():
            for column in columns if assessment not in alive else ():
                if column.ref is not None:
                    self.states.append(
                        RecordState(
                            assessment=assessment,
                            student=None,
                            section=sections.get(column.owner) or column.owner,
                            state=State.ORPHANED,
                            reason="unassigned in Otus; the SIS keeps the assignment",
                        )
                    )

    def stale(self, kit: Kit, work: GradebookWork, ids: set[AssessmentId]) -> tuple[RecordKey, ...]:
        """Records of this gradebook that nothing stands for any more."""
        mine = {*work.sections, *(c.id for c in work.classes)}
        now = {(s.assessment, s.student, s.section) for s in self.states}
        for column in self.columns:
            now |= {(column.assessment, w.student, w.section) for w in column.scores}
            now.add((column.assessment, None, column.section))
        stored = kit.ledger.records_of(ids) if ids else ()
        keys = {(s.assessment, s.student, s.section) for s in stored if s.section in mine}
        return tuple(sorted(keys - now, key=lambda key: (key[0], key[1] or "", key[2])))

    def _spread(self, desk: Desk, state: State, codes: tuple[str, ...], reason: str) -> None:
        """Give every student of a column that is not written the column's word.

        A mark that the SIS has from us already stays what it is: nothing is sent, nothing is lost.
        """
        ledger, group = desk.kit.ledger, desk.group
        scored = [row.student for row in ledger.scores(group.assessment)]
        here = seats(desk, scored)
        self.states.extend(carried_over(here, state, codes, reason))


def with_deleted(known: KnownColumn) -> KnownColumn:
    """The same column, gone from the SIS."""
    return KnownColumn(
        assessment=known.assessment,
        owner=known.owner,
        gradebook=known.gradebook,
        external_id=known.external_id,
        ref=known.ref,
        seen=known.seen,
        accepted=known.accepted,
        deleted=True,
    )


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
