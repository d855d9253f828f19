"""A term of `passback uat` as district staff live it: an export, nights, a teacher, trouble.

The command runs by itself, and all that is done here is done in a browser.
"""

import os
import re
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.browser import sound
from tests.exports import FILES

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

CHANGED = {
    "lineItems": [
        FILES["lineItems"][0],
        "a1,Fractions,2024-01-20,2024-01-26,c1,g1,0,20",
        "a2,Ratios,2024-01-25,2024-02-20,c1,g2,0,10",
    ],
    "results": [
        FILES["results"][0],
        "r1,a1,501,fully graded,17.50,2024-01-27",
    ],
    "enrollments": [
        FILES["enrollments"][0],
        "e1,c1,o2,902,teacher,false,,",
        "e2,c1,o2,901,teacher,true,,",
        "e3,c2,o2,902,teacher,true,,",
        "e5,c1,o2,501,student,false,2023-08-15,",
        "e6,c1,o2,502,student,false,2023-08-15,",
    ],
    "academicSessions": [
        FILES["academicSessions"][0],
        "y,2023-24,schoolYear,2023-08-15,2024-06-10,,2024",
        "q1,Q1,gradingPeriod,2023-08-15,2023-12-31,y,2024",
        "q2,Q2,gradingPeriod,2024-01-01,2024-06-10,y,2024",
    ],
    "classes": [FILES["classes"][0], "c1,Math 1,k1,MA-1,o2,y,1,", "c2,Math 2,k1,MA-2,o2,y,2,"],
}
"""The export's calendar is over, so the clock starts four weeks into its last grading period."""


@pytest.fixture
def export(tmp_path):
    """A zip with two students, of whom one has a score and one has handed in nothing."""
    path = tmp_path / "lake.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, lines in {**FILES, **CHANGED}.items():
            archive.writestr(f"{name}.csv", "\n".join(lines))
    return path


@pytest.fixture
def address(tmp_path):
    """What the command prints."""
    command = [sys.executable, "-m", "agent", "uat", "--port", "0", "--folder", str(tmp_path / "f")]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path.cwd())
    assert process.stdout is not None
    line = process.stdout.readline()
    yield line.removeprefix("open ").strip()
    os.kill(process.pid, signal.SIGINT)
    assert process.wait(30) == 0


class Staff:
    """What a person does, by what can be seen on the pages."""

    def __init__(self, page, address):
        self.page = page
        page.goto(address)
        self.start = page.url

    def use(self, export):
        page = self.page
        page.get_by_role("link", name="Use your own roster").click()
        page.get_by_label("OneRoster export").set_input_files(export)
        page.get_by_role("button", name="Look at it").click()
        page.get_by_role("button", name="Use this roster").click()
        page.wait_for_url("**/districts/lake")
        self.start = page.url
        links = page.get_by_role("link").evaluate_all("all => all.map(a => a.href)")
        self.section = self.link("Look at a class in Skyward").rsplit("/", 1)[1]
        self.otus, *_ = [link for link in links if re.search(r"/w/lake/pages$", link)]
        self.sis = {
            name: next(link for link in links if link == self.link(f"{label} gradebook"))
            for name, label in (("skyward", "Skyward"), ("powerschool", "PowerSchool"))
        }

    def link(self, name):
        return self.page.get_by_role("link", name=name).evaluate("a => a.href")

    def clock(self, button):
        self.page.goto(self.sis["skyward"] + "/control")
        self.page.get_by_role("button", name=button).click()

    def stop_clock(self):
        self.page.goto(self.sis["skyward"] + "/control")
        self.page.get_by_role("button", name="Stop the clock").click()

    def night(self, label, button="Run tonight now"):
        """Run tonight into a SIS; the page of its result."""
        page = self.page
        page.goto(self.start)
        page.get_by_role("link", name=f"Tonight into {label}").click()
        page.get_by_role("button", name=button).click()
        page.wait_for_url("**/runs/**")
        return page

    def cell(self, sis, student, column):
        """What a cell shows; empty for the hidden words of an empty one."""
        self.page.goto(f"{self.sis[sis]}/classes/{self.section}")
        return self.found(student, column).locator("a").inner_text().strip()

    def found(self, student, column):
        heads = self.page.locator("table.grid thead th.assignment .title").all_inner_texts()
        row = self.page.locator("table.grid tbody tr").filter(has_text=student)
        return row.locator("td.score").nth(heads.index(column))

    def grade(self, student, assessment, points):
        """Enter points in Otus."""
        self.page.goto(self.otus)
        self.page.get_by_role("link", name="Math 1").first.click()
        self.page.get_by_role("link", name=assessment).first.click()
        sound(self.page)
        row = self.page.locator("table.scores tbody tr").filter(has_text=student)
        row.get_by_label("Points of").fill(points)
        self.page.get_by_role("button", name="Save scores").click()


