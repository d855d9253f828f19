"""The catalogue: each rule has a scenario, and where the agent obeys, every one of them passes."""

import re
from pathlib import Path

import pytest

from contracts.uat.acceptance.catalogue import EVERY, for_district
from contracts.uat.acceptance.run import examine
from contracts.uat.acceptance.sentences import other_rules
from contracts.uat.acceptance.terms import Terms
from tests.contracts.uat.roster import configured, exported

RULES = Path(__file__).parents[4] / "docs/reference/rules.md"
OTHER = """zero_excused = true
send_excluded = true
overwrite = "whole-record"
long_title = "refuse"
recreate_deleted = true"""
WITHHOLD = 'missing_after_due = "withhold"'
POLICIES = {"default": "", "other": OTHER, "withhold": WITHHOLD}
KINDS = {
    "skyward": ("skyward", ""),
    "powerschool": ("powerschool", ""),
    "skyward-1.1": ("skyward", 'oneroster = "1.1"'),
    "powerschool-push": ("powerschool", 'route = "oneroster"\noneroster = "1.1"'),
    "oneroster": ("oneroster", ""),
}


def test_every_rule_has_a_scenario_or_a_word_why_not():
    found = re.findall(r"^\| ([A-D]\d+a?) \|", RULES.read_text(encoding="utf-8"), re.MULTILINE)
    ruled = {scenario.rule for scenario in EVERY} | other_rules().keys()

    assert len(found) > 40
    assert set(found) - ruled == set()
    assert ruled - set(found) == set()
    assert other_rules().keys() & {scenario.rule for scenario in EVERY} == set()


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("kind", KINDS)
def test_no_district_has_two_scenarios_of_one_id(tmp_path: Path, kind: str, policy: str):
    name, more = KINDS[kind]
    ids = [s.id for s in for_district(Terms.of(configured(tmp_path, name, POLICIES[policy], more)))]

    assert len(ids) == len(set(ids)) > 55
    # What the policy says otherwise changes what is expected, and leaves nothing out.
    plain = {s.id for s in for_district(Terms.of(configured(tmp_path, name, "", more)))}
    assert plain - set(ids) <= {"B4-2", "B7-3"}


@pytest.mark.slow
def test_a_few_of_them_pass_on_a_made_up_district(tmp_path: Path):
    few = {"A1-1", "A2-2", "B1-1", "B4-1", "C5-2"}

    def some(terms: Terms):
        return [scenario for scenario in for_district(terms) if scenario.id in few]

    found = examine(configured(tmp_path), exported(tmp_path), named=False, catalogue=some)

    assert {o.scenario.id: o.verdict for o in found.outcomes} == dict.fromkeys(few, "passed")
    assert found.verdict == "passed"


ALL = [(kind, policy) for kind in ("skyward", "powerschool") for policy in POLICIES]
ALL += [("skyward-1.1", "default"), ("powerschool-push", "default"), ("oneroster", "default")]


@pytest.mark.share(3)
@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize(("kind", "policy"), ALL)
def test_every_scenario_passes_on_every_sis_with_every_policy(
    tmp_path: Path, kind: str, policy: str
):
    name, more = KINDS[kind]
    config = configured(tmp_path, name, POLICIES[policy], more)

    found = examine(config, exported(tmp_path), named=False)

    wrong = [o for o in found.outcomes if o.verdict != "passed"]
    assert [(o.scenario.id, o.not_played, [c for c in o.checks if not c.ok]) for o in wrong] == []
    assert [check for check in found.numbers if not check.ok] == []
    assert all(o.checks and o.steps for o in found.outcomes)
    # A title is shortened only where that is what the scenario is about.
    long = [e.title for o in found.outcomes for e in o.evidence if len(e.title) >= 50]
    assert all(title.startswith("A14-1") for title in long)


@pytest.mark.slow
def test_what_the_roster_cannot_serve_is_not_played_and_says_why(tmp_path: Path):
    export = exported(tmp_path)
    rows = (export / "enrollments.csv").read_text(encoding="utf-8").splitlines()
    kept = [row for row in rows if ",903," not in row]
    (export / "enrollments.csv").write_text("\n".join(kept) + "\n", encoding="utf-8")

    def some(terms: Terms):
        return [s for s in for_district(terms) if s.id in {"A7-2", "A1-1"}]

    found = examine(configured(tmp_path), export, named=False, catalogue=some)

    assert [(o.scenario.id, o.not_played) for o in found.outcomes] == [
        ("A1-1", ""),
        ("A7-2", "no class of the roster has two teachers"),
    ]
    assert found.verdict == "passed"


@pytest.mark.slow
def test_without_a_class_to_play_in_nothing_is_played_and_the_set_up_is_told_all_the_same(
    tmp_path: Path,
):
    config = configured(tmp_path)
    config.write_text(config.read_text().replace("2026-09-01", "2027-09-01"))

    found = examine(config, exported(tmp_path), named=False)

    assert found.verdict == "not played"
    assert found.cannot_play == "no grading period has 12 days left after 2027-09-01"
    assert "The effective date is too late" in [one.title for one in found.setup.findings]
