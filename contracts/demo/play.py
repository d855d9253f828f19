"""Play the built-in story, night by night, into every SIS that is asked for."""

from collections.abc import Sequence
from contextlib import ExitStack
from datetime import date, datetime, time, timedelta
from pathlib import Path
from time import perf_counter
from zoneinfo import ZoneInfo

import click

from contracts.demo.district import DemoDistrict
from contracts.demo.night import Night
from contracts.demo.show import gradebook_lines, night_lines
from contracts.demo.story import CLAIMS, STORY, TITLE, Day, InSis
from contracts.vendors import VENDORS
from mock_sis.pages.gradebook.grid import grid
from mock_sis.server import Servers, serving
from mock_sis.sis import gradebook_of
from mock_sis.world.world import World

ZONE = "America/Chicago"
START = date(2026, 10, 14)
EVENING = time(22, 0)
CATEGORIES = {name: name for name in ("Quiz", "Test", "Homework", "Lab")}


def evening(day: date, zone: str) -> datetime:
    """When the night of *day* runs."""
    return datetime.combine(day, EVENING, ZoneInfo(zone))


def play_story(
    stack: ExitStack, folder: Path, kinds: Sequence[str], nights: int | None, *, serve: bool
) -> int:
    """The default demo; returns the exit code. *serve*: the mocks will go on running."""
    began = perf_counter()
    servers = stack.enter_context(serving("otus", *kinds))
    world = servers.worlds.create("lakeview", size="tiny", seed=1, start=START).world
    districts = [_district(kind, servers, folder) for kind in kinds]
    story = STORY[:nights]
    into = " and ".join(VENDORS[k].label for k in kinds)
    click.echo(f"A district in a box: {len(story)} nights from Otus into {into}\n")
    worst = 0
    for number, day in enumerate(story, 1):
        today = START + timedelta(days=day.after)
        _live(day, districts, today)
        click.echo(f"[{number}/{len(story)}] {today:%a %d %b}  {day.caption}")
        for district in districts:
            worst = max(
                worst, _night(district, evening(today, ZONE), named=len(districts) > 1).code
            )
    for district in districts:
        _curtain(district, world, ("200001", "200003"))
    if len(story) == len(STORY):
        worst = max([worst, *(_claims(district, world) for district in districts)])
        if len(districts) > 1:
            worst = max(worst, _same(districts))
    if serve:
        look_around(stack, districts, world)
    click.echo(f"\n{perf_counter() - began:.0f} seconds")
    return worst


def _district(kind: str, servers: Servers, folder: Path) -> DemoDistrict:
    district = DemoDistrict(
        kind=kind,
        otus=f"{servers.otus.url}/w/lakeview",
        sis=f"{servers[kind].url}/w/lakeview",
        folder=folder,
        zone=ZONE,
        effective=date(2026, 8, 20),
        categories=CATEGORIES,
    )
    district.write_config()
    return district


def _live(day: Day, districts: Sequence[DemoDistrict], today: date) -> None:
    """A day's acts: in Otus once, in the SIS each."""
    districts[0].set_clock(evening(today, ZONE) - timedelta(hours=6))
    for act in day.acts:
        if isinstance(act, InSis):
            for district in districts:
                act.act(district, today)
        else:
            act(districts[0], today)


def _night(district: DemoDistrict, at: datetime, *, named: bool) -> Night:
    district.set_clock(at)
    night = district.sync(at)
    if named:
        click.echo(f"  {VENDORS[district.kind].label}")
    for line in night_lines(night):
        click.echo(line)
    return night


def _curtain(district: DemoDistrict, world: World, sections: Sequence[str]) -> None:
    """The gradebooks, as they stand after the last night."""
    click.echo(f"\nNext morning in {VENDORS[district.kind].label}, as the teachers see it:\n")
    for section in sections:
        for line in gradebook_lines(grid(gradebook_of(world, district.kind), section, "")):
            click.echo(line)
        click.echo("")


def _marks(district: DemoDistrict, title: str) -> dict[str, str]:
    """Student -> what the column of that title shows, in whichever gradebook they sit."""
    marks = {}
    for section in ("200001", "200002"):
        book = district.control("GET", f"/gradebooks/{section}")
        ids = {c["id"] for c in book["columns"] if c["title"] == title}
        for row in book["rows"]:
            for cell in row["cells"]:
                if cell["column"] in ids:
                    marks[row["student"]] = cell["display"]
    return marks


def _claims(district: DemoDistrict, world: World) -> int:
    """Hold the story's promises against the gradebook; 3 when one is broken."""
    marks = _marks(district, TITLE)
    rows = world.db.read("SELECT id, family, given FROM student")
    names = {row["id"]: f"{row['family']}, {row['given']}" for row in rows}
    width = max(len(names[claim.student]) for claim in CLAIMS)
    click.echo(f'To be seen in "{TITLE}" in {VENDORS[district.kind].label}:')
    broken = 0
    for claim in CLAIMS:
        shown = marks.get(claim.student, "nothing")
        broken += shown != claim.shows
        note = "" if shown == claim.shows else f"   NOT SO: {shown}"
        click.echo(f"  {names[claim.student]:<{width}}  {claim.shows:>5}  {claim.because}{note}")
    return 3 if broken else 0


def _same(districts: Sequence[DemoDistrict]) -> int:
    """Whether the quiz shows the same marks in every SIS; 3 when it does not."""
    first, *rest = [_marks(district, TITLE) for district in districts]
    same = all(first == other for other in rest)
    verdict = "the same" if same else "DIFFERENT"
    click.echo(f"\nThe quiz shows {verdict} marks for {len(first)} students in both.")
    return 0 if same else 3


def look_around(stack: ExitStack, districts: Sequence[DemoDistrict], world: World) -> None:
    """Where the mocks and the agent's pages are, and how to ask the agent; until *stack* ends."""
    from contracts.demo.pages import served

    click.echo("\nLook around:")
    click.echo(f"  {'the agent':<12}{stack.enter_context(served(districts, world))}")
    for district in districts:
        click.echo(f"  {VENDORS[district.kind].label:<12}{district.sis}/")
        click.echo(f"  {'':<12}passback status -c {district.config}")
