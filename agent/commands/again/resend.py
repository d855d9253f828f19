"""`passback resend`: an assignment, a section, or all that failed, is sent once more."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

import click

from agent.commands.again.running import by_whom, end, force, report, running, why
from agent.commands.build import as_json, at_instant, configured
from agent.commands.decisions import assessment_named
from agent.commands.runs import noted
from agent.decide.person.holding import lapsed
from agent.errors import DecisionError, InterruptedNightError, PassbackError
from agent.ledger import Ledger
from agent.records import RecordKey, State
from agent.settings import Settings
from agent.sync.context import NightResult, RunContext
from agent.sync.run import run_night

SENT_AGAIN = frozenset(
    {State.UNCHANGED, State.SENT, State.CREATED, State.UPDATED, State.KEPT}
    | {State.REJECTED, State.FAILED, State.DELETED_IN_SIS}
)
"""States in which a record can be sent once more; all others have a reason of their own."""
FAILED = frozenset({State.REJECTED, State.FAILED})


@click.command()
@configured
@at_instant
@as_json
@click.argument("assignment", required=False)
@click.option("--section", metavar="S", help="Only what stands in this section of the SIS.")
@click.option("--failed", is_flag=True, help="Only what failed, or what the SIS rejected.")
@click.option(
    "--over-teacher", is_flag=True, help="Also over what a teacher changed, emptied or deleted."
)
@by_whom
@why
@force
def resend(
    settings: Settings,
    at: datetime | None,
    json_: bool,
    assignment: str | None,
    section: str | None,
    failed: bool,
    over_teacher: bool,
    by: str,
    reason: str,
    forced: str | None,
) -> None:
    """Send an assignment, a section, or all that failed, once more; nothing else is sent.

    What the SIS does not hold as we last sent it stays as it is, unless --over-teacher is given.
    """
    if not (assignment or section or failed):
        raise click.UsageError("name an ASSIGNMENT, a --section, or --failed")
    if over_teacher and not reason.strip():
        raise click.UsageError("--over-teacher needs --reason TEXT")
    with running(settings, at) as (whole, events):
        keys = _to_send(whole.ledger, assignment, section, FAILED if failed else SENT_AGAIN)
        if not keys and failed:
            none = _why_none(assignment, section, failed=True)
            click.echo('{"records": []}' if json_ else f"{none}; nothing to send")
            return
        if not keys:
            raise DecisionError(_why_none(assignment, section, failed=False))
        run = replace(whole, only=frozenset(keys))
        made = partial(run.ledger.decisions.resend, keys, over=over_teacher, by=by, reason=reason)
        night = partial(_resend, run, made, forced=forced is not None)
        ended = noted(run, settings.district, events, night, forced=forced, command="resend")
        report(ended, run.ledger, json_=json_)
    end(ended)


def _resend(
    run: RunContext, decide_all: Callable[..., Sequence[int]], *, forced: bool
) -> NightResult:
    made = decide_all(at=run.tonight.now)
    try:
        return run_night(run, forced=forced)
    except InterruptedNightError:
        raise
    except PassbackError:
        # Nothing was sent, so nothing is to be sent behind the person's back on a later night.
        ended = [lapsed(each, "the run did not come to it") for each in made]
        run.ledger.decisions.end(ended, run.tonight.now)
        raise


def _to_send(
    ledger: Ledger, assignment: str | None, section: str | None, states: frozenset[State]
) -> list[RecordKey]:
    if assignment is not None:
        found = ledger.records.records_of([assessment_named(ledger, assignment)])
    elif section is not None:
        found = ledger.records.records_in([section])
    else:
        found = ledger.decisions.in_states(states)
    inside = [each for each in found if section in {None, each.section} and each.section]
    return [each.key for each in inside if each.state in states]


def _why_none(assignment: str | None, section: str | None, *, failed: bool) -> str:
    of = f" of {assignment}" if assignment else ""
    where = f" of section {section}" if section else ""
    if failed:
        return f"no record{of}{where} is failed or rejected"
    return f"nothing{of}{where} was sent before, so nothing is sent once more"
