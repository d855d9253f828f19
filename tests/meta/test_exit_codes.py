"""Every exit code is reached by a test that runs a command; which one stands here."""

import re

import pytest

from agent import errors
from tests.meta.project_files import ROOT, text_of

REACHED = {
    0: "e2e/test_inspect.py::test_a_command_that_reads_tells_what_it_should",
    2: "e2e/test_plan.py::test_a_plan_tells_by_its_exit_code_whether_there_is_anything_to_send",
    3: "e2e/test_report.py::test_what_the_sis_says_of_a_column_stands_in_explain_alone",
    4: "e2e/test_notices.py::test_the_brake_is_told_with_its_reason",
    5: "e2e/test_trouble_killed.py::test_a_night_stopped_while_it_writes_is_resumed",
    6: "e2e/test_plan.py::test_a_plan_that_cannot_reach_the_sis_ends_with_6",
    10: "e2e/test_inspect.py::test_where_there_is_no_ledger_that_is_said",
    11: "e2e/test_trouble_killed.py::test_a_second_run_at_the_same_time_is_locked_out",
    130: "e2e/test_trouble_killed.py::test_a_night_stopped_while_it_reads_leaves_nothing_to_resume",
}


def test_each_code_of_the_docs_is_reached():
    table, _, _ = text_of(ROOT / "docs/reference/exit-codes.md").partition("\n## ")
    told = {int(code) for code in re.findall(r"^\| (\d+) \|", table, re.MULTILINE)}
    assert told == REACHED.keys()


def test_each_code_of_an_error_is_reached():
    kinds = [each for each in vars(errors).values() if isinstance(each, type)]
    codes = {each.exit_code for each in kinds if issubclass(each, errors.PassbackError)}
    assert codes - {1} <= REACHED.keys()  # 1 is a bug


@pytest.mark.parametrize("code", REACHED)
def test_the_test_that_reaches_a_code_is_there_and_names_it(code):
    file, _, name = REACHED[code].partition("::")
    text = text_of(ROOT / "tests" / file)
    found = re.search(rf"^def {name}\(.*?(?=^def |\Z)", text, re.MULTILINE | re.DOTALL)
    assert found, f"there is no {name}"
    assert re.search(rf"\b{code}\b", found.group())
