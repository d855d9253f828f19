"""Gradebook pages in a browser: by keyboard alone, by mouse, without the script, on a phone."""

from decimal import Decimal

import pytest
from playwright.sync_api import expect

from mock_sis.sis import periods_of, registrar_of
from tests.browser import PHONE, sound
from tests.mock_sis.pages.gradebook.conftest import MATH

pytestmark = pytest.mark.browser
GRID = f"/pages/classes/{MATH}"


@pytest.fixture
def two(sis):
    """Two columns, and the first three students in the order of the page."""
    columns = sis.column(title="One"), sis.column(title="Two", by="api")
    rows = sorted((sis.name_of(f"40000{n}"), f"40000{n}") for n in range(1, 8))
    return columns, [student for _, student in rows[:3]]


def cell(page, column, student):
    return page.locator(f"#cell-{column.id}-{student}")


def value(sis, column, student):
    found = sis.book.cell(column.id, student)
    return found and found.value


def test_scores_are_entered_by_keyboard_alone_and_are_there_after_a_reload(page, sis, two):
    (one, other), (first, second, third) = two
    page.goto(sis.url + GRID)
    cell(page, one, first).get_by_role("link").focus()
    page.keyboard.type("8.5")
    page.keyboard.press("Enter")
    expect(cell(page, one, second).get_by_role("link")).to_be_focused()
    page.keyboard.type("7")
    page.keyboard.press("Tab")
    expect(cell(page, other, second).get_by_role("link")).to_be_focused()
    page.keyboard.type("0")
    page.keyboard.press("Enter")
    expect(cell(page, other, third).get_by_role("link")).to_be_focused()
    expect(page.locator("#said")).to_have_text("Saved: 0.")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowUp")
    expect(cell(page, one, second).get_by_role("link")).to_be_focused()
    expect(page.get_by_role("row", name=sis.name_of(second)).locator(".average")).to_have_text(
        "35.0"
    )
    page.reload()

    expect(cell(page, one, first)).to_have_text("8.5")
    expect(cell(page, one, second)).to_have_text("7")
    expect(cell(page, other, second)).to_have_class("score zero own")
    assert value(sis, one, first) == Decimal("8.5")


def test_escape_cancels_and_delete_empties(page, sis, two):
    (one, _), (first, second, _) = two
    sis.book.put_score(one.id, first, Decimal(0), by="teacher")
    page.goto(sis.url + GRID)
    at = cell(page, one, first)
    at.get_by_role("link").focus()
    page.keyboard.type("9")
    page.keyboard.press("Escape")
    expect(at.get_by_role("link")).to_be_focused()
    expect(at).to_have_text("0")
    page.keyboard.press("Delete")
    expect(page.locator("#said")).to_have_text("Saved: no score." if sis.name == "powerschool"
                                               else "Saved: *.")  # fmt: skip
    expect(at).to_have_class("score none")

    assert sis.book.cell(one.id, first).value is None
    page.keyboard.press("Enter")  # to look at what is there
    page.keyboard.press("Enter")
    expect(cell(page, one, second).get_by_role("link")).to_be_focused()


def test_a_refusal_is_announced_and_what_was_typed_stays(page, sis, two):
    (one, _), (first, _, _) = two
    page.goto(sis.url + GRID)
    cell(page, one, first).get_by_role("link").focus()
    page.keyboard.type("seven")
    page.keyboard.press("Enter")

    said = page.locator("#said")
    expect(said).to_contain_text("Nothing was saved: “seven” is no score.")
    assert said.get_attribute("aria-live") == "assertive"
    editor = cell(page, one, first).get_by_role("textbox")
    expect(editor).to_have_value("seven")
    expect(editor).to_have_attribute("aria-invalid", "true")
    expect(editor).to_be_focused()
    sound(page)

    registrar_of(sis.world).close_period(periods_of(sis.world)[0].id)
    editor.fill("7")
    page.keyboard.press("Enter")
    state = "locked" if sis.name == "powerschool" else "closed"
    expect(said).to_contain_text(f"Q1 is {state} for this class")
    assert sis.book.cells(one.id) == []


