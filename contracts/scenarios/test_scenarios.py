"""Every scenario on the chosen target; `pytest -s` shows the report cards."""

import pytest

from contracts.scenarios import snapshots
from contracts.scenarios.kinds import Scenario, scenarios
from contracts.scenarios.runner import Line, report_card
from contracts.scenarios.suite import Live, Mocks


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test a scenario of the chosen system."""
    sis = metafunc.config.getoption("--sis")
    chosen = [one for one in scenarios() if sis in {None, one.sis}]
    names = [f"{one.sis}-{one.name}" for one in chosen]
    metafunc.parametrize("scenario", chosen, ids=names)


def test_scenario(
    scenario: Scenario,
    live: Live | None,
    played: Live | Mocks,
    update: snapshots.Update | None,
) -> None:
    """Every step passes as it did, and nothing had to be cleaned up.

    On a real server the evidence must not be stale either; on the mocks its age is only told.
    """
    refusal = live.refusal(scenario) if live else None
    if refusal:
        pytest.skip(refusal)
    lines = played.play(scenario)
    print(f"\n{scenario.sis} {scenario.name} ({scenario.kind}): {scenario.claim}")
    print(report_card(lines))
    problems = [f"{line.step}: {line.status} {line.detail}" for line in lines if not line.passed]
    problems += [line.step for line in lines if line.step.startswith("clean up") and line.passed]
    problems = problems or _compared(scenario, lines, update)
    excuse = live.excuse(scenario) if live else None
    if problems and excuse:
        pytest.xfail(excuse)
    assert problems == [], "\n".join(problems)
    found = snapshots.age(scenario, live.now.date()) if live else None
    assert found is None or not found.stale, found.told


def _compared(scenario: Scenario, lines: list[Line], update: snapshots.Update | None) -> list[str]:
    now = snapshots.taken(scenario, lines)
    if update is not None:
        snapshots.keep(scenario, now, update.seen(scenario, now))
    return snapshots.differences(scenario, now)
