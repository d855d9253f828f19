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

from agent.errors import PassbackError, StoppedError
from agent.sinks import lasting_streams

OWN = {
    "check": ("agent.commands.check", "Try the source, the SIS and the ledger; writes nothing."),
    "config": ("agent.commands.config", "Look at a configuration file."),
    "explain": ("agent.commands.inspect", "Show why a record is or is not in the SIS."),
    "history": ("agent.commands.inspect", "List the runs, newest first."),
    "plan": ("agent.commands.sync", "Show what tonight's sync would send, and why not the rest."),
    "status": (
        "agent.commands.inspect",
        "Show the last run, and how many records are in which state.",
    ),
    "sync": ("agent.commands.sync", "Send what changed to the SIS, and report."),
}
"""Subcommand -> the module that holds it, and its line in `passback --help`."""


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
            found: click.Command = getattr(import_module(OWN[cmd_name][0]), cmd_name)
            return found
        for entry in entry_points(group="passback.commands", name=cmd_name):
            try:
                loaded: click.Command = entry.load()
            except ModuleNotFoundError as error:
                return _not_installed(cmd_name, error)
            return loaded
        return None

    def invoke(self, ctx: click.Context) -> object:
        """Run the subcommand; to be told to stop is no bug, and one line."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            raise StoppedError("stopped before the end") from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the subcommands without importing the agent's own."""
        rows = []
        for name in self.list_commands(ctx):
            if name in OWN:
                rows.append((name, OWN[name][1]))
            elif (found := self.get_command(ctx, name)) is not None:
                rows.append((name, found.get_short_help_str(70)))
        with formatter.section("Commands"):
            formatter.write_dl(rows)


def _not_installed(name: str, error: ModuleNotFoundError) -> click.Command:
    """Stand in for a command whose extra is not installed."""

    @click.command(name, help="(not installed)", context_settings={"ignore_unknown_options": True})
    @click.argument("arguments", nargs=-1)
    def missing(arguments: tuple[str, ...]) -> None:
        del arguments
        extra = name if name in {"mock", "load", "uat"} else "contract"
        raise click.UsageError(f"`{name}` needs {error.name}: pip install 'passback[{extra}]'")

    return missing


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
