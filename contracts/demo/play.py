"""Play the built-in story, night by night, into every SIS that is asked for."""

from collections.abc import Sequence
from contextlib import ExitStack
from datetime import date, datetime, time, timedelta
from pathlib import Path
from time import perf_counter
from zoneinfo import ZoneInfo

import click

from contracts.demo.night import Night
from contracts.demo.show import gradebook_lines, night_lines
from contracts.demo.stage import Stage
from contracts.demo.story import CLAIMS, STORY, TITLE, Day, InSis
from contracts.vendors import VENDORS
from mock_sis.pages.grid import grid
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
    stages = [_stage(kind, servers, folder) for kind in kinds]
    story = STORY[:nights]
    into = " and ".join(VENDORS[k].label for k in kinds)
    click.echo(f"A district in a box: {len(story)} nights from Otus into {into}\n")
    worst = 0
    for number, day in enumerate(story, 1):
        today = START + timedelta(days=day.after)
        _live(day, stages, today)
        click.echo(f"[{number}/{len(story)}] {today:%a %d %b}  {day.caption}")
        for stage in stages:
            worst = max(worst, _night(stage, evening(today, ZONE), named=len(stages) > 1).code)
    for stage in stages:
        _curtain(stage, world, ("200001", "200003"))
    if len(story) == len(STORY):
        worst = max([worst, *(_claims(stage, world) for stage in stages)])
        if len(stages) > 1:
            worst = max(worst, _same(stages))
    if serve:
        look_around(stages)
    click.echo(f"\n{perf_counter() - began:.0f} seconds")
    return worst


def _stage(kind: str, servers: Servers, folder: Path) -> Stage:
    stage = Stage(
        kind=kind,
        otus=f"{servers.otus.url}/w/lakeview",
        sis=f"{servers[kind].url}/w/lakeview",
        folder=folder,
        zone=ZONE,
        effective=date(2026, 8, 20),
        categories=CATEGORIES,
    )
    stage.write_config()
    return stage


def _live(day: Day, stages: Sequence[Stage], today: date) -> None:
    """A day's acts: in Otus once, in the SIS each."""
    stages[0].set_clock(evening(today, ZONE) - timedelta(hours=6))
    for act in day.acts:
        if isinstance(act, InSis):
            for stage in stages:
                act.act(stage, today)
        else:
            act(stages[0], today)


def _night(stage: Stage, at: datetime, *, named: bool) -> Night:
    stage.set_clock(at)
    night = stage.sync(at)
    if named:
        click.echo(f"  {VENDORS[stage.kind].label}")
    for line in night_lines(night):
        click.echo(line)
    return night


def _curtain(stage: Stage, world: World, sections: Sequence[str]) -> None:
    """The gradebooks, as they stand after the last night."""
    click.echo(f"\nNext morning in {VENDORS[stage.kind].label}, as the teachers see it:\n")
    for section in sections:
        for line in gradebook_lines(grid(gradebook_of(world, stage.kind), section, "")):
            click.echo(line)
        click.echo("")


def _marks(stage: Stage, title: str) -> dict[str, str]:
    """Student -> what the column of that title shows, in whichever gradebook they sit."""
    marks = {}
    for section in ("200001", "200002"):
        book = stage.control("GET", f"/gradebooks/{section}")
        ids = {c["id"] for c in book["columns"] if c["title"] == title}
        for row in book["rows"]:
            for cell in row["cells"]:
                if cell["column"] in ids:
                    marks[row["student"]] = cell["display"]
    return marks


def _claims(stage: Stage, world: World) -> int:
    """Hold the story's promises against the gradebook; 3 when one is broken."""
    marks = _marks(stage, TITLE)
    rows = world.db.read("SELECT id, family, given FROM student")
    names = {row["id"]: f"{row['family']}, {row['given']}" for row in rows}
    width = max(len(names[claim.student]) for claim in CLAIMS)
    click.echo(f'To be seen in "{TITLE}" in {VENDORS[stage.kind].label}:')
    broken = 0
    for claim in CLAIMS:
        shown = marks.get(claim.student, "nothing")
        broken += shown != claim.shows
        note = "" if shown == claim.shows else f"   NOT SO: {shown}"
        click.echo(f"  {names[claim.student]:<{width}}  {claim.shows:>5}  {claim.because}{note}")
    return 3 if broken else 0


def _same(stages: Sequence[Stage]) -> int:
    """Whether the quiz shows the same marks in every SIS; 3 when it does not."""
    first, *rest = [_marks(stage, TITLE) for stage in stages]
    same = all(first == other for other in rest)
    verdict = "the same" if same else "DIFFERENT"
    click.echo(f"\nThe quiz shows {verdict} marks for {len(first)} students in both.")
    return 0 if same else 3


def look_around(stages: Sequence[Stage]) -> None:
    """Where the mocks are, and how to ask the agent."""
    click.echo("\nLook around:")
    for stage in stages:
        click.echo(f"  {VENDORS[stage.kind].label:<12}{stage.sis}/")
        click.echo(f"  {'':<12}passback status -c {stage.config}")
