"""Decide one column: what it is to become, and when it is better left alone.

A column whose last write has an unknown outcome is left alone, and so is one that another route
made; a column that somebody deleted is not made again (C7, C10).
"""

from collections.abc import Sequence
from dataclasses import replace

from agent.decide.assignments import Adopt, AssignmentStep, Create, Deleted, Update
from agent.decide.facts import OTHER_ROUTE, Reads, Unresolved
from agent.decide.identity import (
    LEFT_BEHIND,
    left_behind,
    replaced_by_duplicate,
    with_duplicates,
    with_owner,
)
from agent.decide.listing import SisColumns, same_but_category, several_adoptable
from agent.decide.person.columns import (
    changed_source,
    decision_about,
    end_without_write,
    let_lapse,
    step_of,
    with_decision,
)
from agent.decide.person.holding import REFUSED, held_by, held_with_assignment
from agent.decide.plan import DELETED
from agent.decide.plan_builder import PlanBuilder, adopted, column_plan, column_state, compared
from agent.decide.scores.cells import carry_over, decide_cells
from agent.decide.scores.other_columns import OtherColumns, TakenStudents
from agent.decide.scores.outcome import ScoreDecisions
from agent.decide.scores.zeros import drop_zeros_scored_elsewhere, hold_zeros
from agent.decide.sharing import JudgedAssessment, judge_column
from agent.decide.students import ColumnContext
from agent.domain import Column
from agent.records import State
from agent.rules.codes import Code
from agent.rules.refusals import Refusal, codes_of, reasons_of


