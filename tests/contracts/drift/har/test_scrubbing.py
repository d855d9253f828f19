"""Nothing of a person and no secret survives: in the file that is kept, in the report."""

import json
import re
from datetime import date

import pytest

from contracts.drift.har.read import BadHar
from contracts.drift.har.run import report
from tests.contracts.drift.har.recording import answering, body

TODAY = date(2026, 11, 25)

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
