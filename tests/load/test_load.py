"""`passback load` as a performance engineer runs it, at a fifth of a small district's night.

No times are asserted here: `make load` is where a machine is held to them.
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
def ran(tmp_path_factory):
    """(the finished process, the folder of its report)."""
    out = tmp_path_factory.mktemp("load")
    command = [sys.executable, "-m", "agent", "load", "--profile", "small", *QUICK]
    done = subprocess.run(
        [*command, "--out", str(out)], cwd=ROOT, capture_output=True, check=False, text=True
    )
    return done, out


@pytest.fixture(scope="module")
def report(ran):
    return json.loads((ran[1] / "report.json").read_text())


def test_every_check_that_is_not_about_time_passes(ran, report):
    failed = {check["name"] for check in report["checks"] if not check["passed"]}
    assert failed - TIMED == set(), ran[0].stdout
    assert ran[0].returncode == (3 if failed else 0), ran[0].stderr
    assert report["passed"] == (not failed)


def test_every_check_is_printed_with_its_figure_and_its_target(ran, report):
    lines = ran[0].stdout.splitlines()
    printed = {line[5:39].strip(): line[40:] for line in lines if line[:3] in {"ok ", "RED"}}
    assert printed == {
        check["name"]: f"{check['figure']}  (target: {check['target']})"
        for check in report["checks"]
    }
    assert lines[-1] == f"report: {ran[1] / 'report.html'}"


def test_every_fault_struck(report):
    struck = report["faults"]
    assert {"token", "outage", "slow-page", "burst-1", "burst-2", "burst-3"} <= {
        name for name, hits in struck.items() if hits
    }


def test_the_report_knows_when_the_outage_was(report):
    (outage,) = [span for span in report["spans"] if span["fault"] == "outage"]
    assert outage["lasts"] == 6
    began, ends = outage["second"], outage["second"] + outage["lasts"]
    within = [row for row in report["seconds"] if began + 1 <= row["second"] <= ends - 2]
    assert len(within) >= 2
    assert [row for row in within if row["requests"] != row["failed"]] == []


def test_it_was_the_night_that_was_asked_for(report):
    assert (report["volume"]["students"], report["volume"]["scores"]) == (1_200, 144)
    assert (report["options"]["adoption"], report["options"]["trouble"]) == ("0.2", "on, short")
    last = report["runs"][-1]
    assert (last["run"], last["writes"], last["unchanged"] > 0) == ("straight after", 0, True)


def test_locust_saw_each_operation_and_the_night(ran):
    with (ran[1] / "locust_stats.csv").open() as rows:
        seen = {(row["Type"], row["Name"]) for row in csv.DictReader(rows)}
    assert {("sis", "putResult"), ("source", "listChanges"), ("night", "district-001")} <= seen


def test_the_page_stands_alone_and_has_its_plots(ran):
    page = (ran[1] / "report.html").read_text()
    assert page.count("<svg ") == 5
    assert [word for word in ("src=", "<link", "@import", "url(h") if word in page] == []


def test_each_operation_counts_its_requests_as_often_as_they_were_answered(report):
    answers = {
        row["operation"]: sum(int(words.split(": ")[1]) for words in row["answers"].split(", "))
        for row in report["operations"]
    }
    assert answers == {row["operation"]: row["requests"] for row in report["operations"]}
    counted = sum(number for name, number in answers.items() if "Token" not in name)
    assert counted == report["volume"]["requests"]


def test_the_page_says_when_it_was_and_what_struck(ran, report):
    page = (ran[1] / "report.html").read_text()
    wanted = (report["options"]["began"], "no answer: the outage", "adoption 20%")
    assert [words for words in wanted if words not in page] == []


def test_no_student_is_in_any_file(ran):
    texts = {file.name: file.read_text() for file in ran[1].iterdir()}
    assert {"report.html", "report.json", "timeline.csv", "operations.csv"} <= set(texts)
    signs = ('"s-3', "example.org")
    assert [name for name, text in texts.items() if any(sign in text for sign in signs)] == []
