"""The plan of one gradebook in the making."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from agent.decide.assignments import Adopt, AssignmentStep, Create, Update, as_mapping
from agent.decide.facts import GradebookFacts
from agent.decide.person.decision import EndedDecision
from agent.decide.person.holding import left_over
from agent.decide.plan import ColumnPlan, GradebookPlan, SavedScores, is_news
from agent.decide.scores.outcome import ScoreDecisions
from agent.decide.sharing import CLOSED, JudgedAssessment, SharedColumn
from agent.decide.students import ColumnContext
from agent.domain import AssessmentId, Column
from agent.records import ColumnKey, KnownColumn, RecordKey, RecordState, State
from agent.rules.codes import Code
from agent.rules.refusals import Refusal


@dataclass(slots=True)
class PlanBuilder:
    """What has been decided so far about one gradebook.

    Attributes:
        taken: known columns that are the column of some class tonight.
        recheck_on: the earliest date on which time alone may change a decision.
        closed_lately: assessments whose grading period closed within the last 24 hours, by title.
        ended: decisions of persons that are done, or no longer good, without a write.
        unresolved: assessments with a column whose last write has an unknown outcome.
    """

    columns: list[ColumnPlan] = field(default_factory=list)
    save_columns: list[KnownColumn] = field(default_factory=list)
    forget_scores: list[ColumnKey] = field(default_factory=list)
    save_scores: list[SavedScores] = field(default_factory=list)
    states: list[RecordState] = field(default_factory=list)
    taken: set[ColumnKey] = field(default_factory=set)
    recheck_on: date | None = None
    closed_lately: dict[AssessmentId, str] = field(default_factory=dict)
    ended: list[EndedDecision] = field(default_factory=list)
    unresolved: set[AssessmentId] = field(default_factory=set)

    def recheck(self, day: date | None) -> None:
        """Keep the earliest date."""
        if day is not None and (self.recheck_on is None or day < self.recheck_on):
            self.recheck_on = day

    def say(
        self,
        judged: JudgedAssessment,
        state: State,
        reason: str = "",
        codes: tuple[Code, ...] = (),
    ) -> None:
        """State the assignment's own record in a class; under the class's id where not linked."""
        class_, assessment = judged.candidate.class_, judged.candidate.assessment.id
        section = class_.section or class_.id
        self.states.append(RecordState(assessment, None, section, state, reason, codes))

    def take(self, column: SharedColumn, decisions: ScoreDecisions) -> None:
        """Take over what was decided about the cells of a column; its writes are the column's."""
        self.states += decisions.states
        self.ended += decisions.ended
        self.recheck(decisions.recheck_on)
        if decisions.saves or decisions.leaves or decisions.settled:
            self.save_scores.append(
                SavedScores(
                    assessment=column.assessment,
                    owner=column.owner,
                    scores=tuple(decisions.saves),
                    left=tuple(decisions.leaves),
                    settled=tuple(decisions.settled),
                )
            )

    def build(self, facts: GradebookFacts, roster: int | None) -> GradebookPlan:
        """The plan: at most one state a record, and only those that are `news`.

        A planned write wins over a state, and the first state over those added later.
        """
        written = self._written()
        states: dict[RecordKey, RecordState] = {}
        for state in self.states:
            states.setdefault(state.key, state)
        told = tuple(
            state
            for key, state in states.items()
            if is_news(state, facts.stored.get(key)) and key not in written
        )
        gone = facts.stored.keys() - states.keys() - written
        return GradebookPlan(
            key=facts.key,
            sections=facts.sections,
            classes=tuple(each.id for each in facts.classes),
            again=self.recheck_on,
            roster=roster,
            columns=tuple(self.columns),
            save_columns=tuple(self.save_columns),
            forget_scores=tuple(self.forget_scores),
            save_scores=tuple(self.save_scores),
            states=told,
            forget=tuple(sorted(gone, key=lambda key: (key[0], key[1] or "", key[2]))),
            too_late=self._too_late(told),
            ended=(*self.ended, *self._left_over(facts, states)),
        )

    def _left_over(
        self, facts: GradebookFacts, states: Mapping[RecordKey, RecordState]
    ) -> Sequence[EndedDecision]:
        """Decisions to send that nothing of the plan carries out."""
        if not facts.decided:
            return ()
        done = {each.id for each in self.ended}
        done |= {column.decision for column in self.columns if column.decision is not None}
        done |= {w.decision for c in self.columns for w in c.scores if w.decision is not None}
        places = {*facts.sections, *(each.id for each in facts.classes)}
        return left_over(facts.decided.sends(places), done, states, self.unresolved)

    def _written(self) -> set[RecordKey]:
        keys: set[RecordKey] = set()
        for column in self.columns:
            keys |= {(column.assessment, w.student, w.section) for w in column.scores}
            if column.write:
                keys.add((column.assessment, None, column.section))
        return keys

    def _too_late(self, states: Sequence[RecordState]) -> tuple[str, ...]:
        """Assessments that only a period keeps back which closed lately, by title (A12)."""
        found: dict[AssessmentId, str] = {}
        for state in states:
            if state.codes == (CLOSED,):
                found.setdefault(state.assessment, state.section)
        return tuple(
            f'"{self.closed_lately[name]}" ({name} in {section})'
            for name, section in sorted(found.items())
            if name in self.closed_lately
        )


