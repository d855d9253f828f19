"""The pages: what a teacher sees, escaped and accessible, below a world's prefix too."""

import html
import re
from datetime import date
from decimal import Decimal
from html.parser import HTMLParser

import httpx
import pytest

from mock_sis.gradebook.gradebook import Draft
from mock_sis.server import serving
from mock_sis.sis import gradebook_of, periods_of, registrar_of
from tests.browser import PHONE, sound
from tests.mock_sis.pages.conftest import client_of

MATH, MATH_2, SCIENCE = "200001", "200002", "200003"


@pytest.fixture
def book(world):
    return gradebook_of(world, "skyward")


@pytest.fixture
def client(skyward):
    with client_of(skyward) as made:
        yield made


def a_column(book, **change):
    usual = {"section": MATH, "title": "Warm-up", "points": Decimal(10), "category": "130001"}
    draft = Draft(**{**usual, "due": date(2026, 10, 2), **change})
    return book.put_column(draft, by="teacher")[0]


class Table(HTMLParser):
    """The cells of a page's tables: rows of (tag, attributes, text)."""

    def __init__(self, text):
        super().__init__()
        self.rows, self.open = [], False
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        if tag == "tr":
            self.rows.append([])
        if tag in {"th", "td"}:
            self.rows[-1].append([tag, dict(attributes), ""])
            self.open = True

    def handle_endtag(self, tag):
        if tag in {"th", "td"}:
            self.open = False

    def handle_data(self, text):
        if self.open:
            cell = self.rows[-1][-1]
            cell[2] = " ".join(f"{cell[2]} {text}".split())

    def row(self, name):
        return next(row for row in self.rows if row and row[0][2].startswith(name))


def name_of(world, student):
    row = world.db.one("SELECT family, given FROM student WHERE id = ?", student)
    return f"{row['family']}, {row['given']}"


def page_text(client, path):
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return answer.text


# ---- classes ------------------------------------------------------------------------------------


def test_the_root_leads_to_the_classes(client, skyward):
    answer = client.get("/")

    assert answer.status_code == 302
    assert answer.headers["location"] == f"/w/{skyward.hosted.name}/pages"


def test_every_class_is_listed_with_its_links_below_the_worlds_prefix(client, skyward):
    text = page_text(client, "/pages")

    for section in (MATH, MATH_2, SCIENCE):
        assert f'href="/w/{skyward.hosted.name}/pages/classes/{section}"' in text
    hrefs = re.findall(r'(?:href|src|action)="([^"#]*)"', text)
    assert all(href.startswith(f"/w/{skyward.hosted.name}/") for href in hrefs)


def test_at_the_root_links_have_no_prefix(shared):
    assert 'href="/pages/classes/200001"' in httpx.get(shared.skyward.url + "/pages").text


@pytest.mark.parametrize(
    ("name", "called", "class_"),
    [
        ("otus", "Otus", "c-1001"),
        ("powerschool", "PowerSchool", MATH),
        ("skyward", "Skyward", MATH),
    ],
)
def test_the_pages_carry_the_name_of_the_mock_that_serves_them(name, called, class_, shared):
    for path in ("/pages", f"/pages/classes/{class_}", "/pages/log", "/pages/none"):
        text = httpx.get(shared[name].url + path).text
        (title,) = re.findall("<title>(.*)</title>", text)
        (brand,) = re.findall('class="brand">\\s*<a [^>]*>(.*)</a>', text)
        assert title.endswith(f" {called} mock")
        assert brand == called
        assert f"This is no real {called}." in text


@pytest.mark.parametrize("name", ["powerschool", "skyward"])
def test_a_gradebook_names_no_other_sis(name, shared):
    (other,) = {"powerschool", "skyward"} - {name}
    for path in ("/pages", f"/pages/classes/{MATH}", "/pages/log"):
        text = httpx.get(shared[name].url + path).text
        assert other not in text.casefold()


def test_a_class_is_found_by_its_words(client):
    text = page_text(client, "/pages?q=science")

    assert "Science 7" in text
    assert "Math 7" not in text
    assert "No class matches." in page_text(client, "/pages?q=zzz")


