"""Percentiles, memory and the night's window: figures become gates."""

from collections import Counter
from pathlib import Path

import pytest

from load.agent_run import Run
from load.arithmetic import Volume
from load.district import District
from load.gates import Bounds, gates
from load.gradebooks import Verdict
from load.journal import Tally
from load.ledger import Books
from load.play import Result
from load.timeline import Timeline, percentile


def call(second, *, write=True, status="201", ms="50.0", system="sis"):
    return {
        "second": str(second),
        "system": system,
        "operation": "putResult",
        "status": status,
        "ms": ms,
        "attempt": "1",
        "write": str(int(write)),
    }


@pytest.fixture
def timeline():
    made = Timeline(night={"runs": [{"began": 0.0, "seconds": 100.0}], "seconds": 100.0})
    for second in range(10, 91):
        made.add(call(second))
    return made


@pytest.mark.parametrize(("share", "ms"), [(0.5, 2), (0.95, 19), (0.99, 100), (1.0, 100)])
def test_percentiles(share, ms):
    times = Counter({1: 49, 2: 1, 19: 45, 100: 5})
    assert percentile(times, share) == ms


def test_no_calls_have_no_percentiles():
    assert percentile(Counter(), 0.95) == 0


def test_memory_that_grows_while_sending_shows(timeline):
    timeline.memory = [(float(s), 40 + s) for s in range(101)]
    assert timeline.growth == pytest.approx(60, abs=2)
    assert timeline.peak == 140


def test_memory_that_grows_before_the_sending_is_no_growth(timeline):
    timeline.memory = [(float(s), 40 if s < 10 else 90) for s in range(101)]
    assert timeline.growth == 0


def test_what_a_second_run_needs_to_start_is_no_growth(timeline):
    timeline.night["runs"] = [{"began": 0.0, "seconds": 40.0}, {"began": 45.0, "seconds": 50.0}]
    timeline.seconds = {s: one for s, one in timeline.seconds.items() if not 40 <= s <= 60}
    timeline.memory = [(float(s), 10 if 45 <= s < 55 else 60) for s in range(101)]
    assert timeline.growth == 0


def test_each_run_is_a_process_of_its_own(timeline):
    timeline.night["runs"] = [{"began": 0.0, "seconds": 50.0}, {"began": 50.0, "seconds": 50.0}]
    timeline.memory = [(float(s), 40 if s < 50 else 60) for s in range(101)]
    assert timeline.growth == 0


def test_calls_are_kept_by_the_second(timeline):
    timeline.add(call(10.5, status="", ms="99.0"))
    timeline.add(call(10.6, system="source"))
    assert timeline.seconds[10].calls == 2
    assert timeline.seconds[10].failed == 1
    assert timeline.seconds[10].writes == 2


def test_the_agent_is_not_held_to_the_speed_of_the_sis():
    assert Bounds("skyward", 8, nominal=0.05, measured=0.07).ways().latency == 0.07
    assert Bounds("skyward", 8, nominal=0.05, measured=0.02).ways().latency == 0.05


def test_powerschool_takes_the_scores_of_a_column_together():
    assert Bounds("powerschool", 1, nominal=0.05).ways().batch
    assert not Bounds("skyward", 8, nominal=0.05).ways().batch


# ---- every gate can be red --------------------------------------------------------------------

BOUNDS = Bounds("skyward", 8, nominal=0.05, trouble=True)


@pytest.fixture
def result(timeline):
    """A night on which everything is as it must be: one column, two marks."""
    district = District("d", Volume(1_200), Path("c"), Path("l"), Path("r"), 0.0)
    tally = Tally("skyward")
    tally.calls.update({("putLineItem", 201): 1, ("putResult", 201): 2})
    timeline.times["putResult"] = Counter({50: 2})
    report = {"counts": {"created": 1, "sent": 2}}
    timeline.night.update(seconds=5.0)
    timeline.night["runs"][0].update(code=0, report=report, requests=3)
    return Result(
        district=district,
        timeline=timeline,
        tally=tally,
        verdict=Verdict(columns=1, marks=2, seen=2),
        books=Books(columns=1, marks=2, open=0),
        night=timeline.night,
        after=None,
        again=Run(0),
    )


def red(result):
    return [gate.name for gate in gates([result], BOUNDS) if not gate.passed]


def test_a_night_as_it_must_be_is_green(result):
    assert red(result) == []


def test_what_was_read_back_no_report_says_was_sent(result):
    result.night["runs"][0]["report"]["counts"] = {"sent": 1, "unchanged": 2}
    assert red(result) == [COLUMNS, MARKS]

    result.books = Books(1, 2, 0, columns_read_back=1, marks_read_back=1)

    assert red(result) == []
    [figure] = [gate.figure for gate in gates([result], BOUNDS) if gate.name == COLUMNS]
    assert figure == "0 + 1 read back = 1 = 1"


COLUMNS, MARKS = "columns: report, ledger, journal", "marks: report, ledger, SIS"


@pytest.mark.parametrize(
    ("spoil", "names"),
    [
        (lambda r: setattr(r.verdict, "lost", 1), ["lost"]),
        (lambda r: setattr(r.verdict, "doubled", 1), ["doubled"]),
        (lambda r: setattr(r.tally, "twice", 1), ["doubled"]),
        (lambda r: setattr(r.verdict, "wrong", 1), ["wrong"]),
        (lambda r: setattr(r, "books", Books(2, 2, 0)), [COLUMNS]),
        (lambda r: setattr(r, "books", Books(1, 1, 0)), [MARKS]),
        (lambda r: setattr(r.verdict, "seen", 1), [MARKS]),
        (lambda r: r.night["runs"][0].update(requests=4), ["requests: agent, journal"]),
        (
            lambda r: setattr(r, "again", Run(0, {"requests": {"writes": 1}})),
            ["second run"],
        ),
        (lambda r: setattr(r.tally, "failed", 1), ["errors that nobody injected"]),
        (lambda r: setattr(r.tally, "early", 1), ["Retry-After obeyed"]),
        (lambda r: r.timeline.times["putResult"].update({251: 1}), ["p95 of a request"]),
        (lambda r: r.night.update(seconds=60.0), ["the night in its window"]),
        (lambda r: r.timeline.memory.append((1.0, 151.0)), ["memory, peak"]),
        (
            lambda r: r.timeline.memory.extend((float(s), 30 + s / 3) for s in range(101)),
            ["memory, growth while sending"],
        ),
    ],
)
def test_what_is_not_as_it_must_be_is_red(result, spoil, names):
    spoil(result)
    assert red(result) == names


def test_one_bad_district_among_many_is_red(result):
    worse = [result] * 20
    bad = Result(
        **{name: getattr(result, name) for name in ("district", "timeline", "tally", "night")},
        verdict=Verdict(columns=1, marks=2, seen=2, wrong=1, places=["1 marks wrong for Q in S"]),
        books=result.books,
        after=None,
        again=Run(0),
    )
    found = {gate.name: gate for gate in gates([*worse, bad], BOUNDS)}
    assert not found["wrong"].passed
    assert "Q in S" in found["wrong"].why
