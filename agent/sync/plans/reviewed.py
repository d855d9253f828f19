"""Hold a run to a plan that a person has looked at: refuse what moved on, allow no other write.

The run decides everything anew, from what source, ledger and SIS say now. So an old plan, or one
that somebody changed, never puts a write into a gradebook that a run without it would not do.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import replace

from agent.decide.plan import ColumnPlan, GradebookPlan
from agent.errors import StalePlanError
from agent.ledger import Ledger
from agent.ledger.pull import Pull
from agent.settings import Settings
from agent.sync.context import RunContext
from agent.sync.plan_file import PlanFile
from agent.sync.plans.saved import Basis, PlanHead
from agent.sync.refresh import SOURCE_MARK

FIELDS = ("title", "assigned", "due", "category", "points")
Write = tuple[object, ...]


class ReviewedPlan:
    """A saved plan, as a run asks it (`context.Reviewed`)."""

    def __init__(self, head: PlanHead, plans: PlanFile, ledger: Ledger) -> None:
        self._head, self._plans, self._ledger = head, plans, ledger

    def check_source(self, staged: Pull) -> None:
        """Refuse if the source, or the local copy of it, changed since the plan was made."""
        same = self._ledger.get(SOURCE_MARK) == self._head.source
        if not same or staged.hashed() != self._head.refused:
            raise StalePlanError("the source has changed")

    def check_night(self, fingerprint: str, plan_file: PlanFile) -> str:
        """Refuse a write that the plan does not have; return a sentence about those left out."""
        if fingerprint != self._head.fingerprint:
            raise StalePlanError("the SIS's grading periods or categories, or the rules, changed")
        left_out = self._plans.writes
        for plan in plan_file:
            planned = {write for same in self._plans.of(plan.key) for write in writes_of(same)}
            for write in writes_of(plan):
                if write not in planned:
                    raise StalePlanError(_other_write(write))
            left_out -= plan.writes
        if not left_out:
            return ""
        count = "1 write" if left_out == 1 else f"{left_out} writes"
        return f"{count} of the plan left out: the gradebook has changed there since it was made"

    def as_reviewed(self, plan: GradebookPlan) -> GradebookPlan:
        """Return *plan* as it was reviewed: what a teacher changed since then is the teacher's.

        The last look compares a cell or a field with what it held when the plan was made.
        """
        planned = {
            _where(column): column for same in self._plans.of(plan.key) for column in same.columns
        }
        columns = tuple(
            _as_reviewed(column, planned[_where(column)]) if _where(column) in planned else column
            for column in plan.columns
        )
        return replace(plan, columns=columns)


def _other_write(write: Write) -> str:
    _, assessment, section, *_ = write
    return (
        "the gradebook has changed, and a run would now write what is not in it:"
        f" {assessment} in {section}"
    )


def writes_of(plan: GradebookPlan) -> Iterator[Write]:
    """Yield what a plan writes to the SIS, each as plain values that can be compared."""
    for column in plan.columns:
        where = _where(column)
        yield from _of_column(column, where)
        for score in column.scores:
            student = score.student, score.sis_student
            yield (score.op, *where, *student, score.points, score.zero, score.takes_over)


def _where(column: ColumnPlan) -> Write:
    return column.assessment, column.section, column.owner, column.external_id, column.ref


def _as_reviewed(column: ColumnPlan, planned: ColumnPlan) -> ColumnPlan:
    known = {(score.op, score.sis_student): score.before for score in planned.scores}
    scores = tuple(
        replace(score, before=known.get((score.op, score.sis_student)) or score.before)
        for score in column.scores
    )
    before = column.before
    if before is not None and planned.before is not None and column.data is not None:
        changed = [n for n in FIELDS if getattr(before, n) != getattr(column.data, n)]
        before = replace(before, **{name: getattr(planned.before, name) for name in changed})
    return replace(column, scores=scores, before=before)


def _of_column(column: ColumnPlan, where: Write) -> Iterator[Write]:
    """Yield a new column as one write, and of one that is there each field that changes."""
    if not column.write or column.data is None:
        return
    before = column.before
    fields = {
        name: getattr(column.data, name)
        for name in FIELDS
        if before is None or getattr(before, name) != getattr(column.data, name)
    }
    if column.write == "create":
        yield ("create", *where, *fields.items())
    else:
        for field in fields.items() or [("", None)]:
            yield ("update", *where, *field)


def basis_of(run: RunContext, settings: Settings) -> Basis:
    """Return what a plan that is made, or sent, now is of."""
    source, sis = settings.source, settings.sis
    servers = (
        *(settings.timezone, source.kind, source.url, source.path, source.midnight_utc),
        *(sis.kind, sis.url, sis.route, sis.oneroster, settings.ledger.url),
    )
    return Basis(
        district=settings.district,
        release=run.release,
        servers=_hash_of(servers),
        policy=_hash_of(run.policy),
        night=run.tonight.night,
        today=run.tonight.today,
        last_run=run.ledger.runs.last_done(),
    )


def _hash_of(value: object) -> str:
    return hashlib.sha256(repr(value).encode()).hexdigest()[:16]


def check_basis(planned: Basis, now: Basis) -> None:
    """Refuse a plan of another district, program, configuration, date, or state of the ledger.

    Raises:
        StalePlanError: with a sentence that names the side.
    """
    for was, is_, what in (
        (planned.district, now.district, f"it is for the district {planned.district}"),
        (planned.release, now.release, f"version {planned.release} of Passback made it"),
        (planned.servers, now.servers, "the configuration names another source, SIS or ledger now"),
        (planned.policy, now.policy, "the policy in the configuration has changed"),
        (planned.night, now.night, f"it is for the night of {planned.night}"),
        (planned.today, now.today, f"it was made on {planned.today}"),
        (planned.last_run, now.last_run, "a run has been since; a plan is sent once"),
    ):
        if was != is_:
            raise StalePlanError(what)
