"""`passback contract checklist`: what to ask a real server on the first day."""

from collections.abc import Sequence

import click

from contracts.commands.outcome import SIS


@click.command(short_help="List what to ask a real server first.")
@click.option("--sis", "chosen", multiple=True, type=SIS, help="Only these systems; all otherwise.")
def checklist(chosen: Sequence[str]) -> None:
    """List what no public source shows, and what the contracts only infer or invent.

    It is Markdown, with a box to tick for each line.
    """
    from contracts.drift.checklist import checklist as lines
    from contracts.drift.checklist import names

    for name in [f"{sis}.yaml" for sis in chosen] or names():
        click.echo(f"{name}\n")
        click.echo("\n".join(lines(name)) + "\n")
