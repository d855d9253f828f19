"""`passback purge` and `erase`: what leaves the ledger for good."""

from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import asdict
from datetime import UTC, datetime, timedelta

import click

from agent.commands.build import as_json, at_instant, build_ledger, build_sis, configured, moment
from agent.commands.care.parts import WORDS, opened, print_json, size
from agent.commands.decisions import number
from agent.commands.events import Events
from agent.domain import Class
from agent.ledger import file_of
from agent.ledger.care.copies import kept_copies
from agent.ledger.care.erase import erase as erase_student
from agent.ledger.care.purge import Ended, over_by, over_in
from agent.ledger.care.purge import purge as purge_ledger
from agent.ledger.care.removal import Removal
from agent.settings import Settings

LEAST = timedelta(days=30)
"""What is younger may still change in Otus."""


class _Age(click.ParamType[timedelta]):
    """A number of days, `400d`."""

    name = "age"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> timedelta:
        """Read `400d`."""
        number = str(value).removesuffix("d")
        if not str(value).endswith("d") or not number.isdecimal():
            self.fail(f"{value!r} is not a number of days, such as 400d", param, ctx)
        return timedelta(days=int(number))


yes = click.option("--yes", is_flag=True, help="Do it; without this it is only counted.")


@click.command()
@configured
@at_instant
@as_json
@click.option("--older-than", type=_Age(), metavar="DAYSd", help="Before this many days ago: 400d.")
@click.option("--before", type=click.DateTime(["%Y-%m-%d"]), help="Before this day.")
@click.option(
    "--period",
    "periods",
    multiple=True,
    metavar="TITLE|ID",
    help="What was due in this grading period, which the SIS must call closed; may be repeated.",
)
@yes
def purge(
    settings: Settings,
    at: datetime | None,
    older_than: timedelta | None,
    before: datetime | None,
    periods: tuple[str, ...],
    json_: bool,
    yes: bool,
) -> None:
    """Remove history, and all that is kept of assessments that are over.

    A purged assessment is never touched again: the SIS keeps its scores as they are, and what Otus
    changes about it later is not sent.
    """
    now = moment(at, settings)
    if (older_than, before, periods) == (None, None, ()) or (older_than and before):
        raise click.UsageError("give --older-than or --before, or --period")
    day = before.date() if before else (now - older_than).date() if older_than else None
    if day is not None and day > now.date() - LEAST:
        raise click.UsageError(f"what is younger than {LEAST.days} days is not purged")
    with opened(settings) as store:
        ended = _ended(settings, periods, now) if periods else []
        over = {*(over_by(store, day) if day else ()), *over_in(store, ended)}
        removal = purge_ledger(store, history=day, assessments=sorted(over), now=now, done=yes)
    head = number(len(over), "assessment") + (f", and history before {day}" if day else "")
    _report(removal, head, {"assessments": len(over)}, json_=json_)


def _ended(settings: Settings, names: Iterable[str], now: datetime) -> list[Ended]:
    """Ask the SIS for the grading periods of these titles or ids in every section."""
    wanted = {name.casefold(): name for name in names}
    found, seen = list[Ended](), set[str]()
    with (
        closing(build_ledger(settings)) as ledger,
        closing(build_sis(settings, Events(), now)) as sis,
    ):
        classes = [c for c in ledger.source.classes() if isinstance(c, Class)]
        for section in sorted({c.section for c in classes if c.section is not None}):
            for each in sis.gradebook(section, [section]).sections.values():
                for period in each.periods:
                    names_of = {period.title.casefold(), period.id.casefold()}
                    if names_of.isdisjoint(wanted):
                        continue
                    if not period.closed:
                        raise click.UsageError(
                            f"the grading period {period.title} is open in section {section}"
                        )
                    seen |= names_of
                    found.append(Ended(section=section, start=period.start, end=period.end))
    if missing := wanted.keys() - seen:
        raise click.UsageError(f"no section has the grading period {wanted[min(missing)]!r}")
    return found


@click.command()
@configured
@as_json
@click.argument("student")
@yes
def erase(settings: Settings, student: str, json_: bool, yes: bool) -> None:
    """Remove all that the ledger holds about STUDENT, an id in Otus, for good.

    The SIS keeps its grades, and nothing is written for this student again.
    """
    with opened(settings) as store:
        removal = erase_student(store, student, datetime.now(UTC), done=yes)
    file = file_of(settings.ledger.url)
    copies = [str(each) for each in kept_copies(file)] if file else []
    none = f"nothing; the ledger holds nothing about {student}"
    _report(removal, "one student" if removal.rows else none, {"copies": copies}, json_=json_)
    if not json_ and yes:
        click.echo(
            "Nothing is written for this student again. The SIS and Otus keep what they have.\n"
            "What a person must do: delete older backups, plans in files, logs and event files,\n"
            "or let them expire."
        )
        for copy in copies:
            click.echo(f"  a copy beside the ledger: {copy}")


def _report(removal: Removal, head: str, more: Mapping[str, object], *, json_: bool) -> None:
    if json_:
        print_json({**asdict(removal), **more})
        return
    click.echo(f"{'Removed' if removal.done else 'Would remove'}: {head}")
    for table, count in removal.rows.items():
        click.echo(f"  {count:>10,}  {WORDS.get(table, table)}")
    if not removal.done:
        click.echo("Nothing was removed." + (" Run it again with --yes." if removal.rows else ""))
        return
    click.echo(f"The file had {size(removal.bytes_before)}, now {size(removal.bytes_after)}.")
    if not removal.log_emptied:
        click.echo(
            "Another process reads the ledger, so its log still holds what was removed: stop"
            " that, and run this again.",
            err=True,
        )
