"""`passback load` as a performance engineer runs it, at a fifth of a small district's night.

Times are not asserted here: `make load` is where a machine is held to them.
"""

import csv
import json
import subprocess
import sys

import pytest

from tests.meta.project_files import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]

TIMED = {"the night in its window", "p95 of a request"}
QUICK = ("--adoption", "0.2", "--latency", "20", "--short", "--seed", "3")


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    """(the finished process, the folder of its report)."""
    out = tmp_path_factory.mktemp("load")
    command = [sys.executable, "-m", "agent", "load", "--profile", "small", *QUICK]
    done = subprocess.run(
        [*command, "--out", str(out)], cwd=ROOT, capture_output=True, check=False, text=True
    )
    return done, out


@pytest.fixture(scope="module")
def told(played):
    return json.loads((played[1] / "report.json").read_text())


def test_every_gate_that_is_not_about_time_is_green(played, told):
    red = {gate["name"] for gate in told["gates"] if not gate["passed"]}
    assert red <= TIMED, played[0].stdout
    assert played[0].returncode == (3 if red else 0), played[0].stderr


def test_every_gate_is_printed_with_its_figure_and_its_target(played, told):
    for gate in told["gates"]:
        assert f"{gate['figure']}  (target: {gate['target']})" in played[0].stdout


def test_the_trouble_happened(told):
    struck = told["faults"]
    assert {"token", "outage", "slow-page"} <= {name for name, hits in struck.items() if hits}
    assert sum(hits for name, hits in struck.items() if name.startswith("burst")) >= 3


def test_the_report_knows_when_the_outage_was(told):
    (outage,) = [span for span in told["spans"] if span["fault"] == "outage"]
    assert outage["lasts"] == 6
    began, ends = outage["second"], outage["second"] + outage["lasts"]
    within = [row for row in told["seconds"] if began + 1 <= row["second"] <= ends - 2]
    assert within
    assert all(row["requests"] == row["failed"] for row in within)


def test_it_was_the_night_that_was_asked_for(told):
    assert (told["volume"]["students"], told["volume"]["marks"]) == (1_200, 144)
    assert told["runs"][-1]["writes"] == 0


def test_locust_saw_each_operation_and_the_night(played):
    with (played[1] / "locust_stats.csv").open() as rows:
        seen = {(row["Type"], row["Name"]) for row in csv.DictReader(rows)}
    assert {("sis", "putResult"), ("source", "listChanges"), ("night", "district-001")} <= seen


def test_the_page_stands_alone_and_has_its_plots(played):
    page = (played[1] / "report.html").read_text()
    assert page.count("<svg ") == 5
    assert "src=" not in page
    assert "<link" not in page


def test_each_operation_counts_its_requests_as_often_as_they_were_answered(told):
    for row in told["operations"]:
        answers = [int(words.split(": ")[1]) for words in row["answers"].split(", ")]
        assert row["requests"] == sum(answers), row
    asked = [row for row in told["operations"] if "Token" not in row["operation"]]
    assert sum(row["requests"] for row in asked) == told["volume"]["requests"]


def test_the_page_says_when_it_was_and_what_struck(played, told):
    page = (played[1] / "report.html").read_text()
    assert told["asked"]["began"] in page
    assert "no answer: the outage" in page
    assert "adoption 20%" in page


def test_no_student_is_in_any_file(played):
    for file in played[1].iterdir():
        text = file.read_text()
        assert '"s-3' not in text, file.name
        assert "example.org" not in text, file.name