def column_plan(
    context: ColumnContext,
    step: AssignmentStep | None,
    decisions: ScoreDecisions,
    note: str = "",
    codes: tuple[Code, ...] = (),
    *,
    beside: bool = False,
) -> ColumnPlan:
    """A column as it will be written, with its scores.

    *beside*: it takes scores for another column of the assessment, whose record is not its own.
    """
    column = context.column
    section = column.main.candidate.class_.section
    if section is None:
        raise AssertionError("a column without a section")
    plan = ColumnPlan(
        assessment=column.assessment,
        owner=column.owner,
        section=section,
        external_id=column.external_id,
        ref=column.known.ref if column.known else None,
        codes=codes,
        note=note,
        due=column.main.candidate.due,
        doubled=context.duplicates is not None,
        beside=beside,
        scores=tuple(decisions.writes),
    )
    if isinstance(step, Create | Update) and context.decision is not None:
        plan = replace(plan, decision=context.decision.id)
    if isinstance(step, Create):
        fresh = tuple(decisions.saves)
        return replace(plan, write="create", data=step.data, seen=step.seen, remember=fresh)
    if isinstance(step, Update):
        return replace(plan, write="update", data=step.data, seen=step.seen, before=step.before)
    return plan


def adopted(context: ColumnContext, step: Adopt, found: Column) -> KnownColumn:
    """What the ledger knows of a column that already is as Otus wants it."""
    column = context.column
    return KnownColumn(
        assessment=column.assessment,
        owner=column.owner,
        gradebook=context.gradebook.id,
        external_id=column.external_id,
        ref=found.ref,
        seen=step.seen,
        # Without an accepted value every later report lists the teacher's edit as kept (C5).
        accepted=None if step.edited else as_mapping(step.data),
        list_again=column.known is not None and column.known.list_again,
    )


def compared(context: ColumnContext, saves: list[KnownColumn]) -> ColumnContext:
    """The same context; a column of a restored ledger was compared now."""
    known = context.column.known
    if known is None or not known.in_doubt:
        return context
    saves.append(replace(known, in_doubt=False))
    return replace(context, column=replace(context.column, known=saves[-1]))


EDITED = "changed in the gradebook after, or while, we last wrote it; that stands"
GONE_BESIDE = "another assignment of it here was deleted in the SIS; scores that it had go here"
"""The assignment's own record where another column of it was deleted (C7)."""


def column_state(
    context: ColumnContext,
    main: JudgedAssessment,
    step: AssignmentStep | None,
    *,
    gone_beside: bool,
) -> tuple[State, tuple[Code, ...], str]:
    """State, codes and note of a column's own record where nothing of its own is written.

    The codes and the note go with a write too. Where nothing of ours was accepted, a teacher's edit
    stands; where another column carries the tag, a person must decide (C3). `gone_beside`: another
    column of the assessment in this gradebook was deleted (C7).
    """
    codes, notes = _remarks(context, main, step)
    state = State.UNCHANGED
    known = context.column.known
    if context.duplicates is not None:
        state = context.duplicates.state
        codes = [*context.duplicates.codes, *codes]
        notes = [context.duplicates.reason, *notes]
    elif set(codes) - {Code.LINKED_DIFFERS}:
        state = State.REFUSED
    elif known is not None and known.ref is not None and known.accepted is None:
        state = State.KEPT
        if not isinstance(step, Create | Update):
            notes = [EDITED, *notes]
    if gone_beside:
        codes, notes = [*codes, Code.DELETED_IN_SIS], [*notes, GONE_BESIDE]
    return state, tuple(codes), "; ".join(notes)


def _remarks(
    context: ColumnContext, main: JudgedAssessment, step: AssignmentStep | None
) -> tuple[list[Code], list[str]]:
    """What the report adds to a column: computed due date, shortened title, differing classes."""
    codes: list[Code] = []
    notes: list[str] = []
    column, due = context.column, main.candidate.due
    seen = column.known.seen if column.known else None
    if due and seen and seen.due != due.day and not main.due_may_change:
        closed = (Refusal(CLOSED, "its grading period is closed"),)
        blocked = (main.due_gate or closed)[0]
        codes.append(blocked.code)
        notes.append(f"the new due date was not sent: {blocked.reason}")
    if column.differing:
        codes.append(Code.LINKED_DIFFERS)
        notes.append(f"linked classes differ in {', '.join(column.differing)}")
    if due and due.computed_from:
        notes.append(f"due date {due.day} computed: {due.computed_from} + 7 days")
    if isinstance(step, Create | Update) and step.data.title != main.candidate.assessment.title:
        notes.append(f'title in the SIS: "{step.data.title}"')
    return codes, notes
