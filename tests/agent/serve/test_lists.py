"""The lists of sections, assignments and students: paged, searched, bounded, and as CSV files."""

import csv
import re
from contextlib import closing
from html import unescape
from pathlib import Path
from urllib.parse import quote

import pytest

from agent.explain.csv_rows import csv_row
from agent.ledger import open_ledger
from agent.records import State
from agent.serve.app import create_app
from agent.serve.command import Nights
from agent.serve.district import District
from agent.serve.jobs import Jobs
from tests.agent.ledger.records_of_a_school import (
    a_class,
    a_state,
    a_student,
    an_assessment,
    pull,
)
from tests.agent.serve.conftest import NOW, TOKEN, settings

SECTIONS, ASSIGNMENTS, STUDENTS = 120, 5, 20
AT = "/agent/lakeview/"


@pytest.fixture(scope="module")
def school(tmp_path_factory):
    """A browser over 12,600 records in 120 sections: 600 assignments with 20 students each."""
    own = settings(tmp_path_factory.mktemp("school"))
    with closing(open_ledger(own.ledger.url, "lakeview")) as ledger:
        pull(
            ledger,
            *(a_class(f"c-{n}", f"sec-{n:03}", title=f"Class {n:03}") for n in range(SECTIONS)),
            *(a_student(f"s-{n:03}", f"9{n:03}") for n in range(STUDENTS * 10)),
            *(
                an_assessment(f"a-{n}-{k}", f"c-{n}", title=f"Quiz {n}.{k}")
                for n in range(SECTIONS)
                for k in range(ASSIGNMENTS)
            ),
        )
        ledger.runs.begin("r-1", NOW, "sync", None)
        ledger.records.record("r-1", records_of_school())
        ledger.runs.end("r-1", NOW, 3, {"counts": {}, "requests": {"reads": 1, "writes": 1}})
    shown = District(
        key="lakeview", title="Lakeview", settings=own, environment={}, clock=lambda: NOW
    )
    browser = create_app(lambda: [shown], Jobs(Nights()), token=TOKEN, hosts=[]).test_client()
    browser.get(f"/agent/?token={TOKEN}")
    return browser


@pytest.fixture
def shown(school):
    """Reads a page of it."""

    def read(address):
        answer = school.get(AT + address)
        assert answer.status_code == 200
        return answer.get_data(as_text=True)

    return read


def records_of_school():
    for n in range(SECTIONS):
        for k in range(ASSIGNMENTS):
            where = {"section": f"sec-{n:03}"}
            yield a_state(State.CREATED, f"a-{n}-{k}", student=None, **where)
            for s in range(STUDENTS):
                state = State.HELD if s == 0 else State.SENT
                student = f"s-{(n % 10) * STUDENTS + s:03}"
                yield a_state(state, f"a-{n}-{k}", student=student, **where)


def rows_of(page):
    return re.findall(r'<li class="list-group-item">|<section class="card', page)


@pytest.mark.parametrize(
    ("address", "most"),
    [
        *(("sections", 50), ("assignments", 50), ("students", 50), ("waiting", 50)),
        *(("records", 100), ("runs/r-1", 60), ("runs/r-1/records", 100)),
        *(("sections/sec-007", 10), ("students/s-007", 120), ("assignments/a-7-1", 30)),
    ],
)
def test_a_page_holds_a_bounded_number_of_rows(shown, address, most):
    page = shown(address)
    assert 0 < len(rows_of(page)) <= most
    assert len(re.findall("/scores/", page)) <= 100
    assert len(page) < 250_000


def test_every_row_is_on_some_page_once(shown):
    pages = [shown(f"sections?page={n}") for n in (1, 2, 3)]
    found = [id_ for page in pages for id_ in re.findall(r"/sections/(sec-\d+)", page)]
    assert found == [f"sec-{n:03}" for n in range(SECTIONS)]
    assert "page=4" not in pages[2]
    assert "Sections 101 to 120 of 120" in pages[2]
    assert shown("sections?page=99").count("/sections/sec-") == 0


@pytest.mark.parametrize(
    ("address", "pattern", "found"),
    [
        ("sections?q=class 007", r"/sections/(sec-\d+)", ["sec-007"]),
        ("sections?q=SEC-11", r"/sections/(sec-\d+)", [f"sec-11{n}" for n in range(10)]),
        ("sections?q=none", r"/sections/(sec-\d+)", []),
        ("students?q=9123", r"/students/(s-\d+)", ["s-123"]),
        ("students?q=s-00", r"/students/(s-\d+)", [f"s-00{n}" for n in range(10)]),
        ("assignments?q=quiz 7.3", r"/assignments/(a-[\d-]+)", ["a-7-3"]),
        ("assignments?q=class 009", r"/assignments/(a-[\d-]+)", [f"a-9-{k}" for k in range(5)]),
        ("students/s-020?q=quiz 1.2", r"/scores/(a-[\d-]+)", ["a-1-2"]),
        ("waiting?q=quiz 1.2", r"/scores/(a-[\d-]+)/s", ["a-1-2"]),
    ],
)
def test_what_is_searched_for_is_found_among_thousands(shown, address, pattern, found):
    assert re.findall(pattern, shown(address)) == found


