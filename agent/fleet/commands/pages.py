"""`passback fleet pages`: what people see of a fleet, with its health and metrics."""

import os
import secrets
import time
from threading import Event, Thread

import click

from agent.errors import DatabaseError
from agent.fleet.commands.parts import Fleet, with_fleet
from agent.fleet.database.processes import Process
from agent.fleet.monitor.gauges import Gauges
from agent.fleet.pages.addresses import Shared
from agent.fleet.pages.app import create_fleet_app
from agent.fleet.pages.configured import Configured
from agent.fleet.pages.staff import Staff
from agent.fleet.schedule.districts import configured
from agent.fleet.settings import FleetSettings, load_fleet
from agent.log import lines as log
from agent.serve.monitor.app import Watched, monitored
from agent.serve.monitor.requests import new_registry
from agent.serve.options import PagesOptions, pages_options
from agent.serve.process import listening, until_told
from agent.serve.server import serving


@click.command()
@with_fleet
@pages_options(8091)
def pages(fleet: Fleet, asked: PagesOptions) -> None:
    """Show all districts and their nights in a browser, with health and metrics; until Ctrl-C."""
    heartbeat = fleet.settings.worker.heartbeat_seconds
    token = _token(fleet.settings, asked)
    found = configured(fleet.settings, fleet.database, os.environ, fleet.clock)
    app = create_fleet_app(
        Configured(found.districts, time.monotonic),
        Shared(fleet.database, fleet.clock),
        hosts=asked.names,
        staff=Staff(fleet.file, fleet.settings, load_fleet),
        token=token,
    )
    registry = new_registry()
    registry.register(Gauges(fleet.database, fleet.clock))
    watched = Watched(
        alive=lambda: True,  # what answers at all is well
        troubles=lambda: _troubles(fleet),
        registry=registry,
        open=asked.on_loopback,
        token=asked.metrics_token(),
    )
    beating, stopping = fleet.process("pages", heartbeat), Event()
    thread = Thread(target=_beat, args=(beating, stopping, heartbeat), name="signs of life")
    whole = monitored(app.wsgi_app, watched, asked.names)
    with listening(), serving(whole, asked.host, asked.port) as url:
        ends = [stopping.set, thread.join]
        until_told(f"open {asked.first_address(url, token)}", thread, ends, "nights go on")


def _token(settings: FleetSettings, asked: PagesOptions) -> str:
    """The token that opens everything; "": fleet.toml says who may enter."""
    given = asked.token()
    if given is not None:
        return given
    return "" if settings.pages.people else secrets.token_urlsafe(24)


def _troubles(fleet: Fleet) -> dict[str, str]:
    """Why pages cannot be shown; what is wrong with the fleet stands on them and in metrics."""
    try:
        fleet.database.rows("SELECT FROM district_now LIMIT 0")
    except DatabaseError as error:
        return {"database": str(error)}
    return {}


def _beat(process: Process, stopping: Event, seconds: float) -> None:
    """Give signs of life until the end."""
    while not stopping.is_set():
        try:
            process.beat()
        except DatabaseError as error:
            log.warning("pages", why=str(error))
        stopping.wait(seconds)
    try:
        process.gone()
    except DatabaseError as error:
        log.warning("pages", why=str(error))
