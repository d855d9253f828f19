"""Play nights: the built-in story, or a district's own export by submission date."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from datetime import date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any
from zoneinfo import ZoneInfo

import click

from contracts.demo.account import account, export_days
from contracts.demo.show import gradebook_lines, night_lines, outcome_table
from contracts.demo.stage import Night, Stage
from contracts.demo.story import CLAIMS, QUIZ, STORY
from mock_sis.server import serving
from mock_sis.world import World

ZONE = "America/Chicago"
START = date(2026, 10, 14)
EVENING = time(22, 0)
CATEGORIES = {"Quiz": "QUIZ", "Test": "TEST", "Homework": "HW", "Lab": "LAB"}


def evening(day: date, zone: str) -> datetime:
    """When the night of *day* runs."""
    return datetime.combine(day, EVENING, ZoneInfo(zone))


def play_story(stack: ExitStack, folder: Path, nights: int | None) -> int:
    """The default demo; returns the exit code."""
    began = perf_counter()
    servers = stack.enter_context(serving("otus", "skyward"))
    servers.worlds.create("lakeview", size="tiny", seed=1, start=START)
    stage = Stage(
        kind="skyward",
        otus=f"{servers.otus.url}/w/lakeview",
        sis=f"{servers.skyward.url}/w/lakeview",
        folder=folder,
        zone=ZONE,
        effective="2026-08-20",
        categories=CATEGORIES,
    )
    stage.write_config()
    story = STORY[:nights]
    click.echo(f"A district in a box: {len(story)} nights from Otus into a Skyward gradebook\n")
    worst = 0
    for number, day in enumerate(story, 1):
        today = START + timedelta(days=day.after)
        stage.set_clock(evening(today, ZONE) - timedelta(hours=6))
        for act in day.acts:
            act(stage, today)
        click.echo(f"[{number}/{len(story)}] {today:%a %d %b}  {day.caption}")
        worst = max(worst, _night(stage, evening(today, ZONE)).code)
    _curtain(stage, ("200001", "200003"))
    if len(story) == len(STORY):
        worst = max(worst, _claims(stage))
    click.echo(f"\n{perf_counter() - began:.0f} seconds")
    return worst


def _claims(stage: Stage) -> int:
    """Hold the story's promises against the gradebook; 3 when one is broken."""
    book = stage.control("GET", "/gradebooks/200001")
    [column] = [c for c in book["columns"] if (c["external_id"] or "").startswith(f"pb-{QUIZ}-")]
    marks = {
        row["student"]: cell["display"]
        for row in book["rows"]
        for cell in row["cells"]
        if cell["column"] == column["id"]
    }
    click.echo(f'\nTo be seen in "{column["title"]}", in the category that the teacher chose:')
    broken = 0
    for claim in CLAIMS:
        as_told = marks[claim.student] == claim.shows
        broken += not as_told
        note = "" if as_told else f"   NOT SO: {marks[claim.student]}"
        click.echo(f"  {claim.student}  {claim.shows:>5}  {claim.because}{note}")
    return 3 if broken else 0


def _night(stage: Stage, at: datetime) -> Night:
    stage.set_clock(at)
    night = stage.sync(at)
    for line in night_lines(night):
        click.echo(line)
    return night


def _curtain(stage: Stage, sections: Sequence[str]) -> None:
    """What is to be seen afterwards."""
    click.echo("\nThe gradebooks next morning, as their teachers see them:\n")
    for section in sections:
        for line in gradebook_lines(stage.control("GET", f"/gradebooks/{section}")):
            click.echo(line)
        click.echo("")
    click.echo("Look around:")
    click.echo(f"  gradebooks   {stage.sis}/")
    click.echo(f"  control      {stage.sis}/_mock/health")
    click.echo(f"  ledger       passback status -c {stage.config}")


def play_export(stack: ExitStack, folder: Path, source: Path, nights: int | None) -> int:
    """A OneRoster export as world and source, night by night by the dates of its results."""
    began = perf_counter()
    servers = stack.enter_context(serving("otus", "skyward"))
    days = export_days(source)
    made = partial(World.create, dated=True)
    hosted = servers.worlds.create("export", source=source, start=days[0], make=made)
    titles = hosted.world.db.read("SELECT DISTINCT title FROM category WHERE sis = 'skyward'")
    stage = Stage(
        kind="skyward",
        otus=f"{servers.otus.url}/w/export",
        sis=f"{servers.skyward.url}/w/export",
        folder=folder,
        zone=ZONE,
        effective=days[0].isoformat(),
        categories={row["title"]: row["title"] for row in titles},
        district="export",
    )
    stage.write_config()
    days = days[:nights]
    click.echo(f"{source.name}: {len(days)} nights, {days[0]} to {days[-1]}")
    sent: list[Mapping[str, Any]] = []
    last = None
    with click.progressbar(days, label="nights", show_pos=True) as bar:
        for day in bar:
            at = evening(day, ZONE)
            stage.set_clock(at)
            last = stage.sync_here(at)
            sent.append(last.report.get("counts", {}))
            if last.code not in {0, 3}:
                click.echo(f"\n{day}: exit code {last.code}: {last.error}")
                return last.code
    if last is None:
        return 0
    click.echo("")
    for line in outcome_table(last.records):
        click.echo(line)
    agreed = account(stage, source, last, sent, click.echo)
    click.echo(f"{perf_counter() - began:.0f} seconds")
    return 0 if agreed else 3
