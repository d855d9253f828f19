"""The divergences ledger counts while it is fresh, and what cites it cites something."""

from datetime import date, timedelta

import pytest

from contracts.drift.checklist import questions
from contracts.drift.divergences import Divergence, Uncited, cite, divergences
from contracts.drift.page import page
from contracts.scenarios.kinds import scenarios
from contracts.spec import contracts, operations
from tests.meta.project_files import ROOT, text_of

ENTRY = """
[[divergence]]
id = "one"
contract = "otus.yaml"
operations = ["listChanges"]
at = "/changes/*"
what = "w"
real = "r"
source = "s"
mock = "m"
accepted = "a"
expires = 2026-12-01
"""


@pytest.fixture
def ledger(tmp_path):
    def write(text):
        (tmp_path / "divergences.toml").write_text(text)
        return tmp_path / "divergences.toml"

    return write


def ids_of(name):
    return {op["operationId"] for _, _, op in operations(contracts()[name])}


def test_every_entry_names_operations_that_there_are():
    for one in divergences().values():
        if one.contract != "*":
            assert set(one.operations) <= ids_of(one.contract), one.id
    for question in questions():
        assert set(question.operations) <= ids_of(question.contract), question.ask


def test_what_a_scenario_cites_is_in_the_ledger():
    for scenario in scenarios():
        assert [one.id for one in cite(scenario.diverges, date.min)] == list(scenario.diverges)


def test_an_entry_excuses_to_its_last_day_and_not_beyond(ledger):
    file = ledger(ENTRY)
    last = date(2026, 12, 1)
    assert [one.id for one in cite(["one"], last, file)] == ["one"]
    with pytest.raises(Uncited, match="one expired on 2026-12-01"):
        cite(["one"], last + timedelta(days=1), file)


def test_an_entry_that_is_not_there_excuses_nothing(ledger):
    with pytest.raises(Uncited, match="two is not in"):
        cite(["one", "two"], date.min, ledger(ENTRY.replace("2026-12-01", "2099-12-01")))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (ENTRY + ENTRY, "twice"),
        (ENTRY.replace("expires = 2026-12-01", ""), "expires"),
        (ENTRY.replace("what =", "wat ="), "wat"),
        ("[[divergence", "divergences.toml"),
    ],
)
def test_a_ledger_that_cannot_be_is_refused_in_one_line(ledger, text, said):
    with pytest.raises(ValueError, match=said) as refused:
        divergences(ledger(text))
    assert "\n" not in str(refused.value)


def test_it_accepts_its_own_place_alone(ledger):
    one: Divergence = divergences(ledger(ENTRY))["one"]
    assert one.accepts("listChanges", "/changes/*/record/points")
    assert not one.accepts("listChanges", "/cursor")
    assert not one.accepts("requestToken", "/changes/*")
    assert not one.accepts(None, "/changes/*")


def test_the_page_is_written_from_the_ledger():
    assert text_of(ROOT / "docs/trust/divergences.md") == page(), "run: make docs"
