"""The plan of one gradebook in the making."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from agent.decide.assignments import Adopt, AssignmentStep, Create, Update, as_mapping
from agent.decide.facts import GradebookFacts
from agent.decide.plan import ColumnKey, ColumnPlan, GradebookPlan, RecordKey, SavedScores
from agent.decide.scores.outcome import ScoreDecisions
from agent.decide.sharing import CLOSED, SharedColumn
from agent.decide.states import news
from agent.decide.students import ColumnContext
from agent.domain import AssessmentId, Column
from agent.records import KnownColumn, RecordState
from agent.rules.codes import Code


@dataclass(slots=True)
class PlanBuilder:
    """What has been decided so far about one gradebook.

    Attributes:
        taken: known columns that are the column of some class tonight.
        recheck_on: the earliest date on which time alone may change a decision.
        closed_lately: assessments whose grading period closed within the last 24 hours, by title.
    """

    columns: list[ColumnPlan] = field(default_factory=list)
    save_columns: list[KnownColumn] = field(default_factory=list)
    forget_scores: list[ColumnKey] = field(default_factory=list)
    save_scores: list[SavedScores] = field(default_factory=list)
    states: list[RecordState] = field(default_factory=list)
    taken: set[ColumnKey] = field(default_factory=set)
    recheck_on: date | None = None
    closed_lately: dict[AssessmentId, str] = field(default_factory=dict)

    def recheck(self, day: date | None) -> None:
        """Keep the earliest date."""
        if day is not None and (self.recheck_on is None or day < self.recheck_on):
            self.recheck_on = day

    def take(self, column: SharedColumn, decisions: ScoreDecisions) -> None:
        """Take over what was decided about the cells of a column; its writes are the column's."""
        self.states += decisions.states
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
        """The plan: one state a record, of which only what is new is told.

        A planned write wins over a state, and the first state over those added later.
        """
        states: dict[RecordKey, RecordState] = {}
        for state in self.states:
            states.setdefault((state.assessment, state.student, state.section), state)
        written = self._written()
        told = news((state for key, state in states.items() if key not in written), facts.stored)
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
        )

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
        accepted=as_mapping(step.data),
        list_again=column.known is not None and column.known.list_again,
    )
