"""`passback config show|check`: print a configuration file as it is understood, or check it.

And `passback notify`: try what it says about notices.
"""

import os
import sys
from pathlib import Path

import click
import msgspec

from agent import config as configuration
from agent.commands.build import (
    as_json,
    build_announcer,
    config_option,
    configured,
    moment,
    print_json,
)
from agent.errors import ConfigError
from agent.ledger import ledger_password
from agent.notify.notice import Notice
from agent.secrets.lookup import secret
from agent.settings import Secret, Settings


@click.group()
def config() -> None:
    """Look at a configuration file."""


@config.command(short_help="Print the settings in force, as JSON.")
@configured
@as_json
def show(settings: Settings, json_: bool) -> None:
    """Print the settings in force as JSON, defaults included; secrets as references only."""
    del json_
    click.echo(msgspec.json.format(msgspec.json.encode(settings), indent=2).decode())


@config.command(name="check", short_help="Check the file, and that its secrets can be found.")
@config_option
@as_json
def check_(config_file: Path, json_: bool) -> None:
    """Check the file and that its secrets can be found; connects to nothing."""
    settings = configuration.load(config_file)
    secret(settings.sis.client_secret, os.environ, "[sis] client_secret")
    if settings.source.kind == "otus":
        reference = settings.source.client_secret or Secret()
        secret(reference, os.environ, "[source] client_secret")
    ledger_password(settings, os.environ)
    configuration.proxy_of(settings.source, os.environ, "[source]")
    configuration.proxy_of(settings.sis, os.environ, "[sis]")
    if json_:
        print_json({"file": str(config_file), "district": settings.district, "good": True})
    else:
        click.echo(f"{config_file}: good, for {settings.district}")


@click.command()
@configured
def notify(settings: Settings) -> None:
    """Send a test to everybody who hears of runs, and call the watcher; needs no source or SIS."""
    now = moment(None, settings)
    announcer = build_announcer(settings, now)
    at = now.astimezone(configuration.zone_of(settings))
    links = announcer.links("")
    sent = announcer.tell(
        Notice(run="", district=settings.district, at=at, code=0, links=links, test=True)
    )
    if not sent:
        raise ConfigError("[notify] names nobody: no mail, no webhook and no ping")
    for each in sent:
        click.echo(
            f"{'ok  ' if each.done else 'FAIL'}  {each.name}{'' if each.done else f': {each.why}'}"
        )
    sys.exit(0 if all(each.done for each in sent) else 6)
