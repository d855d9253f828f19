"""`passback config show|check`: print a configuration file as it is understood, or check it."""

import os
from pathlib import Path

import click
import msgspec

from agent import config as configuration
from agent.commands.build import config_option, configured
from agent.settings import Secret, Settings


@click.group()
def config() -> None:
    """Look at a configuration file."""


@config.command()
@configured
def show(settings: Settings) -> None:
    """Print the settings in force, defaults included; secrets as references only."""
    click.echo(msgspec.json.format(msgspec.json.encode(settings), indent=2).decode())


@config.command(name="check")
@config_option
def check_(config_file: Path) -> None:
    """Check the file and that its secrets can be found; connects to nothing."""
    settings = configuration.load(config_file)
    configuration.secret(settings.sis.client_secret, os.environ, "[sis] client_secret")
    if settings.source.kind == "otus":
        reference = settings.source.client_secret or Secret()
        configuration.secret(reference, os.environ, "[source] client_secret")
    configuration.proxy_of(settings.source, os.environ, "[source]")
    configuration.proxy_of(settings.sis, os.environ, "[sis]")
    click.echo(f"{config_file}: good, for {settings.district}")
