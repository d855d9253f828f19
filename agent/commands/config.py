"""`passback config show|check`: print a configuration file as it is understood, or check it."""

import os
from pathlib import Path

import click
import msgspec

from agent import config as configuration
from agent.commands.build import configured
from agent.settings import Secret


@click.group()
def config() -> None:
    """Look at a configuration file."""


@config.command()
@configured
def show(config_file: Path) -> None:
    """Print the settings in force, defaults included; secrets as references only."""
    settings = configuration.load(config_file)
    click.echo(msgspec.json.format(msgspec.json.encode(settings), indent=2).decode())


@config.command(name="check")
@configured
def check_(config_file: Path) -> None:
    """Check the file and that its secrets can be found; connects to nothing."""
    settings = configuration.load(config_file)
    parts = [("sis", settings.sis.client_secret)]
    if settings.source.kind == "otus":
        parts.append(("source", settings.source.client_secret or Secret()))
    for name, reference in parts:
        configuration.secret(reference, os.environ, f"[{name}] client_secret")
    configuration.proxy_of(settings.source, os.environ, "[source]")
    configuration.proxy_of(settings.sis, os.environ, "[sis]")
    click.echo(f"{config_file}: good, for {settings.district}")
