"""Every rule has end-to-end tests, from each side that it can be seen from; the docs list them."""

import re

import pytest

from mock_sis.world.enforcement import DEFAULTS
from tests.meta import proofs
from tests.meta.project_files import ROOT, text_of

SKYWARD = [rule for rule in proofs.IDS if rule not in proofs.POWERSCHOOL_ONLY]
POWERSCHOOL = [rule for rule in proofs.IDS if rule not in proofs.SKYWARD_ONLY]


def on(kind: str) -> dict[str, list[proofs.Proof]]:
    """Rule -> its end-to-end tests with that SIS."""
    return {
        rule: [proof for proof in some if kind in proof.on]
        for rule, some in proofs.proofs().items()
    }


@pytest.fixture(scope="module")
def found():
    """Rule -> its end-to-end tests with Skyward."""
    return on("skyward")


@pytest.fixture(scope="module")
def found_on_powerschool():
    """Rule -> its end-to-end tests with PowerSchool."""
    return on("powerschool")


def test_every_rule_of_the_docs_is_known():
    told = re.findall(
        r"^\| ([A-E]\d+a?) \|", text_of(ROOT / "docs/reference/rules.md"), re.MULTILINE
    )
    assert set(told) == set(proofs.IDS)


def test_every_line_of_the_rules_leads_to_its_tests():
    lines = [
        line
        for line in text_of(ROOT / "docs/reference/rules.md").splitlines()
        if re.match(r"\| [A-E]\d+a? \|", line)
    ]
    page = "../trust/proofs.md"
    lost = [line for line in lines if f"]({page}#{line.split()[1].lower()})" not in line]
    assert lost == []


@pytest.mark.parametrize("rule", SKYWARD)
def test_the_rule_is_proved_over_sockets(found, rule: str):
    assert found.get(rule)


@pytest.mark.parametrize("rule", proofs.IDS)
def test_make_check_proves_the_rule_too(rule: str):
    assert any(not proof.slow for proof in proofs.proofs()[rule])


@pytest.mark.parametrize("rule", [rule for rule in SKYWARD if rule[0] in "ABC"])
def test_the_rule_is_proved_with_the_agent(found, rule: str):
    assert any(not proof.past for proof in found[rule])


@pytest.mark.parametrize("rule", [rule for rule in POWERSCHOOL if rule[0] in "ABCE"])
def test_the_rule_is_proved_with_the_agent_on_powerschool(found_on_powerschool, rule: str):
    assert any(not proof.past for proof in found_on_powerschool.get(rule, ()))


@pytest.mark.parametrize("rule", [rule for rule in POWERSCHOOL if rule[0] == "D"])
def test_how_the_sis_behaves_is_proved_on_powerschool(found_on_powerschool, rule: str):
    assert found_on_powerschool.get(rule)


@pytest.mark.parametrize("rule", sorted(set(DEFAULTS) & set(proofs.IDS)))
def test_what_the_mock_refuses_is_proved_from_both_sides(found, rule: str):
    assert any(proof.alone for proof in found[rule]), "no test with the mock's refusal off"
    assert any(proof.past for proof in found[rule]), "no test past the agent"


def test_the_page_lists_the_tests_that_there_are():
    assert text_of(ROOT / "docs/trust/proofs.md") == proofs.page(), "run: make docs"


@pytest.mark.parametrize(
    ("name", "rules"),
    [
        ("test_a11_a_due_date", ["A11"]),
        ("test_c2_c5_a_mark", ["C2", "C5"]),
        ("test_a10_and_a14_explain", ["A10", "A14"]),
        ("test_e1_to_e3_and_e9_hold", ["E1", "E2", "E3", "E9"]),
        ("test_c3_to_c4_hold", ["C3", "C3a", "C4"]),
        ("test_a_second_sync", []),
        ("a11_a_helper", []),
    ],
)
def test_a_name_begins_with_the_rules_that_it_proves(name, rules):
    assert proofs.rules_in(name) == rules
