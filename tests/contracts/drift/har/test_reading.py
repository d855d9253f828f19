"""Files that are no recordings, and the command over those that are."""

import json

import pytest
from click.testing import CliRunner

from agent.cli import passback
from contracts.drift.har.read import BadHar, read
from tests.contracts.drift.har.recording import missing_field

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
    assert str(one.response.body.json["a"]) == "1.5"
    assert one.request.body.text == "grant_type=client_credentials"


def command(*arguments):
    return CliRunner().invoke(passback, ["contract", "--sis", "skyward", *map(str, arguments)])


def test_the_command_says_what_differs_and_ends_with_3(skyward, tmp_path):
    file = skyward.har(tmp_path / "theirs.har", missing_field)
    kept, junit = tmp_path / "kept.har", tmp_path / "out.xml"
    ran = command("--har", file, "--scrubbed", kept, "--junit", junit)
    assert ran.exit_code == 3
    assert "DIFFERS  getStudentsForClass" in ran.stdout
    place = "/ims/oneroster/rostering/v1p2/classes/{classSourcedId}/students"
    assert (
        f"""
           other structure: /users/*/familyName: in the mock's answer, and not recorded
             curl -H "Authorization: Bearer $TOKEN" 'https://sis.invalid{place}?limit="""
        in ran.stdout
    )
    assert kept.exists()
    assert b"familyName" in junit.read_bytes()
    assert command("--har", skyward.har(tmp_path / "ours.har")).exit_code == 0
    words = ["contract", "replay", file, "--sis", "skyward", "--scrubbed", kept, "--junit", junit]
    assert CliRunner().invoke(passback, [*map(str, words)]).output == ran.output


def test_the_command_refuses_a_bad_file_in_one_line(tmp_path):
    ran = command("--har", tmp_path / "none.har")
    assert isinstance(ran.exception, BadHar)
    assert ran.exception.exit_code == 10
    assert command().exit_code == 2


@pytest.mark.parametrize(
    ("part", "changes"),
    [
        ("request", {"url": "ftp://sis.example.org/file"}),
        ("response", {"status": "two hundred"}),
        ("response", {"content": {"encoding": "base64", "text": "Ada*"}}),
        ("response", {"headers": {"Ada": "Quintessa"}}),
    ],
)
def test_what_har_does_not_have_so_is_refused(tmp_path, part, changes):
    entry = {**ENTRY, part: {**ENTRY[part], **changes}}
    (tmp_path / "one.har").write_text(json.dumps({"log": {"entries": [ENTRY, entry]}}))
    with pytest.raises(BadHar, match=r"^one\.har, entry 2: not as HAR 1\.2 has it$"):
        read(tmp_path / "one.har")


def test_instants_have_an_offset_of_whatever_form_and_order_the_exchanges(tmp_path):
    instants = ["2026-10-01T19:00:00.250+0200", "2026-10-01T16:59:59Z"]
    entries = [{**ENTRY, "startedDateTime": instant} for instant in instants]
    entries[0]["response"] = {"status": 204}
    (tmp_path / "two.har").write_text(json.dumps({"log": {"entries": entries}}))
    assert [one.response.status for one in read(tmp_path / "two.har")] == [200, 204]
    entries[0]["startedDateTime"] = "2026-10-01T19:00:00"
    (tmp_path / "two.har").write_text(json.dumps({"log": {"entries": entries}}))
    with pytest.raises(BadHar, match="entry 1: not as HAR"):
        read(tmp_path / "two.har")


def test_what_proxies_leave_out_or_write_as_text_is_read(tmp_path):
    headers = [{"name": "X-Empty", "value": None}, {"name": "X-Name", "value": "Zoë"}]
    entry = {
        "startedDateTime": "2026-10-01T17:00:00Z",
        "request": {"method": "get", "url": "HTTPS://sis.example.org/x", "postData": None},
        "response": {"status": "204", "headers": headers},
    }
    content = b"\xef\xbb\xbf" + json.dumps({"log": {"entries": [entry]}}).encode()
    (tmp_path / "one.har").write_bytes(content)
    (one,) = read(tmp_path / "one.har")
    assert (one.request.method, one.request.headers, one.request.body.text) == ("GET", {}, "")
    assert (one.response.status, one.response.body.text) == (204, "")
    assert dict(one.response.headers) == {"x-empty": "", "x-name": "Zoë"}
