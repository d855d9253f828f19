"""One run: pull, gather, decide, brake, apply, record; the order of a night, and its threads.

The plan goes to a file gradebook by gradebook, so that the brake sees all of it before anything is
sent, and memory stays flat. `plan` is the same code up to the brake. A run of a reviewed plan
decides anew as well, and writes only what that plan has too.
"""

from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace

from agent.decide.facts import RunFacts
from agent.decide.gradebook import decide_gradebook
from agent.decide.person.only import concerns, narrowed
from agent.decide.plan import GradebookPlan, broken_assessment
from agent.decide.unreadable import broken_class, unreadable_gradebook
from agent.domain import ClassId
from agent.errors import (
    FATAL,
    BrakeError,
    InterruptedNightError,
    StoppedError,
    UnavailableError,
)
from agent.ledger.pull import Pull
from agent.log import lines as log
from agent.records import DELIVERED, RecordState, State
from agent.sync.apply import apply_plan
from agent.sync.attempts import Applied
from agent.sync.brake import Tally, end_if_unreadable, plan_findings
from agent.sync.context import GradebookWork, NightResult, Reviewed, RunContext
from agent.sync.gather import (
    NO_CLASS,
    GradebookReads,
    from_ledger,
    gradebook_facts,
    newly_refused,
    run_facts,
)
from agent.sync.plan_file import PlanFile
from agent.sync.plans.preview import summary_of
from agent.sync.pool import in_pool
from agent.sync.recovery.late import recovered
from agent.sync.recovery.read_back import leave_open
from agent.sync.refresh import (
    BeforeCommit,
    due_gradebooks,
    fingerprint_of,
    forget_moved_ids,
    pull,
    refresh_district,
)
from agent.sync.unplaced_scores import owe_unplaced_scores, record_unplaced_scores
from agent.traces import spans

RECHECKED = frozenset({State.HELD, State.DELETED_IN_SIS})
"""States that a person can end in the gradebook, which only a look there shows."""


@dataclass(frozen=True, slots=True)
class DecidedNight:
    """A night that is decided but not applied.

    Attributes:
        findings: those of the brake.
        refused: the source itself is out of proportion, and was taken into a copy of the ledger.
    """

    tally: Tally
    fingerprint: str
    findings: tuple[str, ...]
    refused: bool = False


def _as_it_comes(staged: Pull) -> None:
    """Take a pull as it is."""


@contextmanager
def planned_night(
    run: RunContext, plan_file: PlanFile, *, before_commit: BeforeCommit = _as_it_comes
) -> Iterator[tuple[RunContext, DecidedNight]]:
    """Decide a night that is not sent; give the run to read more of it with.

    A source out of proportion is taken into a copy of the ledger, which the run given has: the
    ledger stays as it was, and so does the brake.
    """
    try:
        decided = decide_night(run, plan_file, forced=False, before_commit=before_commit)
    except BrakeError as error:
        with run.ledger.copied() as copy:
            ahead = replace(run, ledger=copy)
            decided = decide_night(ahead, plan_file, forced=True, before_commit=before_commit)
            findings = error.findings + decided.findings
            yield ahead, replace(decided, findings=findings, refused=True)
    else:
        yield run, decided


def decide_night(
    run: RunContext,
    plan_file: PlanFile,
    *,
    forced: bool,
    before_commit: BeforeCommit = _as_it_comes,
) -> DecidedNight:
    """Do everything up to the brake: pull, gather, and decide all that is due into *plan_file*.

    Raises:
        BrakeError: the source is out of proportion and was not forced; nothing of it was taken in.
        PlanFileError: the plan does not fit on the disk.
    """
    if not run.unresolved and not run.unread:
        run = leave_open(run)
    pull(run, forced=forced, before_commit=before_commit)
    district = refresh_district(run)
    fingerprint = fingerprint_of(run, district)
    tally = Tally()
    due = due_gradebooks(run, district, fingerprint)
    work = (w for w in due if concerns(w.sections, run.only))
    facts = run_facts(run)
    nowhere = _broken_nowhere(run) if run.only is None else ()
    if nowhere:
        plan_file.add(GradebookPlan(key="unlinked:", sections=(), classes=(), states=nowhere))
    for plan in in_pool(run.workers, lambda w: _decide_one(run, facts, w), work):
        run.go_on()
        plan_file.add(plan)
        tally.add(plan, _roster_before(run, plan))
        tally.refused += newly_refused(run, plan)
    plan_file.finish()
    end_if_unreadable(tally, plan_file)
    tally.columns = run.ledger.delivered.column_count() if tally.refused else 0
    delivered = run.ledger.delivered.delivered_count() if tally.writes else 0
    findings = plan_findings(tally, delivered, run.brake)
    log.info("decided", **tally.as_facts(), **({"brake": findings} if findings else {}))
    return DecidedNight(tally, fingerprint, findings)


