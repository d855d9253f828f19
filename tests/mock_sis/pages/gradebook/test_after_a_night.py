"""What the grid says of a cell agrees with what a night of the agent wrote and reported."""

import html
import re
from datetime import date

import pytest

from contracts.demo.district import DemoDistrict
from tests.mock_sis.pages.gradebook.conftest import MATH, SCIENCE

SAID = {
    "not_fully_graded": "Withheld: turned in, and not all of it is graded in Otus.",
    "not_due_yet": "nothing handed in, and not due before",
    "not_assigned": "not assigned to this student in Otus",
    "excluded": "excluded in Otus",
    "excused_no_score": "excused in Otus",
    "": ("Sent by Otus", "A 0 for missing work, sent by Otus"),
}
"""Code of the agent (none: sent) -> how the cell says it."""


@pytest.fixture
def scores(sis, otus_url, tmp_path):
    """The records of scores in the report of a night, for which everybody joined the group."""
    sis.world.feed.put("groupMember", "t-2003", {"teacherId": "t-2003"})
    district = DemoDistrict(
        kind=sis.name,
        otus=otus_url,
        sis=sis.url,
        folder=tmp_path,
        zone="America/Chicago",
        effective=date(2026, 8, 1),
        categories={"Quiz": "QUIZ", "Test": "TEST", "Homework": "HW", "Project": "PROJ"},
    )
    district.write_config()
    records = district.sync_here(sis.world.now()).report["records"]
    return [one for one in records if one["kind"] == "score"]


def notes(sis, section):
    """(title, student) -> what the cell says."""
    text = sis.page(f"/classes/{section}")
    titles = {column.id: column.title for column in sis.book.columns(section)}
    found = re.findall(r'id="cell-(\d+)-(\d+)"[^>]*><a [^>]*title="([^"]*)"', text)
    return {(titles[int(id_)], student): html.unescape(note) for id_, student, note in found}


def test_every_cell_says_what_the_agent_says(sis, scores):
    said = {**notes(sis, MATH), **notes(sis, SCIENCE)}
    seen = set()
    for record in scores:
        whole = sis.world.feed.get("assessment", record["assignment"])["title"]
        title = whole if len(whole) < 50 else f"{whole[:46]}…"
        student = sis.world.feed.get("student", record["student"])["sisId"]
        code = "".join(record["codes"][:1])
        if (title, student) in said and code in SAID:
            expected = SAID[code]
            texts = (expected,) if isinstance(expected, str) else expected
            assert any(text in said[title, student] for text in texts), (record, said)
            seen.add(code)

    assert seen == SAID.keys() - ({"excluded", "excused_no_score"} if not sis.book.links else set())
    assert any(note.startswith("A 0 for missing work") for note in said.values())
    assert ">computed</abbr>" in sis.page(f"/classes/{MATH}") or sis.name == "powerschool"
    assert "shortened title" in sis.page(f"/classes/{SCIENCE}")