def test_counts_by_state_stand_with_each_row(shown):
    page = shown("sections?q=class 007")
    assert "100 in the gradebook, 0 kept back, <strong>5 for a person</strong>" in page
    page = shown("sections/sec-007")
    assert "100 in the gradebook, 0 kept back, <strong>5 for a person</strong>" in page
    assert page.count("1 \u00d7 Waits for a person, 19 \u00d7 In the gradebook") == 5
    assert "Quiz 7.3" in page
    page = shown("students?q=s-140")
    assert "0 in the gradebook, 0 kept back, <strong>60 for a person</strong>" in page


def test_ids_of_any_kind_have_their_pages(ledger, text):
    odd = ["a/b", "~", "~1", "a//b?c=d#e%2F", "/", "Ä b", "..", "a~0"]
    for n, id_ in enumerate(odd):
        section = f"sec {id_}"
        state = a_state(State.HELD, f"as {id_}", student=f"st {id_}", section=section)
        ledger.records.record("r-1", [state, a_state(State.SENT, f"as {id_}", None, section)])
        page = text(f"{AT}records?student={quote(state.student)}")
        for kind in ("scores", "assignments"):
            [address] = set(re.findall(rf'href="([^"]*/{kind}/[^"]*)"', page))
            assert f"Assessment as {id_}" in unescape(text(address)), (n, kind)
        listed = unescape(text(f"{AT}sections"))
        assert section in listed
    addresses = re.findall(r'href="(/agent/lakeview/sections/[^"]*)"', text(f"{AT}sections"))
    assert len(addresses) == len(odd)
    for address in addresses:
        text(address)
        text(address.replace("/sections/sec", "/students/st"))


# ---- files --------------------------------------------------------------------------------------


def rows_in(client, address):
    answer = client.get(AT + address)
    assert answer.mimetype == "text/csv"
    assert "attachment" in answer.headers["Content-Disposition"]
    return list(csv.DictReader(answer.get_data(as_text=True).splitlines(keepends=True)))


@pytest.mark.parametrize(
    ("address", "number"),
    [
        *(("sections.csv", 120), ("students.csv", 200), ("records.csv", 12_600)),
        *(("sections.csv?q=class 00", 10), ("records.csv?kind=assignment", 600)),
        *(("records.csv?state=held", 600), ("records.csv?section=sec-007", 105)),
        *(("runs/r-1/records.csv?q=quiz 7.3", 21), ("students.csv?q=none", 0)),
    ],
)
def test_a_file_has_every_row_that_the_filters_leave(school, address, number):
    assert len(rows_in(school, address)) == number


@pytest.mark.usefixtures("ran")
def test_a_file_says_what_the_page_says(client):
    rows = rows_in(client, "records.csv")
    assert [row["state"] for row in rows] == [
        *("In the gradebook", "In the gradebook", "Not passed back")
    ]
    assert rows[1]["student name"].startswith("Ada <script>")
    assert rows[2]["codes"] == "not_due_yet"
    assert rows[2]["what it means"].startswith("There is no score yet")
    assert rows[2]["who can do it"]
    states = [row["state"] for row in rows_in(client, "runs/r-1/records.csv")]
    assert states == ["New assignment", "Score sent", "Not passed back"]
    assert client.get(f"{AT}runs/none/records.csv").status_code == 404


def test_a_ledger_that_cannot_be_read_is_told_and_no_file(client, made_up, ran):
    ran.close()
    Path(made_up.settings.ledger.url.removeprefix("sqlite:///")).write_text("no ledger")
    answer = client.get("/agent/lakeview/records.csv")
    assert (answer.status_code, answer.mimetype) == (503, "text/html")


@pytest.mark.parametrize(
    "cell", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "\n=1", "  =1", "\uff1d1", "=\n1"]
)
def test_no_cell_is_a_formula(cell):
    [[found, other]] = csv.reader([csv_row([cell, "a"])])
    assert found == f"'{cell}"
    assert other == "a"


def test_a_cell_is_kept_as_it_is():
    cells = ["Quiz, 1", 'He said "no"', "", "8.5", "a=b", "Ä", None]
    [found] = csv.reader([csv_row(cells)])
    assert found == [cell or "" for cell in cells]
