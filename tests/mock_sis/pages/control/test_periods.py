"""Grading periods on the control page: close, reopen, another end, days of grace."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from mock_sis.sis import periods_of


def period(world, number=0):
    return periods_of(world)[number]


def test_a_period_is_closed_and_reopened(forms, world):
    first = period(world).id

    said = forms.post(f"/periods/{first}/close")
    assert period(world).state == "closed"
    assert "Q1 is closed by hand" in said
    assert "The next night sends nothing for it" in said
    assert "closed by hand" in forms.page("/periods")

    said = forms.post(f"/periods/{first}/reopen")
    assert period(world).state == "open"
    assert "Q1 is reopened, until it is closed by hand" in said


def test_another_end_and_days_of_grace(forms, world):
    said = forms.post(f"/periods/{period(world).id}/dates", end="2026-10-09", grace_days="3")

    assert (period(world).end, period(world).grace_days) == (date(2026, 10, 9), 3)
    assert "its last day is Friday, October 9, 2026" in said
    assert "It closes at the end of Monday, October 12, 2026" in said


def test_a_period_in_its_grace_says_until_when_it_is_open(forms, world, registrar):
    registrar.change_period(period(world).id, end=date(2026, 9, 30), grace_days=3)

    assert "over, open until the end of Saturday, October 3, 2026" in forms.page("/periods")


def test_a_period_that_closes_at_a_moment_says_so(forms, world, registrar):
    at = datetime(2026, 10, 9, 15, 30, tzinfo=ZoneInfo("America/Chicago"))
    registrar.change_period(period(world).id, closes_at=at)

    assert "Closes at Friday, October 9, 2026, 3:30 pm" in forms.page("/periods")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"end": "2026-08-01", "grace_days": "0"}, "cannot end before it starts"),
        ({"end": "soon", "grace_days": "0"}, "give a date"),
        ({"end": "2026-10-09", "grace_days": "-1"}, "whole number from 0 to 60"),
        ({"end": "2026-10-09", "grace_days": "61"}, "whole number from 0 to 60"),
        ({"end": "2026-10-09", "grace_days": "9" * 5000}, "whole number from 0 to 60"),
        ({"end": "2026-10-09", "grace_days": "\u0663"}, "whole number from 0 to 60"),
        ({"end": "2026-10-09"}, "whole number from 0 to 60"),
    ],
)
def test_a_wrong_date_changes_nothing_and_says_why(forms, world, fields, words):
    before = period(world)

    said = forms.post(f"/periods/{before.id}/dates", **fields)

    assert said.startswith("Nothing was changed: ")
    assert words in said
    assert period(world) == before


def test_an_unknown_period_is_refused_in_words(forms):
    assert "there is no period 9" in forms.post("/periods/9/close")


def test_powerschool_says_how_the_reporting_term_is_locked(powerschool_forms, forms, world):
    first = period(world).id
    assert "locks by itself at its end" in powerschool_forms.page("/periods")

    powerschool_forms.post(f"/periods/{first}/close")
    assert "locked by an administrator" in powerschool_forms.page("/periods")
    powerschool_forms.post(f"/periods/{first}/reopen")
    assert "unlocked by an administrator" in powerschool_forms.page("/periods")
    assert "administrator" not in forms.page("/periods")


def test_days_of_grace_are_powerschools_days_until_it_locks(powerschool_forms, world, registrar):
    for one in periods_of(world):
        registrar.change_period(one.id, grace_days=5)

    assert "locks by itself 5 days after its end" in powerschool_forms.page("/periods")