def run_night(run: RunContext, *, forced: bool, reviewed: Reviewed | None = None) -> NightResult:
    """Do a whole run; the writes that an earlier one left open are settled first (C10).

    With *reviewed*, only that plan: what was open when it was made stays open. A shadow night is
    decided and not sent, and leaves no record.
    """
    if run.shadow is not None:
        return _shadow_night(run)
    if reviewed is None:
        run = recovered(run)
    before_commit = reviewed.check_source if reviewed else _as_it_comes
    with closing(PlanFile()) as plan_file:
        decided = decide_night(run, plan_file, forced=forced, before_commit=before_commit)
        remark = reviewed.check_night(decided.fingerprint, plan_file) if reviewed else ""
        if decided.findings and not forced:
            raise BrakeError(decided.findings)
        plans = plan_file.largest_first()
        result = _apply_all(run, map(reviewed.as_reviewed, plans) if reviewed else plans, decided)
    result.remark = remark
    if result.interrupted is None and run.only is None:
        forget_moved_ids(run.ledger)
    return result


def _shadow_night(run: RunContext) -> NightResult:
    with closing(PlanFile()) as plan_file, planned_night(run, plan_file) as (ahead, decided):
        planned = summary_of(ahead, plan_file)
    findings = "; ".join(decided.findings)
    braked = f"; the brake would have stopped it: {findings}" if findings else ""
    return NightResult(planned=planned, findings=decided.findings, remark=f"{run.shadow}{braked}")


def _decide_one(run: RunContext, of_run: RunFacts, work: GradebookWork) -> GradebookPlan:
    with spans.span("decide gradebook", gradebook=work.key):
        return narrowed(_decide(run, of_run, work), run.only)


def _decide(run: RunContext, of_run: RunFacts, work: GradebookWork) -> GradebookPlan:
    """Decide one gradebook; one that cannot be read does not stop the others."""
    if work.broken is not None:
        [class_] = work.classes
        states = broken_class(of_run, *from_ledger(run, work), work.broken)
        return GradebookPlan(key=work.key, sections=(), classes=(class_.id,), states=states)
    try:
        gradebook = run.sis.gradebook(work.key, work.sections) if work.sections else None
        facts = gradebook_facts(run.ledger, work, gradebook)
        return decide_gradebook(of_run, facts, GradebookReads(run.sis, run.ledger, gradebook))
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


def _roster_before(run: RunContext, plan: GradebookPlan) -> int | None:
    before = run.ledger.get(f"roster:{plan.key}")
    return None if before is None else int(before)


def _apply_all(
    run: RunContext, plans: Iterable[GradebookPlan], decided: DecidedNight
) -> NightResult:
    """Apply every plan; begin no other once the SIS stopped answering.

    Nor once the run was told to stop; what was at work then is recorded.
    """
    result = NightResult(troubled=bool(decided.tally.failed))
    stopped: list[UnavailableError | StoppedError] = []
    delivered, classes = 0, list[ClassId]()
    for plan, applied in in_pool(run.workers, lambda p: _apply(run, p, stopped), plans):
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
    if classes and not stopped and run.only is None:
        record_unplaced_scores(run, classes)
    if stopped:
        result.interrupted = _interrupted(run, stopped[0], delivered)
    return result


def _apply(
    run: RunContext, plan: GradebookPlan, stopped: list[UnavailableError | StoppedError]
) -> tuple[GradebookPlan, Applied | None]:
    """Apply one plan, unless something *stopped* the run; what stops it now is added there."""
    if run.stop():
        stopped.append(StoppedError("told to stop"))
    if stopped or plan.failed:
        return plan, None
    with spans.span("write gradebook", gradebook=plan.key):
        applied = apply_plan(run, plan)
    if applied.down is not None:
        stopped.append(applied.down)
    return plan, applied


def _interrupted(
    run: RunContext, error: UnavailableError | StoppedError, delivered: int
) -> InterruptedNightError:
    # Before any write the SIS was not there at all (exit 6); after one the run can be resumed.
    if not delivered and not any(a.run == run.id for a in run.ledger.attempts.open()):
        raise error
    why = "" if isinstance(error, StoppedError) else "the SIS stopped answering: "
    return InterruptedNightError(f"{why}{error}; run again to resume")


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
    if applied.down is None and run.only is None:
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
