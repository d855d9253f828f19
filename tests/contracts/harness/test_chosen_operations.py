"""A run of some operations only, how far it is, and what can be repeated of what it found."""

import re
from dataclasses import replace

import pytest

from contracts.harness.profiles import PROFILES
from contracts.harness.run import run

SHORT = replace(PROFILES["ci"], examples=1, stories=2)
ROOTS = ["/ims/oneroster/gradebook/v1p2", "/ims/oneroster/v1p2"]
PARTS = ["status cases", "operations", "coverage"]


@pytest.mark.slow
def test_only_what_was_chosen_is_looked_at_and_reaches_every_status_by_itself(in_process):
    """A record must be made before it can be deleted; what makes it is not looked at."""
    report = run(in_process("skyward"), SHORT, SHORT.seed, operations=["deleteLineItem"])
    deletes = [f"DELETE {root}/lineItems/{{sourcedId}}" for root in ROOTS]
    found = [(row.part, row.name) for row in report.rows if row.part in PARTS]
    assert found == [(part, delete) for part in PARTS for delete in deletes]
    assert report.failed == []
    covered = [row for row in report.rows if row.part == "coverage"]
    assert [204 in row.statuses for row in covered] == [True, True]


@pytest.mark.slow
def test_how_far_a_run_is_is_told_as_done_of_total(in_process):
    told = []
    run(in_process("otus"), SHORT, SHORT.seed, told.append)
    counted = [re.sub(r", \d+ calls$", "", words) for words in told]
    assert counted[0] == "part 1 of 3, status cases: 0 of 17 steps"
    assert "part 2 of 3, operations: coverage, 1 of 2 operations" in counted
    assert "part 2 of 3, operations: coverage, 2 of 2 operations" in counted
    assert "part 2 of 3, operations: sequences, 2 of 2" in counted
    for words in counted:
        if found := re.search(r"(\d+) of (\d+) (?:steps|operations)", words):
            assert int(found[1]) <= int(found[2]), words
