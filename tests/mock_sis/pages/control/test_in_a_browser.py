"""The control pages in a browser: a district is moved on, closed, broken, kept and brought back."""

import pytest

from mock_sis.sis import periods_of
from mock_sis.world.faults import Faults
from tests.browser import PHONE, sound

pytestmark = pytest.mark.browser


def said(page):
    return page.get_by_role("status").inner_text()


def part(page, name):
    page.get_by_role("navigation", name="Parts of the control page").get_by_role(
        "link", name=name
    ).click()


def test_the_clock_moves_to_tonight_and_a_period_is_closed(page, skyward, world):
    page.goto(skyward.url + "/pages")
    page.get_by_role("link", name="Control").click()
    sound(page)
    page.get_by_role("button", name="Tonight (10 pm)").click()
    assert said(page).startswith("It is Thursday, October 1, 2026, 10:00 pm in the district.")
    assert world.local_now().hour == 22
    page.get_by_role("button", name="Stop the clock").click()
    assert page.get_by_text("The clock of the district is stopped").is_visible()
    sound(page)

    part(page, "Grading periods")
    page.get_by_role("button", name="Close now Q1").click()
    assert said(page).startswith("Q1 is closed by hand;")
    assert periods_of(world)[0].state == "closed"
    page.get_by_text("Change its end Q2").click()
    sound(page)


def test_a_fault_is_chosen_and_stopped_by_keyboard_on_a_phone(page, skyward, world):
    page.set_viewport_size(PHONE)
    page.goto(skyward.url + "/pages/control/faults")
    page.get_by_label("What goes wrong").select_option("lost")
    page.get_by_label("When").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert said(page).startswith("One answer of Skyward in ten gets lost after the write, from")
    (fault,) = Faults(world).all()
    assert fault.since is not None
    sound(page)

    page.get_by_role("button", name="Stop all").press("Enter")
    assert said(page) == "All faults are over. Every call is answered again."
    assert Faults(world).all() == []


def test_a_snapshot_is_saved_and_restored(page, skyward, world, registrar):
    page.goto(skyward.url + "/pages/control/snapshots")
    page.get_by_role("textbox", name="Name").fill("before the merge")
    page.get_by_role("button", name="Save").click()
    assert said(page).startswith("Saved as before-the-merge.")
    sound(page)
    registrar.close_period(periods_of(world)[0].id)

    page.get_by_role("link", name="Restore… before-the-merge").click()
    sound(page)
    page.get_by_role("button", name="Restore it").click()

    assert said(page).startswith("The district is what it was in before-the-merge.")
    assert periods_of(world)[0].state == "open"


def test_a_student_is_found_and_moved_and_a_co_teacher_joins(page, powerschool, world):
    page.goto(powerschool.url + "/pages/control/registrar")
    page.get_by_label("Find a student or a class").fill("400001")
    page.get_by_role("button", name="Find").click()
    sound(page)
    page.locator("section.card").get_by_role("link").first.click()
    sound(page)
    page.get_by_label("Into").select_option("200002")
    page.get_by_role("button", name="Move").click()
    assert "moved from Math 7, period 1 to Math 7, period 2 today" in said(page)

    page.get_by_role("link", name="Math 7, period 2").click()
    page.get_by_role("button", name="Join").click()
    assert "co-teaches Math 7, period 2 from today on" in said(page)
    sound(page)


def test_a_world_is_downloaded_and_brought_back_under_a_name(page, skyward, shared, tmp_path):
    page.goto(skyward.url + "/pages/control/worlds")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download", exact=True).click()
    file = tmp_path / "world.db"
    download.value.save_as(file)
    page.get_by_label("Name of the new world").fill("from home")
    page.get_by_label("File that was downloaded from a mock").first.set_input_files(file)
    page.get_by_role("button", name="Upload").click()
    assert said(page) == "The world from-home was made of the file. Open it below."
    sound(page)

    try:
        page.get_by_role("link", name="from-home", exact=True).click()
        assert "/w/from-home/pages/control" in page.url
        assert page.get_by_text("from-home").first.is_visible()
    finally:
        shared.worlds.delete("from-home")


@pytest.mark.parametrize("name", ["otus", "powerschool", "skyward"])
def test_the_other_pages_are_sound_in_every_dress(page, shared, hosted, name):
    page.goto(f"{shared[name].url}/w/{hosted.name}/pages/control")
    for words in ("Categories", "Faults", "Worlds", "Advanced", "Clock"):
        part(page, words)
        sound(page)
