"""The real agent, between the mocks of a district that was imported."""

import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from agent.cli import passback
from agent.errors import ConfigError
from contracts.uat.bind import Bind
from contracts.uat.registry import Registry
from contracts.uat.roster.findings import look
from contracts.uat.run import districts
from tests.data_sets import data_set
from tests.exports import FILES
from tools.oulad.read import read
from tools.oulad.write import write

TODAY = date(2026, 10, 5)
WORK = {
    "users": [line.replace("501,", "S-501,").replace("901,", "T_901,") for line in FILES["users"]],
    "enrollments": [
        line.replace(",501,", ",S-501,").replace(",901,", ",T_901,")
        for line in FILES["enrollments"]
    ],
    "lineItems": [FILES["lineItems"][0], "a1,Fractions,2026-10-01,2026-10-08,c1,g1,0,20"],
    "results": [FILES["results"][0], "r1,a1,S-501,fully graded,17.50,2026-10-04"],
}
POLICY = """
district = "lakeview"
timezone = "America/New_York"
[source]
kind = "otus"
url = "https://otus.example"
client_id = "real"
client_secret = { env = "REALLY_SECRET" }
[sis]
kind = "powerschool"
url = "https://sis.example"
client_id = "real"
client_secret = { env = "REALLY_SECRET" }
[policy]
effective_date = 2026-09-01
missing_after_due = "withhold"
[policy.categories]
Quiz = "QUIZZES"
Test = "TESTS"
"""


def imported(registry: Registry, source: Path, *, named: bool = False):
    return registry.import_roster(source, source.name, look(source, today=TODAY), named=named)


def run(command: str, folder: Path, district, kind: str):
    """The agent's own command on a district's agent, at the moment of its clock."""
    file = folder / "agents" / district.name / kind / "mocks.toml"
    at = district.world.now().isoformat()
    done = CliRunner().invoke(passback, [command, "-c", str(file), "--at", at, "--json"])
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


@pytest.mark.parametrize("named", [False, True])
@pytest.mark.parametrize("kind", ["skyward", "powerschool"])
def test_a_night_of_an_imported_district_reaches_the_gradebook(
    registry, folder, export, kind, named
):
    district = imported(registry, export(**WORK), named=named)

    report = run("sync", folder, district, kind)

    assert {state: report["counts"].get(state) for state in ("created", "sent", "rejected")} == {
        "created": 1,
        "sent": 1,
        "rejected": None,
    }
    rows = district.world.db.read(
        "SELECT value, title FROM score JOIN assignment ON assignment.id = score.assignment"
        " WHERE score.sis = ?",
        kind,
    )
    assert [tuple(row) for row in rows] == [("17.5", "Fractions")]
    [student] = district.world.db.read("SELECT given FROM student WHERE number IN ('S1', '700001')")
    assert (student["given"] == "Kim") == named


@pytest.mark.parametrize(
    ("kind", "mock"),
    [("powerschool", "powerschool"), ("skyward", "skyward"), ("oneroster", "skyward")],
)
def test_their_own_policy_decides_the_sis_the_zone_and_the_categories(tmp_path, export, kind, mock):
    config = tmp_path / "district.toml"
    config.write_text(POLICY.replace('"powerschool"', f'"{kind}"'), encoding="utf-8")

    with districts(tmp_path / "uat", bind=Bind(), base_port=0, policy=config) as registry:
        district = imported(registry, export(**WORK, categories=None))
        [agent] = district.agents

        assert agent.settings.sis.kind == kind
        assert agent.settings.policy.missing_after_due == "withhold"
        assert agent.settings.sis.url == district.roots[mock]
        assert str(district.world.zone) == "America/New_York"
        for sis in ("skyward", "powerschool"):
            rows = district.world.db.read("SELECT title FROM category WHERE sis = ?", sis)
            assert [row["title"] for row in rows] == ["QUIZZES", "TESTS"]
        plan = run("plan", tmp_path / "uat", district, kind)
        assert plan["refusals"]["type_not_mapped"] > 0


def test_a_policy_that_cannot_be_used_leaves_no_district(tmp_path):
    config = tmp_path / "district.toml"
    config.write_text(POLICY.replace("withhold", "perhaps"), encoding="utf-8")

    with (
        pytest.raises(ConfigError, match="missing_after_due"),
        districts(tmp_path / "uat", bind=Bind(), base_port=0, policy=config),
    ):
        pass


@pytest.mark.slow
def test_a_full_year_of_a_real_course_becomes_a_district(registry, folder, tmp_path):
    source = tmp_path / "oulad"
    write(read(data_set("oulad"), ["AAA-2014J"]), source)

    district = imported(registry, source)

    feed = district.world.feed
    scores = {record["studentId"] for record in feed.records("score")}
    waiting = feed.waiting()
    assert sum(1 for _ in feed.records("score")) + sum(":" in id_ for id_ in waiting) == 1_516
    assert all(id_.startswith("4") for id_ in scores)
    for kind in ("skyward", "powerschool"):
        report = run("plan", folder, district, kind)
        assert len(report["records"]) > 1_000
