"""A headless Chromium for tests of pages: a fixture, and what all pages hold.

Playwright drives the Chromium of the system, so that nothing is downloaded.
"""

import shutil
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, sync_playwright

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
        made.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
        made.on("pageerror", lambda error: errors.append(str(error)))
        yield made
        browser.close()
    assert errors == []


def sound(page: Page) -> None:
    """Hold what every page holds: axe-core finds nothing serious, and 375 px are wide enough."""
    found = Axe().run(page).response["violations"]
    serious = [
        (each["id"], [node["html"][:200] for node in each["nodes"]])
        for each in found
        if each["impact"] in SERIOUS
    ]
    assert serious == [], page.url
    was = page.viewport_size
    page.set_viewport_size(PHONE)
    assert page.evaluate(OVERFLOW) <= 0, f"{page.url} scrolls sideways at 375 px"
    page.set_viewport_size(was)
