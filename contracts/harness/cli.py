"""The `passback contract` command."""

import os
import secrets
import sys
import time
from pathlib import Path

import click
import httpx

from agent.errors import ConfigError, PassbackError

LOOPBACK = {"localhost", "127.0.0.1", "::1"}


class Unavailable(PassbackError):
    """The server under test cannot be asked."""

    exit_code = 6


@click.command()
@click.option("--target", required=True, metavar="URL", help="Root of the server.")
@click.option("--sis", required=True, type=click.Choice(["otus", "powerschool", "skyward"]))
@click.option(
    "--profile",
    type=click.Choice(["ci", "nightly", "live-readonly"]),
    default="ci",
    show_default=True,
)
@click.option("--seed", type=click.IntRange(min=0), help="Repeat a run.")
@click.option("--junit", type=click.Path(path_type=Path, dir_okay=False), help="JUnit XML.")
def contract(target: str, sis: str, profile: str, seed: int | None, junit: Path | None) -> None:
    """Ask a server everything that its contract promises, and say where it does otherwise."""
    from contracts.harness import console, generated
    from contracts.harness import junit as junit_report
    from contracts.harness.profiles import PROFILES
    from contracts.harness.report import Report
    from contracts.harness.service import NotServing, Service

    chosen = PROFILES[profile]
    drawn = seed if seed is not None else chosen.seed
    drawn = drawn if drawn is not None else secrets.randbelow(2**31)
    url = target.rstrip("/")
    began = time.monotonic()
    with httpx.Client(base_url=url, timeout=chosen.timeout) as client:
        service = Service(
            sis,
            url,
            client,
            os.environ.get("PASSBACK_CONTRACT_CLIENT_ID", "passback"),
            os.environ.get("PASSBACK_CONTRACT_CLIENT_SECRET", "passback-secret"),
        )
        report = Report(sis=sis, target=url, profile=profile, seed=drawn)
        try:
            report.rows += generated.rows(service, chosen, drawn)
        except NotServing as error:
            raise Unavailable(str(error)) from None
    report.seconds = time.monotonic() - began
    click.echo(console.text(report), nl=False)
    if junit is not None:
        try:
            junit.write_bytes(junit_report.xml(report))
        except OSError as error:
            raise ConfigError(f"{junit}: {error.strerror}") from None
    sys.exit(3 if report.failed else 0)
