"""What the agent uses of the contracts is in the usage files, and nothing that it does not call."""

from pathlib import Path

import pytest
import stamina

from contracts.drift.usage import usage
from contracts.spec import contract
from mock_sis.server import serving
from tests.contracts.drift.usage.measure import CONTRACTS, listed, lying, places, requests
from tests.contracts.drift.usage.story import ALTERNATIVES, Told, play


@pytest.fixture(scope="module")
def servers():
    """Their answers are not checked: nonsense is what is wanted here."""
    stamina.set_testing(True, attempts=2)
    with serving(*CONTRACTS, validate_responses=False) as running:
        yield running
    stamina.set_testing(False)


@pytest.fixture(scope="module")
def told(servers, tmp_path_factory) -> dict[str, Told]:
    """The story as it is, by the way the agent is set up."""
    folder: Path = tmp_path_factory.mktemp("usage")
    return {way: play(servers, way, folder) for way in ALTERNATIVES}


@pytest.mark.slow
def test_the_story_is_a_full_one(told):
    for way, one in told.items():
        codes = [part[0] for part in one.outcome[:5]]
        assert codes[:4] == [0, 0, 0, 0], way
        counts = {state for part in one.outcome[1:5] for state in part[1]}
        assert counts >= {"created", "updated", "sent", "unchanged", "kept", "refused"}, way
        assert "withdrawn" in counts, way


@pytest.mark.slow
def test_operations_parameters_statuses_and_what_is_sent_are_as_committed(told):
    seen = [requests(one) for one in told.values()]
    for name in CONTRACTS:
        committed = usage(name)
        assert set(committed) == {op for one in seen for op in one.get(name, {})}, name
        for operation, used in committed.items():
            rows = [one[name][operation] for one in seen if operation in one.get(name, {})]
            for part in ("parameters", "sent", "statuses"):
                found = {value for row in rows for value in row[part]}
                assert found == getattr(used, part), f"{operation}: {part}: run make usage"


@pytest.mark.slow
@pytest.mark.parametrize("way", list(ALTERNATIVES))
def test_nonsense_in_all_that_is_not_listed_changes_no_night(servers, told, tmp_path, way):
    rest = set(places(told[way])) - listed(way)
    assert len(rest) > 20
    lied = play(servers, way, tmp_path, lying(rest))
    assert lied.outcome == told[way].outcome


@pytest.mark.slow
@pytest.mark.parametrize(
    ("way", "operation"),
    [
        ("skyward", "getResultsForLineItemForClass"),
        ("skyward", "getAllEnrollments"),
        ("powerschool", "listTeacherCategories"),
        ("powerschool-oneroster", "getLineItemsForClass11"),
        ("skyward-1.1", "listChanges"),
    ],
)
def test_nonsense_in_what_is_listed_does(servers, told, tmp_path, way, operation):
    read = {place for place in listed(way) if place[1] == operation}
    assert read
    assert play(servers, way, tmp_path, lying(read)).outcome != told[way].outcome


def test_every_name_is_one_of_the_contract():
    for name in CONTRACTS:
        described = contract(f"{name}.yaml")
        for operation, used in usage(name).items():
            known = described.operations[operation]
            assert used.statuses <= known.responses.keys(), operation
            assert used.parameters - known.parameters == set(), operation


def test_a_contract_that_the_agent_does_not_use_has_no_file():
    assert usage("control.yaml") == {}
