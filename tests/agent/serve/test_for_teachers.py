"""The list for teachers as pages, and as a file in which a spreadsheet runs nothing."""

import csv

import pytest

from agent.ledger import Ledger
from agent.records import State
from tests.agent.ledger.records_of_a_school import a_state
from tests.agent.serve.conftest import NASTY

CODE = "zero_not_taken_back"


@pytest.fixture
def to_mend(ran: Ledger) -> Ledger:
    ran.records.record("r-1", [a_state(State.HELD, codes=(CODE,), reason=f"=1+1 {NASTY}")])
    return ran


@pytest.mark.usefixtures("to_mend")
def test_a_teachers_page_says_what_to_do_and_where(text):
    page = text("/agent/lakeview/teachers")
    assert 'href="/agent/lakeview/teachers/t-1">Teacher t-1</a>' in page
    own = text("/agent/lakeview/teachers/t-1")
    assert "Clear the cell in the gradebook." in own
    assert "There stands: 8.5" in own
    assert "http://gradebook.example/501#None" in own
    assert "<script>alert" not in page + own


@pytest.mark.usefixtures("ran")
def test_a_teachers_page_stays_when_all_is_mended(text):
    assert "There is nothing to put right" in text("/agent/lakeview/teachers/t-1")
    assert "There is nothing of that kind" in text("/agent/lakeview/teachers")


@pytest.mark.usefixtures("to_mend")
def test_no_cell_of_the_file_is_a_formula(client):
    answer = client.get("/agent/lakeview/teachers.csv")
    assert answer.mimetype == "text/csv"
    heading, row = csv.reader(answer.get_data(as_text=True).splitlines())
    assert heading[0] == "teacher"
    assert row[0] == "t-1"
    assert row[7].startswith("'=1+1")
