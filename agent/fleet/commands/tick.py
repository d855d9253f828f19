"""`passback fleet tick`: once a minute, queue what is due."""

import os

import click

from agent.fleet.commands.parts import Fleet, Outages, with_fleet
from agent.fleet.schedule.districts import Districts, configured
from agent.fleet.schedule.tick import Tick, Ticked
from agent.log import lines as log

EVERY = 60.0
"""Seconds between two ticks."""


@click.command()
@with_fleet
@click.option("--once", is_flag=True, help="Tick once and end, for a CronJob or by hand.")
def tick(fleet: Fleet, *, once: bool) -> None:
    """Queue the night of every district whose hour has come, every minute until told to stop."""
    configurations = configured(fleet.settings, fleet.database, os.environ, fleet.clock)
    districts = Districts(fleet.settings, configurations)
    work = Tick(fleet.settings, districts, fleet.database, fleet.engine)
    if once:
        _show(work.tick(fleet.clock()))
        for name, trouble in districts.troubles().items():
            click.echo(f"passback: {name}: {trouble}", err=True)
        return
    fleet.until_told()
    process = fleet.process("tick", EVERY)
    click.echo("ready tick")
    outages = Outages()
    while not fleet.stop.is_set():
        with outages.survived():
            process.beat()
            _log(work.tick(fleet.clock()))
        fleet.stop.wait(EVERY)
    with outages.survived():
        process.gone()


def _show(ticked: Ticked) -> None:
    click.echo(
        f"districts: {ticked.districts}; nights: {ticked.due} due, {ticked.missed} missed,"
        f" {ticked.queued} queued, in {ticked.seconds:.2f} s"
    )


def _log(ticked: Ticked) -> None:
    if ticked.due or ticked.missed or ticked.queued:
        log.info(
            "tick",
            due=ticked.due,
            missed=ticked.missed,
            queued=ticked.queued,
            seconds=round(ticked.seconds, 3),
        )
