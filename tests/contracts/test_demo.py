"""The demo as a newcomer runs it: promises kept on both SIS, and an export accounted for."""

import os
import pty
import re
import signal
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import httpx
import pytest

from contracts.demo.night import Night
from contracts.demo.show import gradebook_lines, night_lines
from mock_sis.districts.factory import WorldFactory
from mock_sis.gradebook.columns import Draft
from mock_sis.pages.gradebook.cells import Shown
from mock_sis.pages.gradebook.grid import Head, Line, grid
from mock_sis.sis import gradebook_of
from mock_sis.world.world import World
from tests.data_sets import data_set
from tools.oulad.read import read
from tools.oulad.write import write


def demo(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "agent", "demo", "--no-serve", *arguments],
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )


@pytest.mark.slow
def test_at_a_terminal_it_ends_with_the_agents_pages_among_its_links():
    """A terminal that nobody types at, until the links are there."""
    process, terminal = pty.fork()
    if process == 0:
        command = [sys.executable, "-m", "agent", "demo", "--sis", "skyward", "--nights", "1"]
        os.execv(sys.executable, command)
    told = ""
    while "Ctrl-C ends them" not in told:
        told += os.read(terminal, 65536).decode()
    [address] = re.findall(
        r"^  the agent   (http://127\.0\.0\.1:\d+/agent/\?token=\S+)\r$", told, re.MULTILINE
    )
    with httpx.Client(follow_redirects=True, timeout=30) as browser:
        browser.get(address).raise_for_status()
        page = browser.get(address.partition("?")[0] + "skyward/result").text
    os.kill(process, signal.SIGINT)
    assert "Run of" in page
    assert os.waitpid(process, 0)[1] == 0


WIDTH = 100
PEOPLE = ["López, Darnell", "Wójcik, Jamal", "Ueda, Mads"]
ID = re.compile(r"\b[1-4]\d{5}\b")
"""A student's, a section's or a category's id in the tiny district."""


