"""`passback fleet sweep`: looks after nights that nobody else does any more."""

import os
import time
from contextlib import suppress
from threading import Thread

import click

from agent.errors import DatabaseError
from agent.fleet.commands.parts import Fleet, Outages, with_fleet
from agent.fleet.monitor.telling import Telling
from agent.fleet.schedule.sweep import Sweep, Swept
from agent.fleet.schedule.telling import tell_parked


@click.command()
@with_fleet
@click.option("--once", is_flag=True, help="Sweep once and end.")
def sweep(fleet: Fleet, *, once: bool) -> None:
    """Give the nights of lost workers back, begin again what waited, report what was parked."""
    work = Sweep(fleet.settings, fleet.database, fleet.engine)
    heartbeat = fleet.settings.worker.heartbeat_seconds
    if once:
        _show(work.sweep(fleet.clock()))
        tell_parked(fleet.settings, fleet.database, os.environ, fleet.clock())
        _telling(fleet).tell()
        return
    fleet.until_told()
    process = fleet.process("sweep", heartbeat)
    Thread(target=_tells, args=(fleet, heartbeat), daemon=True, name="notices").start()
    Thread(target=_telling(fleet).run, args=(fleet.stop.wait,), daemon=True).start()
    click.echo(
        f"ready sweep: the nights of a lost worker go on after {3 * heartbeat:g} to"
        f" {3.5 * heartbeat:g} s"
    )
    outages = Outages()
    while not fleet.stop.is_set():
        with outages.survived():
            process.beat()
            work.sweep(fleet.clock(), dead=not _recent(outages, 3 * heartbeat))
        fleet.stop.wait(heartbeat / 2)
    with outages.survived():
        process.gone()


def _recent(outages: Outages, seconds: float) -> bool:
    """Whether the database was away a moment ago: nobody could give signs of life."""
    return outages.back is not None and time.monotonic() - outages.back < seconds


def _tells(fleet: Fleet, seconds: float) -> None:
    """Tell operators what was parked: a mail server that hangs holds no sweep up."""
    while not fleet.stop.wait(seconds):
        with suppress(DatabaseError):  # the sweep logs that
            tell_parked(fleet.settings, fleet.database, os.environ, fleet.clock())


def _telling(fleet: Fleet) -> Telling:
    """Tells of each date's night once; its transaction is open while a mail is on its way."""
    return Telling(fleet.settings, fleet.another_database(), os.environ, fleet.clock)


def _show(swept: Swept) -> None:
    click.echo(
        f"{swept.lost} jobs of lost workers, {swept.late} nights too late, {swept.queued} queued"
    )