class ColumnDecider:
    """Decides the columns of one gradebook, one after the other, into a plan."""

    def __init__(self, reads: Reads, columns: SisColumns, builder: PlanBuilder) -> None:
        self._reads, self._columns, self._builder = reads, columns, builder
        self._taken = TakenStudents()

    def decide(self, context: ColumnContext) -> None:
        """Decide a column and its cells, unless nothing may be done with it tonight."""
        column = with_owner(context.column, context.facts, self._columns)
        context = replace(context, column=column)
        if column.known is not None:
            self._builder.taken.add((column.known.assessment, column.known.owner))
        unresolved, decision = _unresolved(context), decision_about(context)
        held = held_by(decision)
        if unresolved is not None:
            self._builder.unresolved.add(column.assessment)
            self._leave(context, unresolved, unchanged=not changed_source(context))
        elif decision is not None and held is not None:
            self._builder.say(column.main, *held)
            self._carry_over(context, *held_with_assignment(decision))
        else:
            self._decide(with_decision(context, decision, self._builder.ended))

    def _decide(self, context: ColumnContext) -> None:
        columns, builder = self._columns, self._builder
        column, rules = context.column, context.run.rules
        known, changed = column.known, changed_source(context)
        anew = bool(changed or context.decision)
        deleted = known is not None and (known.deleted or self._is_gone(context))
        # At first without a read: only a column that changed or may be closed is looked up (A12).
        main = judge_column(column.main, rules, None, known)
        found = None
        if anew or deleted or main.closed:
            found = columns.find(column)
            main = judge_column(column.main, rules, found, known)
        other = replaced_by_duplicate(column, columns)
        if other is not None:
            self.decide(replace(context, column=other))
            return
        context = with_duplicates(context, columns, builder.save_columns)
        if main.barred:
            # What gates creation alone says nothing against a column that exists (A6, A11).
            new = not (known and known.ref)
            builder.recheck(main.refused_otherwise_on)
            refused = main.refused if new else main.barred
            let_lapse(context, builder, REFUSED)
            self._refuse(context, refused, unchanged=not changed and not deleted)
        elif not deleted and left_behind(context, columns, builder.save_columns):
            self._leave(context, LEFT_BEHIND)
        elif context.duplicates is not None and (known is None or known.ref is None):
            self._leave(context, context.duplicates)
        else:
            step = step_of(context, main, found) if anew or deleted else None
            self._take(context, main, step, found)

    def _is_gone(self, context: ColumnContext) -> bool:
        """Whether a list that the ledger asks for shows that somebody deleted the column (C7)."""
        known = context.column.known
        if known is None or not known.list_again or known.gradebook != context.gradebook.id:
            return False
        return self._columns.find(context.column) is None

    def _take(
        self,
        context: ColumnContext,
        main: JudgedAssessment,
        step: AssignmentStep | None,
        found: Column | None,
    ) -> None:
        """Plan what a step says, unless the calendar or a person must be waited for."""
        if isinstance(step, Deleted):
            self._delete(context)
            return
        if not isinstance(step, Create):
            self._plan(context, main, step, found)
            return
        if main.gate:
            for judged in context.column.judged:
                self._builder.recheck(judged.refused_otherwise_on)
            self._refuse(context, main.gate)
            return
        adoptable = self._columns.adoptable(step.data, main.candidate.assessment.assigned_on)
        if len(adoptable) > 1 or not all(same_but_category(c.data, step.data) for c in adoptable):
            tag = self._columns.tag(context.column)
            self._leave(context, several_adoptable(tag, len(adoptable)))
        elif adoptable:
            [found] = adoptable
            self._columns.adopt(found)
            self._plan(context, main, Adopt(data=found.data, seen=step.seen), found)
        else:
            self._plan(context, main, step, found)

    def _plan(
        self,
        context: ColumnContext,
        main: JudgedAssessment,
        step: AssignmentStep | None,
        found: Column | None,
    ) -> None:
        """The column's own write, and its cells."""
        column = context.column
        if isinstance(step, Adopt) and found is not None:
            known = adopted(context, step, found)
            self._builder.save_columns.append(known)
            if column.cells_unknown:
                self._builder.forget_scores.append((known.assessment, known.owner))
            context = replace(context, column=replace(column, known=known))
        elif isinstance(step, Create):
            context = replace(context, column=replace(column, known=None))
        elif step is None:
            context = compared(context, self._builder.save_columns)
        # Due date and period are looked up only where something is to be written (A12, B4).
        decisions, others = decide_cells(context, self._reads, self._columns, self._taken)
        if _must_be_seen(step, decisions) and self._columns.find(context.column) is None:
            self._delete(context)
            return
        closed = self._moved_into_closed(context, step, found, decisions)
        if closed:
            self._refuse(context, closed, unchanged=True)
            return
        if decisions.zeros:
            hold_zeros(context, step, self._columns, decisions)
            drop_zeros_scored_elsewhere(context, self._reads, self._columns, decisions)
        gone = others is not None and self._take_others(context, others)
        self._take_decisions(context, main, step, decisions, gone=gone)

    def _take_decisions(
        self,
        context: ColumnContext,
        main: JudgedAssessment,
        step: AssignmentStep | None,
        decisions: ScoreDecisions,
        *,
        gone: bool,
    ) -> None:
        """Put what was decided into the plan; *gone*: another column of it was deleted (C7)."""
        builder = self._builder
        # What is remembered of a new column's cells goes with its write, which may be refused.
        create = isinstance(step, Create)
        builder.take(context.column, replace(decisions, saves=[]) if create else decisions)
        state, codes, note = column_state(context, main, step, gone_beside=gone)
        if codes:
            builder.recheck(main.refused_otherwise_on)
        write = isinstance(step, Create | Update)
        if write or decisions.writes:
            builder.columns.append(column_plan(context, step, decisions, note, codes))
        if not write:
            state, note = end_without_write(context, builder, state, note)
            builder.say(context.column.main, state, note, codes)

    def _take_others(self, context: ColumnContext, others: OtherColumns) -> bool:
        """Take scores that go into other columns of the assessment; whether one was deleted."""
        builder = self._builder
        for other in others.columns:
            builder.take(other.context.column, other.decisions)
            if other.decisions.writes:
                there = replace(other.context, duplicates=None)
                builder.columns.append(column_plan(there, None, other.decisions, beside=True))
        builder.save_columns += others.moved
        builder.save_columns += [replace(known, deleted=True) for known in others.gone]
        if others.gone:
            # Where that column has classes of its own, the next night tells it as theirs (C7).
            builder.recheck(context.run.tonight.night)
        return bool(others.gone)

    def _moved_into_closed(
        self,
        context: ColumnContext,
        step: AssignmentStep | None,
        found: Column | None,
        decisions: ScoreDecisions,
    ) -> tuple[Refusal, ...]:
        """A12 for scores: a teacher may have moved the column into a period that is closed by now.

        Asked only where scores are to be written and some period is closed: it costs a read.
        """
        main, known = context.column.main, context.column.known
        section = main.candidate.section
        closed = section is not None and any(p.closed for p in section.periods)
        if not decisions.writes or not closed or found is not None or isinstance(step, Create):
            return ()
        now = self._columns.find(context.column)
        return judge_column(main, context.run.rules, now, known).barred

    def _refuse(
        self, context: ColumnContext, refused: Sequence[Refusal], *, unchanged: bool = False
    ) -> None:
        """State a refused column, and every student's record in it.

        *unchanged*: the SIS has the column as Otus wants it, so nothing of its own is refused.
        """
        codes, reason, main = codes_of(refused), reasons_of(refused), context.column.main
        if unchanged:
            self._builder.say(main, State.UNCHANGED, reason)
        else:
            self._builder.say(main, State.REFUSED, reason, codes)
        self._carry_over(context, State.REFUSED, reason, codes)

    def _delete(self, context: ColumnContext) -> None:
        """State a column that somebody deleted in the SIS, and remember that (C7).

        What changed at the source waits for its return, which only a look can tell.
        """
        known = context.column.known
        if known is not None and not known.deleted:
            known = replace(known, deleted=True)
            self._builder.save_columns.append(known)
            context = replace(context, column=replace(context.column, known=known))
        let_lapse(context, self._builder, DELETED)
        self._builder.say(context.column.main, State.DELETED_IN_SIS, DELETED)
        self._carry_over(context, State.DELETED_IN_SIS, DELETED)
        self._builder.recheck(context.run.tonight.night)

    def _leave(self, context: ColumnContext, why: Unresolved, *, unchanged: bool = False) -> None:
        """State a column about which nothing can be decided tonight, and every student in it."""
        if unchanged:
            self._builder.say(context.column.main, State.UNCHANGED)
        else:
            self._builder.say(context.column.main, *why)
        self._carry_over(context, *why)

    def _carry_over(
        self, context: ColumnContext, state: State, reason: str, codes: tuple[Code, ...] = ()
    ) -> None:
        decisions = carry_over(context, self._reads, state, reason, codes)
        self._builder.take(context.column, decisions)


def _unresolved(context: ColumnContext) -> Unresolved | None:
    """Why a column must be left as it is: a write of unknown outcome, or an address of no use."""
    run, column = context.run, context.column
    owners = {column.owner, *(each.candidate.class_.id for each in column.judged)}
    for owner in sorted(owners) if run.unresolved else ():
        if (column.assessment, owner) in run.unresolved:
            return run.unresolved[column.assessment, owner]
    known = column.known
    if known is not None and known.ref is not None and not run.reachable(known.ref):
        return OTHER_ROUTE
    return None


def _must_be_seen(step: AssignmentStep | None, decisions: ScoreDecisions) -> bool:
    """Whether to look for the column: its cells could not be read, or a 0 depends on its date."""
    return decisions.unreadable or (bool(decisions.zeros) and not isinstance(step, Create))
