"""`passback contract list` and `checklist`: what can be chosen, and what to ask first."""

import pytest

from contracts.drift.checklist import names
from contracts.scenarios.kinds import scenarios
from contracts.spec import contracts, operations


def listed(contract, *words):
    ended = contract("list", *words)
    assert ended.exit_code == 0
    return [line.split() for line in ended.output.splitlines()]


@pytest.mark.parametrize("sis", ["otus", "powerschool", "skyward"])
def test_every_operation_is_listed_with_its_request_and_how_sure_it_is(contract, sis):
    rows = listed(contract, "operations", "--sis", sis)
    assert rows == [
        [sis, one["operationId"], one["x-confidence"], method.upper(), path]
        for method, path, one in operations(contracts()[f"{sis}.yaml"])
    ]


def test_scenarios_are_listed_for_one_system_or_for_all(contract):
    rows = listed(contract, "scenarios")
    assert [row[:3] for row in rows] == [[s.sis, s.name, s.kind] for s in scenarios()]
    otus = listed(contract, "scenarios", "--sis", "otus")
    assert otus
    assert otus == [row for row in rows if row[0] == "otus"]


def test_profiles_are_listed(contract):
    rows = listed(contract, "profiles")
    assert [row[0] for row in rows] == ["ci", "nightly", "live-readonly"]


def test_the_checklist_is_printed_for_one_system_or_for_all(contract):
    one = contract("checklist", "--sis", "skyward").output
    assert "closed grading period" in one
    assert "powerschool.yaml" not in one
    every = contract("checklist").output
    assert [name for name in names() if name not in every] == []
    assert contract("checklist", "--sis", "canvas").exit_code == 2
