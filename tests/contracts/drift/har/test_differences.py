"""A recording held to the contract and to the mock: what is the same, what differs, and where."""

import json
import re
from datetime import date

import pytest

from contracts.drift.har.run import report
from tests.contracts.drift.har.recording import answering, body, found, missing_field

TODAY = date(2026, 11, 25)


@pytest.mark.parametrize("sis", ["skyward", "powerschool"])
def test_a_recording_of_another_district_on_the_mock_has_no_findings(sis, request, tmp_path):
    recorder = request.getfixturevalue(sis)
    made = report(sis, recorder.har(tmp_path / "ours.har"), TODAY)
    assert found(made) == set()
    assert {row.part for row in made.rows} == {
        "recording against the contract",
        "recording against the mock",
    }
    assert [row.note for row in made.rows if "never listed" in row.note] == []
    assert sum(row.cases for row in made.rows) > len(recorder.entries)


def test_other_servers_and_what_stands_before_the_root_are_left_out(skyward, tmp_path):
    def elsewhere(entries):
        for entry in entries:
            entry["request"]["url"] = entry["request"]["url"].replace("/ims/", "/sky/one/ims/")
            entry["request"]["url"] = entry["request"]["url"].replace("/token", "/sky/one/token")
        entries.append(json.loads(json.dumps(entries[0])))
        entries[-1]["request"]["url"] = "https://fonts.example.org/a.css"

    made = report("skyward", skyward.har(tmp_path / "other.har", elsewhere), TODAY)
    assert found(made) == set()
    assert made.warnings == ["1 entries of other servers left out"]


def unknown_field(entries):
    for entry in entries:
        if "/lineItems?" in entry["request"]["url"]:
            body(entry, lambda whole: [one.update(rubric="R") for one in whole["lineItems"]])


def undocumented_status(entries):
    answering(entries, "/students?")["response"]["status"] = 418


def unknown_endpoint(entries):
    entry = answering(entries, "/students?")
    entry["request"]["url"] = entry["request"]["url"].replace("/students", "/seating/Ada")


def another_status(entries):
    entry = next(e for e in entries if "/lineItems/" in e["request"]["url"])
    entry["response"]["status"] = 200


def retyped_field(entries):
    entry = answering(entries, "/academicSessions?")
    body(entry, lambda whole: [one.update(schoolYear=2026.5) for one in whole["academicSessions"]])


def a_new_word(entries):
    entry = answering(entries, "/academicSessions?")
    body(entry, lambda w: [one.update(type="trimester") for one in w["academicSessions"]])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("plant", "operation", "check", "said"),
    [
        (
            unknown_field,
            "getLineItemsForClass",
            "answer body",
            "/lineItems/*: has members that the contract does not have: rubric",
        ),
        (unknown_field, "getLineItemsForClass", "other structure", "/lineItems/*/rubric: recorded"),
        (
            missing_field,
            "getStudentsForClass",
            "other structure",
            "/users/*/familyName: in the mock",
        ),
        (undocumented_status, "getStudentsForClass", "undeclared status", "418 is not among"),
        (undocumented_status, "getStudentsForClass", "other status", "the mock says 200"),
        (unknown_endpoint, "segment", "unknown endpoint", "no such path"),
        (another_status, "putLineItem", "other status", "recorded 200, the mock says 201"),
        (
            retyped_field,
            "getAllAcademicSessions",
            "answer body",
            "/academicSessions/*/schoolYear: expected string, received number",
        ),
        (retyped_field, "getAllAcademicSessions", "other structure", "recorded as number"),
        (a_new_word, "getAllAcademicSessions", "other structure", "a word that the contract"),
    ],
)
def test_a_difference_is_found_and_placed(skyward, tmp_path, plant, operation, check, said):
    made = report("skyward", skyward.har(tmp_path / "theirs.har", plant), TODAY)
    hits = [
        (name, kind, reason)
        for name, kind, reason in found(made)
        if operation in name and re.fullmatch(check, kind)
        if any(part in reason for part in said.split("|"))
    ]
    assert hits, found(made)
    assert "Ada" not in str(found(made))


ENTRY_OF_THE_LEDGER = """
[[divergence]]
id = "skyward-no-family-names"
contract = "skyward.yaml"
operations = ["getStudentsForClass"]
at = "/users/*/familyName"
what = "w"
real = "r"
source = "s"
mock = "m"
accepted = "a"
expires = 2026-12-01
"""


def test_a_difference_that_the_ledger_knows_is_accepted_until_it_expires(skyward, tmp_path):
    ledger = tmp_path / "divergences.toml"
    ledger.write_text(ENTRY_OF_THE_LEDGER)
    file = skyward.har(tmp_path / "theirs.har", missing_field)
    fresh = report("skyward", file, TODAY, ledger=ledger)
    assert found(fresh) == set()
    notes = " ".join(row.note for row in fresh.rows)
    assert "accepted: skyward-no-family-names" in notes
    assert found(report("skyward", file, date(2026, 12, 2), ledger=ledger)) == {
        (
            "getStudentsForClass",
            "other structure",
            "/users/*/familyName: in the mock's answer, and not recorded",
        )
    }
