"""A drawn night: when, where and for how long."""

from collections import Counter

import pytest

from load.profiles import Night, Volume
from load.scale.country import some_sizes
from load.scale.night import (
    DISTRICTS_A_HOST,
    HOSTED_BELOW,
    Host,
    connections_of,
    draw,
    requests_of,
    seconds_of,
)

SOME = some_sizes(0.05)


def test_the_same_seed_draws_the_same_night_and_another_one_another():
    assert draw(SOME, 1) == draw(SOME, 1)
    assert draw(SOME, 1) != draw(SOME, 2)


def test_every_district_is_there_once_in_the_order_in_which_they_are_due():
    jobs = draw(SOME, 1)
    assert sorted(job.district for job in jobs) == list(range(len(SOME)))
    assert [job.due for job in jobs] == sorted(job.due for job in jobs)
    assert jobs[0].due == 0
    assert 9 * 3600 < jobs[-1].due < 12 * 3600  # from the east coast to Hawaii


def test_only_smaller_districts_share_a_host_and_so_many():
    jobs = draw(SOME, 1)
    shared = Counter(job.host.name for job in jobs)
    assert max(shared.values()) == DISTRICTS_A_HOST
    assert all(job.students < HOSTED_BELOW for job in jobs if shared[job.host.name] > 1)


def test_a_run_takes_what_its_requests_take_and_no_sis_lets_more_pass_than_its_rate():
    district = Volume(1_200)
    # 34 gradebooks in rounds of 8: (754 writes / 34 + 5 reads) each, 3 pages, 3 s to start.
    slow = seconds_of(district, Host("h", "skyward", 1.0))
    assert slow == pytest.approx(3 + 5 * (754 / 34 + 5) + 3)
    fast = seconds_of(district, Host("h", "skyward", 0.001))
    assert fast == pytest.approx(requests_of(district, "skyward") / 20)
    assert requests_of(district, "skyward") == 754 + 34 * 5 + 3


def test_a_batch_is_one_request_for_a_class():
    assert requests_of(Volume(1_200), "powerschool") == 2 * 34 + 34 * 8 + 3


@pytest.mark.parametrize(("students", "skyward", "powerschool"), [(1_200, 8, 1), (60_000, 32, 16)])
def test_large_districts_ask_for_more_at_a_time(students, skyward, powerschool):
    assert connections_of(students, "skyward") == skyward
    assert connections_of(students, "powerschool") == powerschool


def test_the_end_of_a_term_takes_longer():
    usual, ends = draw(SOME, 1), draw(SOME, 1, Night.END_OF_TERM)
    assert [job.due for job in usual] == [job.due for job in ends]
    assert sum(job.seconds for job in ends) > 3 * sum(job.seconds for job in usual)
