"""What a person orders about a district: run, pause, park, resume."""

import getpass
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import click

from agent.fleet.commands.parts import Fleet, with_fleet
from agent.fleet.database import acts


def _of_district(command: Callable[..., None]) -> Callable[..., None]:
    return click.argument("district")(command)


def _reason(command: Callable[..., None]) -> Callable[..., None]:
    return click.argument("why", metavar="REASON")(command)


def _day(_ctx: click.Context, _of: click.Parameter, value: datetime | None) -> date | None:
    return value.date() if value else None


def _do(fleet: Fleet, what: str, district: str, why: str, **more: Any) -> None:
    """Note an order and say what it means."""
    with fleet.database.transaction() as sql:
        told = acts.order(
            sql, what, district, by=getpass.getuser(), why=why, now=fleet.clock(), **more
        )
    click.echo(told)


@click.command()
@with_fleet
@_of_district
@_reason
@click.option(
    "--until",
    metavar="DATE",
    type=click.DateTime(["%Y-%m-%d"]),
    callback=_day,
    help="The first date whose night runs again; without it somebody has to resume it.",
)
def pause(fleet: Fleet, district: str, why: str, until: date | None) -> None:
    """Begin no night of DISTRICT for a while; a night at work goes on."""
    _do(fleet, "pause", district, why, until=until)


@click.command()
@with_fleet
@_of_district
@_reason
def park(fleet: Fleet, district: str, why: str) -> None:
    """Begin no night of DISTRICT until somebody resumes it."""
    _do(fleet, "park", district, why)


@click.command()
@with_fleet
@_of_district
def resume(fleet: Fleet, district: str) -> None:
    """End the pause of DISTRICT, or let it run again after it was parked."""
    _do(fleet, "resume", district, "")


@click.command()
@with_fleet
@_of_district
def run(fleet: Fleet, district: str) -> None:
    """Queue a run of DISTRICT now, beside its nights by the clock."""
    _do(fleet, "run", district, "")
