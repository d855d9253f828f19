"""`passback decide`: what a person decides about a record that is held or kept."""

import json
from contextlib import closing
from datetime import datetime
from zoneinfo import ZoneInfo

import click

from agent import config
from agent.commands.build import as_json, build_ledger, configured, moment
from agent.decide.person.decision import Choice, Decision, choices_for
from agent.domain import AssessmentId
from agent.errors import DecisionError
from agent.ledger import Ledger
from agent.records import RecordKey, RecordState
from agent.report import as_dict
from agent.settings import Settings


@click.command()
@configured
@click.argument("assignment", required=False)
@click.argument("student", required=False)
@click.option("--send", "choice", flag_value="send", help="Once, ours goes over what stands there.")
@click.option(
    "--keep", "choice", flag_value="keep", help="The SIS's value stands until Otus changes."
)
@click.option("--ignore", "choice", flag_value="ignore", help="Do nothing with it until released.")
@click.option("--release", "choice", flag_value="release", help="Take a decision back.")
@click.option("--section", metavar="S", help="Only the record in this section of the SIS.")
@click.option("--list", "list_", is_flag=True, help="List what waits, and what was decided.")
@click.option("--by", metavar="NAME", help="Who decides it.")
@click.option("--reason", metavar="TEXT", default="", help="Why; kept with the decision.")
@as_json
def decide(
    settings: Settings,
    assignment: str | None,
    student: str | None,
    choice: str | None,
    section: str | None,
    list_: bool,
    by: str | None,
    reason: str,
    json_: bool,
) -> None:
    """Decide about a held or kept record: ASSIGNMENT's own, or STUDENT's score in it.

    The next run carries it out. --release without STUDENT takes back all decisions about the
    assignment.
    """
    if list_ or assignment is None:
        if choice or not list_:
            raise click.UsageError("name an ASSIGNMENT, or give --list")
        with closing(build_ledger(settings, read_only=True)) as ledger:
            _list(ledger, config.zone_of(settings), json_=json_)
        return
    if choice is None:
        raise click.UsageError("give one of --send, --keep, --ignore, --release")
    if not by or not reason.strip():
        raise click.UsageError("a decision needs --by NAME and --reason TEXT")
    with closing(build_ledger(settings, existing=True)) as ledger:
        keys = _records(ledger, assignment, student, section, whole=choice == "release")
        at = moment(None, settings)
        if choice == "release":
            count = ledger.decisions.release(keys, by=by, at=at, reason=reason)
            click.echo(f"{number(count, 'decision')} taken back")
        else:
            ledger.decisions.decide(keys, Choice(choice), by=by, at=at, reason=reason)
            click.echo(f"{choice}: {number(len(keys), 'record')}; the next run carries it out")


def _list(ledger: Ledger, zone: ZoneInfo, *, json_: bool) -> None:
    held, decided = ledger.decisions.waiting(), ledger.decisions.open()
    waiting = [record for record in held if choices_for(record)]
    titles = ledger.source.titles_of(
        {r.assessment for r in waiting} | {d.assessment for d in decided}
    )
    if json_:
        told = {
            "waiting": [as_dict(r) | {"title": titles.get(r.assessment)} for r in waiting],
            "decided": [
                _as_dict(each) | {"title": titles.get(each.assessment)} for each in decided
            ],
        }
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    if not held and not decided:
        click.echo("nothing waits for a decision")
    if waiting:
        click.echo(f"{number(len(waiting), 'held record')} without a decision:")
    for record in waiting:
        able = ", ".join(choices_for(record))
        codes = f" [{', '.join(record.codes)}]" if record.codes else ""
        click.echo(f"  {named(record, titles.get(record.assessment))}{codes}: {record.reason}")
        click.echo(f"      can be decided: {able}")
    if len(held) > len(waiting):
        more = number(len(held) - len(waiting), "record")
        click.echo(f"{more} held with an assignment that a decision holds")
    if decided:
        click.echo(f"{number(len(decided), 'decision')} not carried out, or holding a record:")
    for each in decided:
        why = f": {each.reason}" if each.reason else ""
        day = datetime.fromisoformat(each.at).astimezone(zone).date()
        name = named(each, titles.get(each.assessment))
        click.echo(f"  {each.choice}  {name}, by {each.by} on {day}{why}")


def _as_dict(decision: Decision) -> dict[str, object]:
    return {
        "choice": decision.choice.value,
        "assignment": decision.assessment,
        "student": decision.student,
        "section": decision.section,
        "by": decision.by,
        "at": decision.at,
        "reason": decision.reason,
    }


def named(record: RecordState | Decision, title: str | None) -> str:
    """A record in words."""
    name = f'"{title}" ({record.assessment})' if title else record.assessment
    of = f" of {record.student}" if record.student else ""
    return f"{name}{of} in {record.section or 'no section'}"


def number(count: int, what: str) -> str:
    """How many of something."""
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"


def _records(
    ledger: Ledger, assignment: str, student: str | None, section: str | None, *, whole: bool
) -> list[RecordKey]:
    """The records that are meant; *whole*: of an assignment alone those of its scores too."""
    found = ledger.records.records_of([assessment_named(ledger, assignment)])
    keys = [
        record.key
        for record in found
        if (record.student == student or (whole and student is None))
        and section in {None, record.section}
    ]
    if not keys:
        of = f" of {student}" if student else ""
        where = f" in {section}" if section else ""
        raise DecisionError(f"the ledger has no record of {assignment}{of}{where}")
    return keys


def assessment_named(ledger: Ledger, text: str) -> AssessmentId:
    """The assessment with *text* as its id, or else as its title."""
    if ledger.records.records_of([AssessmentId(text)]):
        return AssessmentId(text)
    found = [id_ for id_, title in ledger.source.titles() if title.casefold() == text.casefold()]
    if len(found) > 1:
        raise DecisionError(f"several assessments have that title; name one by its id: {found}")
    return found[0] if found else AssessmentId(text)
