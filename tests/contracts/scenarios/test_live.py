"""A live target: who may be asked what, and that nothing else arrives there."""

import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace

import httpx
import pytest

from contracts.drift.divergences import Uncited
from contracts.scenarios import conftest
from contracts.scenarios.kinds import Kind, scenarios
from contracts.scenarios.live import Guard, Permit, Refused, credentials, permit
from contracts.scenarios.runner import Step
from contracts.spec import contract
from mock_sis.districts.factory import WorldFactory
from tests.meta.project_files import ROOT

SECRETS = {"PASSBACK_LIVE_CLIENT_ID": "passback", "PASSBACK_LIVE_CLIENT_SECRET": "passback-secret"}


def of(sis, *kinds):
    return [one for one in scenarios() if one.sis == sis and one.kind in kinds]


# ---- the allow list ----------------------------------------------------------------------------


@pytest.fixture
def listed(tmp_path):
    def write(text):
        (tmp_path / "live-hosts.txt").write_text(text)
        return tmp_path / "live-hosts.txt"

    return write


@pytest.mark.parametrize(
    ("line", "url", "up_to"),
    [
        ("sis.example.org", "https://sis.example.org/", Kind.READS),
        ("sis.example.org read-only # ours", "https://SIS.example.org", Kind.READS),
        ("sis.example.org self-cleaning", "https://sis.example.org:443", Kind.CLEANS),
        ("127.0.0.1:8203 self-cleaning", "http://127.0.0.1:8203/w/one", Kind.CLEANS),
    ],
)
def test_a_listed_host_may_be_asked_as_far_as_its_line_says(listed, line, url, up_to):
    assert permit(url, listed(f"# ours\n\n{line}\n")).up_to is up_to


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("https://other.example.org", "other.example.org:443 is not in live-hosts.txt"),
        ("https://sis.example.org:8443", "sis.example.org:8443 is not in live-hosts.txt"),
        ("https://sis.example.org.evil.example", "not in live-hosts.txt"),
        ("ftp://sis.example.org", "must begin with http"),
        ("sis.example.org", "must begin with http"),
        ("https://me:word@sis.example.org", "must not hold credentials"),
    ],
)
def test_any_other_is_refused_in_one_line(listed, url, said):
    with pytest.raises(Refused, match=said) as refused:
        permit(url, listed("sis.example.org\n"))
    assert "\n" not in str(refused.value)


def test_a_list_that_is_not_there_or_cannot_be_read_allows_nothing(listed, tmp_path):
    with pytest.raises(Refused, match="no allow list"):
        permit("https://sis.example.org", tmp_path / "nowhere.txt")
    with pytest.raises(Refused, match="line 2"):
        permit("https://sis.example.org", listed("\nsis.example.org everything\n"))


def test_credentials_come_from_the_environment_or_not_at_all():
    assert credentials(SECRETS) == ("passback", "passback-secret")
    with pytest.raises(Refused, match="PASSBACK_LIVE_CLIENT_SECRET"):
        credentials({"PASSBACK_LIVE_CLIENT_ID": "passback"})


# ---- what runs, and what arrives ---------------------------------------------------------------


@pytest.mark.parametrize("sis", ["skyward", "powerschool", "otus"])
def test_read_only_sends_reads_and_a_token_request(live, theirs, columns, sis):
    target = live(sis, Kind.READS, section=None)
    for scenario in of(sis, Kind.READS):
        assert [line for line in target.play(scenario) if not line.passed] == []
    calls = theirs.journal()
    assert len(calls) >= 2 * len(of(sis, Kind.READS)), "a token and a read for each"
    assert [one for one in calls if one["write"]] == []
    tokens = ("issueToken", "issueAccessToken", "requestToken")
    assert {one["method"] for one in calls if one["operation"] not in tokens} == {"GET"}
    assert columns("skyward") == columns("powerschool") == 0


@pytest.mark.slow
def test_self_cleaning_touches_its_own_things_and_leaves_nothing(live, theirs, columns):
    for sis in ("skyward", "powerschool"):
        target = live(sis)
        for scenario in of(sis, Kind.READS, Kind.CLEANS):
            assert [line for line in target.play(scenario) if not line.passed] == [], scenario.name
    assert columns("skyward") == columns("powerschool") == 0
    writes = [one for one in theirs.journal() if one["write"]]
    assert {one["method"] for one in writes} == {"POST", "PUT", "DELETE"}


