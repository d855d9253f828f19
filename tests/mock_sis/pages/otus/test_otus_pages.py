"""What the Otus pages show: escaped, accessible, at the addresses that reports name."""

import html
import re

import httpx
import pytest

from mock_sis.server import serving
from tests.browser import PHONE, sound

EVIL = "<script>alert('x')</script>\"onload=\"x"
PAGES = (
    "/pages",
    "/pages/classes/c-1001",
    "/pages/classes/c-1001/new",
    "/pages/assessments/a-5001",
    "/pages/group",
    "/pages/students?q=s-30",
)


def page_text(client, path):
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.text


def words(text):
    """What a person reads, without tags."""
    return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", text).split()))


# ---- what is shown ------------------------------------------------------------------------------


def test_the_root_leads_to_otus_own_classes(client):
    assert client.get("/").headers["location"].endswith("/pages")
    text = page_text(client, "/pages")

    for class_ in ("c-1001", "c-1002", "c-1003", "c-1004"):
        assert f'/pages/classes/{class_}"' in text


def test_the_class_list_says_what_blocks_a_class(client):
    text = words(page_text(client, "/pages"))

    assert re.search(r"Science 7, period 3 c-1003 .* 4 PowerSchool: .* must join the teacher", text)
    assert "The class is not linked to a section of the SIS." in text


def test_classes_are_found_by_words(client):
    text = page_text(client, "/pages?q=science+club")

    assert "c-1004" in text
    assert "c-1001" not in text
    assert "No class matches." in page_text(client, "/pages?q=zzz")


def test_a_class_shows_progress_points_and_who_was_left_out(client, world):
    text = page_text(client, "/pages/classes/c-1001")
    heads = re.findall(r'/assessments/(a-\d+)\?class=c-1001">', text)
    rows = re.findall(
        r'class="name">[^<]* <span class="id">(s-\d+)</span></th>(.*?)</tr>', text, re.DOTALL
    )
    cells = {
        student: dict(zip(heads, re.findall(r"<td .*?</td>", row, re.DOTALL), strict=True))
        for student, row in rows
    }

    assert len(cells) == 7
    assert "18" in words(cells["s-3001"]["a-5001"])
    assert "Turned in" in cells["s-3004"]["a-5001"]
    assert "Not started" in cells["s-3005"]["a-5001"]
    assert words(cells["s-3006"]["a-5001"]) == "0 missing"
    assert "Not assigned" in cells["s-3001"]["a-5013"]
    assert "does not pass back" in text


def test_a_class_leads_to_its_gradebook_in_the_sis_that_is_served_with_it(client, world):
    assert "the same class in" not in page_text(client, "/pages/classes/c-1001")
    with serving("otus", "skyward", world=world) as servers:
        text = httpx.get(servers.otus.url + "/pages/classes/c-1001").text
        there = f"{servers.skyward.url}/pages/classes/200001"
        assert f'href="{there}">the same class in Skyward' in text
        assert "the same class in PowerSchool" not in text
        assert httpx.get(there).status_code == 200
        without = httpx.get(servers.otus.url + "/pages/classes/c-1004").text
        assert "the same class in" not in without


def test_an_assessment_shows_all_its_facts(client):
    text = words(page_text(client, "/pages/assessments/a-5005"))

    assert "Participation a-5005 Homework · 10 points · plus (+) · assigned by" in text
    assert "Computed: 2026-10-04, 7 days after the submission date" in text
    assert "Nothing in Otus stands against it." in text


def test_an_assessment_is_shown_in_the_class_that_is_asked_for(client):
    assert "Scores in Math 7, period 2" in page_text(
        client, "/pages/assessments/a-5001?class=c-1002"
    )
    assert "Scores in Math 7, period 1" in page_text(client, "/pages/assessments/a-5001?class=c-9")


def test_an_assessment_of_no_class_can_still_be_assigned(client, world):
    record = world.feed.get("assessment", "a-5001")
    world.feed.put("assessment", "a-5001", {**record, "classes": []})
    text = page_text(client, "/pages/assessments/a-5001")

    assert "It is assigned to no class." in text


def test_the_group_shows_what_each_teacher_holds_up(client):
    text = words(page_text(client, "/pages/group"))

    assert "3 in the group, 1 not" in text
    assert re.search(
        r"t-2003 No Add Science 7, period 3 \(co-teacher\) blocked for PowerSchool 1", text
    )
    assert "not in the SIS" in text


