"""A recording held to the contract, replayed on the mock, and scrubbed of everybody."""

import json
import re
from datetime import date

import pytest
from click.testing import CliRunner

from agent.cli import passback
from contracts.har.read import BadHar, read
from contracts.har.run import report
from contracts.scenarios.kinds import TOKEN_PATHS, scenarios
from contracts.scenarios.runner import Target, run
from contracts.scenarios.suite import START
from mock_sis.server import serving
from mock_sis.world import World
from tests.contracts.har.recording import NOW, body, recording

TODAY = date(2026, 11, 25)
ROLL = ("skyward-roster", "skyward-b1_scores_kept_exactly", "skyward-c3_idempotent_put")
CALL = ("powerschool-roster", "powerschool-xte_life", "powerschool-paging")


@pytest.fixture(scope="module")
def school(tmp_path_factory):
    """Another district than the one that recordings are replayed on."""
    world = World.create(tmp_path_factory.mktemp("har") / "world.db", seed=11, start=START)
    with serving("powerschool", "skyward", world=world) as servers:
        yield servers
    world.close()


def recorded(servers, names):
    """A recorder of scenarios run on one of the mocks."""
    sis = names[0].partition("-")[0]
    base = servers[sis].url
    with recording(base) as (client, recorder):
        for scenario in [one for one in scenarios() if f"{one.sis}-{one.name}" in names]:
            target = Target(
                token_url=base + TOKEN_PATHS[sis],
                root=base + scenario.root,
                client_id="passback",
                client_secret="passback-secret",
                section="200001",
                base=base,
            )
            assert all(line.passed for line in run(scenario.steps, target, client, NOW))
    return recorder


@pytest.fixture(scope="module")
def skyward(school):
    return recorded(school, ROLL)


@pytest.fixture(scope="module")
def powerschool(school):
    return recorded(school, CALL)


def found(made):
    return {(row.name, f.check, f.reason) for row in made.rows for f in row.findings}


def answering(entries, part, method="GET"):
    """The first entry of a path, answered with a body."""
    return next(
        e
        for e in entries
        if part in e["request"]["url"] and e["request"]["method"] == method
        if e["response"]["content"]["text"]
    )


# ---- a faithful recording ----------------------------------------------------------------------


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


# ---- what differs ------------------------------------------------------------------------------


def unknown_field(entries):
    for entry in entries:
        if "/lineItems?" in entry["request"]["url"]:
            body(entry, lambda whole: [one.update(rubric="R") for one in whole["lineItems"]])


def missing_field(entries):
    entry = answering(entries, "/students?")
    body(entry, lambda whole: [one.pop("familyName") for one in whole["users"]])


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


