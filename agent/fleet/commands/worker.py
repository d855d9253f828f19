"""`passback fleet worker`: does the nights that are queued, each in a process of its own."""

import os
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path
from threading import Event, Thread
from typing import Any

import click

from agent.commands.build import build_ledger
from agent.commands.runs import Ended
from agent.errors import ConfigError, DatabaseError, LostDatabaseError
from agent.fleet.commands.parts import Fleet, with_fleet
from agent.fleet.database.configurations import load_for_fleet, settings_of
from agent.fleet.database.processes import Process
from agent.fleet.worker.child import Assignment, Child, Result, processes
from agent.fleet.worker.worker import Worker
from agent.log import lines as log
from agent.records import State
from agent.serve.district import District
from agent.serve.jobs import Job
from agent.serve.schedule.one_run import STOPPED, Night, one_run
from agent.settings import Settings
from agent.sync.context import NightResult, RunContext
from agent.sync.run import run_night

PRELOADED = ("agent.fleet.commands.worker", "agent.ledger.postgres.store", "structlog")
"""Loaded once for all nights: a quiet one takes a third of the time that loading them takes."""


@click.command()
@with_fleet
@click.option("--slots", type=click.IntRange(1, 256), help="Nights at once, in place of [worker].")
def worker(fleet: Fleet, *, slots: int | None) -> None:
    """Do the nights that are queued until told to stop; what is at work then ends cleanly."""
    fleet.until_told()
    number = slots or fleet.settings.worker.slots
    process = fleet.process("worker", fleet.settings.worker.heartbeat_seconds, number)
    context = processes(PRELOADED)
    lost = Event()

    def stop() -> bool:
        return fleet.stop.is_set() or lost.is_set()

    work = Worker(
        fleet.settings,
        fleet.database,
        fleet.engine,
        name=process.name,
        begin=lambda assignment: Child(do_night, assignment, context),
        stop=stop,
        clock=fleet.clock,
    )
    process.beat()
    Thread(target=_beats, args=(fleet, process, work, lost), daemon=True, name="beats").start()
    click.echo(f"ready {process.name}")
    try:
        fleet.engine.work(work.do, number, stop, lost.set)
    except DatabaseError as error:
        log.warning("worker lost the database", why=str(error))
        lost.set()
    if not fleet.stop.is_set():
        raise LostDatabaseError(
            "lost the fleet's database; the nights at work were ended, start this worker again"
        )
    with suppress(DatabaseError):
        process.gone()


def _beats(fleet: Fleet, process: Process, work: Worker, lost: Event) -> None:
    """Give signs of life; without the database for long enough, let the nights at work end."""
    seconds, missed = fleet.settings.worker.heartbeat_seconds, 0
    while not lost.wait(seconds):
        try:
            process.beat(work.busy, draining=fleet.stop.is_set())
            missed = 0
        except DatabaseError:
            missed += 1
            if missed >= 3:
                lost.set()


def do_night(assignment: Assignment, stop: Callable[[], bool], night: Night = run_night) -> Result:
    """Do a night as `passback sync` does one, in its own process."""
    settings = _settings(assignment)
    ahead = assignment.at - datetime.now(assignment.at.tzinfo)
    district = District(
        key=assignment.key,
        title=settings.district,
        settings=settings,
        environment=os.environ,
        clock=lambda: datetime.now(assignment.at.tzinfo) + ahead,
    )
    job = Job(
        "run",
        1,
        assignment.at,
        slot=assignment.slot,
        again=assignment.again,
        insists=True,  # after the last lost try a person may let the night go on
        stop=stop,
    )
    more: dict[str, Any] = {}

    def watched(run: RunContext, *, forced: bool) -> NightResult:
        result = night(run, forced=forced)
        ages = [at for _, at in run.ledger.records.undelivered_since()]
        more["undelivered_since"] = min(map(datetime.fromisoformat, ages), default=None)
        return result

    ended = one_run(district, job, watched, None)
    if ended is None:
        return _known(district, assignment)
    again = job.next_try
    if assignment.slot is None and stop() and ended.code in STOPPED:
        again = assignment.at
    return Result(
        code=ended.code, why=ended.head.message, again=again, facts={**_facts(ended, job), **more}
    )


def _settings(assignment: Assignment) -> Settings:
    """Read the configuration as it is now; refuse one that became another district's."""
    settings = (
        load_for_fleet(Path(assignment.origin))
        if assignment.document is None
        else settings_of(assignment.document, assignment.key)
    )
    if settings.district != assignment.title:
        # Under another name it would begin an empty ledger, as if nothing had ever been sent.
        raise ConfigError(
            f"{assignment.origin} is of district {settings.district!r} by now, not of"
            f" {assignment.title!r}: the next tick reads it anew"
        )
    return settings


def _facts(ended: Ended, job: Job) -> dict[str, Any]:
    """What the fleet's tables have of a run that ended."""
    head, summary = ended.head, ended.summary
    facts: dict[str, Any] = {
        "run": head.run,
        "shadow": head.planned,
        "reads": head.reads,
        "writes": head.writes,
        "seconds": job.events.seconds()["total"],
    }
    if summary is not None:
        facts["counts"] = {state.value: number for state, number in summary.counts.items()}
        facts["reasons"] = dict(summary.refusals)
        facts["held"] = summary.counts[State.HELD]
    return facts


def _known(district: District, assignment: Assignment) -> Result:
    """What the ledger has of a night that was over already: an earlier try could not tell."""
    assert assignment.slot is not None
    with closing(build_ledger(district.settings, read_only=True)) as ledger:
        slot = ledger.slots.find(assignment.slot.day)
        run = ledger.runs.find(slot.run) if slot else None
    summary = (run or {}).get("summary") or {}
    requests = summary.get("requests") or {}
    facts: dict[str, Any] = {
        "run": slot.run if slot else None,
        "counts": summary.get("counts"),
        "reasons": summary.get("refusals"),
        "held": (summary.get("counts") or {}).get(State.HELD.value, 0),
        "reads": requests.get("reads"),
        "writes": requests.get("writes"),
    }
    code = slot.exit_code if slot and slot.exit_code is not None else 1
    return Result(code=code, why=summary.get("message", ""), facts=facts)
