"""Undo a run: read what it wrote, plan the values held before, and write them like any night.

Before anything is sent, all that is to be taken back is held by decisions, so a night after a kill
in the middle sends none of it. The undo of the same run then goes on with what still stands.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

from agent.decide.person.decision import Decided, Undone
from agent.decide.person.undo import undo_gradebook
from agent.decide.person.undo_facts import UndoFacts, UndoPlan
from agent.decide.plan import GradebookPlan, planned_column_states
from agent.domain import Gradebook, Marks
from agent.errors import BrakeError, DecisionError, InterruptedNightError
from agent.ledger import Ledger
from agent.records import ColumnKey, DoneAttempt, KnownColumn, RecordKey, RecordState
from agent.sync.apply import apply_plan
from agent.sync.brake import Tally, plan_findings
from agent.sync.context import NightResult, RunContext
from agent.sync.plan_file import PlanFile
from agent.sync.recovery.attempts import by_sections
from agent.sync.recovery.read_back import leave_open, read_back

MARK = "undone:{}"
"""The note in the ledger that a run was undone, and by which one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Who undoes which run, and why."""

    run: str
    by: str
    reason: str


@dataclass(slots=True)
class UndoFound:
    """What undoing a run would do, or did.

    Attributes:
        held: all that is held from then on, by record.
        states: what each record of the run reads afterwards.
    """

    held: dict[RecordKey, Undone] = field(default_factory=dict)
    states: list[RecordState] = field(default_factory=list)
    findings: tuple[str, ...] = ()


def taken_back(found: UndoFound) -> str:
    """How much an undo takes back, and how much only a teacher can."""
    back = [key for key, each in found.held.items() if each.left is not None]
    rest = sum(bool(each.stands) for each in found.held.values())
    teacher = f"; {rest} more only by a teacher" if rest else ""
    columns = sum(student is None for _, student, _ in back)
    return f"{columns} assignments and {len(back) - columns} scores taken back{teacher}"


def check_is_known(ledger: Ledger, run: str) -> Mapping[str, Any]:
    """Refuse a run that the ledger does not know; return it else."""
    found = ledger.runs.find(run)
    if found is None:
        raise DecisionError(f"the ledger knows no run {run}; `passback history` lists them")
    return found


def check_can_be_undone(ledger: Ledger, run: str) -> None:
    """Refuse a run that wrote nothing, was undone before, or is an undo itself.

    Raises:
        DecisionError: with the reason.
    """
    found = check_is_known(ledger, run)
    if found["command"] == "undo":
        raise DecisionError(
            f"{run} undid a run itself: what it took back is sent again once it is released, with"
            " `passback undo RUN --release` for the run that it undid"
        )
    by = ledger.get(MARK.format(run))
    if by is not None:
        raise DecisionError(f"run {run} was undone before, by run {by}")
    if not ledger.attempts.of_run(run):
        raise DecisionError(f"run {run} wrote nothing into the SIS")


def show_undo(run: RunContext, undone: str) -> UndoFound:
    """What undoing a run would do; writes nothing."""
    run, found = leave_open(run), UndoFound()
    with closing(PlanFile()) as plans:
        found.findings = _plan(run, undone, plans, found)
        for plan in plans:
            found.states += plan.states
            found.states += [s for column in plan.columns for s in planned_column_states(column)]
    return found


def undo_night(run: RunContext, asked: Asked, *, forced: bool) -> NightResult:
    """Take back what a run wrote, under the brake; resumable by the same call."""
    if run.ledger.attempts.open():
        run = read_back(run, run.sis.district_snapshot(None).links)
    result, found = NightResult(), UndoFound()
    with closing(PlanFile()) as plans:
        findings = _plan(run, asked.run, plans, found)
        if findings and not forced:
            raise BrakeError(findings)
        now = run.tonight.now
        run.ledger.decisions.undone(found.held, by=asked.by, at=now, reason=asked.reason)
        for plan in plans.largest_first():
            _apply(run, plan, result)
            if result.interrupted is not None:
                return result
    result.remark = f"run {asked.run} was undone: {taken_back(found)}"
    # What the SIS refused tonight may be undone once more.
    if not result.troubled:
        run.ledger.put(MARK.format(asked.run), run.id)
    return result


def _apply(run: RunContext, plan: GradebookPlan, result: NightResult) -> None:
    applied = apply_plan(run, plan)
    run.ledger.records.record(run.id, applied.states)
    result.troubled |= applied.troubled
    if applied.down is not None:
        result.interrupted = InterruptedNightError(
            f"the SIS stopped answering: {applied.down}; undo the run again to go on"
        )


def _plan(run: RunContext, undone: str, plans: PlanFile, found: UndoFound) -> tuple[str, ...]:
    """Plan it gradebook by gradebook; what the brake finds."""
    tally = Tally()
    for each in _gradebooks(run, undone):
        plans.add(each.plan)
        found.held |= each.held
        tally.add(each.plan, None)
    plans.finish()
    return plan_findings(tally, run.ledger.delivered.delivered_count(), run.brake)


def _gradebooks(run: RunContext, undone: str) -> Iterator[UndoPlan]:
    links = run.sis.district_snapshot(None).links
    attempts = run.ledger.attempts.of_run(undone)
    for sections, some in by_sections(run, links, attempts).items():
        gradebook = run.sis.gradebook(sections[0], sections)
        yield undo_gradebook(_facts(run, undone, gradebook, some))


def _facts(
    run: RunContext, undone: str, gradebook: Gradebook, attempts: Sequence[DoneAttempt]
) -> UndoFacts:
    keys = {a.column for a in attempts}
    scored = {a.column for a in attempts if a.student}
    known = {k: each for k, each in _known(run, keys).items() if each.ref is not None}
    listed = {column.ref: column for column in run.sis.columns(gradebook)}
    columns = {k: listed[each.ref] for k, each in known.items() if each.ref in listed}
    students = run.ledger.source.students({a.student for a in attempts if a.student})
    sis_ids = {student: each.sis_id for student, each in students.items()}
    holders = run.ledger.source.students_by_sis_id({s for s in sis_ids.values() if s})
    unread: dict[ColumnKey, Marks | None] = {
        k: run.sis.scores(gradebook, column.ref) for k, column in columns.items() if k in scored
    }
    return UndoFacts(
        run=undone,
        today=run.tonight.today,
        gradebook=gradebook,
        traits=run.sis.traits,
        attempts=attempts,
        known=known,
        columns=columns,
        marks=unread,
        sis_ids=sis_ids,
        shared=frozenset(sis for sis, some in holders.items() if len(some) > 1),
        unresolved=frozenset(run.unresolved),
        decided=Decided(run.ledger.decisions.of_assessments({name for name, _ in keys})),
    )


def _known(run: RunContext, keys: set[ColumnKey]) -> dict[ColumnKey, KnownColumn]:
    columns = run.ledger.delivered.columns_of({assessment for assessment, _ in keys})
    return {(c.assessment, c.owner): c for c in columns if (c.assessment, c.owner) in keys}
