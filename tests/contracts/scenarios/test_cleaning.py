"""A self-cleaning scenario removes what it made, whatever goes wrong in between."""

from dataclasses import replace

import httpx
import pytest

from contracts.scenarios.kinds import Kind, scenarios
from contracts.scenarios.runner import Failed, Step

WRITING = [one for one in scenarios() if one.kind is Kind.CLEANS and one.sis != "otus"]
FAULTS = [
    ("skyward", "c3_idempotent_put", "putResult", 1, "status", 503),
    ("skyward", "c3_idempotent_put", "putLineItem", 1, "drop_after", None),
    ("skyward", "c3_idempotent_put", "getLineItemsForClass", 1, "truncate", None),
    ("skyward", "b1_scores_kept_exactly", "putResult", 1, "revoke", None),
    ("skyward", "partner_conformance", "putResult", 2, "drop_after", None),
    ("skyward", "partner_conformance", "deleteResult", 1, "drop_before", None),
    ("powerschool", "xte_life", "createAssignment", 1, "drop_after", None),
    ("powerschool", "xte_life", "deleteAssignment", 2, "status", 500),
    ("powerschool", "b1_scores_kept_exactly", "putScores", 1, "status", 503),
    ("powerschool", "c3_create_doubles", "replaceAssignment", 1, "revoke", None),
]


def named(sis, name):
    return next(one for one in scenarios() if (one.sis, one.name) == (sis, name))


@pytest.mark.slow
@pytest.mark.parametrize(("sis", "name", "operation", "nth", "action", "status"), FAULTS)
def test_after_a_fault_nothing_is_left(
    live, theirs, columns, sis, name, operation, nth, action, status
):
    target = live(sis)
    fault = {"operation": operation, "nth": nth, "action": action, "status": status}
    known = {key: value for key, value in fault.items() if value is not None}
    httpx.post(f"{theirs[sis].url}/_mock/faults", json=known).raise_for_status()

    lines = target.play(named(sis, name))

    assert [line.step for line in lines if not line.passed], "the fault struck nothing"
    cleaning = [line for line in lines if line.step.startswith("clean up")]
    assert all(line.passed for line in cleaning)
    assert columns(sis) == 0


@pytest.mark.slow
@pytest.mark.parametrize("scenario", WRITING, ids=lambda one: f"{one.sis}-{one.name}")
def test_cut_short_nothing_is_left(live, columns, scenario):
    target = live(scenario.sis)
    whole = len(scenario.steps)
    for length in range(3, whole, max(1, whole // 4)):
        cut = replace(scenario, steps=(*scenario.steps[:length], Step("the fault", _fails)))
        lines = target.play(cut)
        assert [line.step for line in lines if not line.passed] == ["the fault"]
        assert columns(scenario.sis) == 0, f"after {scenario.steps[length - 1].name}"


def test_ctrl_c_cleans_up_too(live, columns):
    scenario = named("powerschool", "xte_life")
    steps = (*scenario.steps[:5], Step("ctrl-c", _interrupted))
    with pytest.raises(KeyboardInterrupt):
        live("powerschool").play(replace(scenario, steps=steps))
    assert columns("powerschool") == 0


def _fails(_run):
    raise Failed("planted")


def _interrupted(_run):
    raise KeyboardInterrupt
