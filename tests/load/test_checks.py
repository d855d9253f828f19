"""Each check passes on a night that is as it must be, and fails, it alone, where it is not."""

from collections import Counter
from pathlib import Path

import pytest

from load.checks import Limits, checks
from load.districts import District
from load.profiles import Volume
from load.results.actual import Comparison
from load.results.agent_run import AgentRun
from load.results.journal import JournalCounts
from load.results.ledger import LedgerCounts
from load.results.result import Result
from load.results.timeline import Timeline

LIMITS = Limits("skyward", 8, nominal=0.05, trouble=True)
COLUMNS, SCORES = "columns: report, ledger, journal", "scores: report, ledger, SIS"


@pytest.mark.parametrize(("measured", "counted"), [(0.07, 0.07), (0.02, 0.05)])
def test_the_agent_is_not_held_to_the_speed_of_the_sis(measured, counted):
    limits = Limits("skyward", 8, nominal=0.05, measured=measured)
    assert limits.conditions.latency == counted


@pytest.mark.parametrize(("sis", "batch"), [("powerschool", True), ("skyward", False)])
def test_powerschool_takes_the_scores_of_a_column_together(sis, batch):
    assert Limits(sis, 1, nominal=0.05).conditions.batch is batch


@pytest.fixture
def result():
    """A night on which everything is as it must be: one column, two scores."""
    report = {"counts": {"created": 1, "sent": 2}}
    run = {"began": 0.0, "seconds": 100.0, "code": 0, "report": report, "requests": 3}
    timeline = Timeline(night={"runs": [run], "seconds": 5.0})
    for second in range(10, 91):
        row = {"second": str(second), "system": "sis", "operation": "putResult"}
        timeline.add({**row, "status": "201", "ms": "50.0", "write": "1"})
    timeline.times["putResult"] = Counter({50: 2})
    journal = JournalCounts("skyward")
    journal.calls.update({("putLineItem", 201): 1, ("putResult", 201): 2})
    return Result(
        district=District("d", Volume(1_200), Path("c"), Path("l"), Path("r"), 0.0),
        timeline=timeline,
        journal=journal,
        comparison=Comparison(columns=1, scores=2, right=2),
        ledger=LedgerCounts(columns=1, scores=2, open=0),
        after=None,
        second=AgentRun(0),
    )


def failed(result, limits=LIMITS):
    return [check.name for check in checks([result], limits) if not check.passed]


def test_a_night_as_it_must_be_passes(result):
    assert failed(result) == []


def test_what_was_read_back_no_report_says_was_sent(result):
    result.timeline.night["runs"][0]["report"]["counts"] = {"sent": 1, "unchanged": 2}
    assert failed(result) == [COLUMNS, SCORES]

    result.ledger = LedgerCounts(1, 2, 0, columns_read_back=1, scores_read_back=1)

    assert failed(result) == []
    [figure] = [check.figure for check in checks([result], LIMITS) if check.name == COLUMNS]
    assert figure == "0 + 1 read back = 1 = 1"


SPOILED = [
    (lambda r: setattr(r.comparison, "lost", 1), "lost"),
    (lambda r: setattr(r.comparison, "doubled", 1), "doubled"),
    (lambda r: setattr(r.journal, "twice", 1), "doubled"),
    (lambda r: setattr(r.comparison, "wrong", 1), "wrong"),
    (lambda r: setattr(r, "ledger", LedgerCounts(2, 2, 0)), COLUMNS),
    (lambda r: setattr(r, "ledger", LedgerCounts(1, 1, 0)), SCORES),
    (lambda r: setattr(r.comparison, "right", 1), SCORES),
    (lambda r: r.timeline.night["runs"][0].update(requests=4), "requests: agent, journal"),
    (lambda r: setattr(r, "second", AgentRun(0, {"requests": {"writes": 1}})), "second run"),
    (lambda r: setattr(r.journal, "failed", 1), "errors that nobody injected"),
    (lambda r: setattr(r.journal, "early", 1), "Retry-After obeyed"),
    (lambda r: r.timeline.times["putResult"].update({251: 1}), "p95 of a request"),
    (lambda r: r.timeline.night.update(seconds=60.0), "the night in its window"),
    (lambda r: r.timeline.memory.append((1.0, 151.0)), "memory, peak"),
    (
        lambda r: r.timeline.memory.extend((float(s), 30 + s / 3) for s in range(101)),
        "memory, growth while sending",
    ),
]


@pytest.mark.parametrize(("spoil", "name"), SPOILED)
def test_what_is_not_as_it_must_be_fails_its_check_alone(result, spoil, name):
    spoil(result)
    assert failed(result) == [name]


def test_a_column_made_twice_fails_where_the_gradebook_shows_one_only(result):
    result.journal.calls["putLineItem", 200] += 1
    result.timeline.night["runs"][0]["requests"] += 1
    assert failed(result) == ["doubled", COLUMNS]


def test_no_check_is_left_without_a_night_that_fails_it(result):
    assert {check.name for check in checks([result], LIMITS)} == {name for _, name in SPOILED}


def test_without_trouble_nobody_is_asked_to_wait(result):
    result.journal.early = 1
    assert failed(result, Limits("skyward", 8, nominal=0.05)) == []


def test_one_bad_district_among_many_fails(result):
    bad = Result(
        district=result.district,
        timeline=result.timeline,
        journal=result.journal,
        comparison=Comparison(1, 2, right=2, wrong=1, places=["1 scores wrong for Q in S"]),
        ledger=result.ledger,
        after=None,
        second=AgentRun(0),
    )
    [wrong] = [check for check in checks([*[result] * 20, bad], LIMITS) if not check.passed]
    assert (wrong.name, wrong.figure, wrong.why) == (
        "wrong",
        "1 scores",
        "1 scores wrong for Q in S",
    )
