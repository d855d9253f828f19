"""The demo as it is seen in a terminal, and the page of the nights that it leaves behind."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, time
from io import StringIO
from pathlib import Path

import msgspec
from playwright.sync_api import Page, ViewportSize
from rich.console import Console
from rich.text import Text

from agent import config
from agent.config import zone_of
from agent.ledger import Ledger, open_ledger
from agent.serve.app import create_app
from agent.serve.command import Nights
from agent.serve.district import District, NoPeople, NoPlaces
from agent.serve.jobs import Jobs
from agent.serve.server import serving
from agent.settings import Blackout, ServeSettings, Settings
from contracts.configuration import SECRETS

FRAME = Path(__file__).with_name("terminal.svg")
"""Rich's frame without the font that it would fetch from another host."""
OPTIONS = ["--sis", "skyward", "--no-serve"]
COMMAND = f'make demo DEMO_ARGS="{" ".join(OPTIONS)}"'
MORNING = datetime(2026, 10, 23, 13, tzinfo=UTC)
"""After the last night of the demo: eight o'clock in Chicago."""
SERVE = ServeSettings(
    at=time(22),
    blackout=(
        Blackout(date(2026, 10, 21), date(2026, 10, 21), "Conferences"),
        Blackout(date(2026, 12, 21), date(2027, 1, 1), "Winter break"),
    ),
)
TOKEN = "a-token-of-this-picture"  # noqa: S105 - of pages that nobody else can open
HIGH: ViewportSize = {"width": 1200, "height": 1280}


def played(folder: Path) -> str:
    """What the demo prints; its configuration and its ledger stay in *folder*."""
    command = [sys.executable, "-m", "agent", "demo", *OPTIONS, "--out", str(folder)]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def recorded(printed: str) -> str:
    """It as an SVG of a terminal, in whatever monospace font the reader has."""
    lines = f"$ {COMMAND}\n{printed}".rstrip()
    width = max(map(len, lines.splitlines()))
    console = Console(record=True, width=width, file=StringIO(), force_terminal=True)
    text = Text.from_ansi(lines)
    text.highlight_regex(r"^\$ .*", "bold green")
    text.highlight_regex(r"(?m)^\[\d/\d\].*$", "bold")
    console.print(text, highlight=False)
    frame = FRAME.read_text(encoding="utf-8")
    return console.export_svg(title="make demo", code_format=frame, unique_id="demo")


def schedule(page: Page, folder: Path) -> Iterator[str]:
    """The nights of a demo that ran in *folder*, as `passback serve` shows them."""
    settings = config.load(folder / "skyward.toml")
    with closing(open_ledger(settings.ledger.url, settings.district)) as ledger:
        _by_the_clock(ledger, settings)
    with _pages(msgspec.structs.replace(settings, serve=SERVE)) as address:
        page.goto(address)
        page.set_viewport_size(HIGH)
        yield "status"


def _by_the_clock(ledger: Ledger, settings: Settings) -> None:
    """Note each run of the demo as the night of its date."""
    runs = sorted(ledger.runs.latest(20), key=lambda run: run["at"])
    for run in runs:
        at = datetime.fromisoformat(run["at"])
        day = at.astimezone(zone_of(settings)).date()
        ledger.slots.note_served(at)
        ledger.slots.begin(day, at, run["run"], at)
        ledger.slots.end(day, run["exit_code"], at)


@contextmanager
def _pages(settings: Settings) -> Iterator[str]:
    shown = District(
        key="lakeview",
        title="Lakeview School District",
        settings=settings,
        environment=SECRETS,
        clock=lambda: MORNING,
        people=NoPeople(),
        places=NoPlaces(),
    )
    app = create_app(lambda: [shown], Jobs(Nights()), token=TOKEN, hosts=[], by_clock=True)
    with serving(app) as url:
        yield f"{url}/agent/lakeview/schedule?token={TOKEN}"