def test_hot_keys_of_powerschool_set_flags_and_undo_takes_them_back(page, ptp):
    column = ptp.column()
    page.goto(ptp.url + GRID)
    at = cell(page, column, "400001")
    for typed, label in (("*", "Late"), ("MI", "Missing"), (".", "Collected")):
        at.get_by_role("link").focus()
        page.keyboard.type(typed)
        page.keyboard.press("Enter")
        expect(at.locator(".flag", has_text=label)).to_be_visible()
    at.get_by_role("link").focus()
    page.keyboard.press("Control+z")

    expect(page.get_by_role("status").first).to_contain_text("Undone: a score was entered")
    expect(at.locator(".flag")).to_have_text(["Late", "Missing"])


def test_the_panel_opens_from_the_cell_and_saves(page, sis, two):
    (one, _), (first, second, _) = two
    page.goto(sis.url + GRID)
    cell(page, one, first).get_by_role("link").focus()
    page.keyboard.press("Control+Enter")
    title = "Score Inspector" if sis.name == "powerschool" else "Score Entry"
    panel = page.get_by_role("complementary", name=title)
    panel.get_by_label("Score", exact=True).fill("6")
    panel.get_by_label("Late").check()
    panel.get_by_label("Comment").fill("See me")
    sound(page)
    panel.get_by_role("button", name="Save and next").click()

    expect(panel).to_contain_text(sis.name_of(second))
    expect(cell(page, one, first).get_by_role("link")).to_have_text("6")
    expect(cell(page, one, first).locator(".flag")).to_have_text(["Late", "Comment"])
    assert cell(page, one, second).get_attribute("aria-selected") == "true"
    top, bottom = "cell.getBoundingClientRect().top", "head.getBoundingClientRect().bottom"
    below = f"([cell, head]) => {top} >= {bottom} - 1"
    shown = cell(page, one, second), page.locator("table.grid thead")
    page.wait_for_function(below, arg=[each.element_handle() for each in shown])


def test_all_of_it_works_without_the_script(page, sis, two):
    (one, _), (first, _, _) = two
    page = page.context.browser.new_context(java_script_enabled=False).new_page()
    page.goto(sis.url + GRID)
    cell(page, one, first).get_by_role("link").click()
    page.get_by_label("Score", exact=True).fill("6")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(cell(page, one, first).get_by_role("link")).to_have_text("6")
    page.get_by_role("button", name="Undo").click()

    expect(page.get_by_role("status").first).to_contain_text("Undone")
    assert sis.book.cells(one.id) == []


def test_every_page_is_sound(page, sis, two):
    (one, other), _ = two
    sis.book.put_score(one.id, "400001", Decimal(5), by="teacher", extra={"comment": "Good"})
    sis.book.delete_column(other.id, by="teacher")
    here = f"{GRID}/assignments"
    for path in (
        "/pages", GRID, f"{GRID}/students", here, f"{here}/new", f"{here}/{one.id}",
        f"{here}/{one.id}/scores", f"{here}/{one.id}/scores/400001", "/pages/classes/200003",
    ):  # fmt: skip
        page.goto(sis.url + path)
        sound(page)


def test_a_large_class_keeps_names_and_heads_in_view(page, sis):
    for number in range(30):
        sis.column(title=f"Quiz {number}")
    page.goto(sis.url + GRID)
    page.set_viewport_size({"width": 1280, "height": 500})
    page.locator(".scroll").evaluate("element => element.scrollTo(3000, 300)")
    name = page.get_by_role("rowheader", name=sis.name_of("400007"))
    assert name.bounding_box()["x"] < 300
    assert page.locator("thead").bounding_box()["y"] < 500

    page.set_viewport_size(PHONE)
    page.locator(".scroll").evaluate("element => element.scrollTo(3000, 300)")
    assert 0 <= name.bounding_box()["x"] < 30
