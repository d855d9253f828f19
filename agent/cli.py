"""The `passback` command: finds its subcommands, and turns errors into one line and an exit code.

Other packages add subcommands through the entry-point group `passback.commands`, so that the agent
installs and runs without them. Commands import what they need when they run: `--help` stays fast.
"""

import gc
import signal
import sys
from importlib import import_module
from importlib.metadata import entry_points

import click
from click.shell_completion import CompletionItem

from agent.errors import PassbackError, StoppedError
from agent.sinks import lasting_streams

OWN = {
    "backup": (
        "agent.commands.care.copies",
        "Copy the ledger into a new file, also while a night runs.",
    ),
    "check": ("agent.commands.check", "Try everything that a night needs; writes nothing."),
    "completion": (
        "agent.commands.completion",
        "Print what a shell needs to complete commands.",
    ),
    "config": ("agent.commands.config", "Check a configuration file, or show what it sets."),
    "decide": ("agent.commands.decisions", "Decide about a held or kept record."),
    "erase": ("agent.commands.care.removal", "Remove what the ledger holds about one student."),
    "explain": ("agent.commands.explain", "Show why a record is or is not in the SIS."),
    "fleet": (
        "agent.fleet.command",
        "Run the nights of many districts on several machines.",
    ),
    "history": ("agent.commands.inspect", "List the runs, newest first."),
    "ledger": (
        "agent.commands.care.ledger",
        "Look whether the ledger is sound; move it to another store.",
    ),
    "metrics": ("agent.serve.metrics", "Write the metrics of the last runs into a file."),
    "notify": ("agent.commands.config", "Send a test to everybody who hears of runs."),
    "plan": ("agent.commands.plans", "Show what tonight's sync would send, and why not the rest."),
    "purge": ("agent.commands.care.removal", "Remove history, and assessments that are over."),
    "resend": (
        "agent.commands.again.resend",
        "Send an assignment, a section or what failed again.",
    ),
    "restore": ("agent.commands.care.copies", "Put a copy of the ledger back."),
    "serve": (
        "agent.serve.command",
        "Run each district's night at its hour; pages, health, metrics.",
    ),
    "status": (
        "agent.commands.inspect",
        "Show the last run, and how many records are in which state.",
    ),
    "teachers": (
        "agent.commands.inspect",
        "List what only a teacher can mend, in the gradebook.",
    ),
    "verify": ("agent.commands.verify", "Hold the SIS against what it last accepted."),
    "sync": ("agent.commands.sync", "Send what changed to the SIS, and report."),
    "undo": ("agent.commands.again.undo", "Take back what a run wrote."),
}
"""Subcommand -> the module that holds it, and its line in `passback --help`."""


GROUPS = {
    "Run it every night": ("config", "check", "plan", "sync", "serve", "fleet", "notify"),
    "See what a night did, and why": (
        *("status", "history", "explain", "verify", "teachers", "metrics"),
    ),
    "Decide about single records": ("decide", "resend", "undo"),
    "Care for the ledger": ("backup", "restore", "ledger", "purge", "erase"),
    "Try it with your district": ("uat", "demo"),
    "Test your integration": ("mock", "contract"),
    "Test a night's load": ("load",),
    "In your shell": ("completion",),
}
"""The headings of `passback --help`, by who needs what, and the subcommands below each."""

EXTRAS = {
    "fleet": "fleet",
    "load": "load",
    "metrics": "serve",
    "mock": "mock",
    "serve": "serve",
    "uat": "uat",
}
"""Subcommand -> the extra that it needs; of any other it is `contract`."""


OURS = {"agent", "mock_sis", "contracts", "load"}
"""Packages of the wheel: that one of them is not found is a bug, and no missing extra."""


class Commands(click.Group):
    """The agent's own subcommands and those that installed packages register."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every name, sorted."""
        del ctx
        return sorted({*OWN, *(e.name for e in entry_points(group="passback.commands"))})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a subcommand; None when there is none of that name."""
        del ctx
        if cmd_name in OWN:
            return _own(cmd_name)
        for entry in entry_points(group="passback.commands", name=cmd_name):
            try:
                loaded: click.Command = entry.load()
            except ModuleNotFoundError as error:
                return _not_installed(cmd_name, error)
            return loaded
        return None

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Complete names without importing the agent's own subcommands: a person waits."""
        names = [name for name in self.list_commands(ctx) if name.startswith(incomplete)]
        found = [CompletionItem(name, help=self._line(ctx, name)) for name in names]
        return [*found, *click.Command.shell_complete(self, ctx, incomplete)]

    def invoke(self, ctx: click.Context) -> object:
        """Run the subcommand; to be told to stop is no bug, and one line."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            raise StoppedError("stopped before the end") from None
        except ModuleNotFoundError as error:
            name, top = ctx.invoked_subcommand or "", (error.name or "").partition(".")[0]
            if name in OWN or top in OURS:
                raise
            raise click.UsageError(_needs(name, error)) from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the subcommands without importing the agent's own."""
        names = self.list_commands(ctx)
        grouped = {name for group in GROUPS.values() for name in group}
        groups = {**GROUPS, "Other": tuple(name for name in names if name not in grouped)}
        for heading, group in groups.items():
            rows = [(name, self._line(ctx, name)) for name in group if name in names]
            if rows:
                with formatter.section(heading):
                    formatter.write_dl(rows)

    def _line(self, ctx: click.Context, name: str) -> str:
        if name in OWN:
            return OWN[name][1]
        found = self.get_command(ctx, name)
        return found.get_short_help_str(70) if found is not None else ""


def _own(name: str) -> click.Command:
    try:
        found: click.Command = getattr(import_module(OWN[name][0]), name)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] == "agent":
            raise
        return _not_installed(name, error)
    return found


def _not_installed(name: str, error: ModuleNotFoundError) -> click.Command:
    """Stand in for a command whose extra is not installed."""
    needs = _needs(name, error)

    @click.command(
        name,
        help=f"Not installed: {needs}.",
        short_help="(not installed)",
        context_settings={"ignore_unknown_options": True},
    )
    @click.argument("arguments", nargs=-1)
    def missing(arguments: tuple[str, ...]) -> None:
        del arguments
        raise click.UsageError(needs)

    return missing


def _needs(name: str, error: ModuleNotFoundError) -> str:
    extra = EXTRAS.get(name, "contract")
    return f"`{name}` needs {error.name}: pip install 'passback[{extra}]'"


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="passback")
def passback() -> None:
    """Pass scores from Otus back into a school district's SIS gradebook, every night."""


def main() -> None:
    """Run `passback`; an expected error is one line on stderr and its own exit code."""
    # What a night holds has no cycles; to look for some at the usual pace takes a tenth of its CPU.
    gc.set_threshold(20_000, 20, 20)
    lasting_streams()
    # A service manager or an engine stops us as a person does; to process 1 it means nothing else.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        passback()
    except PassbackError as error:
        click.echo(f"passback: {error}", err=True)
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
