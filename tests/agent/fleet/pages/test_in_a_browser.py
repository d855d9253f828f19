"""The pages of a fleet in a real browser: found, looked into, paused, down to the last result."""

import pytest

from agent.serve.server import serving
from tests.agent.fleet.pages.conftest import STAFF
from tests.agent.fleet.pages.rows import every_state
from tests.browser import sound

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_staff_find_a_district_and_pause_it(app, rows, page):
    every_state(rows)
    rows.process("worker", slots=4)
    rows.district("lakeview", "Lakeview Independent School District")
    rows.night("lakeview", 27, "done", 3, held=2)
    rows.night("lakeview", 3, "failed", 4, why="320 of 400 scores would turn to 0")
    with serving(app) as url:
        page.goto(f"{url}/agent/?token={STAFF}")
        assert page.get_by_role("heading", level=1).inner_text() == "All districts"
        sound(page)
        for address in ("workers", "hosts"):
            page.goto(f"{url}/fleet/{address}")
            sound(page)
        page.get_by_role("link", name="All districts").click()
        page.get_by_label("District or SIS host").fill("lakeview")
        page.get_by_label("State").select_option("Any")
        page.get_by_role("button", name="Show").click()
        page.get_by_role("link", name="Lakeview Independent School District").click()
        sound(page)
        page.locator("#why").fill("moving the SIS")
        page.get_by_role("button", name="Pause nights").click()
        assert page.get_by_role("status").get_by_text("Moving the SIS").is_visible()
        sound(page)
        page.get_by_role("button", name="Let nights run again").click()
        assert page.get_by_role("heading", name="Held by the brake").is_visible()