def test_students_without_a_sis_id_are_listed_at_once(client, world):
    assert "Every student has a SIS id." in page_text(client, "/pages/students")
    world.feed.put("student", "s-3001", {"id": "s-3001", "sisId": None})
    text = words(page_text(client, "/pages/students"))

    assert "1 of 15 have no SIS id" in text
    assert "Student s-3001" in text


def test_a_broken_record_is_shown_and_not_a_broken_page(client, world):
    record = world.feed.get("assessment", "a-5001")
    broken = {**record, "totalPoints": "ten", "createdAt": "long ago", "submissionDate": "x"}
    broken["classes"] = [{**part, "dueDate": "soon"} for part in record["classes"]]
    world.feed.put("assessment", "a-5001", broken)
    score = world.feed.get("score", "a-5001:s-3001")
    world.feed.put("score", "a-5001:s-3001", {**score, "points": "B+"})

    assert 'value="B+"' in page_text(client, "/pages/assessments/a-5001")
    assert "B+" in page_text(client, "/pages/classes/c-1001")


# ---- safe and accessible ------------------------------------------------------------------------


def test_what_people_typed_is_escaped(client, world):
    record = world.feed.get("assessment", "a-5001")
    world.feed.put("assessment", "a-5001", {**record, "title": EVIL, "type": EVIL})
    class_ = world.feed.get("class", "c-1001")
    world.feed.put("class", "c-1001", {**class_, "title": EVIL})
    with world.db.write() as cursor:
        cursor.execute("UPDATE student SET family = ?", (EVIL,))
        cursor.execute("UPDATE teacher SET family = ?", (EVIL,))

    for path in (*PAGES, "/pages/group?q=" + html.escape(EVIL)):
        text = page_text(client, path)
        assert "<script" not in text
        assert '"onload=' not in text


@pytest.mark.parametrize("path", PAGES)
def test_every_page_has_one_heading_and_every_field_a_name(client, path):
    text = page_text(client, path)

    assert len(re.findall(r"<h1[ >]", text)) == 1
    labels = set(re.findall(r'<label for="([\w-]+)"', text))
    for tag in re.findall(r"<(?:input|select)\b[^>]*>", text):
        hidden = 'type="hidden"' in tag
        named = re.search(r'\bid="([^"]*)"', tag)
        in_label = 'type="checkbox"' in tag or 'type="radio"' in tag
        assert hidden or in_label or "aria-label=" in tag or (named and named[1] in labels), tag


# ---- in a browser -------------------------------------------------------------------------------


@pytest.mark.browser
@pytest.mark.parametrize("path", PAGES)
def test_each_page_is_sound(page, otus, path):
    page.goto(otus.url + path)
    sound(page)


@pytest.mark.browser
def test_a_teacher_grades_a_student_with_the_keyboard_alone(page, otus, world):
    page.goto(f"{otus.url}/pages/assessments/a-5001")
    field = page.get_by_label("Points of", exact=False).nth(4)
    name = field.get_attribute("name").removesuffix("-points")
    for _ in range(60):
        page.keyboard.press("Tab")
        if field.evaluate("element => element === document.activeElement"):
            break
    page.keyboard.type("8.5")
    page.keyboard.press("Enter")

    assert page.get_by_role("status").first.inner_text() == (
        "1 score saved as graded. The next night will send it."
    )
    assert world.feed.get("score", f"a-5001:{name}")["progress"] == "graded"
    sound(page)


@pytest.mark.browser
def test_what_was_refused_is_told_beside_the_field_on_a_phone_too(page, otus):
    page.set_viewport_size(PHONE)
    page.goto(f"{otus.url}/pages/assessments/a-5001")
    field = page.get_by_label("Points of", exact=False).first
    field.fill("ten")
    page.get_by_role("button", name="Save scores").click()

    assert page.get_by_text("Type a number, such as 10 or 8.5.").is_visible()
    assert page.get_by_label("Points of", exact=False).first.input_value() == "ten"
    sound(page)


@pytest.mark.browser
def test_a_teacher_joins_the_group(page, otus, world):
    page.goto(f"{otus.url}/pages/group")
    page.get_by_role("button", name="Add", exact=False).first.click()

    assert "is in the group now" in page.get_by_role("status").inner_text()
    assert world.feed.get("groupMember", "t-2003") is not None
    sound(page)