@pytest.mark.slow
def test_both_gradebooks_show_what_the_story_promises():
    done = demo()

    assert done.returncode == 0, done.stdout + done.stderr
    assert "NOT SO" not in done.stdout
    assert "The quiz shows the same marks for 14 students in both." in done.stdout
    assert done.stderr == ""
    for person in PEOPLE:  # in the gradebook, and where the story's promises are held against it
        assert done.stdout.count(person) >= 4, person
    lines = done.stdout.splitlines()
    assert [line for line in lines if ID.search(line)] == []
    assert {"Participation", "Fractions", "Ecosystems"} <= set(done.stdout.split())
    assert [line for line in lines if len(line) > WIDTH] == []


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A tiny district in the middle of a grading period."""
    made = WorldFactory().make(tmp_path / "w.db", start=date(2026, 10, 14))
    yield made
    made.close()


@pytest.mark.parametrize(
    ("sis", "linked"), [("skyward", ", linked with Math 7, period 2"), ("powerschool", "")]
)
def test_a_gradebook_is_told_by_names_and_whole_titles(world: World, sis: str, linked: str):
    book = gradebook_of(world, sis)
    category = world.db.read("SELECT id FROM category WHERE sis = ? AND title = 'Quiz'", sis)
    draft = Draft(
        section="200001",
        title="A quiz on fractions, ratios and percentages",
        category=category[0]["id"],
        assigned=date(2026, 10, 14),
        due=date(2026, 10, 16),
        points=Decimal(20),
    )
    column, _ = book.put_column(draft, by="teacher")
    book.put_score(column.id, "400001", Decimal("18.5"), by="teacher")

    lines = list(gradebook_lines(grid(book, "200001", "")))

    assert lines[0] == f"  Math 7, period 1{linked}; Chloë Çelik"
    [last] = [number for number, line in enumerate(lines) if "average" in line]
    heads = " ".join(lines[1 : last + 1]).split()
    assert " ".join(heads) == (
        "A quiz on fractions, ratios and percentages Quiz student of 20 average"
    )
    assert [line.split() for line in lines if "López" in line] == [
        ["López,", "Darnell", "18.5", "92.5", "%"]
    ]
    empty = ["*"] if sis == "skyward" else []  # PowerTeacher Pro leaves the cell empty
    assert [line.split() for line in lines if "Ueda" in line] == [["Ueda,", "Mads", *empty]]
    assert ("  Math 7, period 2" in lines) == bool(linked)
    assert not [line for line in lines if ID.search(line) or len(line) > WIDTH]


def test_a_gradebook_wider_than_the_page_goes_on_below():
    heads = [
        Head(id=n, title=f"Work {n}", whole="", category="Quiz", colour=0, due="", computed=False,
             assigned="", points="20", weight="", origin="", closed=False)
        for n in range(30)
    ]  # fmt: skip
    cells = [Shown(column=n, text=str(n), kind="score") for n in range(30)]
    line = Line(id="1", name="López, Darnell", number="1", cells=cells, average="50.0", averages=[])
    section = {"title": "Math 7", "lines": [line], "own": True}
    shown = {"title": "Math 7", "teachers": "", "linked": [], "heads": heads}

    lines = list(gradebook_lines({**shown, "sections": [section]}))

    assert not [one for one in lines if len(one) > WIDTH]
    rows = [one.split()[2:] for one in lines if "López" in one]
    assert [cell for row in rows for cell in row] == [*map(str, range(30)), "50.0", "%"]


def test_a_gradebook_without_columns_is_told_as_that(world: World):
    lines = list(gradebook_lines(grid(gradebook_of(world, "skyward"), "200001", "")))

    assert lines[1:] == ["  nothing is in it yet"]


def test_the_reasons_of_a_night_are_wrapped():
    refusals = {f"a_long_reason_for_staying_out_{n}": n for n in range(9)}
    report = {"counts": {}, "requests": {"reads": 1, "writes": 0}, "refusals": refusals}
    at = datetime(2026, 10, 14, 22, tzinfo=UTC)

    lines = list(night_lines(Night(at=at, code=0, report=report, error="")))

    assert not [line for line in lines if len(line) > WIDTH]
    assert lines[-1].startswith("    stays out: 8 a_long_reason_for_staying_out_8, 7 a_")
    assert lines[-1].endswith(", 7 more reasons")


@pytest.mark.slow
def test_a_few_nights_are_enough_to_look_at(tmp_path: Path):
    done = demo("--sis", "skyward", "--nights", "2", "--out", str(tmp_path))

    assert done.returncode == 0, done.stdout + done.stderr
    assert "[2/2]" in done.stdout
    assert (tmp_path / "skyward.toml").is_file()
    assert (tmp_path / "skyward.db").is_file()


@pytest.mark.share(2)
@pytest.mark.slow
@pytest.mark.timeout(600)
def test_every_row_of_a_real_gradebook_is_accounted_for_in_both(tmp_path: Path):
    # Its first nine weeks, in which a grading period ends; a whole year in one SIS is test_setup's.
    course = read(data_set("oulad"), ["AAA-2013J"])
    early = [row for row in course.submissions if int(row["date_submitted"]) <= 60]
    source = tmp_path / "export"
    write(replace(course, submissions=early), source)

    done = demo("--sis", "both", "--source", str(source))

    assert done.returncode == 0, done.stdout + done.stderr
    assert "lost" not in done.stdout
    assert "THESE DIFFER" not in done.stdout
    assert done.stdout.count("Every one of the 644 results of the export:") == 2
    assert done.stdout.count("580  delivered") == 2
    assert done.stdout.count("64  refused: grading_period_closed") == 2
    assert re.search(
        r"^\d{4} scores stand in both gradebooks: all the same$", done.stdout, re.MULTILINE
    )
    assert re.findall(r"^ +(\d+)  in (\w+) alone", done.stdout, re.MULTILINE) == [
        ("0", "powerschool"),
        ("0", "skyward"),
    ]


# ---- an export of one's own ---------------------------------------------------------------------

ROSTER = {
    "orgs": [
        "sourcedId,name,type,identifier,parentSourcedId",
        "o1,Lake,district,,",
        "o2,North,school,77,o1",
    ],
    "academicSessions": [
        "sourcedId,title,type,startDate,endDate,parentSourcedId,schoolYear",
        "y,2026-27,schoolYear,2026-08-17,2027-06-10,,2027",
        "s1,Fall,semester,2026-08-17,2027-06-10,y,2027",
        "q1,Q1,gradingPeriod,2026-08-17,2026-10-15,s1,2027",
        "q2,Q2,gradingPeriod,2026-10-16,2027-06-10,s1,2027",
    ],
    "courses": ["sourcedId,title,courseCode,orgSourcedId", "k1,Math,MA,o2"],
    "classes": [
        "sourcedId,title,courseSourcedId,classCode,schoolSourcedId,termSourcedIds,periods",
        "c1,Math 1,k1,MA-1,o2,s1,1",
    ],
    "users": [
        "sourcedId,enabledUser,orgSourcedIds,role,username,givenName,familyName,email,identifier,grades",
        "901,true,o2,teacher,ada,Ada,Ng,ada@example.org,T1,",
        "501,true,o2,student,kim,Kim,Ó,kim@example.org,S1,07",
        "502,true,o2,student,lee,Lee,Ü,lee@example.org,S2,07",
    ],
    "enrollments": [
        "sourcedId,classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate",
        "e1,c1,o2,901,teacher,true,,",
        "e2,c1,o2,501,student,false,,",
        "e3,c1,o2,502,student,false,,",
    ],
}
WORK = {
    "categories": ["sourcedId,title", "g1,Exit ticket"],
    "lineItems": [
        "sourcedId,title,assignDate,dueDate,classSourcedId,categorySourcedId,resultValueMin,resultValueMax",
        "a1,Fractions,2026-09-01,2026-09-08,c1,g1,0,20",
        "a2,Ratios,2026-09-15,2026-09-21,c1,g1,0,12",
    ],
    "results": [
        "sourcedId,lineItemSourcedId,studentSourcedId,scoreStatus,score,scoreDate",
        "r1,a1,501,fully graded,17.50,2026-09-03",
        "r2,a1,502,fully graded,12,2026-09-12",
        "r3,a2,501,fully graded,9,2026-09-16",
        "r4,a2,502,fully graded,8,2026-09-01",
    ],
}


def export(folder: Path, tables: dict[str, list[str]]) -> Path:
    """A OneRoster folder with these files and no others."""
    folder.mkdir()
    for name, lines in tables.items():
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


@pytest.mark.slow
def test_a_roster_without_any_work_is_a_district_to_look_at(tmp_path: Path):
    out = tmp_path / "out"

    done = demo("--source", str(export(tmp_path / "roster", ROSTER)), "--out", str(out))

    assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
    assert "no line items: there is nothing to pass back" in done.stdout
    assert "roster into PowerSchool and Skyward: 1 night, 2026-08-17" in done.stdout
    assert "lost" not in done.stdout
    for sis in ("skyward", "powerschool"):
        assert '\nQuiz = "Quiz"\n' in (out / f"{sis}.toml").read_text(encoding="utf-8")


@pytest.mark.slow
def test_line_items_without_results_are_passed_back_as_columns(tmp_path: Path):
    tables = {**ROSTER, **WORK}
    del tables["results"]

    done = demo("--sis", "skyward", "--source", str(export(tmp_path / "items", tables)))

    assert done.returncode == 0, done.stdout + done.stderr
    assert "THESE DIFFER" not in done.stdout
    assert re.search(r"assignments made or changed: reports 2, ledger 2, journal 2", done.stdout)


@pytest.mark.slow
def test_nights_that_were_not_played_are_not_told_as_lost(tmp_path: Path):
    source = export(tmp_path / "export", {**ROSTER, **WORK})

    done = demo("--sis", "skyward", "--nights", "3", "--source", str(source))

    # Played: 1, 3 and 9 September. By then a 0 stands where r2 comes on the 12th.
    assert done.returncode == 0, done.stdout + done.stderr
    assert "lost" not in done.stdout
    assert "  1  delivered" in done.stdout
    assert "  3  not played: comes out after the last night played" in done.stdout


@pytest.mark.slow
def test_all_nights_of_it_deliver_everything(tmp_path: Path):
    source = export(tmp_path / "export", {**ROSTER, **WORK})

    done = demo("--source", str(source))

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("  4  delivered") == 2
    assert "not played" not in done.stdout


def test_an_export_that_cannot_be_read_is_one_line(tmp_path: Path):
    tables = {name: lines for name, lines in ROSTER.items() if name != "users"}
    notes = tmp_path / "notes.txt"
    notes.write_text("no export")
    broken = tmp_path / "broken.zip"
    with zipfile.ZipFile(broken, "w") as archive:
        archive.writestr("readme.txt", "nothing")

    for source, why in (
        (export(tmp_path / "export", tables), "users.csv: the file is missing"),
        (notes, f"{notes}: is neither a folder nor a zip"),
        (broken, "orgs.csv: the file is missing"),
    ):
        done = demo("--sis", "skyward", "--source", str(source))
        assert (done.returncode, done.stdout) == (10, ""), done.stderr
        assert len(done.stderr.strip().splitlines()) == 1, done.stderr
        assert done.stderr == f"Error: --source: {why}\n"
