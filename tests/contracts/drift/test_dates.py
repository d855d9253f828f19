"""Dates of the ledgers are told 60 days ahead and when they have passed, and fail nothing."""

from datetime import date, timedelta

import pytest

from contracts.drift.dates import due
from contracts.drift.divergences import divergences
from contracts.harness.baseline import everything

FIRST = min(one.expires for one in [*divergences().values(), *everything()])
LAST = max(one.expires for one in [*divergences().values(), *everything()])


def test_nothing_is_told_earlier_than_60_days_ahead():
    assert list(due(FIRST - timedelta(days=61))) == []
    assert list(due(FIRST - timedelta(days=60))) != []


@pytest.mark.parametrize(
    ("days", "when"),
    [(-60, ", in 60 days"), (0, ", in 0 days"), (1, ": OVERDUE for 1 days")],
)
def test_a_line_tells_the_file_the_entries_and_the_day(days, when):
    same = [one for one in everything() if one.expires == LAST]
    (line,) = [one for one in due(LAST + timedelta(days=days)) if "baseline" in one]
    first = f"{same[0].contract} {same[0].check}"
    assert line.startswith(f"contracts/harness/baseline.toml: {len(same)} entries ({first}")
    assert line.endswith(f"to be looked at again by {LAST}{when}")


def test_a_contract_has_its_own_entries_and_those_of_all():
    later = date.max
    otus = [one.id for one in divergences().values() if one.contract in {"otus.yaml", "*"}]
    told = "\n".join(due(later, "otus.yaml"))
    assert f"{len(otus)} entries" in told if otus else told == ""
    assert "baseline" not in told
