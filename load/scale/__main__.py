"""`python -m load.scale`: measure what a score costs, and plan and simulate larger fleets."""

from dataclasses import replace
from datetime import UTC, datetime
from math import inf
from pathlib import Path

import click
import msgspec

from load.profiles import Night
from load.scale import country, page
from load.scale.constants import read
from load.scale.constants import write as keep
from load.scale.night import draw
from load.scale.scenarios import SLOWNESS
from load.scale.simulation import Fleet, Outcome, simulate, with_slow_hosts

NIGHTS = (Night.TYPICAL.value, Night.END_OF_TERM.value)


@click.group()
def scale() -> None:
    """Plan a fleet that is larger than this machine; docs/run/fleet/scale.md says how."""


@scale.command()
def constants() -> None:
    """Print the constants that were measured last."""
    for name, value in msgspec.structs.asdict(read()).items():
        click.echo(f"{name:20} {value}")


@scale.command()
@click.option("--districts", type=click.IntRange(1, 64), default=3, show_default=True)
@click.option("--write", is_flag=True, help="Keep them, for `make docs`.")
def measure(districts: int, *, write: bool) -> None:
    """Measure the constants on this machine, with small districts on a fleet."""
    from load.scale.measure import measure as measured

    found = measured(districts, datetime.now(UTC).date(), lambda line: click.echo(line, err=True))
    for name, value in msgspec.structs.asdict(found).items():
        click.echo(f"{name:20} {value if isinstance(value, str) else f'{value:,.6g}'}")
    if write:
        keep(found)


@scale.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def docs(file: Path) -> None:
    """Write the tables of docs/run/fleet/scale.md anew, in place."""
    kept = read()
    blocks = page.multiplied_blocks(kept) | page.simulated_blocks(kept, country.district_sizes())
    file.write_text(page.filled(file.read_text(encoding="utf-8"), blocks), encoding="utf-8")


@scale.command()
@click.option("--night", type=click.Choice(NIGHTS), default=NIGHTS[0], show_default=True)
@click.option("--workers", type=click.IntRange(1, 10_000), default=30, show_default=True)
@click.option("--slots", type=click.IntRange(1, 256), default=4, show_default=True)
@click.option(
    "--a-host",
    type=click.IntRange(0),
    default=8,
    show_default=True,
    help="Runs at a time on one SIS host; 0: no limit.",
)
@click.option(
    "--slow-hosts",
    type=click.IntRange(0, 1000),
    default=0,
    show_default=True,
    help="How many SIS hosts are slow, those that most districts share.",
)
@click.option(
    "--slowness",
    type=click.FloatRange(1),
    default=SLOWNESS,
    show_default=True,
    help="Times as long as others a slow host takes.",
)
@click.option("--lost-every", type=click.FloatRange(1), help="Seconds between lost workers.")
@click.option(
    "--share",
    type=click.FloatRange(0, 1, min_open=True),
    default=1.0,
    show_default=True,
    help="Of the districts.",
)
@click.option("--seed", type=click.IntRange(0), default=page.SEED, show_default=True)
def night(
    night: str,
    workers: int,
    slots: int,
    a_host: int,
    slow_hosts: int,
    slowness: float,
    lost_every: float | None,
    share: float,
    seed: int,
) -> None:
    """Simulate a night of every district, or of a share of them in the same mix."""
    jobs = draw(country.some_sizes(share), seed, Night(night))
    fleet = Fleet(workers=workers, slots=slots, a_host=a_host or None, lost_every=lost_every or inf)
    fleet = replace(with_slow_hosts(fleet, jobs, slow_hosts), slowness=slowness)
    _print(simulate(jobs, fleet, seed))


def _print(outcome: Outcome) -> None:
    click.echo(f"{'hours':>6} {'queue':>6} {'at work':>8}")
    for minute in range(0, len(outcome.queue), page.STEP):
        queue, running = outcome.queue[minute], outcome.running[minute]
        click.echo(f"{minute / 60:6.1f} {queue:6} {running:8}")
    for share, name in ((0.5, "median"), (0.95, "95 %"), (1.0, "last")):
        click.echo(f"due to done, {name:7} {outcome.wait(share) / 60:8.1f} min")
    click.echo(f"late {len(outcome.late())}, parked {len(outcome.parked)}, missed", nl=False)
    click.echo(f" {len(outcome.missed)}; runs lost {outcome.lost}, stopped {outcome.cut}")


if __name__ == "__main__":
    scale()
