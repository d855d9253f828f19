"""The agent's pages in a real browser: Tonight, run, result, and the way of a score."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser import sound
from tests.e2e.support.district import District
from tests.e2e.support.night_work import fault, healed, some_work
from tests.e2e.support.served import served

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def address(district: District) -> Iterator[str]:
    with served(district) as found:
        yield found


def test_somebody_looks_at_tonight_runs_it_and_follows_a_score(
    district: District, address: str, page: Page
):
    some_work(district)
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_have_text("Tonight")
    assert "token" not in page.url
    page.get_by_text("What stays out").click()
    sound(page)

    page.get_by_role("button", name="Run tonight now").click()
    expect(page.get_by_text("Everything that passes is in the gradebook")).to_be_visible()
    sound(page)
    assert len(district.columns()) >= 1

    page.get_by_label("Assignment, student or section").fill("400001")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Records")
    sound(page)
    page.get_by_label("State").select_option("Score sent")
    page.get_by_role("button", name="Show").click()
    page.get_by_role("link", name="Ada of 400001").first.click()
    expect(page.get_by_role("heading", name="3. The gradebook")).to_be_visible()
    expect(page.get_by_text("accepted", exact=True).first).to_be_visible()
    sound(page)
    page.get_by_role("link", name="Quiz a-1").first.click()
    expect(page.get_by_role("heading", name="Its scores")).to_be_visible()
    sound(page)
    page.get_by_role("link", name="History").click()
    expect(page.get_by_text("Done", exact=True)).to_be_visible()
    sound(page)


def test_it_all_goes_with_the_keyboard_alone(district: District, address: str, page: Page):
    some_work(district)
    page.goto(address)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    for _ in range(2):
        page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Run tonight now")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Everything that passes is in the gradebook")).to_be_visible()


def test_a_run_that_takes_long_shows_that_it_is_at_work(
    district: District, address: str, page: Page
):
    some_work(district)
    page.goto(address)
    fault(district, "delay", seconds=0.5)
    page.get_by_role("button", name="Run tonight now").click()
    expect(page.get_by_role("heading", name="Tonight's run is at work")).to_be_visible()
    expect(page.get_by_role("status")).to_contain_text("Requests to the SIS so far")
    sound(page)
    healed(district)
    expect(page.get_by_text("Everything that passes is in the gradebook")).to_be_visible()
