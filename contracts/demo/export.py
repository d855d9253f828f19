"""Play a district's own export by the dates of its results, into every SIS that is asked for."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from time import perf_counter
from typing import Any

import click

from contracts.demo.account import account, export_days, has_work
from contracts.demo.district import DemoDistrict
from contracts.demo.night import Night
from contracts.demo.play import ZONE, evening, look_around
from contracts.demo.show import outcome_table
from contracts.demo.twice import compare
from contracts.vendors import VENDORS
from mock_sis.server import Servers, serving
from mock_sis.world.world import World

WORLD = "export"


@dataclass(slots=True)
class Played:
    """One SIS, and what its nights reported."""

    district: DemoDistrict
    reports: list[Mapping[str, Any]] = field(default_factory=list)
    last: Night | None = None


def play_export(
    stack: ExitStack,
    folder: Path,
    kinds: Sequence[str],
    source: Path,
    nights: int | None,
    *,
    serve: bool,
) -> int:
    """A OneRoster export as world and source; the exit code. *serve*: the mocks will go on running.

    ImportFault: the export cannot be used.
    """
    began = perf_counter()
    days = export_days(source)
    servers = stack.enter_context(serving("otus", *kinds))
    world = servers.worlds.create(WORLD, source=source, start=days[0], dated=True).world
    played = [Played(_district(kind, servers, world, folder, days[0])) for kind in kinds]
    days = days[:nights]
    into = " and ".join(VENDORS[kind].label for kind in kinds)
    stretch = f"{len(days)} nights, {days[0]} to {days[-1]}" if days[1:] else f"1 night, {days[0]}"
    click.echo(f"{source.name} into {into}: {stretch}")
    if not has_work(source):
        click.echo("The export has no line items: there is nothing to pass back.")
    with click.progressbar(days, label="nights", show_pos=True) as bar:
        code = max((_night(one, day) for day in bar for one in played), default=0)
    if code:
        return code
    agreed = [_told(one, source, world.feed.waiting()) for one in played]
    agreed += compare([one.district for one in played], click.echo) if len(played) > 1 else []
    if serve:
        look_around(stack, [one.district for one in played], world)
    click.echo(f"{perf_counter() - began:.0f} seconds")
    return 0 if all(agreed) else 3


def _district(kind: str, servers: Servers, world: World, folder: Path, first: date) -> DemoDistrict:
    titles = world.db.read("SELECT DISTINCT title FROM category WHERE sis = ?", kind)
    district = DemoDistrict(
        kind=kind,
        otus=f"{servers.otus.url}/w/{WORLD}",
        sis=f"{servers[kind].url}/w/{WORLD}",
        folder=folder,
        zone=ZONE,
        effective=first,
        categories={row["title"]: row["title"] for row in titles},
        district=WORLD,
    )
    district.write_config()
    return district


def _night(one: Played, day: date) -> int:
    """One night; an exit code other than 0 when the demo cannot go on."""
    at = evening(day, ZONE)
    one.district.set_clock(at)
    one.last = night = one.district.sync_here(at)
    one.reports.append(night.report)
    if night.code in {0, 3}:
        return 0
    click.echo(
        f"\n{VENDORS[one.district.kind].label}, {day}: exit code {night.code}: {night.error}"
    )
    return night.code


def _told(one: Played, source: Path, waiting: AbstractSet[str]) -> bool:
    """What became of every record in one SIS, and whether all is accounted for."""
    if one.last is None:
        return True
    click.echo(f"\n{VENDORS[one.district.kind].label}")
    for line in outcome_table(one.last.records):
        click.echo(line)
    return account(one.district, source, one.last, one.reports, waiting, click.echo)
