"""One run: pull, gather, decide, brake, apply, record; the order of a night, and its threads.

The plan goes to a file gradebook by gradebook, so that the brake sees all of it before anything is
sent, and memory stays flat. `plan` is the same code up to the brake.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from agent.decide.facts import RunFacts
from agent.decide.gradebook import decide_gradebook
from agent.decide.plan import GradebookPlan
from agent.decide.states import broken_assessment
from agent.decide.unreadable import broken_class, unreadable_gradebook
from agent.domain import ClassId
from agent.errors import FATAL, BrakeError, InterruptedNightError, UnavailableError
from agent.records import DELIVERED, RecordState, State
from agent.sync.apply import apply_plan
from agent.sync.attempts import Applied
from agent.sync.brake import Tally, plan_findings
from agent.sync.context import GradebookWork, NightResult, RunContext
from agent.sync.gather import NO_CLASS, GradebookReads, from_ledger, gradebook_facts, run_facts
from agent.sync.plan_file import PlanFile
from agent.sync.recovery import leave_open, read_back
from agent.sync.refresh import due_gradebooks, fingerprint_of, pull, refresh_district
from agent.sync.unplaced_scores import owe_unplaced_scores, record_unplaced_scores

RECHECKED = frozenset({State.HELD, State.DELETED_IN_SIS})
"""States that a person can end in the gradebook, which only a look there shows."""

CONSECUTIVE_FAILURES = 3
"""Gradebooks in a row that cannot be read before the run ends."""

AHEAD = 16
"""Gradebooks a thread that may be done, or wait, while the oldest one is still at work."""

In = TypeVar("In")
Out = TypeVar("Out")


@dataclass(frozen=True, slots=True)
class DecidedNight:
    """A night that is decided but not applied; `findings` are those of the brake."""

    tally: Tally
    fingerprint: str
    findings: tuple[str, ...]


def decide_night(run: RunContext, plan_file: PlanFile, *, forced: bool) -> DecidedNight:
    """Do everything up to the brake: pull, gather, and decide all that is due into *plan_file*.

    Raises:
        BrakeError: the source is out of proportion and was not forced; nothing of it was taken in.
        PlanFileError: the plan does not fit on the disk.
    """
    if not run.unresolved and not run.unread:
        run = leave_open(run)
    pull(run, forced=forced)
    district = refresh_district(run)
    fingerprint = fingerprint_of(run, district)
    tally = Tally()
    work = due_gradebooks(run, district, fingerprint)
    facts = run_facts(run)
    nowhere = _broken_nowhere(run)
    if nowhere:
        plan_file.add(GradebookPlan(key="unlinked:", sections=(), classes=(), states=nowhere))
    for plan in in_pool(run.workers, lambda w: _decide(run, facts, w), work):
        plan_file.add(plan)
        tally.add(plan, _roster_before(run, plan))
    plan_file.finish()
    _end_if_unreadable(tally, plan_file)
    delivered = run.ledger.delivered.delivered_count() if tally.writes else 0
    return DecidedNight(tally, fingerprint, plan_findings(tally, delivered, run.brake))


def run_night(run: RunContext, *, forced: bool) -> NightResult:
    """Do a whole run; the writes that an earlier one left open are settled first (C10)."""
    if run.ledger.attempts.open():
        run = read_back(run, run.sis.district_snapshot(None).links)
    plan_file = PlanFile()
    try:
        decided = decide_night(run, plan_file, forced=forced)
        if decided.findings and not forced:
            raise BrakeError(decided.findings)
        return _apply_all(run, plan_file, decided)
    finally:
        plan_file.close()


def in_pool(workers: int, function: Callable[[In], Out], items: Iterable[In]) -> Iterator[Out]:
    """Map in order over *workers* threads, holding few items at a time.

    A slow item stops the others only when they are `AHEAD` of it.
    """
    pending: deque[Future[Out]] = deque()
    with ThreadPoolExecutor(workers) as pool:
        try:
            for item in items:
                pending.append(pool.submit(function, item))
                while pending and (pending[0].done() or len(pending) >= workers * AHEAD):
                    yield pending.popleft().result()
            while pending:
                yield pending.popleft().result()
        finally:
            for future in pending:
                future.cancel()


def _decide(run: RunContext, of_run: RunFacts, work: GradebookWork) -> GradebookPlan:
    """Decide one gradebook; one that cannot be read does not stop the others."""
    if work.broken is not None:
        [class_] = work.classes
        states = broken_class(of_run, *from_ledger(run, work), work.broken)
        return GradebookPlan(key=work.key, sections=(), classes=(class_.id,), states=states)
    try:
        gradebook = run.sis.gradebook(work.key, work.sections) if work.sections else None
        facts = gradebook_facts(run, work, gradebook)
        return decide_gradebook(of_run, facts, GradebookReads(run, gradebook))
    except FATAL:
        raise
    except UnavailableError as error:
        classes = tuple(c.id for c in work.classes)
        return GradebookPlan(
            key=work.key,
            sections=work.sections,
            classes=classes,
            failed=str(error),
            states=unreadable_gradebook(of_run, *from_ledger(run, work), str(error)),
        )


def _broken_nowhere(run: RunContext) -> tuple[RecordState, ...]:
    """Return broken assessments whose class cannot be read, and that no gradebook knows of."""
    return tuple(
        broken_assessment(assessment, "", what)
        for assessment, _, what in run.ledger.source.broken_assessments([NO_CLASS])
        if not run.ledger.delivered.columns_of([assessment])
    )


def _end_if_unreadable(tally: Tally, plan_file: PlanFile) -> None:
    """End the run where the SIS could be read for no gradebook, or failed for several in a row."""
    in_a_row, read = 0, 0
    for plan in plan_file if tally.failed else ():
        in_a_row = in_a_row + 1 if plan.failed else 0 if plan.sections else in_a_row
        read += bool(plan.sections) and not plan.failed
        if in_a_row >= CONSECUTIVE_FAILURES:
            break
    if tally.failed and (in_a_row >= CONSECUTIVE_FAILURES or not read):
        raise UnavailableError(
            f"{len(tally.failed)} gradebooks could not be read, the first: {tally.failed[0]}",
            system="sis",
            operation="gather",
        )


def _roster_before(run: RunContext, plan: GradebookPlan) -> int | None:
    before = run.ledger.get(f"roster:{plan.key}")
    return None if before is None else int(before)


def _apply_all(run: RunContext, plan_file: PlanFile, decided: DecidedNight) -> NightResult:
    """Apply every plan, the largest first; begin no other once the SIS stopped answering."""
    result = NightResult(troubled=bool(decided.tally.failed))
    stopped: list[UnavailableError] = []

    def apply(plan: GradebookPlan) -> tuple[GradebookPlan, Applied | None]:
        if stopped or plan.failed:
            return plan, None
        applied = apply_plan(run, plan)
        if applied.down is not None:
            stopped.append(applied.down)
        return plan, applied

    delivered, classes = 0, list[ClassId]()
    for plan, applied in in_pool(run.workers, apply, plan_file.largest_first()):
        if applied is None:
            if plan.failed:
                run.ledger.records.record(run.id, plan.states)
            continue
        if not classes:
            owe_unplaced_scores(run)
        classes += plan.classes
        result.too_late += plan.too_late
        delivered += record_applied(run, plan, applied, decided.fingerprint)
        result.troubled |= applied.troubled
    if classes and not stopped:
        record_unplaced_scores(run, classes)
    if stopped:
        result.interrupted = _interrupted(run, stopped[0], delivered)
    return result


def _interrupted(run: RunContext, error: UnavailableError, delivered: int) -> InterruptedNightError:
    # Before any write the SIS was not there at all (exit 6); after one the run can be resumed.
    if not delivered and not any(a.run == run.id for a in run.ledger.attempts.open()):
        raise error
    return InterruptedNightError(f"the SIS stopped answering: {error}; run again to resume")


def record_applied(run: RunContext, plan: GradebookPlan, applied: Applied, fingerprint: str) -> int:
    """Write a gradebook's states into the ledger; return how many records were delivered."""
    ledger, states = run.ledger, applied.states
    ledger.records.forget(plan.forget)
    ledger.records.record(run.id, states)
    if plan.roster is not None:
        ledger.put(f"roster:{plan.key}", str(plan.roster))
    days = [day for day in (plan.again, applied.recheck_on) if day is not None]
    if applied.troubled or any(s.state in RECHECKED for s in states):
        days = [run.tonight.night]
    # Where the SIS went away the gradebook stays due: not all of its plan was sent.
    if applied.down is None:
        ledger.schedule.mark_clean(plan.classes, fingerprint, min(days, default=None))
    run.emit(*[_event(s) for s in states if s.state is not State.UNCHANGED])
    return sum(s.state in DELIVERED for s in states)


def _event(state: RecordState) -> dict[str, object]:
    """Return a record as an event, without its student: events go to logs and metrics."""
    return {
        "event": "record",
        "kind": state.kind,
        "assignment": state.assessment,
        "section": state.section,
        "state": state.state.value,
        "codes": list(state.codes),
    }
