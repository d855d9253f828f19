"""The mock's log, folded into what the gates ask."""

from itertools import count

import pytest

from load.journal import Tally


@pytest.fixture
def tally():
    return Tally("skyward", retry_after=2)


@pytest.fixture
def entry():
    numbers = count(1)

    def make(operation="putResult", path="/results/r-1", status=201, **changes):
        made = {
            "seq": next(numbers),
            "server": "skyward",
            "operation": operation,
            "method": "PUT",
            "path": path,
            "query": "",
            "status": status,
            "real_ms": 1_000_000,
            "duration_ms": 50.0,
            "reason": "",
        }
        return {**made, **changes}

    return make


def test_writes_are_counted_once_they_are_accepted(tally, entry):
    tally.take(
        [
            entry("putLineItem", "/lineItems/a"),
            entry("putResult", "/results/a"),
            entry("putResult", "/results/b", 422),
            entry("putResult", "/results/b", None),
        ]
    )
    assert (tally.creates, tally.score_writes, tally.requests(), tally.twice) == (1, 1, 4, 0)


def test_a_place_that_was_written_twice_shows(tally, entry):
    tally.take([entry(path="/results/a"), entry(path="/results/b"), entry(path="/results/a")])
    assert tally.twice == 1


def test_the_source_tokens_and_other_programs_are_left_out(tally, entry):
    tally.take(
        [
            entry("listChanges", server="otus"),
            entry("issueOAuthToken", "/token", 200, method="POST"),
            entry("getAllStudents", "/students", 200, method="GET"),
        ]
    )
    assert tally.requests() == 0


def test_only_what_nobody_injected_is_a_failure(tally, entry):
    tally.take(
        [
            entry(status=422, reason="fault: status"),
            entry(status=None, reason="fault: drop_before"),
            entry(status=401),
            entry(status=500, reason="a bug"),
        ]
    )
    assert (tally.injected, tally.failed) == (2, 1)


@pytest.mark.parametrize(("after_ms", "early"), [(100, 1), (1_900, 1), (2_000, 0), (9_000, 0)])
def test_a_call_that_was_told_to_wait_may_not_come_again_too_early(tally, entry, after_ms, early):
    again = 1_000_000 + after_ms + 50
    tally.take([entry(status=429), entry(real_ms=again)])
    assert (tally.refused, tally.early) == (1, early)


def test_another_call_may_come_meanwhile(tally, entry):
    tally.take([entry(status=429), entry(path="/results/r-2", real_ms=1_000_100)])
    assert tally.early == 0


@pytest.mark.parametrize(("one_by_one", "early"), [(True, 1), (False, 0)])
def test_many_records_may_share_a_path_where_there_are_several_connections(
    entry, one_by_one, early
):
    tally = Tally("powerschool", retry_after=2, one_by_one=one_by_one)
    create = {"operation": "createAssignment", "server": "powerschool", "path": "/assignment"}
    tally.take([entry(status=429, **create), entry(real_ms=1_000_100, **create)])
    assert tally.early == early


def test_reading_goes_on_behind_the_last_entry(tally, entry):
    tally.take([entry(seq=7), entry(seq=9)])
    assert tally.since == 9


def test_the_service_time_is_what_the_sis_noted(tally, entry):
    tally.take([entry(duration_ms=40.0), entry(duration_ms=60.0)])
    assert tally.service == pytest.approx(0.05)
