"""Every scenario on the chosen target; `pytest -s` shows the report cards."""

import pytest

from contracts.scenarios.kinds import Scenario, scenarios
from contracts.scenarios.runner import report_card
from contracts.scenarios.suite import Live, Mocks


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test a scenario of the chosen system."""
    sis = metafunc.config.getoption("--sis")
    chosen = [one for one in scenarios() if sis in {None, one.sis}]
    names = [f"{one.sis}-{one.name}" for one in chosen]
    metafunc.parametrize("scenario", chosen, ids=names)


def test_scenario(scenario: Scenario, live: Live | None, played: Live | Mocks) -> None:
    """Every step passes, and nothing had to be cleaned up after it."""
    refusal = live.refusal(scenario) if live else None
    if refusal:
        pytest.skip(refusal)
    lines = played.play(scenario)
    print(f"\n{scenario.sis} {scenario.name} ({scenario.kind}): {scenario.claim}")
    print(report_card(lines))
    failed = [f"{line.step}: {line.status} {line.detail}" for line in lines if not line.passed]
    assert failed == [], "\n".join(failed)
    assert [line.step for line in lines if line.step.startswith("clean up")] == []
