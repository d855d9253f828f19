"""`passback fleet`: its subcommands, each imported when it is used."""

from importlib import import_module
from keyword import iskeyword

import click

SUBCOMMANDS = {
    "tick": ("agent.fleet.commands.tick", "Queue each district's night at its hour."),
    "worker": ("agent.fleet.commands.worker", "Do the nights that are queued."),
    "sweep": (
        "agent.fleet.commands.sweep",
        "Give nights of lost workers back, and report what was parked.",
    ),
    "pages": ("agent.fleet.commands.pages", "Show all districts in a browser; health, metrics."),
    "status": ("agent.fleet.commands.status", "Show the nights, and who needs somebody."),
    "import": ("agent.fleet.commands.imports", "Take configurations into the database."),
    "run": ("agent.fleet.commands.persons", "Do a night of a district now."),
    "pause": ("agent.fleet.commands.persons", "Begin no night of a district for a while."),
    "park": ("agent.fleet.commands.persons", "Begin no night of a district until it is resumed."),
    "resume": ("agent.fleet.commands.persons", "End a district's pause, or what parked it."),
}
"""Subcommand -> the module that holds it, and its line in `passback fleet --help`."""


class Subcommands(click.Group):
    """Imports a subcommand when it is used, so that `--help` needs no database's library."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every name, in the order of a night."""
        del ctx
        return list(SUBCOMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a subcommand; None when there is none of that name."""
        del ctx
        if cmd_name not in SUBCOMMANDS:
            return None
        try:
            module = import_module(SUBCOMMANDS[cmd_name][0])
            name = f"{cmd_name}_" if iskeyword(cmd_name) else cmd_name
            found: click.Command = getattr(module, name)
        except ModuleNotFoundError as error:
            if (error.name or "").partition(".")[0] == "agent":
                raise
            needs = f"`fleet` needs {error.name}: pip install 'passback[fleet]'"
            raise click.UsageError(needs) from None
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the subcommands without importing them."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in SUBCOMMANDS.items()])


@click.group(cls=Subcommands)
def fleet() -> None:
    """Run the nights of many districts on several machines, on PostgreSQL."""
