"""A file to download holds what was there, and nothing that a spreadsheet runs."""

import csv
import io

import pytest

from mock_sis.pages.csv_row import csv_row


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "\tx", "\rx"])
def test_a_cell_that_would_be_a_formula_is_text(cell):
    text = csv_row(["a", "b", "c"]) + csv_row([cell, "1=1", None])

    _, row = csv.reader(io.StringIO(text, newline=""))
    assert row == [f"'{cell}", "1=1", ""]
