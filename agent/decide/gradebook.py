"""Decide one gradebook: the rules, then which classes share a column, then column by column."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

from agent.decide.candidates import candidates
from agent.decide.column import ColumnDecider
from agent.decide.facts import GradebookFacts, Reads, RunFacts
from agent.decide.identity import settle_lists, standing_owner
from agent.decide.listing import SisColumns
from agent.decide.plan import GradebookPlan, broken_assessment, unassigned
from agent.decide.plan_builder import PlanBuilder
from agent.decide.scores.cells import carry_over
from agent.decide.sharing import (
    CLOSED,
    JudgedAssessment,
    SharedColumn,
    judge_assessment,
    shared_columns,
    with_other_sections,
    without_gated,
)
from agent.decide.students import ColumnContext, Enrolments, enrolments_of
from agent.domain import AssessmentId, Gradebook, PersonId
from agent.records import KnownColumn, RecordState, State
from agent.rules.assessments import closed_lately
from agent.rules.codes import Code
from agent.rules.refusals import codes_of, reasons_of


def decide_gradebook(run: RunFacts, facts: GradebookFacts, reads: Reads) -> GradebookPlan:
    """Everything to be done about one gradebook tonight, and what is new to say of its records.

    Raises:
        UnavailableError: a read that a decision needed was not answered.
    """
    decision = _GradebookDecision(run, facts, reads)
    judged = [judge_assessment(each, run.rules) for each in candidates(run, facts, reads)]
    decision.decide(judged)
    decision.state_broken()
    decision.state_unassigned()
    return decision.builder.build(facts, decision.roster)


class _GradebookDecision:
    """The decision about one gradebook, on the way to its plan."""

    def __init__(self, run: RunFacts, facts: GradebookFacts, reads: Reads) -> None:
        self._run, self._facts, self._reads = run, facts, reads
        self._enrolments: Enrolments = enrolments_of(facts, run.tonight.today)
        self._own = {name: facts.own(name) for name in facts.known}
        self.builder = PlanBuilder()

    @property
    def roster(self) -> int | None:
        """How many enrolments there are today; None without a gradebook."""
        if self._facts.gradebook is None:
            return None
        return sum(map(len, self._enrolments.now.values()))

    def decide(self, judged: Sequence[JudgedAssessment]) -> None:
        """Refuse what the rules refuse, and decide the columns of all others."""
        facts, builder = self._facts, self.builder
        builder.closed_lately = {
            each.candidate.assessment.id: each.candidate.assessment.title
            for each in judged
            if closed_lately(each.candidate)
        }
        passing = []
        same: dict[AssessmentId, list[JudgedAssessment]] = defaultdict(list)
        for each in judged:
            same[each.candidate.assessment.id].append(each)
            # Whether its period is closed is asked of the column: a teacher may move it (A12).
            refused = any(refusal.code != CLOSED for refusal in each.barred)
            if each.candidate.section is None or refused:
                self._refuse(each)
                builder.recheck(each.refused_otherwise_on)
            else:
                passing.append(each)
        if facts.gradebook is None:
            return
        passes = frozenset((j.candidate.assessment.id, j.candidate.class_.id) for j in passing)
        columns = SisColumns(self._run, facts, self._reads, passes)
        decider = ColumnDecider(self._reads, columns, builder)
        for column in shared_columns(passing, self._own):
            apart = with_other_sections(column, same[column.assessment])
            for fit in self._without_gated(apart, columns):
                decider.decide(self._context(fit, facts.gradebook))
        if facts.gradebook.sections:
            every = [known for own in self._own.values() for known in own]
            settle_lists(every, builder.taken, columns, builder.save_columns)

    def state_broken(self) -> None:
        """State records of the source that could not be used."""
        sections = {each.id: each.section for each in self._facts.classes}
        for assessment, class_id, what in self._facts.broken:
            section = sections.get(class_id) or class_id
            self.builder.states.append(broken_assessment(assessment, section, what))

    def state_unassigned(self) -> None:
        """State columns whose class was unassigned, and that no other class took over (C4)."""
        facts = self._facts
        sections = {each.id: each.section for each in facts.classes}
        claimed = {(each.id, each.class_id) for each in facts.assessments}
        claimed |= {each[:2] for each in facts.broken} | self.builder.taken
        for assessment, columns in self._own.items():
            for column in columns:
                if column.ref is not None and (assessment, column.owner) not in claimed:
                    section = sections.get(column.owner) or column.owner
                    broken = facts.broken_nowhere.get(assessment)
                    self.builder.states.append(unassigned(assessment, section, broken))

    def _context(self, column: SharedColumn, gradebook: Gradebook) -> ColumnContext:
        return ColumnContext(
            run=self._run,
            facts=self._facts,
            enrolments=self._enrolments,
            gradebook=gradebook,
            column=column,
        )

    def _without_gated(self, column: SharedColumn, columns: SisColumns) -> Iterator[SharedColumn]:
        """Leave out the classes that may not be in a new column yet (A6, A11).

        Nothing keeps them from one that exists: of a new one they are a part from the next night
        on. A column may exist that a lost ledger does not know.
        """
        gated = [each for each in column.judged if each.gate]
        alike = len(gated) in {0, len(column.judged)}
        if alike or column.known is not None or standing_owner(column, columns) is not None:
            yield column
            return
        for judged in gated:
            self._refuse(judged, known=False)
        self.builder.recheck(self._run.tonight.today + timedelta(days=1))
        yield from without_gated(column, gated)

    def _refuse(self, judged: JudgedAssessment, *, known: bool = True) -> None:
        """State a refused assessment in one class, and every student's record in it."""
        candidate, builder = judged.candidate, self.builder
        own, assessment = candidate.class_.id, candidate.assessment.id
        column = self._known_for(judged) if known else None
        refused = judged.barred if column and column.ref else judged.refused
        codes, reason = codes_of(refused), reasons_of(refused)
        builder.say(judged, State.REFUSED, reason, codes)
        if Code.CATEGORY_NOT_ACTIVE in codes:
            # A category can be switched on for one teacher, which no district snapshot tells (A5).
            builder.recheck(self._run.tonight.night)
        gradebook, section = self._facts.gradebook, candidate.section
        if gradebook is None or section is None:
            place = candidate.class_.section or own
            for student in sorted(self._students_without_section(judged)):
                builder.states.append(
                    RecordState(assessment, student, place, State.REFUSED, reason, codes)
                )
            return
        alone = SharedColumn(owner=column.owner if column else own, judged=(judged,), known=column)
        context = self._context(alone, gradebook)
        decisions = carry_over(context, self._reads, State.REFUSED, reason, codes)
        here = [state for state in decisions.states if state.section == section.id]
        builder.take(alone, replace(decisions, states=here))

    def _known_for(self, judged: JudgedAssessment) -> KnownColumn | None:
        """The column of a refused assessment that the ledger knows: of its class, or of another."""
        columns = self._own.get(judged.candidate.assessment.id, [])
        own = (each for each in columns if each.owner == judged.candidate.class_.id)
        return next(own, columns[0] if columns else None)

    def _students_without_section(self, judged: JudgedAssessment) -> set[PersonId]:
        """The students of a class that no SIS section stands for: by list, or by their scores."""
        assessment = judged.candidate.assessment
        if assessment.students is not None:
            return set(assessment.students)
        # A score does not say in which class it was given, so only the single class states it.
        if self._facts.assigned[assessment.id] != {judged.candidate.class_.id}:
            return set()
        rows = self._facts.scores.get(assessment.id, {})
        return {student for student, row in rows.items() if row.score}
