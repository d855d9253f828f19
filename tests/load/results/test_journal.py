"""The mock's log, counted for the checks."""

from itertools import count

import pytest

from load.results.journal import JournalCounts


@pytest.fixture
def counts():
    return JournalCounts("skyward", retry_after=2)


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


def test_writes_are_counted_once_they_are_accepted(counts, entry):
    counts.add(
        [
            entry("putLineItem", "/lineItems/a"),
            entry("putResult", "/results/a"),
            entry("putResult", "/results/b", 422),
            entry("putResult", "/results/b", None),
        ]
    )
    assert (counts.creates, counts.score_writes, counts.requests(), counts.twice) == (1, 1, 4, 0)


def test_a_record_that_was_written_twice_shows(counts, entry):
    counts.add([entry(path="/results/a"), entry(path="/results/b"), entry(path="/results/a")])
    assert counts.twice == 1


def test_the_source_tokens_and_other_programs_are_left_out(counts, entry):
    counts.add(
        [
            entry("listChanges", server="otus"),
            entry("issueOAuthToken", "/token", 200, method="POST"),
            entry("getAllStudents", "/students", 200, method="GET"),
        ]
    )
    assert counts.requests() == 0


def test_only_what_nobody_injected_is_a_failure(counts, entry):
    counts.add(
        [
            entry(status=422, reason="fault: status"),
            entry(status=None, reason="fault: drop_before"),
            entry(status=401),
            entry(status=500, reason="a bug"),
        ]
    )
    assert (counts.injected, counts.failed) == (2, 1)


@pytest.mark.parametrize(("after_ms", "early"), [(100, 1), (1_900, 1), (2_000, 0), (9_000, 0)])
def test_a_call_that_was_told_to_wait_may_not_come_again_too_early(counts, entry, after_ms, early):
    again = 1_000_000 + after_ms + 50
    counts.add([entry(status=429), entry(real_ms=again)])
    assert (counts.throttled, counts.early) == (1, early)


def test_another_call_may_come_meanwhile(counts, entry):
    counts.add([entry(status=429), entry(path="/results/r-2", real_ms=1_000_100)])
    assert counts.early == 0


@pytest.mark.parametrize(("one_by_one", "early"), [(True, 1), (False, 0)])
def test_many_records_may_share_a_path_where_there_are_several_connections(
    entry, one_by_one, early
):
    counts = JournalCounts("powerschool", retry_after=2, one_by_one=one_by_one)
    create = {"operation": "createAssignment", "server": "powerschool", "path": "/assignment"}
    counts.add([entry(status=429, **create), entry(real_ms=1_000_100, **create)])
    assert counts.early == early


def test_reading_goes_on_behind_the_last_entry(counts, entry):
    counts.add([entry(seq=7), entry(seq=9)])
    assert counts.since == 9


def test_the_service_time_is_what_the_sis_noted(counts, entry):
    counts.add([entry(duration_ms=40.0), entry(duration_ms=60.0)])
    assert counts.service == pytest.approx(0.05)
