"""From the printed address to a district of one's own, in a real browser."""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from contracts.uat.bind import Bind
from contracts.uat.registry import Registry
from contracts.uat.run import districts, pages
from tests.browser import sound
from tests.exports import FILES

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def address(registry: Registry, folder: Path) -> Iterator[str]:
    """What `passback uat` prints."""
    registry.make_up()
    with pages(registry, folder, bind=Bind(), port=0, named=False) as url:
        yield url


def zipped(path: Path, **changed: list[str]) -> Path:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        for name, lines in {**FILES, **changed}.items():
            archive.writestr(f"{name}.csv", "\n".join(lines))
    path.write_bytes(whole.getvalue())
    return path


def test_a_browser_on_the_network_needs_the_token_once(folder: Path, page: Page):
    bind = Bind(host="0.0.0.0", names=["localhost"])
    with districts(folder, bind=bind, base_port=0, policy=None) as registry:
        registry.make_up()
        with pages(registry, folder, bind=bind, port=0, named=False) as url:
            page.goto(url)
            page.get_by_role("link", name="Skyward gradebook").click()
            assert page.url.endswith("/w/lakeview/pages")
            sound(page)
            page.get_by_role("link", name="Math 7, period 1").first.click()
            assert page.locator("table").count() > 0
            page.goto(url.partition("?")[0])
            page.get_by_role("link", name="Control page").click()
            page.get_by_role("button", name="Next day").first.click()
            assert page.get_by_text("Thursday, October 15").first.is_visible()


def test_a_roster_is_looked_at_and_used(address: str, page: Page, tmp_path: Path):
    page.goto(address)
    assert "token" not in page.url
    assert page.get_by_role("heading", level=1).inner_text() == "Lakeview School District"
    sound(page)

    page.get_by_role("link", name="Use your own roster").click()
    sound(page)
    broken = zipped(tmp_path / "broken.zip", orgs=[*FILES["orgs"], ",Nowhere,school,,"])
    page.get_by_label("OneRoster export").set_input_files(broken)
    page.get_by_role("button", name="Look at it").click()
    assert page.get_by_text("1 thing must be corrected").is_visible()
    assert page.get_by_role("button", name="Use this roster").count() == 0
    with page.expect_download() as download:
        page.get_by_role("link", name="Download all as a CSV file").click()
    assert "orgs.csv,4,sourcedId,is empty" in download.value.path().read_text(encoding="utf-8")
    sound(page)

    page.get_by_role("button", name="Remove it and choose another").click()
    page.get_by_label("OneRoster export").set_input_files(zipped(tmp_path / "good.zip"))
    page.get_by_role("button", name="Look at it").click()
    assert page.get_by_text("This roster can be used.").is_visible()
    sound(page)

    page.get_by_role("button", name="Use this roster").click()
    page.wait_for_url("**/districts/lake")
    assert page.get_by_role("heading", level=1).inner_text() == "Lake"
    sound(page)
    page.get_by_role("link", name="Look at a class in Skyward").click()
    assert page.get_by_role("heading", name="Math 1").is_visible()
    assert page.get_by_text("Kim").count() == 0


def test_the_keyboard_alone_is_enough(address: str, page: Page, tmp_path: Path):
    page.goto(address)
    link = page.get_by_role("link", name="Use your own roster")
    for _ in range(60):
        page.keyboard.press("Tab")
        if link.evaluate("it => it === document.activeElement"):
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/roster")
    page.get_by_label("OneRoster export").set_input_files(zipped(tmp_path / "good.zip"))
    page.get_by_role("button", name="Look at it").press("Enter")
    page.get_by_role("button", name="Use this roster").press("Enter")
    page.wait_for_url("**/districts/lake")


def test_the_first_steps_lead_to_scores_in_the_gradebook(address: str, page: Page):
    page.goto(address)
    page.get_by_role("link", name="Look at a class in Skyward").click()
    assert page.get_by_text("Fractions quiz").count() == 0
    page.goto(address)
    page.get_by_role("link", name="See tonight's plan").click()
    page.get_by_role("button", name="Run").click()
    page.wait_for_url("**/agent/lakeview-skyward/runs/**")
    page.goto(address)
    page.get_by_role("link", name="Look at the class again").click()
    assert page.get_by_text("Fractions quiz").first.is_visible()
    page.goto(address)
    for name in ("Go to the next day", "Close the grading period", "Break Skyward for a night"):
        page.goto(address)
        page.get_by_role("link", name=name).click()
        assert page.get_by_role("heading", level=1).is_visible()
