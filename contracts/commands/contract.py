"""`passback contract`: holds a server to its contract; the group of the other subcommands."""

import os
import secrets
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click
import httpx
from click.core import ParameterSource

from agent.errors import PassbackError
from contracts.commands.checklist import checklist as checklist_command
from contracts.commands.diff import diff
from contracts.commands.listing import listing
from contracts.commands.outcome import (
    FILE,
    SIS,
    can_be_written,
    end,
    html_option,
    junit_option,
)
from contracts.commands.replay import recorded, replay
from contracts.commands.scenarios import scenarios

if TYPE_CHECKING:
    from contracts.harness.reports.report import Report

CLIENT_ID = "PASSBACK_CONTRACT_CLIENT_ID"
CLIENT_SECRET = "PASSBACK_CONTRACT_CLIENT_SECRET"  # noqa: S105 - the name of a variable


@dataclass(frozen=True, slots=True)
class Choices:
    """How a server is asked; None and an empty list leave it to the profile."""

    profile: str
    seed: int | None
    rate: int | None
    operations: tuple[str, ...]


class UnavailableTargetError(PassbackError):
    """The server under test cannot be asked."""

    exit_code = 6


@click.group(short_help="Hold a server to its contract.", invoke_without_command=True)
@click.option("--target", metavar="URL", help="Root of the server; needed unless --har is given.")
@click.option(
    "--sis",
    type=SIS,
    help="Whose contract it owes; needed.",
)
@click.option(
    "--profile",
    type=click.Choice(["ci", "nightly", "live-readonly"]),
    default="ci",
    show_default=True,
    help="How hard to look; live-readonly sends GET only.",
)
@click.option("--seed", type=click.IntRange(min=0), help="Generate the cases of an earlier run.")
@click.option("--allow-host", multiple=True, metavar="HOST", help="May be asked besides loopback.")
@click.option("--ca-file", type=click.Path(path_type=Path, exists=True), help="Whom to trust.")
@click.option(
    "--client-id-env",
    default=CLIENT_ID,
    show_default=True,
    metavar="NAME",
    help="Variable that holds the client id.",
)
@click.option(
    "--client-secret-env",
    default=CLIENT_SECRET,
    show_default=True,
    metavar="NAME",
    help="Variable that holds the secret.",
)
@click.option("--rate", type=click.IntRange(min=1), help="Requests a second at most.")
@click.option(
    "--operation",
    "operations",
    multiple=True,
    metavar="ID",
    help="Look at this operation only; may be given again.",
)
@junit_option
@html_option
@click.option("--har", type=FILE, help="Ask no server: hold a recording to contract and mock.")
@click.option(
    "--scrubbed", type=FILE, help="With --har: keep it here, without anything of a person."
)
@click.option("--checklist", is_flag=True, help="List what nobody has seen on a real server.")
@click.pass_context
def contract(
    context: click.Context,
    target: str | None,
    sis: str | None,
    profile: str,
    seed: int | None,
    allow_host: tuple[str, ...],
    ca_file: Path | None,
    client_id_env: str,
    client_secret_env: str,
    rate: int | None,
    operations: tuple[str, ...],
    junit: Path | None,
    html: Path | None,
    har: Path | None,
    scrubbed: Path | None,
    *,
    checklist: bool,
) -> None:
    """Ask a server everything that its contract promises, and say where it does otherwise.

    The options are those of such a run; a COMMAND has its own.
    """
    if context.invoked_subcommand is not None:
        _no_options(context)
        return
    _fits(context, target, har, scrubbed)
    can_be_written(junit, html, scrubbed)
    assert sis is not None
    if har is not None:
        report = recorded(sis, har, scrubbed)
    else:
        assert target is not None
        names = (client_id_env, client_secret_env)
        _known(sis, operations)
        choices = Choices(profile, seed, rate, operations)
        report = _asked(target, sis, choices, allow_host, ca_file, names)
        _told(report, checklist=checklist)
    end(report, junit, html)


def _no_options(context: click.Context) -> None:
    """Refuse options of a run before a subcommand, rather than ignore them."""
    for name in context.params:
        if context.get_parameter_source(name) is ParameterSource.COMMANDLINE:
            option = f"--{name.replace('_', '-')}"
            raise click.UsageError(
                f"{option} stands before {context.invoked_subcommand}: write it after the command"
            )


def _known(sis: str, operations: tuple[str, ...]) -> None:
    """Refuse an operation that the contract does not have, and name one that is spelled alike."""
    from difflib import get_close_matches

    from contracts.spec import contracts
    from contracts.spec import operations as listed

    ids = [one["operationId"] for _, _, one in listed(contracts()[f"{sis}.yaml"])]
    for name in operations:
        if name not in ids:
            near = get_close_matches(name, ids, 1)
            hint = f"; did you mean {near[0]}?" if near else ": see `passback contract list`"
            raise click.UsageError(f"{sis}.yaml has no operation {name}{hint}")


def _fits(
    context: click.Context, target: str | None, har: Path | None, scrubbed: Path | None
) -> None:
    if context.params["sis"] is None:
        sis = next(one for one in context.command.params if one.name == "sis")
        raise click.MissingParameter(ctx=context, param=sis)
    if target is None and har is None:
        raise click.UsageError("Missing option '--target' (or '--har').")
    if target is not None and har is not None:
        raise click.UsageError("--target asks a server and --har asks none: give one of them.")
    if har is not None and context.params["operations"]:
        raise click.UsageError("--operation goes with --target: a recording is checked as a whole.")
    if scrubbed is not None and har is None:
        raise click.UsageError("--scrubbed goes with --har.")


def _asked(
    target: str,
    sis: str,
    choices: Choices,
    hosts: tuple[str, ...],
    ca_file: Path | None,
    names: tuple[str, str],
) -> "Report":
    from hypothesis.configuration import set_hypothesis_home_dir

    from contracts.harness.guard import admitted, credentials
    from contracts.harness.profiles import PROFILES
    from contracts.harness.reports.console import progress
    from contracts.harness.run import run
    from contracts.harness.service import NotServing, Service

    profile = PROFILES[choices.profile]
    chosen = replace(profile, rate=choices.rate or profile.rate)
    url = admitted(target, hosts, chosen)
    client_id, secret = credentials(os.environ, *names, url)
    drawn = next(
        one for one in (choices.seed, chosen.seed, secrets.randbelow(2**31)) if one is not None
    )
    verify = str(ca_file) if ca_file else True
    began, say = datetime.now(UTC), progress()
    with (
        TemporaryDirectory(prefix="passback-contract-") as scratch,
        httpx.Client(
            base_url=url, timeout=chosen.timeout, verify=verify, trust_env=False
        ) as client,
    ):
        set_hypothesis_home_dir(scratch)  # else it keeps a folder wherever one stands
        service = Service(sis, url, client, client_id, secret, pause=chosen.pause, ca_file=ca_file)
        try:
            report = run(service, chosen, drawn, say, choices.operations)
        except NotServing as error:
            raise UnavailableTargetError(str(error)) from None
    say("")
    report.began = began
    return report


def _told(report: "Report", *, checklist: bool) -> None:
    from contracts.drift.checklist import checklist as first_day
    from contracts.drift.dates import due
    from contracts.harness.reports import console

    report.checklist = list(first_day(f"{report.sis}.yaml"))
    report.warnings += due(datetime.now(UTC).date(), f"{report.sis}.yaml")
    click.echo(console.text(report, checklist=checklist), nl=False)


for command in (diff, replay, checklist_command, listing, scenarios):
    contract.add_command(command)