@pytest.mark.parametrize(
    ("up_to", "section", "kind", "said"),
    [
        (Kind.CLEANS, "200001", Kind.MOCK, "mock-only"),
        (Kind.READS, "200001", Kind.CLEANS, "the allow list has this host as read-only"),
        (Kind.CLEANS, None, Kind.CLEANS, "--sis-section"),
    ],
)
def test_a_scenario_that_may_not_run_says_why_in_one_line(live, up_to, section, kind, said):
    target = live("skyward", up_to, section)
    refusals = [target.refusal(scenario) for scenario in of("skyward", kind)]
    assert [said in one and "\n" not in one for one in refusals] == [True] * len(
        of("skyward", kind)
    )
    assert refusals != []


def test_a_write_is_kept_back_even_when_a_scenario_lies_about_its_kind(live, theirs, columns):
    target = live("skyward", Kind.READS)
    liar = next(one for one in of("skyward", Kind.CLEANS) if one.name == "c3_idempotent_put")
    lines = target.play(replace(liar, kind=Kind.READS))
    details = {line.detail for line in lines if not line.passed}
    assert "a write was kept back: putLineItem" in details
    assert [one for one in theirs.journal() if one["write"]] == []


@pytest.mark.parametrize(
    ("method", "path", "said"),
    [
        ("POST", "/_mock/reset", "the contract does not have"),
        ("GET", "/pages/classes/200001", "the contract does not have"),
        ("PATCH", "/ims/oneroster/gradebook/v1p2/lineItems/x", "the contract does not have"),
        ("GET", "http://127.0.0.1:1/token", "another server"),
    ],
)
def test_the_guard_keeps_back_what_is_not_the_api_of_that_server(theirs, method, path, said):
    allowed = Permit(theirs.skyward.url, Kind.CLEANS)
    guard = Guard(allowed, Kind.CLEANS, contract("skyward.yaml"))
    with (
        httpx.Client(transport=guard, base_url=allowed.base) as client,
        pytest.raises(Refused, match=said),
    ):
        client.request(method, path)


def test_a_sequence_cannot_delete_what_it_did_not_make(live, theirs):
    WorldFactory().reset(theirs.world)

    def grab(run):
        return run.call("DELETE", "/ims/oneroster/gradebook/v1p2/lineItems/somebodys", 204) or ""

    scenario = next(iter(of("skyward", Kind.CLEANS)))
    (line,) = live("skyward").play(replace(scenario, root="", steps=(Step("grab", grab),)))
    assert (line.passed, line.detail) == (False, "refusing to delete what this run did not make")


def test_what_is_known_to_differ_is_excused_by_an_entry_that_counts(live):
    target = live("skyward")
    scenario = of("skyward", Kind.READS)[0]
    assert target.excuse(scenario) is None
    known = target.excuse(replace(scenario, diverges=("skyward-generic-objects",)))
    assert known == "skyward-generic-objects: Many hundreds, in every module."
    with pytest.raises(Uncited, match="is not in"):
        target.excuse(replace(scenario, diverges=("no-such-entry",)))
    late = replace(target, now=datetime(2099, 1, 1, tzinfo=UTC))
    with pytest.raises(Uncited, match="expired"):
        late.excuse(replace(scenario, diverges=("skyward-generic-objects",)))


# ---- as a command ------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_command_runs_live_what_the_list_allows_and_skips_the_rest(tmp_path, live, theirs):
    host = theirs.skyward.url.removeprefix("http://")
    (tmp_path / "live-hosts.txt").write_text(f"{host} read-only\n")
    where = ("--sis-target", "live", "--sis", "skyward", "--sis-url", theirs.skyward.url)
    suite = (str(ROOT / "contracts/scenarios"), "--rootdir", str(ROOT))
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", *suite, "-c", str(ROOT / "pyproject.toml"), "-qs", *where],
        cwd=tmp_path,
        env={k: v for k, v in os.environ.items() if "PASSBACK" not in k} | SECRETS,
        check=False,
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert f"{len(of('skyward', Kind.READS))} passed" in ran.stdout
    assert "mock-only: it needs" in ran.stdout
    assert "self-cleaning: the allow list has this host as read-only" in ran.stdout
    assert [one for one in theirs.journal() if one["write"]] == []


def test_the_command_refuses_in_one_line_what_is_not_allowed(tmp_path):
    given = {"--sis-target": "live", "--sis": "skyward", "--sis-url": "https://sis.example.org"}
    given |= {"--sis-allow": tmp_path / "live-hosts.txt", "--sis-section": None}
    for missing, said in [("--sis", "--sis and --sis-url"), (None, "PASSBACK_LIVE_CLIENT_ID")]:
        config = SimpleNamespace(getoption=(given | {missing: None}).get, stash={})
        with pytest.raises(pytest.UsageError, match=said) as refused:
            conftest.pytest_configure(config)
        assert "\n" not in str(refused.value)
