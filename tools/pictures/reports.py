"""Pictures of the two reports: of a district's acceptance, and of a night's load."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Page

EXAMPLE = Path(__file__).resolve().parents[2] / "docs/uat/example"


def acceptance(page: Page) -> Iterator[str]:
    """The report of the example district in docs/uat."""
    with tempfile.TemporaryDirectory() as folder:
        config, roster = EXAMPLE / "district.toml", EXAMPLE / "export"
        _passback(folder, "uat", "-c", str(config), "--roster", str(roster))
        page.goto(f"file://{folder}/report.html")
        yield "uat-report"


def load(page: Page) -> Iterator[str]:
    """The report of a small night; its figures are other ones each time."""
    with tempfile.TemporaryDirectory() as folder:
        _passback(folder, "load", "--trouble", "off")
        page.goto(f"file://{folder}/report.html")
        yield "load-report"


def _passback(out: str, *arguments: str) -> None:
    command = [sys.executable, "-m", "agent", *arguments, "--out", out]
    subprocess.run(command, check=True, capture_output=True)
