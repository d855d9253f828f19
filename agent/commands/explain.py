"""`passback explain`: why a record is or is not in the SIS, from what is stored or asked anew."""

from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import datetime

import click

from agent import config
from agent.commands.build import as_json as json_option
from agent.commands.build import at_instant, build_sis, moment, print_json, with_ledger
from agent.commands.events import Events
from agent.commands.progress import painted
from agent.decide.facts import RunFacts
from agent.domain import AssessmentId, PersonId
from agent.explain.document import as_json
from agent.explain.judged import Live, ask_sis, facts_of_today, stored_verdicts
from agent.explain.output import Answer, as_text
from agent.explain.way import Way, way_of
from agent.http.waiting import NOT_AT_ALL
from agent.ledger import Ledger
from agent.policy import run_date
from agent.report import LISTED
from agent.settings import Settings
from agent.sis.vendors import traits_of


@click.command()
@with_ledger
@click.argument("assignment")
@click.argument("student", required=False)
@click.option("--live", is_flag=True, help="Read the SIS too, and ask every rule anew.")
@at_instant
@json_option
def explain(
    settings: Settings,
    ledger: Ledger,
    assignment: str,
    student: str | None,
    live: bool,
    at: datetime | None,
    json_: bool,
) -> None:
    """Show why ASSIGNMENT (of STUDENT) is or is not in the SIS, and who can change that.

    ASSIGNMENT is an id in Otus, a title, or a part of a title that only one assessment has.
    """
    found = _found(ledger, assignment)
    way = way_of(ledger, found, PersonId(student) if student else None)
    if way is None:
        of = f" of {student}" if student else ""
        raise click.UsageError(f"the ledger has no record of {assignment}{of}: no run has seen it")
    now, zone = moment(at, settings), config.zone_of(settings)
    tonight = run_date(now, zone, settings.policy.night_belongs_until)
    facts = facts_of_today(ledger, settings.policy, tonight, traits_of(settings.sis))
    asked = _live(settings, ledger, facts, way, now) if live else None
    verdicts = asked.verdicts if asked else list(stored_verdicts(ledger, facts, way))
    answer = Answer(way=way, verdicts=verdicts, live=asked, zone=zone)
    if json_:
        print_json(as_json(answer))
    else:
        for line in as_text(answer):
            click.echo(painted(line, "red") if line.startswith("  refuses") else line)


def _live(settings: Settings, ledger: Ledger, facts: RunFacts, way: Way, now: datetime) -> Live:
    with closing(build_sis(settings, Events(), now, NOT_AT_ALL)) as sis:
        return ask_sis(sis, ledger, facts, way)


def _found(ledger: Ledger, text: str) -> AssessmentId:
    """Return the assessment with *text* as id, as title, as title in any case, or in its title."""
    id_ = AssessmentId(text)
    if ledger.records.records_of([id_]) or ledger.source.in_classes(id_):
        return id_
    titles, folded = list(ledger.source.titles()), text.casefold()
    fitting: tuple[Callable[[str], bool], ...] = (
        lambda title: title == text,
        lambda title: title.casefold() == folded,
        lambda title: folded in title.casefold(),
    )
    for fits in fitting:
        found = {key: title for key, title in titles if fits(title)}
        if len(found) > 1:
            raise click.UsageError(_several(found))
        if found:
            return next(iter(found))
    return id_


def _several(found: Mapping[AssessmentId, str]) -> str:
    listed = [f'{id_}: "{title}"' for id_, title in list(found.items())[:LISTED]]
    more = [f"and {len(found) - LISTED} more"] if len(found) > LISTED else []
    head = f"{len(found)} assessments match that title; give the id of one:"
    return "\n  ".join([head, *listed, *more])
