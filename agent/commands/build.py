"""Build the parts of a run from its configuration."""

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import click

from agent import config
from agent.commands.events import Events
from agent.commands.progress import Waiting
from agent.ledger import open_ledger
from agent.ledger.port import Ledger
from agent.policy import tonight
from agent.settings import Settings
from agent.sis import open_sis
from agent.sis.port import Sis
from agent.sources import open_source
from agent.sources.port import Source
from agent.sync.context import RunContext
from agent.waiting import LONGEST

Options = Callable[[Callable[..., None]], Callable[..., None]]

configured = click.option(
    "-c",
    "--config",
    "config_file",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="The district's configuration file (TOML).",
)


_YEARS = range(1970, 9991)
"""Zones, grace periods and school years can be computed around any moment in these."""


class Instant(click.ParamType[datetime]):
    """An ISO 8601 instant; without an offset it is the district's local time."""

    name = "ISO-INSTANT"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """Parse, or fail with a usage error."""
        try:
            at = datetime.fromisoformat(value)
        except (TypeError, ValueError):
            self.fail(f"{value!r} is not an ISO 8601 instant, such as 2026-10-16T22:00", param, ctx)
        if at.year not in _YEARS:
            self.fail(f"{value!r} lies outside the years 1970 to 9990", param, ctx)
        return at


at_instant = click.option(
    "--at", type=Instant(), default=None, help="Run as if it were this moment (default: now)."
)


def moment(at: datetime | None, settings: Settings) -> datetime:
    """Return the moment of a run: *at*, by default now."""
    if at is None:
        return datetime.now(UTC)
    return at if at.tzinfo else at.replace(tzinfo=config.zone_of(settings))


def build_source(settings: Settings, events: Events, max_wait: float = LONGEST) -> Source:
    """Open the source of a district."""
    source = settings.source
    needs_secret = source.kind == "otus"
    return open_source(
        source.kind,
        zone=config.zone_of(settings),
        url=source.url or "",
        client_id=source.client_id or "",
        client_secret=_secret(settings, "source") if needs_secret else "",
        path=source.path or "",
        midnight_utc=source.midnight_utc,
        ca_file=source.ca_file,
        proxy=config.proxy_of(source, os.environ, "[source]"),
        observe=events.observe,
        sleep=Waiting("the source"),
        max_wait=max_wait,
    )


def build_sis(settings: Settings, events: Events, now: datetime, max_wait: float = LONGEST) -> Sis:
    """Open the SIS of a district, for a run at the moment *now*."""
    sis = settings.sis
    return open_sis(
        sis.kind,
        url=sis.url,
        client_id=sis.client_id,
        client_secret=_secret(settings, "sis"),
        zone=config.zone_of(settings),
        route=sis.route,
        oneroster=sis.oneroster,
        connections=sis.max_connections,
        ca_file=sis.ca_file,
        proxy=config.proxy_of(sis, os.environ, "[sis]"),
        observe=events.observe,
        sleep=Waiting("the SIS"),
        max_wait=max_wait,
        now=lambda: now,
    )


def _secret(settings: Settings, part: str) -> str:
    reference, where = getattr(settings, part).client_secret, f"[{part}] client_secret"
    found = config.secret(reference, os.environ, where)
    if config.is_exposed(reference, os.geteuid()):
        warning = f"passback: {where}: others can read {reference.file}; chmod 600 it"
        click.echo(warning, err=True)
    return found


def build_ledger(settings: Settings) -> Ledger:
    """Open the ledger of a district."""
    return open_ledger(settings.ledger.url, settings.district)


@contextmanager
def run_context(
    settings: Settings, ledger: Ledger, events: Events, now: datetime, *, recheck: bool = False
) -> Iterator[RunContext]:
    """Build what a run works with; close its connections at the end."""
    source = build_source(settings, events)
    sis = build_sis(settings, events, now)
    try:
        # The random part keeps two runs that begin in the same second apart.
        yield RunContext(
            id=f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}",
            policy=settings.policy,
            brake=settings.brake,
            tonight=tonight(now, config.zone_of(settings), settings.policy.night_belongs_until),
            source=source,
            sis=sis,
            ledger=ledger,
            workers=settings.sis.max_connections or sis.traits.connections,
            emit=events.emit,
            release=version("passback"),
            recheck=recheck,
        )
    finally:
        source.close()
        sis.close()
