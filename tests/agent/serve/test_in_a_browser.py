"""The pages in a real browser: signed in by the form, listed, decided, signed out."""

from datetime import date, timedelta

import pytest

from agent.decide.person.decision import Choice
from agent.domain import Progress
from agent.records import State
from agent.serve.app import create_app
from agent.serve.command import Nights
from agent.serve.jobs import Jobs
from agent.serve.server import serving
from tests.agent.ledger.records_of_a_school import a_score, a_state, pull
from tests.agent.serve.conftest import NOW, PRINCIPAL, TEACHER, TOKEN
from tests.browser import sound

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PAGES = ("sections", "sections/501", "assignments", "students", "students/s-2", "decisions")


def test_an_administrator_signs_in_decides_and_signs_out(app, ran, page):
    pull(ran, a_score(student="s-2", points=None, progress=Progress.NOT_SUBMITTED))
    held = a_state(State.HELD, student="s-2", codes=("score_withdrawn",), reason="8 stands there")
    ran.records.record("r-1", [held])
    with serving(app) as url:
        page.goto(f"{url}/sign-in?next=/")
        sound(page)
        page.get_by_label("Your token").fill(PRINCIPAL)
        page.get_by_role("button", name="Sign in").click()
        page.goto(f"{url}/agent/lakeview/waiting")
        sound(page)
        page.get_by_label("Why?").fill("agreed with the teacher")
        page.get_by_role("button", name="Keep what the SIS has").click()
        assert page.get_by_text("Nothing waits for a decision").is_visible()
        [decision] = ran.decisions.open()
        assert (decision.choice, decision.by) == (Choice.KEEP, "principal@school.example")
        for address in PAGES:
            page.goto(f"{url}/agent/lakeview/{address}")
            sound(page)
        with page.expect_download() as file:
            page.goto(f"{url}/agent/lakeview/sections")
            page.get_by_role("link", name="Download this list").click()
        assert file.value.suggested_filename == "passback-lakeview-sections.csv"
        page.get_by_role("button", name="Sign out").click()
        assert page.get_by_role("heading", level=1).inner_text() == "Sign in"


@pytest.mark.usefixtures("ran")
def test_a_teacher_reads_the_own_section(app, page):
    with serving(app) as url:
        page.goto(f"{url}/agent/?token={TEACHER}")
        assert "token" not in page.url
        assert page.get_by_role("heading", level=1).inner_text() == "Your sections"
        page.get_by_role("link", name="Algebra").click()
        sound(page)
        page.get_by_role("link", name="Quiz").first.click()
        page.get_by_role("link", name="Student by student").click()
        page.get_by_role("link", name="Ada").click()
        assert page.get_by_text("8.5 points, graded").is_visible()
        assert not page.get_by_text("Tonight").is_visible()
        sound(page)


def test_an_administrator_pauses_nights_and_lets_them_run_again(made_up, ran, page):
    ran.slots.note_served(NOW - timedelta(days=5))
    ran.slots.begin(date(2026, 10, 13), NOW - timedelta(days=1), "r-1", NOW - timedelta(days=1))
    ran.slots.end(date(2026, 10, 13), 4, NOW)
    app = create_app(lambda: [made_up], Jobs(Nights()), token=TOKEN, hosts=[], by_clock=True)
    with serving(app) as url:
        page.goto(f"{url}/agent/lakeview/schedule?token={TOKEN}")
        sound(page)
        page.get_by_label("Why").fill("moving the SIS")
        page.get_by_label("First night that runs again").fill("2026-10-19")
        page.get_by_role("button", name="Pause nights").click()
        assert page.get_by_role("status").get_by_text("moving the SIS").is_visible()
        sound(page)
        page.get_by_role("button", name="Let nights run again").click()
        assert page.get_by_role("button", name="Pause nights").is_visible()
        assert ran.pauses.current() is None
