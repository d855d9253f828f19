"""`passback contract list`: the operations, scenarios and profiles that the other commands take."""

from collections.abc import Iterator

import click

from contracts.commands.outcome import SIS


@click.command(name="list", short_help="List operations, scenarios or profiles.")
@click.argument("what", type=click.Choice(["operations", "scenarios", "profiles"]))
@click.option("--sis", type=SIS, help="Only this system's; all otherwise.")
def listing(what: str, sis: str | None) -> None:
    """List WHAT there is: a name for each line, then what it is."""
    found = {"operations": _operations, "scenarios": _scenarios, "profiles": _profiles}[what]
    rows = list(found(sis))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        click.echo("  ".join(cells).rstrip())


def _operations(sis: str | None) -> Iterator[tuple[str, ...]]:
    from contracts.spec import contracts, operations
    from contracts.vendors import VENDORS

    for name in [sis] if sis else VENDORS:
        for method, path, one in operations(contracts()[f"{name}.yaml"]):
            yield name, one["operationId"], one["x-confidence"], f"{method.upper()} {path}"


def _scenarios(sis: str | None) -> Iterator[tuple[str, ...]]:
    from contracts.scenarios.kinds import scenarios

    for one in scenarios():
        if sis in {None, one.sis}:
            yield one.sis, one.name, one.kind, one.claim


def _profiles(_sis: str | None) -> Iterator[tuple[str, ...]]:
    from contracts.harness.profiles import PROFILES

    for one in PROFILES.values():
        yield one.name, one.about
