"""The `passback contract` command."""

import os
import secrets
import sys
import time
from pathlib import Path
from typing import NoReturn

import click
import httpx

from agent.errors import ConfigError, PassbackError

LOOPBACK = {"localhost", "127.0.0.1", "::1"}


class Unavailable(PassbackError):
    """The server under test cannot be asked."""

    exit_code = 6


@click.command()
@click.option("--target", metavar="URL", help="Root of the server; needed unless --har is given.")
@click.option("--sis", required=True, type=click.Choice(["otus", "powerschool", "skyward"]))
@click.option(
    "--profile",
    type=click.Choice(["ci", "nightly", "live-readonly"]),
    default="ci",
    show_default=True,
)
@click.option("--seed", type=click.IntRange(min=0), help="Repeat a run.")
@click.option("--junit", type=click.Path(path_type=Path, dir_okay=False), help="JUnit XML.")
@click.option(
    "--har",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Ask no server: hold a recording to the contract and to the mock.",
)
@click.option(
    "--scrubbed",
    type=click.Path(path_type=Path, dir_okay=False),
    help="With --har: keep the recording here, without anything of a person.",
)
def contract(
    target: str | None,
    sis: str,
    profile: str,
    seed: int | None,
    junit: Path | None,
    har: Path | None,
    scrubbed: Path | None,
) -> None:
    """Ask a server everything that its contract promises, and say where it does otherwise."""
    if har is not None:
        _recorded(sis, har, scrubbed, junit)
    if target is None:
        raise click.UsageError("Missing option '--target' (or '--har').")
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
    _write(junit, junit_report.xml(report))
    sys.exit(3 if report.failed else 0)


def _recorded(sis: str, har: Path, scrubbed: Path | None, junit: Path | None) -> NoReturn:
    from contracts.har import command
    from contracts.harness import junit as junit_report

    report = command.hold(sis, har, scrubbed)
    _write(junit, junit_report.xml(report))
    sys.exit(command.FAILED if report.failed else 0)


def _write(path: Path | None, content: bytes) -> None:
    if path is not None:
        try:
            path.write_bytes(content)
        except OSError as error:
            raise ConfigError(f"{path}: {error.strerror}") from None
