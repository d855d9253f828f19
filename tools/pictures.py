"""Takes the pictures of the guides: `python -m tools.pictures` writes them into docs/images.

It runs `passback uat` and does in a browser what docs/uat/index.md tells a reader to do. Needs
Chromium.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "images"
SIZE = {"width": 1200, "height": 760}
COLOURS = 96
"""Of each picture: pages have few, and files stay small."""
SECTION = "200001"


@contextmanager
def district() -> Iterator[str]:
    """The address of a made-up district."""
    process = subprocess.Popen(
        [sys.executable, "-m", "agent", "uat", "--port", "0"], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        yield process.stdout.readline().removeprefix("open ").strip()
    finally:
        os.kill(process.pid, signal.SIGINT)
        process.wait()


class Photographer:
    """Goes through the pages, and keeps some of what it sees."""

    def __init__(self, page: Page, start: str) -> None:
        self._page = page
        page.goto(start)
        self._start = page.url
        self._skyward = self._href("Skyward gradebook")
        self._powerschool = self._href("PowerSchool gradebook")
        self._otus = self._href("Otus", nth=-1)

    def take_all(self) -> None:
        """Play a night into each SIS, and keep what docs/uat/index.md shows of it."""
        page = self._page
        self._take("start", self._start)
        page.goto(f"{self._skyward}/control")
        page.get_by_role("button", name="Stop the clock").click()
        page.get_by_role("button", name="Tonight (10 pm)").click()
        self._take("clock")
        page.goto(self._otus)
        page.get_by_role("link", name="Math 7, period 1").first.click()
        self._take("otus-class")
        page.get_by_role("link", name="Unit 1 test").first.click()
        self._take("otus-assessment")
        self._take("otus-group", f"{self._otus}/group")
        self._preview("Skyward")
        self._take("tonight")
        self._run()
        self._take("result")
        self._preview("PowerSchool")
        self._run()
        self._take("skyward", f"{self._skyward}/classes/{SECTION}")
        page.locator("table.grid td.score a").first.click()
        self._take("score")
        self._take("powerschool", f"{self._powerschool}/classes/{SECTION}")
        self._take("log", f"{self._skyward}/log?writes=1")
        self._take("periods", f"{self._skyward}/control/periods")
        self._take("faults", f"{self._skyward}/control/faults")
        self._take("roster", f"{self._start}roster")

    def _preview(self, sis: str) -> None:
        self._page.goto(self._start)
        self._page.get_by_role("link", name=f"Tonight into {sis}").click()
        self._page.get_by_role("button", name="Run tonight now").wait_for()

    def _run(self) -> None:
        self._page.get_by_role("button", name="Run tonight now").click()
        self._page.wait_for_url("**/runs/**")

    def _href(self, name: str, nth: int = 0) -> str:
        found = self._page.get_by_role("link", name=name, exact=True)
        last = found.count() - 1 if nth < 0 else nth
        href: str = found.nth(last).evaluate("a => a.href")
        return re.sub(r"/$", "", href)

    def _take(self, name: str, address: str = "") -> None:
        if address:
            self._page.goto(address)
        path = FOLDER / f"{name}.png"
        self._page.screenshot(path=path, animations="disabled", caret="hide")
        with Image.open(path) as taken:
            fewer = taken.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
        fewer.save(path, optimize=True)


def main() -> None:
    """Take all of them anew."""
    binary = shutil.which("chromium") or shutil.which("chromium-browser")
    if binary is None:
        sys.exit("there is no Chromium here")
    FOLDER.mkdir(exist_ok=True)
    with district() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=binary, args=["--no-sandbox"])
        Photographer(browser.new_page(viewport=SIZE), address).take_all()
        browser.close()


if __name__ == "__main__":
    main()
