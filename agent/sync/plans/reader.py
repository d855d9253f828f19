"""Read the plan of a night into what people are shown; it is the plan that a run would send."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from agent.decide.plan import ColumnPlan
from agent.decide.scores.compare import canonical
from agent.domain import AssignmentData
from agent.policy import Policy
from agent.records import DELIVERED, RecordState, State
from agent.report import Summary
from agent.rules.advice import whys
from agent.sync.context import RunContext
from agent.sync.plan_file import PlanFile
from agent.sync.plans.preview import preview
from agent.sync.plans.view import ColumnView, Field, PlanView, ScoreView, SectionView

LISTED = 100
"""Assignments that stay out and are named one by one, in a section; the rest is counted."""


def view_of(
    run: RunContext, plan_file: PlanFile, findings: Sequence[str], *, scores: bool = False
) -> PlanView:
    """Read the plan, and what a run of it would leave as it is; each score only if asked for."""
    return read_plan(
        plan_file,
        preview(run, plan_file),
        run.policy,
        at=run.tonight.now.astimezone(run.tonight.zone),
        findings=findings,
        scores=scores,
    )


def read_plan(
    plan_file: PlanFile,
    records: Iterable[RecordState],
    policy: Policy,
    *,
    at: datetime,
    findings: Sequence[str],
    scores: bool = False,
) -> PlanView:
    """Read a plan that was decided for the moment *at*, and *records* as it would leave them."""
    sections: dict[str, SectionView] = {}
    summary, reasons, failed = Summary(), Counter[str](), list[str]()
    for plan in plan_file:
        summary.too_late += plan.too_late
        failed += [plan.failed] if plan.failed else []
        for column in plan.columns:
            _add_column(sections, column, policy)
            _add_scores(sections, column, each=scores)
    for record in records:
        summary.add(record)
        reasons.update(_add_record(sections.setdefault(record.section, SectionView()), record))
    return PlanView(
        at=at,
        findings=tuple(findings),
        sections=sections,
        summary=summary,
        reasons=reasons,
        failed=tuple(failed),
    )


def _add_column(sections: dict[str, SectionView], plan: ColumnPlan, policy: Policy) -> None:
    if plan.write and plan.data is not None:
        section = sections.setdefault(plan.section, SectionView())
        section.columns.append(
            ColumnView(
                assessment=plan.assessment,
                title=plan.seen.title if plan.seen else plan.data.title,
                new=plan.write == "create",
                fields=tuple(_fields(plan, plan.data, policy)),
                note=plan.note,
            )
        )


def _add_scores(sections: dict[str, SectionView], plan: ColumnPlan, *, each: bool) -> None:
    for score in plan.scores:
        section = sections.setdefault(score.section, SectionView())
        section.sent += score.op == "put"
        section.taken_back += score.op == "clear"
        section.zeros += score.zero
        section.replaced += score.op == "put" and score.replaces
        if each:
            section.scores.append(
                ScoreView(
                    assessment=plan.assessment,
                    student=score.student,
                    old=score.before,
                    new=None if score.points is None else canonical(score.points),
                    zero=score.zero,
                )
            )


def _fields(plan: ColumnPlan, data: AssignmentData, policy: Policy) -> Iterator[Field]:
    """The fields that would be written; of a column that is there, those that change."""
    type_ = plan.seen.type if plan.seen else ""
    category = policy.category_for(type_) or str(data.category)
    before = plan.before
    for name, old, new in (
        ("Title", before and before.title, data.title),
        ("Category", before and before.category, data.category),
        ("Assigned", before and before.assigned, data.assigned),
        ("Due", before and before.due, data.due),
        ("Points", before and before.points, data.points),
    ):
        # The title of a new one stands above its fields, and a note says what the SIS gets.
        known = name == "Title" if before is None else old == new
        if known or new is None:
            continue
        shown = category if name == "Category" else str(new)
        yield Field(name=name, old=None if before is None else str(old or "none"), new=shown)


def _add_record(section: SectionView, record: RecordState) -> Sequence[str]:
    """Take one record into its section; return why it stays out, if it does."""
    if record.state in DELIVERED:
        return ()
    if record.state is State.UNCHANGED:
        section.unchanged += 1
        return ()
    reasons = whys(record.state, record.codes)
    if record.kind == "score":
        section.staying_scores += 1
        section.scores_staying.update(reasons)
    elif len(section.staying) < LISTED:
        section.staying.append(record)
    else:
        section.more_staying += 1
    for why in reasons:
        if len(reasons) == 1 and record.reason:
            section.examples.setdefault(why, record)
    return reasons