# ---- the gradebook ------------------------------------------------------------------------------


def test_scores_nought_and_none_are_told_apart(client, book, world):
    column = a_column(book)
    for student, score in (("400001", "8.5"), ("400002", "0"), ("400003", "12")):
        book.put_score(column.id, student, Decimal(score), by="teacher")
    table = Table(page_text(client, f"/pages/classes/{MATH}"))

    def cells(student):
        return [(cell[2], cell[1].get("class", "")) for cell in table.row(name_of(world, student))]

    assert ("8.5", "score score") in cells("400001")
    assert ("0", "score zero") in cells("400002")
    assert ("12", "score extra") in cells("400003")
    assert ("*", "score none") in cells("400004")


def test_an_average_counts_nought_and_not_the_asterisk(client, book, world):
    one, two = a_column(book), a_column(book, title="Second")
    book.put_score(one.id, "400001", Decimal(8), by="teacher")
    book.put_score(one.id, "400002", Decimal(8), by="teacher")
    book.put_score(two.id, "400002", Decimal(0), by="teacher")
    table = Table(page_text(client, f"/pages/classes/{MATH}"))

    assert table.row(name_of(world, "400001"))[1][2] == "80.0"
    assert table.row(name_of(world, "400002"))[1][2] == "40.0"


def test_a_column_shows_title_category_due_and_points(client, book):
    a_column(book, title="Quiz 3", points=Decimal("12.5"))
    head = " ".join(row[2] for row in Table(page_text(client, f"/pages/classes/{MATH}")).rows[1])

    assert "Quiz 3 Quiz · 12.5 pts due Oct 2 by the teacher" in head


def test_linked_sections_are_shown_with_their_students(client, book, world):
    a_column(book)
    text = page_text(client, f"/pages/classes/{MATH_2}")

    assert "One gradebook with Math 7, period 1" in text
    table = Table(text)
    for name in (name_of(world, "400001"), name_of(world, "400008")):
        assert [cell[2] for cell in table.row(name)] == [name, "\N{EN DASH}", "*", "\N{EN DASH}"]


def test_periods_are_chips_that_say_their_state_and_choose_columns(client, book, world):
    a_column(book, title="In the first")
    a_column(book, title="In the second", due=date(2026, 11, 20))
    first, second = (p.id for p in periods_of(world)[:2])
    registrar_of(world).close_period(second)
    text = page_text(client, f"/pages/classes/{MATH}?period={first}")

    chips = re.findall(r'class="chip (\w+)".*?>([^<]*) <span class="state">(\w+)</span>', text)
    assert ("open", "Q1", "open") in chips
    assert ("closed", "Q2", "closed") in chips
    assert ("upcoming", "Q3", "upcoming") in chips
    assert "In the first" in text
    assert "In the second" not in text


def test_a_class_without_assignments_says_so(client):
    assert "No assignment yet. Students: 8." in page_text(client, f"/pages/classes/{SCIENCE}")


def test_a_deleted_column_is_not_shown(client, book):
    column = a_column(book, title="Going")
    book.delete_column(column.id, by="teacher")

    assert "Going" not in page_text(client, f"/pages/classes/{MATH}")


@pytest.mark.parametrize(
    "path", ["/pages/classes/9", "/pages/nothing", "/pages/static/../views.py"]
)
def test_what_is_not_there_is_a_page_of_its_own(client, path):
    answer = client.get(path)

    assert answer.status_code == 404
    assert "There is no such page" in answer.text


# ---- safe and accessible ------------------------------------------------------------------------

EVIL = "<script>alert('x')</script>\"onload=\"x"


def test_what_people_typed_is_escaped(client, book, world):
    a_column(book, title=EVIL)
    with world.db.write() as cursor:
        cursor.execute("UPDATE section SET title = ?", (EVIL,))
        cursor.execute("UPDATE student SET family = ?", (EVIL,))
        cursor.execute("UPDATE teacher SET family = ?", (EVIL,))
    client.get("/v1/" + "%3Cscript%3E", params={"q": EVIL})

    for path in ("/pages", f"/pages/classes/{MATH}", "/pages/log", f"/pages?q={html.escape(EVIL)}"):
        text = page_text(client, path)
        assert "<script>" not in text
        assert "alert('x')" not in text
        assert '"onload=' not in text


