"""`passback serve`: the nights of some districts by the clock, their pages, health and metrics."""

import secrets
import time
from contextlib import closing
from pathlib import Path
from threading import Event, Thread

import click
from prometheus_client import disable_created_metrics

from agent.commands.events import Events
from agent.log import lines as log
from agent.serve.access.tokens import new_token
from agent.serve.app import create_app
from agent.serve.configurations import Configurations, configurations_option, now, usable
from agent.serve.district import District
from agent.serve.jobs import Job, Jobs
from agent.serve.monitor.app import Watched, monitored
from agent.serve.monitor.ledgers import Ledgers
from agent.serve.monitor.ready import troubles_of
from agent.serve.monitor.requests import Requests, new_registry
from agent.serve.options import PagesOptions, pages_options
from agent.serve.process import listening, until_told
from agent.serve.schedule.one_run import one_run, opened
from agent.serve.schedule.scheduler import Scheduler
from agent.serve.server import serving
from agent.settings import LogLevel, LogSettings
from agent.sync.plan_file import PlanFile
from agent.sync.plans.reader import view_of
from agent.sync.run import planned_night, run_night
from agent.traces import spans


class Nights:
    """The work of jobs, over real connections and under the run lock, as commands do it."""

    def preview(self, district: District, job: Job) -> None:
        """The same as `passback plan`."""
        with (
            opened(district, job) as run,
            closing(PlanFile()) as plan_file,
            planned_night(run, plan_file) as (ahead, decided),
        ):
            job.view = view_of(ahead, plan_file, decided.findings)

    def run(self, district: District, job: Job, forced: str | None) -> None:
        """The same as `passback sync`; of a night by the clock only what is not done yet."""
        one_run(district, job, run_night, forced)


# ---- the commands -------------------------------------------------------------------------------


def _new_token(context: click.Context, _option: click.Option, asked: object) -> None:
    """Print a token and its hash, and do nothing else."""
    if asked:
        token, hashed = new_token()
        click.echo(f"token, for the person alone; it is kept nowhere: {token}")
        click.echo(f'in [[serve.people]] of the configuration: token_sha256 = "{hashed}"')
        context.exit()


@click.command()
@configurations_option
@click.option(
    "--new-token",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_new_token,
    help="Print a token for a person to sign in with, and its hash for the configuration.",
)
@pages_options(8090)
def serve(places: tuple[Path, ...], asked: PagesOptions) -> None:
    """Run every district's night at its hour, with pages, health and metrics; until Ctrl-C."""
    disable_created_metrics()  # type: ignore[no-untyped-call]  # a second series for each
    configurations = usable(places)
    _set_up_log(configurations.districts()[0].settings.log, "info")
    registry = new_registry()
    requests = Requests(registry)
    jobs = Jobs(Nights(), lambda district: Events(hear=requests.of(district.key)))
    stopping = Event()
    scheduler = Scheduler(
        configurations.districts,
        jobs,
        broken=configurations.troubles,
        clock=now,
        wait=stopping.wait,
        ticks=time.monotonic,
    )
    registry.register(Ledgers(configurations.districts, now, by_clock=True))
    token, hosts = _token(asked, configurations), asked.names
    app = create_app(configurations.districts, jobs, token=token, hosts=hosts, by_clock=True)
    watched = Watched(
        alive=scheduler.alive,
        troubles=lambda: troubles_of(configurations, scheduler),
        registry=registry,
        open=asked.on_loopback,
        token=asked.metrics_token(),
    )
    thread = Thread(target=scheduler.run, name="schedule", daemon=True)
    pages = monitored(app.wsgi_app, watched, hosts)
    with listening(), serving(pages, asked.host, asked.port) as url:
        ends = [stopping.set, thread.join, jobs.stop]
        until_told(f"open {asked.first_address(url, token)}", thread, ends)


def _set_up_log(settings: LogSettings, usual: LogLevel) -> None:
    """One process has one log and sends to one place: those of its first district."""
    log.set_up(settings, usual)
    spans.set_up(settings)


def _token(asked: PagesOptions, configurations: Configurations) -> str:
    """The token of administrators of all districts; "": each district says who may enter."""
    given = asked.token()
    if given is not None:
        return given
    named = all(district.settings.serve.people for district in configurations.districts())
    return "" if named else secrets.token_urlsafe(24)
