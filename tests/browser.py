"""A headless Chromium for tests of pages: a fixture, and what all pages hold.

Playwright drives the Chromium of the system, so that nothing is downloaded.
"""

import shutil
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Error, Page, sync_playwright

WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 375, "height": 812}
SERIOUS = {"serious", "critical"}
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic"]
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def page() -> Iterator[Page]:
    """A page in a browser of its own; an error in its console fails the test at the end.

    A browser for several tests would leave Playwright's event loop running between them, in which
    no other test could run one.
    """
    binary = shutil.which("chromium") or shutil.which("chromium-browser")
    if binary is None:
        pytest.skip("there is no Chromium here")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=binary, args=FLAGS)
        made, errors = browser.new_page(viewport=WIDE), list[str]()
        made.set_default_timeout(20_000)
        made.on("console", lambda said: _hear(said, errors))
        made.on("pageerror", lambda error: errors.append(str(error)))
        yield made
        browser.close()
    assert errors == []


def _hear(said: ConsoleMessage, errors: list[str]) -> None:
    # A browser fetches icon and styles when it has time, also once the test's server is gone.
    url = said.location.get("url", "")
    late = url.endswith("/static/icon.svg") or ("/static/" in url and "net::ERR_" in said.text)
    if said.type == "error" and not late:
        errors.append(f"{said.text} {url}")


def _examined(page: Page) -> list[Any]:
    """What axe-core finds; once more where the page was just about to give way to the next one."""
    page.wait_for_load_state()
    try:
        return list(Axe().run(page).response["violations"])
    except Error:
        page.wait_for_load_state()
        return list(Axe().run(page).response["violations"])


def sound(page: Page) -> None:
    """Hold what every page holds: axe-core finds nothing serious, and 375 px are wide enough."""
    found = _examined(page)
    serious = [
        (each["id"], [node["html"][:200] for node in each["nodes"]])
        for each in found
        if each["impact"] in SERIOUS
    ]
    assert serious == [], page.url
    for icon in page.locator("link[rel=icon]").all() if page.url.startswith("http") else ():
        assert page.request.get(urljoin(page.url, icon.get_attribute("href") or "")).ok
    was = page.viewport_size
    page.set_viewport_size(PHONE)
    assert page.evaluate(OVERFLOW) <= 0, f"{page.url} scrolls sideways at 375 px"
    page.set_viewport_size(was)