@pytest.mark.parametrize("path", ["/pages", f"/pages/classes/{MATH}", "/pages/log?as=table"])
def test_a_page_can_be_used_without_eyes_or_mouse(client, book, path):
    a_column(book)
    client.get("/v1/changes")
    text = page_text(client, path)

    assert '<html lang="en">' in text
    assert len(re.findall(r"<h1[ >]", text)) == 1
    assert '<a class="skip" href="#main">' in text
    assert "<caption" in text
    assert 'name="viewport"' in text
    heads = [cell for row in Table(text).rows for cell in row if cell[0] == "th"]
    assert heads
    assert all(cell[1].get("scope") for cell in heads)
    labels = set(re.findall(r'<label for="(\w+)"', text))
    assert set(re.findall(r'<(?:input|select) id="(\w+)"', text)) == labels
    assert re.search(r'class="scroll" role="region" aria-label="[^"]+" tabindex="0"', text)


def test_nothing_comes_from_elsewhere(client, book):
    a_column(book)
    answer = client.get(f"/pages/classes/{MATH}")

    assert "http://" not in answer.text
    assert "https://" not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    style = client.get("/pages/static/pages.css")
    assert style.headers["content-type"].startswith("text/css")
    assert "url(" not in style.text


def contrast(one, two):
    """WCAG's ratio of two #rrggbb colours."""

    def light(colour):
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((light(one), light(two)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_text_stands_out_from_what_it_stands_on(client):
    style = client.get("/pages/static/pages.css").text
    colour = dict(re.findall(r"--([\w-]+): (#\w{6});", style))
    pairs = [
        *(
            (text, "paper")
            for text in ("ink", "quiet", "link", "open", "closed", "upcoming", "bad")
        ),
        *((text, "soft") for text in ("ink", "quiet", "link")),
        *((state, f"{state}-soft") for state in ("open", "closed", "upcoming", "bad")),
        ("paper", "brand"),
    ]

    for text, ground in pairs:
        assert contrast(colour[text], colour[ground]) >= 4.5, (text, ground)


# ---- in a browser -------------------------------------------------------------------------------


@pytest.mark.browser
def test_a_teacher_finds_a_class_and_reads_its_gradebook_on_a_phone_too(page, skyward, book, world):
    for number in range(8):
        column = a_column(book, title=f"Quiz {number}", due=date(2026, 10, 2 + number))
        book.put_score(column.id, "400001", Decimal("8.5"), by="teacher")
    page.goto(skyward.url + "/")
    sound(page)
    page.get_by_role("link", name="Math 7, period 1").first.click()
    assert page.get_by_role("heading", level=1).inner_text() == "Math 7, period 1"
    assert page.get_by_role("gridcell", name="*").count() > 0
    sound(page)

    page.set_viewport_size(PHONE)
    page.locator(".scroll").evaluate("element => element.scrollLeft = 400")
    name = page.get_by_role("rowheader", name=name_of(world, "400001"))
    assert 0 <= name.bounding_box()["x"] < 30  # it stays while the scores scroll


def test_servers_of_one_process_lead_to_each_other_and_to_the_start_page(world):
    with serving("otus", "powerschool", "skyward", world=world) as servers:
        for name, others in (
            ("otus", {"PowerSchool", "Skyward"}),
            ("skyward", {"Otus", "PowerSchool"}),
        ):
            text = httpx.get(servers[name].url + "/pages").text
            links = dict(re.findall(r'<a href="(http[^"]+)">([^<]+)</a>', text))
            assert set(links.values()) == others
            assert all(httpx.get(link).status_code == 200 for link in links)
        servers.worlds.start = "http://127.0.0.1:1/districts/{world}"
        there = httpx.get(servers.otus.url + "/pages").text
        assert '<a href="http://127.0.0.1:1/districts/default">Start page</a>' in there


def test_a_server_alone_leads_to_no_other(client):
    assert "Other systems" not in page_text(client, "/pages")
