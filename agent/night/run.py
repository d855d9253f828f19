"""One night: pull, gather, decide, brake, apply, record (ARCHITECTURE).

The plan is spooled gradebook by gradebook, so that the brake sees all of it before anything is sent
and memory stays flat. `plan` is the same code up to the brake.
"""

from dataclasses import dataclass, field, replace
from datetime import date

from agent.domain import ClassId
from agent.errors import BrakeError, InterruptedNightError, UnavailableError
from agent.night.applied import FATAL, Applied
from agent.night.apply import apply_plan
from agent.night.brake import plan_findings
from agent.night.decide import decide_gradebook
from agent.night.pool import in_pool
from agent.night.pull import pull
from agent.night.resume import resume, unsettled
from agent.night.spool import Spool
from agent.night.strays import owe, tell_strays
from agent.night.survey import context_of, gradebooks_due, look_around
from agent.night.tally import Tally
from agent.night.unreadable import broken_class, broken_nowhere, unreadable
from agent.night.work import GradebookPlan, GradebookWork, Kit
from agent.records import DELIVERED, RecordState, State

LOOKED_AT_AGAIN = frozenset({State.HELD, State.DELETED_IN_SIS})
"""States that a person's hand in the gradebook can end, which only a look can tell."""

CONSECUTIVE_FAILURES = 3
"""Gradebooks in a row that cannot be read before the night is called off."""


@dataclass(slots=True)
class Outcome:
    """What a night came to.

    Attributes:
        troubled: some record was rejected or failed (exit 3).
        interrupted: the SIS went away after a write (exit 5); the report is still true.
        too_late: what a grading period keeps back that closed within the last 24 hours.
    """

    tally: Tally = field(default_factory=Tally)
    troubled: bool = False
    interrupted: InterruptedNightError | None = None
    too_late: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Decided:
    """A night decided but not applied; `findings` is what the brake has to say of it."""

    tally: Tally
    context: str
    findings: tuple[str, ...]


def decide_night(kit: Kit, spool: Spool, *, forced: bool) -> Decided:
    """Everything up to the brake: pull, survey, decide all that is due into *spool*.

    Raises:
        BrakeError: the source is out of proportion and was not forced; nothing of it was taken in.
        SpoolError: the plan does not fit on the disk.
    """
    if not kit.doubts and not kit.unread:
        doubts, unread = unsettled(kit.ledger.open_attempts())
        kit = replace(kit, doubts=doubts, unread=unread)
    pull(kit, forced=forced)
    survey = look_around(kit)
    context = context_of(kit, survey)
    tally = Tally()
    work = gradebooks_due(kit, survey, context)
    nowhere = broken_nowhere(kit)
    if nowhere:
        spool.add(GradebookPlan(key="unlinked:", sections=(), classes=(), states=nowhere))
    for plan in in_pool(kit.workers, lambda w: _decide(kit, w), work):
        spool.add(plan)
        tally.add(plan, _roster_before(kit, plan))
    spool.finish()
    _call_off_if_unreadable(tally, spool)
    held = kit.ledger.held() if tally.writes else 0
    findings = plan_findings(tally, held, kit.brake)
    return Decided(tally, context, findings)


def run_night(kit: Kit, *, forced: bool) -> Outcome:
    """A whole night. What a crash left open is resolved first."""
    if kit.ledger.open_attempts():
        doubts, unread = resume(kit, kit.sis.district_snapshot(None).links)
        kit = replace(kit, doubts=doubts, unread=unread)
    spool = Spool()
    try:
        decided = decide_night(kit, spool, forced=forced)
        if decided.findings and not forced:
            raise BrakeError(decided.findings)
        return _apply_all(kit, spool, decided.tally, decided.context)
    finally:
        spool.close()


def _decide(kit: Kit, work: GradebookWork) -> GradebookPlan:
    """Decide one gradebook; one that cannot be read does not stop the others."""
    if work.broken is not None:
        [class_] = work.classes
        states = broken_class(kit, class_.id, work.broken)
        return GradebookPlan(key=work.key, sections=(), classes=(class_.id,), states=states)
    try:
        return decide_gradebook(kit, work, thorough=kit.recheck)
    except FATAL:
        raise
    except UnavailableError as error:
        classes = tuple(c.id for c in work.classes)
        return GradebookPlan(
            key=work.key,
            sections=work.sections,
            classes=classes,
            failed=str(error),
            states=unreadable(kit, work, str(error)),
        )


def _call_off_if_unreadable(tally: Tally, spool: Spool) -> None:
    """When no gradebook, or several in a row, could be read, the SIS is not there."""
    in_a_row, read = 0, 0
    for plan in spool if tally.failed else ():
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


def _roster_before(kit: Kit, plan: GradebookPlan) -> int | None:
    before = kit.ledger.get(f"roster:{plan.key}")
    return None if before is None else int(before)


def _apply_all(kit: Kit, spool: Spool, tally: Tally, context: str) -> Outcome:
    """Apply every plan, the largest first; stop handing out work once the SIS is gone."""
    outcome = Outcome(tally=tally, troubled=bool(tally.failed))
    stopped: list[UnavailableError] = []

    def apply(plan: GradebookPlan) -> tuple[GradebookPlan, Applied | None]:
        if stopped or plan.failed:
            return plan, None
        applied = apply_plan(kit, plan)
        if applied.down is not None:
            stopped.append(applied.down)
        return plan, applied

    delivered, looked_at = 0, list[ClassId]()
    for plan, applied in in_pool(kit.workers, apply, spool.largest_first()):
        if applied is None:
            if plan.failed:
                kit.ledger.record(kit.run, plan.states)
            continue
        if not looked_at:
            owe(kit)
        looked_at += plan.classes
        outcome.too_late += plan.too_late
        delivered += _record(kit, plan, applied, context)
        outcome.troubled |= applied.troubled
    if looked_at and not stopped:
        tell_strays(kit, looked_at)
    if stopped:
        _stopped(kit, stopped[0], delivered, outcome)
    return outcome


def _record(kit: Kit, plan: GradebookPlan, applied: Applied, context: str) -> int:
    """Write a gradebook's states down; how many records were delivered."""
    ledger = kit.ledger
    ledger.forget(plan.forget)
    ledger.record(kit.run, applied.states)
    if plan.roster is not None:
        ledger.put(f"roster:{plan.key}", str(plan.roster))
    open_ends = applied.troubled or any(s.state in LOOKED_AT_AGAIN for s in applied.states)
    again = kit.tonight.night if open_ends else _first(plan.again, applied.again)
    if applied.down is None:
        ledger.looked(plan.classes, context, again)
    kit.emit(*[_event(s) for s in applied.states if s.state is not State.UNCHANGED])
    return sum(s.state in DELIVERED for s in applied.states)


def _first(*days: date | None) -> date | None:
    return min((day for day in days if day is not None), default=None)


def _event(state: RecordState) -> dict[str, object]:
    """A record as an event: no student in it, since events go to logs and metrics."""
    return {
        "event": "record",
        "kind": state.kind,
        "assignment": state.assessment,
        "section": state.section,
        "state": state.state.value,
        "codes": list(state.codes),
    }


def _stopped(kit: Kit, error: UnavailableError, delivered: int, outcome: Outcome) -> None:
    """Before any write the SIS was never there (exit 6); after one the night is resumable."""
    if not delivered and not any(a.run == kit.run for a in kit.ledger.open_attempts()):
        raise error
    outcome.interrupted = InterruptedNightError(f"the SIS went away: {error}; run again to resume")
