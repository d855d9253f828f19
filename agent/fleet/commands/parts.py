"""What every subcommand works with: the fleet's settings, its database, its queue and the clock."""

import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import wraps
from importlib.metadata import version
from pathlib import Path
from threading import Event
from typing import Any

import click

from agent.errors import DatabaseError
from agent.fleet.database.connection import Database
from agent.fleet.database.processes import Process
from agent.fleet.database.schema import bring_up_to_date
from agent.fleet.engine.port import Engine
from agent.fleet.engine.procrastinate import Procrastinate
from agent.fleet.settings import FleetSettings, load_fleet
from agent.log import lines as log
from agent.secrets.lookup import rereadable
from agent.traces import spans


@dataclass(frozen=True, slots=True, kw_only=True)
class Fleet:
    """One process's hold on the fleet.

    Attributes:
        file: fleet.toml.
        clock: the moment of a tick or a run; turned with `--at`, and going on from there.
        stop: set by SIGTERM and SIGINT.
    """

    file: Path
    settings: FleetSettings
    database: Database
    engine: Engine
    clock: Callable[[], datetime]
    stop: Event = field(default_factory=Event)

    def process(self, kind: str, every: float, slots: int = 0) -> Process:
        """This process, as others see it; it gives a sign of life *every* so many seconds."""
        host = socket.gethostname()
        return Process(
            self.database,
            name=f"{kind}-{host}-{os.getpid()}",
            kind=kind,
            every=every,
            host=host,
            version=version("passback"),
            slots=slots,
        )

    def another_database(self) -> Database:
        """Another connection to the database, for what must not hold the first one up."""
        return _database(self.settings)

    def until_told(self) -> None:
        """Let SIGTERM and SIGINT set `stop`; at a second one end at once, as a kill does."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._told)

    def _told(self, _number: int, _frame: object) -> None:
        if self.stop.is_set():
            os._exit(130)
        self.stop.set()


class Outages:
    """Lets a process live on while the database is away; each outage is logged once.

    Attributes:
        back: when the last one ended, in seconds of `time.monotonic`; None: there was none.
    """

    def __init__(self) -> None:
        self.back: float | None = None
        self._away = False

    @contextmanager
    def survived(self) -> Iterator[None]:
        """Do the block; where the database is away, the next one makes it good."""
        try:
            yield
        except DatabaseError as error:
            if not self._away:
                log.warning("the database is away", why=str(error))
            self._away = True
            return
        if self._away:
            log.info("the database is back")
            self._away, self.back = False, time.monotonic()


def with_fleet(command: Callable[..., None]) -> Callable[..., None]:
    """Give *command* the options `-c` and `--at`, and the fleet as its first argument."""

    @click.option(
        "-c",
        "--config",
        "config_file",
        type=click.Path(path_type=Path, dir_okay=False),
        required=True,
        help="The fleet's configuration file (fleet.toml).",
    )
    @click.option(
        "--at",
        metavar="ISO-INSTANT",
        callback=_instant,
        help="Begin as if it were this moment, from where the clock goes on; for rehearsals.",
    )
    @wraps(command)
    def opened(config_file: Path, at: datetime | None, **given: Any) -> None:
        settings = load_fleet(config_file)
        log.set_up(settings.log, "info")
        spans.set_up(settings.log)
        with connected(settings, at, config_file) as fleet:
            command(fleet, **given)

    return opened


@contextmanager
def connected(
    settings: FleetSettings, at: datetime | None = None, file: Path = Path("fleet.toml")
) -> Iterator[Fleet]:
    """The fleet of *settings*, whose tables are made where they are missing."""
    with closing(_database(settings)) as database:
        engine = Procrastinate(database.parameters, settings.worker.heartbeat_seconds)
        bring_up_to_date(database, engine)
        yield Fleet(
            file=file, settings=settings, database=database, engine=engine, clock=_clock(at)
        )


def _database(settings: FleetSettings) -> Database:
    place = settings.database
    reference = place.password
    password = (
        rereadable(reference, os.environ, "[database] password") if reference else (lambda: "")
    )
    return Database(place.url, password, "passback fleet")


def _clock(at: datetime | None) -> Callable[[], datetime]:
    ahead = timedelta(0) if at is None else at - datetime.now(UTC)
    return lambda: datetime.now(UTC) + ahead


def _instant(_ctx: click.Context, _of: click.Parameter, value: str | None) -> datetime | None:
    if value is None:
        return None
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        raise click.BadParameter(
            f"{value!r} is no ISO instant, such as 2026-10-14T21:00Z"
        ) from None
    if at.tzinfo is None:
        raise click.BadParameter(f"{value!r} needs an offset, such as Z: districts have many zones")
    return at
