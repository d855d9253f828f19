"""What keeps an assessment back by some hours only: its grading period closed just now."""

from datetime import date, timedelta

import pytest

from agent.rules.assessments import closed_lately
from agent.rules.due import Due
from tests.agent.builders import a_candidate, a_night, a_period, a_section, local

END = date(2026, 10, 23)


def lately(now, accepted_due=None, due=END, **period):
    section = a_section(periods=(a_period(end=END, **{"closed": True, **period}),))
    return closed_lately(
        a_candidate(
            section=section,
            tonight=a_night(now),
            due=Due(day=due) if due else None,
            accepted_due=accepted_due,
        )
    )


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (local(2026, 10, 23, 23, 59), False),
        (local(2026, 10, 24, 0), True),
        (local(2026, 10, 24, 2), True),
        (local(2026, 10, 25, 0), True),
        (local(2026, 10, 25, 0, 1), False),
    ],
)
def test_a_day_counts_from_the_midnight_after_the_last_day(now, expected):
    assert lately(now) is expected


def test_days_of_grace_come_before_it():
    grace = END + timedelta(days=3)
    assert not lately(local(2026, 10, 24, 2), grace=grace)
    assert lately(local(2026, 10, 27, 2), grace=grace)


def test_only_a_closed_period_that_it_belongs_to_counts():
    at = local(2026, 10, 24, 2)
    assert not lately(at, closed=False)
    assert not lately(at, due=date(2026, 10, 26))
    assert lately(at, due=date(2026, 10, 26), accepted_due=END)
    assert not lately(at, due=None)


def test_a_period_without_an_end_never_closes():
    section = a_section(periods=(a_period(end=date.max, closed=True),))
    assert not closed_lately(a_candidate(section=section))