def test_a_term_with_an_export_of_ones_own(page, address, export):
    staff = Staff(page, address)
    staff.use(export)
    staff.stop_clock()
    staff.clock("Tonight (10 pm)")

    # A teacher outside the group: PowerSchool waits for every teacher of the class.
    page.goto(staff.otus + "/group")
    sound(page)
    co_teacher = page.locator("table tbody tr").filter(has_text="(co-teacher)").first
    co_teacher.get_by_role("button").click()
    staff.night("PowerSchool")
    assert page.get_by_text("A teacher of the class is not in the passback teacher group").count()
    page.goto(staff.otus + "/group")
    page.get_by_role("button", name=re.compile("^Add ")).first.click()

    # She joins: the next night brings what was due into both gradebooks.
    staff.clock("Next day")
    staff.clock("Tonight (10 pm)")
    for label in ("PowerSchool", "Skyward"):
        staff.night(label)
        assert page.get_by_text("Everything that passes is in the gradebook.").is_visible()
        sound(page)
    page.goto(f"{staff.sis['skyward']}/classes/{staff.section}")
    names = page.locator("table.grid tbody th.name").all_inner_texts()
    scored, missing = sorted(
        names, key=lambda name: staff.cell("skyward", name, "Fractions") == "0"
    )
    assert staff.cell("skyward", scored, "Fractions") == "17.5"
    assert staff.cell("powerschool", scored, "Fractions") == "17.5"
    assert staff.cell("skyward", missing, "Fractions") == "0"
    assert staff.cell("skyward", missing, "Ratios") == "*"
    assert staff.cell("powerschool", missing, "Ratios") in {"", "no score"}
    sound(page)

    # As the teacher, by keyboard alone: another score for one, a 0 in place of * for the other.
    for name, column, typed in ((scored, "Fractions", "19"), (missing, "Ratios", "0")):
        staff.cell("skyward", name, column)
        staff.found(name, column).locator("a").focus()
        page.keyboard.type(typed)
        page.keyboard.press("Enter")
        page.wait_for_function(
            "([cell, text]) => cell.innerText.trim() === text",
            arg=[staff.found(name, column).locator("a").element_handle(), typed],
        )
    staff.clock("Next day")
    staff.clock("Tonight (10 pm)")
    staff.night("Skyward")
    assert staff.cell("skyward", scored, "Fractions") == "19"
    assert staff.cell("skyward", missing, "Ratios") == "0"

    # A first score in Otus replaces that 0.
    staff.grade(missing, "Ratios", "7.5")
    staff.night("Skyward")
    assert staff.cell("skyward", missing, "Ratios") == "7.5"

    # A fault of one night is told in the log, and made good by the next.
    staff.grade(scored, "Ratios", "9")
    page.goto(staff.sis["skyward"] + "/control/faults")
    page.get_by_label("Server").select_option("skyward")
    page.get_by_label("What goes wrong").select_option("maintenance")
    page.get_by_role("button", name="Choose").click()
    sound(page)
    staff.night("Skyward")
    assert page.get_by_text("Everything that passes is in the gradebook.").count() == 0
    page.goto(staff.sis["skyward"] + "/log?failed=1")
    assert page.get_by_text("maintenance").count()
    sound(page)
    assert staff.cell("skyward", scored, "Ratios") == "*"
    page.goto(staff.sis["skyward"] + "/control/faults")
    page.get_by_role("button", name="Stop all").click()
    staff.night("Skyward")
    assert staff.cell("skyward", scored, "Ratios") == "9"

    # A closed grading period takes nothing, and the result says so.
    page.goto(staff.sis["skyward"] + "/control/periods")
    sound(page)
    page.get_by_role("button", name="Close now Q2").click()
    staff.grade(scored, "Ratios", "10")
    staff.night("Skyward")
    assert page.get_by_text("grading period that the SIS has closed").count()
    assert staff.cell("skyward", scored, "Ratios") == "9"
