"""Build the parts of a run from its configuration."""

import json
import os
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager
from datetime import UTC, datetime
from functools import wraps
from importlib.metadata import version
from pathlib import Path
from typing import Any

import click

from agent import config
from agent.commands.events import Events
from agent.commands.progress import Waiting
from agent.district_key import key_of
from agent.http.client import HttpOptions
from agent.http.waiting import LONGEST
from agent.ledger import Ledger, ledger_for_run, ledger_of, ledger_password
from agent.log import lines as log
from agent.notify.announcer import Announcer
from agent.policy import run_date
from agent.secrets.lookup import Reread, is_exposed, rereadable
from agent.settings import Secret, Settings, SisSettings, SourceSettings
from agent.sis.port import Sis
from agent.sis.vendors import open_sis
from agent.sources import open_source
from agent.sources.port import Source
from agent.sync.context import RunContext, shadow_night
from agent.traces import spans

config_option = click.option(
    "-c",
    "--config",
    "config_file",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="The district's configuration file (TOML).",
)


rechecking = click.option(
    "--recheck", is_flag=True, help="Decide every cell of every gradebook, whatever changed."
)
as_json = click.option("--json", "json_", is_flag=True, help="Print JSON.")


def print_json(told: object) -> None:
    """Print a document of JSON, for a program or a person."""
    click.echo(json.dumps(told, ensure_ascii=False, indent=2))


def configured(command: Callable[..., None]) -> Callable[..., None]:
    """Give *command* the option `-c`, and the settings of that file as its first argument."""

    @config_option
    @wraps(command)
    def with_settings(config_file: Path, **given: Any) -> None:
        settings = config.load(config_file)
        log.set_up(settings.log)
        spans.set_up(settings.log)
        command(settings, **given)

    return with_settings


def with_ledger(command: Callable[..., None]) -> Callable[..., None]:
    """Give *command* the option `-c`, and the district's settings and its ledger to read."""

    @configured
    @wraps(command)
    def with_both(settings: Settings, **given: Any) -> None:
        with closing(build_ledger(settings, read_only=True)) as ledger:
            command(settings, ledger, **given)

    return with_both


_YEARS = range(1970, 9991)
"""Zones, grace periods and school years can be computed around any moment in these."""


def _instant(_ctx: click.Context, _of: click.Parameter, value: str | None) -> datetime | None:
    """An ISO 8601 instant; without an offset it is the district's local time."""
    if value is None:
        return None
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        example = "an ISO 8601 instant, such as 2026-10-16T22:00"
        raise click.BadParameter(f"{value!r} is not {example}") from None
    if at.year not in _YEARS:
        raise click.BadParameter(f"{value!r} lies outside the years 1970 to 9990")
    return at


at_instant = click.option(
    "--at",
    metavar="ISO-INSTANT",
    callback=_instant,
    help="Run as if it were this moment (default: now).",
)


def moment(at: datetime | None, settings: Settings) -> datetime:
    """Return the moment of a run: *at*, by default now."""
    if at is None:
        return datetime.now(UTC)
    return at if at.tzinfo else at.replace(tzinfo=config.zone_of(settings))


def build_source(
    settings: Settings,
    events: Events,
    max_wait: float = LONGEST,
    environ: Mapping[str, str] = os.environ,
) -> Source:
    """Open the source of a district; its secrets are looked up in *environ*."""
    source = settings.source
    return open_source(
        source.kind,
        zone=config.zone_of(settings),
        url=source.url or "",
        client_id=source.client_id or "",
        client_secret=(
            _secret(source.client_secret, "source", environ) if source.kind == "otus" else None
        ),
        path=source.path or "",
        midnight_utc=source.midnight_utc,
        **_http(source, "source", events, max_wait, environ),
    )


def build_sis(
    settings: Settings,
    events: Events,
    now: datetime,
    max_wait: float = LONGEST,
    environ: Mapping[str, str] = os.environ,
    before_write: Callable[[], None] = lambda: None,
) -> Sis:
    """Open the SIS of a district, for a run at the moment *now*."""
    sis = settings.sis
    secret, zone = _secret(sis.client_secret, "sis", environ), config.zone_of(settings)
    options = _http(sis, "sis", events, max_wait, environ)
    options["before_write"] = before_write
    return open_sis(sis, secret, zone=zone, now=lambda: now, **options)


def _http(
    server: SourceSettings | SisSettings,
    part: str,
    events: Events,
    max_wait: float,
    environ: Mapping[str, str],
) -> HttpOptions:
    """How either server is reached."""
    return {
        "ca_file": server.ca_file,
        "proxy": config.proxy_of(server, environ, f"[{part}]"),
        "max_answer_mb": server.max_answer_mb,
        "max_seconds": server.max_request_seconds,
        "observe": spans.observed(events.observe),
        "answered": events.answered,
        "sleep": events.timed(Waiting("the SIS" if part == "sis" else "the source")),
        "max_wait": max_wait,
    }


def _secret(reference: Secret | None, part: str, environ: Mapping[str, str]) -> Reread:
    where = f"[{part}] client_secret"
    found = rereadable(reference, environ, where)
    if reference and is_exposed(reference, os.geteuid()):
        warning = f"passback: {where}: others can read {reference.file}; chmod 600 it"
        click.echo(warning, err=True)
    return found


def build_ledger(
    settings: Settings,
    *,
    read_only: bool = False,
    existing: bool = False,
    environ: Mapping[str, str] = os.environ,
) -> Ledger:
    """Open the ledger of a district; *existing*: make none where there is none."""
    return ledger_of(settings, environ, read_only=read_only, existing=existing)


def build_ledger_for_run(
    settings: Settings, *, existing: bool = False, environ: Mapping[str, str] = os.environ
) -> AbstractContextManager[Ledger]:
    """Open the ledger of a district and hold its run lock; `LockedError` when another run does."""
    url, password = settings.ledger.url, ledger_password(settings, environ)
    return ledger_for_run(url, settings.district, existing=existing, password=password)


def build_announcer(
    settings: Settings,
    now: datetime,
    *,
    environ: Mapping[str, str] = os.environ,
    key: str | None = None,
) -> Announcer:
    """Who hears of a run at the moment *now*.

    *key*: of the district in the addresses of `serve`, which makes it of the name by default.
    """
    return Announcer(
        settings.district,
        settings.notify,
        settings.serve,
        environ=environ,
        at=now.astimezone(config.zone_of(settings)),
        key=key or key_of(settings.district),
    )


@contextmanager
def run_context(
    settings: Settings,
    ledger: Ledger,
    events: Events,
    now: datetime,
    *,
    recheck: bool = False,
    environ: Mapping[str, str] = os.environ,
    stop: Callable[[], bool] = lambda: False,
) -> Iterator[RunContext]:
    """Build what a run works with; close its connections at the end."""
    tonight = run_date(now, config.zone_of(settings), settings.policy.night_belongs_until)
    with (
        closing(build_source(settings, events, environ=environ)) as source,
        closing(
            build_sis(settings, events, now, environ=environ, before_write=ledger.check_lock)
        ) as sis,
    ):
        # The random part keeps two runs that begin in the same second apart.
        yield RunContext(
            id=f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}",
            policy=settings.policy,
            brake=settings.brake,
            tonight=tonight,
            source=source,
            sis=sis,
            ledger=ledger,
            workers=settings.sis.max_connections or sis.traits.connections,
            emit=events.emit,
            clock=time.time,
            release=version("passback"),
            recheck=recheck,
            stop=stop,
            shadow=shadow_night(settings, ledger, tonight),
        )
