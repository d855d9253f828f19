"""Facts for deciding: what the ledger and the SIS hold, as the values that `decide` takes."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from agent.decide.facts import GradebookFacts, RunFacts
from agent.decide.person.decision import Decided
from agent.decide.plan import GradebookPlan
from agent.domain import (
    AssessmentId,
    ClassId,
    Column,
    ColumnRef,
    Gradebook,
    Marks,
    PersonId,
    SisPersonId,
)
from agent.ledger import Ledger
from agent.records import DELIVERED, ColumnKey, KnownCells, KnownColumn, RecordState, State
from agent.sis.port import Sis
from agent.sync.context import GradebookWork, RunContext

NO_CLASS = ClassId("")
"""The class under which the local copy keeps broken assessments of no readable class."""
PASSED = DELIVERED | {State.UNCHANGED}
"""How the record of an assignment reads that no rule keeps back."""


def run_facts(run: RunContext) -> RunFacts:
    """The facts that every gradebook of a run shares; the pull has been by then."""
    return RunFacts(
        policy=run.policy,
        tonight=run.tonight,
        rules=run.rules[run.sis.traits.kind],
        traits=run.sis.traits,
        group=run.ledger.source.group(),
        unresolved=run.unresolved,
        unread=run.unread,
        tag=run.sis.tag,
        reachable=run.sis.addresses,
    )


def gradebook_facts(
    ledger: Ledger, work: GradebookWork, gradebook: Gradebook | None
) -> GradebookFacts:
    """What is known of one gradebook."""
    classes = [each.id for each in work.classes]
    source, delivered = ledger.source, ledger.delivered
    assessments = source.assessments(classes)
    own = delivered.columns(classes)
    names = {each.id for each in assessments} | {each.assessment for each in own}
    sis_ids = {
        sis
        for section in (gradebook.sections.values() if gradebook else ())
        for sis in section.enrolments
    }
    places = {*work.sections, *classes}
    return GradebookFacts(
        key=work.key,
        sections=work.sections,
        classes=work.classes,
        gradebook=gradebook,
        assessments=assessments,
        broken=source.broken_assessments(classes),
        broken_nowhere={b[0]: b[2] for b in source.broken_assessments([NO_CLASS])} if own else {},
        teachers=source.teachers({a.assigned_by for a in assessments if a.assigned_by}),
        assigned=source.assigned_to(names),
        known=_by_assessment(delivered.columns_of(names)),
        students=source.students_by_sis_id(sis_ids),
        scores=source.scores({each.id for each in assessments}),
        cells=delivered.cells((each.assessment, each.owner) for each in own),
        stored={record.key: record for record in ledger.records.records_in(places)},
        decided=Decided(ledger.decisions.of_assessments(names)),
        restored=delivered.restored(names),
        erased=ledger.erased(sis_ids),
    )


def newly_refused(run: RunContext, plan: GradebookPlan) -> int:
    """How many assignments of a plan are refused that passed in the last run."""
    refused = {
        (each.assessment, each.section)
        for each in plan.states
        if each.student is None and each.state is State.REFUSED
    }
    if not refused:
        return 0
    return sum(
        each.student is None and each.state in PASSED and (each.assessment, each.section) in refused
        for each in run.ledger.records.records_of({assessment for assessment, _ in refused})
    )


def _by_assessment(columns: Iterable[KnownColumn]) -> Mapping[AssessmentId, list[KnownColumn]]:
    found: dict[AssessmentId, list[KnownColumn]] = defaultdict(list)
    for column in columns:
        found[column.assessment].append(column)
    return found


class GradebookReads:
    """The reads that deciding one gradebook may ask for (`decide.facts.Reads`).

    *sis*: None where only what the ledger holds is asked for.
    """

    def __init__(self, sis: Sis | None, ledger: Ledger, gradebook: Gradebook | None) -> None:
        self._sis, self._ledger, self._gradebook = sis, ledger, gradebook

    def columns(self) -> Sequence[Column]:
        """Every column of the gradebook in the SIS."""
        sis, gradebook = self._of_sis
        return sis.columns(gradebook)

    def cells(self, ref: ColumnRef) -> Marks | None:
        """The cells of a column in the SIS."""
        sis, gradebook = self._of_sis
        return sis.scores(gradebook, ref)

    @property
    def _of_sis(self) -> tuple[Sis, Gradebook]:
        if self._sis is None or self._gradebook is None:
            raise AssertionError("no section of the SIS stands behind these classes")
        return self._sis, self._gradebook

    def claimed(self, refs: Iterable[ColumnRef]) -> frozenset[ColumnRef]:
        """Those of *refs* that the ledger has for a column."""
        return self._ledger.delivered.claimed(refs)

    def known_cells(self, column: ColumnKey) -> KnownCells:
        """What the ledger knows of the cells of a column."""
        return self._ledger.delivered.cells([column])[column]

    def sis_ids(self, students: Iterable[PersonId]) -> Mapping[PersonId, SisPersonId | None]:
        """The SIS ids of students of Otus."""
        return {each.id: each.sis_id for each in self._ledger.source.students(students).values()}


def from_ledger(
    run: RunContext, work: GradebookWork
) -> tuple[GradebookFacts, Sequence[RecordState]]:
    """Return a gradebook's facts from the ledger alone, and all records of its assessments."""
    facts = gradebook_facts(run.ledger, work, None)
    return facts, run.ledger.records.records_of({each.id for each in facts.assessments})