@pytest.mark.parametrize(
    ("plant", "operation", "check", "said"),
    [
        (unknown_field, "getLineItemsForClass", "unknown field|answer body", "rubric"),
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
        (retyped_field, "getAllAcademicSessions", "answer body", "/academicSessions/*/schoolYear"),
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
    assert found(report("skyward", file, date(2026, 12, 2), ledger=ledger)) != set()


# ---- nobody's data survives --------------------------------------------------------------------

ADA = {
    "givenName": "Ada",
    "familyName": "Quintessa",
    "email": "ada.quintessa@lakeview.example.org",
    "identifier": "998877665",
    "phone": "217-555-0143",
    "userIds": [{"type": "SSN", "identifier": "078-05-1120"}],
    "birthDate": "2013-02-09",
    "note": "allergic to peanuts, mother is Ms. Quintessa",
}
SECRETS = ("s3cret-token-of-the-district", "c00kie-of-a-teacher", "passback-secret", "97.25")


def with_ada(entries):
    body(answering(entries, "/students?"), lambda whole: whole["users"][0].update(ADA))
    token = {"access_token": SECRETS[0], "token_type": "bearer", "expires_in": 3600}
    answering(entries, "/token", "POST")["response"]["content"]["text"] = json.dumps(token)
    entry = answering(entries, "/results?")
    body(entry, lambda whole: [one.update(score=97.25) for one in whole["results"]])
    for one in entries:
        one["request"]["headers"].append({"name": "Cookie", "value": SECRETS[1]})
    url = answering(entries, "/classes?")["request"]
    url["url"] += "&filter=email='ada.quintessa@lakeview.example.org'"


def test_nothing_of_a_person_or_a_secret_is_kept_or_told(skyward, tmp_path):
    file = skyward.har(tmp_path / "theirs.har", with_ada)
    kept = tmp_path / "kept.har"
    made = report("skyward", file, TODAY, kept)
    everywhere = kept.read_text() + str(made)
    words = [value for value in ADA.values() if isinstance(value, str)]
    words += ["Quintessa", "peanuts", "078-05-1120", *SECRETS]
    assert [word for word in words if word in everywhere] == []
    people = {
        str(value)
        for entry in json.loads(file.read_text())["log"]["entries"]
        if "/students?" in entry["request"]["url"]
        for user in json.loads(entry["response"]["content"]["text"])["users"]
        for key, value in user.items()
        if key in {"sourcedId", "givenName", "familyName", "email", "username", "identifier"}
    }
    assert len(people) > 20
    assert [one for one in people if one and re.search(rf"\b{re.escape(one)}\b", everywhere)] == []


def test_what_was_kept_is_a_recording_that_says_the_same(skyward, tmp_path):
    kept = tmp_path / "kept.har"
    first = report("skyward", skyward.har(tmp_path / "theirs.har", with_ada), TODAY, kept)
    again = report("skyward", kept, TODAY)
    contract_rows = [r for r in again.rows if r.part.endswith("contract")]
    assert [r.name for r in contract_rows] == [
        r.name for r in first.rows if r.part.endswith("contract")
    ]
    assert {f.check for r in contract_rows for f in r.findings} == {
        f.check for r in first.rows if r.part.endswith("contract") for f in r.findings
    }
    ids = re.findall(r"lineItems/([^/?\"]+)", kept.read_text())
    assert len(set(ids)) < len(ids)  # the same item still goes by one name in several calls


def test_a_recording_that_cannot_be_scrubbed_is_not_written(skyward, tmp_path):
    def key_with_an_address(entries):
        body(answering(entries, "/students?"), lambda w: w.update({"x.ada@school.org": 1}))

    def in_the_method(entries):
        entries[0]["request"]["method"] = "ADA@SCHOOL.ORG"

    kept = tmp_path / "kept.har"
    report("skyward", skyward.har(tmp_path / "a.har", key_with_an_address), TODAY, kept)
    assert "ada@" not in kept.read_text()
    kept.unlink()
    with pytest.raises(BadHar, match="nothing was written: after scrubbing there was still"):
        report("skyward", skyward.har(tmp_path / "b.har", in_the_method), TODAY, kept)
    assert not kept.exists()


# ---- files that are no recordings --------------------------------------------------------------

ENTRY = {
    "startedDateTime": "2026-10-01T17:00:00Z",
    "request": {"method": "GET", "url": "https://sis.example.org/token", "headers": []},
    "response": {"status": 200, "headers": [], "content": {}},
}


def without(part, name):
    return {**ENTRY, part: {k: v for k, v in ENTRY[part].items() if k != name}}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Ada Quintessa", "is not JSON"),
        ("[]", "no log.entries"),
        ('{"log": {"entries": {}}}', "no log.entries"),
        ('{"log": {"entries": []}}', "no entries"),
        ([without("request", "url")], "entry 1: no url"),
        ([ENTRY, without("response", "status")], "entry 2: no status"),
        ([{**ENTRY, "startedDateTime": "Ada's birthday"}], "entry 1: not as HAR"),
        ([{**ENTRY, "request": "Ada"}], "entry 1: not as HAR"),
        ([None], "entry 1: not as HAR"),
        ("[" * 100_000, "is not JSON"),
    ],
)
def test_a_file_that_is_no_recording_gets_one_line_that_quotes_nothing(tmp_path, text, said):
    file = tmp_path / "bad.har"
    file.write_text(text if isinstance(text, str) else json.dumps({"log": {"entries": text}}))
    with pytest.raises(BadHar, match=said) as refused:
        read(file)
    assert "\n" not in str(refused.value)
    assert "Ada" not in str(refused.value)


def test_a_file_that_is_not_there_gets_one_line(tmp_path):
    with pytest.raises(BadHar, match="cannot be read"):
        read(tmp_path / "none.har")


def test_bodies_in_base64_and_forms_as_parameters_are_read(tmp_path):
    entry = json.loads(json.dumps(ENTRY))
    entry["response"]["content"] = {
        "mimeType": "application/json; charset=utf-8",
        "encoding": "base64",
        "text": "eyJhIjogMS41fQ==",
    }
    entry["request"]["postData"] = {
        "mimeType": "application/x-www-form-urlencoded",
        "params": [{"name": "grant_type", "value": "client_credentials"}],
    }
    (tmp_path / "one.har").write_text(json.dumps({"log": {"entries": [entry]}}))
    (one,) = read(tmp_path / "one.har")
    assert str(one.got.json["a"]) == "1.5"
    assert one.sent.text == "grant_type=client_credentials"


# ---- as a command ------------------------------------------------------------------------------


def command(*arguments):
    return CliRunner().invoke(passback, ["contract", "--sis", "skyward", *map(str, arguments)])


def test_the_command_says_what_differs_and_ends_with_3(skyward, tmp_path):
    file = skyward.har(tmp_path / "theirs.har", missing_field)
    kept, junit = tmp_path / "kept.har", tmp_path / "out.xml"
    ran = command("--har", file, "--scrubbed", kept, "--junit", junit)
    assert ran.exit_code == 3
    assert "DIFFERS  getStudentsForClass" in ran.stdout
    assert "/users/*/familyName: in the mock's answer, and not recorded" in ran.stdout
    assert kept.exists()
    assert b"familyName" in junit.read_bytes()
    assert command("--har", skyward.har(tmp_path / "ours.har")).exit_code == 0


def test_the_command_refuses_a_bad_file_in_one_line(tmp_path):
    ran = command("--har", tmp_path / "none.har")
    assert isinstance(ran.exception, BadHar)
    assert ran.exception.exit_code == 10
    assert command().exit_code == 2
