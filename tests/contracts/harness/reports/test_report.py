"""What a person and a CI service read."""

import re
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

import pytest

from contracts.harness.reports import console, junit, page
from contracts.harness.reports.report import ABOUT, Finding, Report, Row

CURL = "curl -X GET -H 'Authorization: [Filtered]' 'http://127.0.0.1:1/v1/changes?limit=<0>'"


@pytest.fixture
def report():
    bad = Finding(check="not_a_server_error", reason="Server error \x00<&>", curl=CURL, times=3)
    return Report(
        sis="otus",
        target="http://127.0.0.1:1",
        profile="ci",
        seed=7,
        rows=[
            Row(part="operations", group="feed", name="GET /v1/changes", cases=9, findings=[bad]),
            Row(part="operations", group="token", name="POST /oauth/token", cases=4),
            Row(part="coverage", group="feed", name="GET /v1/changes", note="never answered 503"),
        ],
        checklist=["- [ ] What is `this`? " + "Long, " * 20, "    - [ ] `GET /that`"],
        began=datetime(2026, 10, 14, 22, 5, tzinfo=UTC),
        seconds=1.5,
    )


def test_the_console_tells_what_failed_and_how_to_see_it_again(report):
    text = console.text(report)
    assert "1 FAILED" in text
    assert "not_a_server_error: Server error" in text
    assert "(3 times)" in text
    assert CURL in text
    assert "again with --seed 7" in text
    assert "ok, 1 with a note" in text
    assert "What is" not in text
    assert "[ ] What is this?" in console.text(report, checklist=True)


def test_each_part_says_what_it_looked_at_and_only_what_was_asked_has_calls(report):
    lines = console.text(report).splitlines()
    assert "operations: cases that Schemathesis generates from the contract" in lines
    feed = [" ".join(line.split()) for line in lines if line.startswith("  feed ")]
    assert feed == ["feed 1 looked at 9 calls 1 FAILED", "feed 1 looked at ok, 1 with a note"]
    coverage = lines[lines.index(f"coverage: {ABOUT['coverage']}") + 1]
    assert coverage == "  feed     1 looked at  ok, 1 with a note"
    told = console.text(report, checklist=True).splitlines()
    assert all(len(line) <= 80 for line in told if "curl" not in line)
    assert ABOUT["coverage"] in page.html(report)


def test_a_report_says_when_it_was(report):
    assert "2026-10-14 22:05 UTC" in page.html(report)
    root = ET.fromstring(junit.xml(report))
    assert {suite.get("timestamp") for suite in root} == {"2026-10-14T22:05:00"}


def test_junit_has_a_suite_a_part_and_a_case_a_row(report):
    root = ET.fromstring(junit.xml(report))
    suites = root.findall("testsuite")
    assert [(s.get("name"), s.get("tests"), s.get("failures")) for s in suites] == [
        ("otus operations", "2", "1"),
        ("otus coverage", "1", "0"),
    ]
    failure = root.find(".//failure")
    assert failure.get("message") == "Server error ?<&>"
    assert CURL in failure.text
    assert root.find(".//property[@name='seed']").get("value") == "7"


def test_the_page_loads_nothing_from_elsewhere_and_escapes_what_it_shows(report):
    html = page.html(report)
    assert "never answered 503" in html
    assert not re.search(r"(?:src|href)=|url\(|@import|<script", html)
    assert "&lt;&amp;&gt;" in html
    assert "What is this?" in html
    assert html.count("<details open>") == 1
