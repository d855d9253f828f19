"""Pictures of a district that is tried out: pages of Otus, of both gradebooks and of the agent."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page

SECTION, STUDENT = "200001", "Ferreira, Hana"


def views(page: Page) -> Iterator[str]:
    """Play a night into each SIS; stop, with the picture's name, wherever there is one to take."""
    with _served() as address:
        yield from _Walk(page, address).views()


@contextmanager
def _served() -> Iterator[str]:
    """The address of a made-up district."""
    command = [sys.executable, "-m", "agent", "uat", "--port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield process.stdout.readline().removeprefix("open ").strip()
    finally:
        os.kill(process.pid, signal.SIGINT)
        process.wait()


class _Walk:
    def __init__(self, page: Page, start: str) -> None:
        self._page = page
        page.goto(start)
        self._start = page.url
        self._skyward = self._href("Skyward gradebook")
        self._powerschool = self._href("PowerSchool gradebook")
        self._otus = self._href("Otus", nth=-1)

    def views(self) -> Iterator[str]:
        yield from self._before_the_night()
        page = self._page
        self._preview("Skyward")
        yield "tonight"
        self._run()
        yield "result"
        page.get_by_role("link", name="Assignments", exact=True).click()
        page.get_by_role("link", name="Unit 1 test").first.click()
        page.get_by_role("link", name="Student by student").click()
        page.get_by_role("link", name=STUDENT).first.click()
        yield "explain"
        self._preview("PowerSchool")
        self._run()
        page.goto(f"{self._skyward}/classes/{SECTION}")
        yield "skyward"
        page.locator("table.grid td.score a").first.click()
        yield "score"
        page.goto(f"{self._powerschool}/classes/{SECTION}")
        yield "powerschool"
        page.goto(f"{self._powerschool}/log?writes=1")  # one call at a time, so always this order
        yield "log"
        page.goto(f"{self._skyward}/control/periods")
        yield "periods"
        page.goto(f"{self._skyward}/control/faults")
        yield "faults"
        page.goto(f"{self._start}roster")
        yield "roster"

    def _before_the_night(self) -> Iterator[str]:
        page = self._page
        yield "start"
        page.goto(f"{self._skyward}/control")
        page.get_by_role("button", name="Stop the clock").click()
        page.get_by_role("button", name="Tonight (10 pm)").click()
        yield "clock"
        page.goto(self._otus)
        page.get_by_role("link", name="Math 7, period 1").first.click()
        yield "otus-class"
        page.get_by_role("link", name="Unit 1 test").first.click()
        yield "otus-assessment"
        page.goto(f"{self._otus}/group")
        yield "otus-group"

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
