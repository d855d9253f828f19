"""Rules A10 and A12 over PowerSchool: the due date, given or computed, within term and bins.

PowerSchool knows no current grading period (A11 is Skyward's): a due date passes wherever the
section's term has a reporting term for it that is not locked. Locks are in test_rules_a_locked.
"""

from datetime import date, timedelta

import pytest

from tests.e2e.powerschool.bypass import Xte
from tests.e2e.powerschool.campus import MATH, Q1, Q2, PowerSchoolDistrict
from tests.e2e.powerschool.verdicts import TERM_LAST
from tests.e2e.support.actors import due, score_everyone
from tests.e2e.support.district import START
from tests.e2e.support.verdicts import (
    assert_arrived,
    assert_kept_out,
    assert_refused,
    lenient,
    reason,
    record,
    sent,
    told,
)

NEXT = START + timedelta(days=1)
TERM_FIRST, LAST = date(2026, 9, 14), date(2026, 11, 15)
"""The first day of the term and of Q1, and the last day of Q1."""
DAY = timedelta(days=1)


# ---- A10 -----------------------------------------------------------------------------------------


def test_a10_past_the_agent_the_sis_refuses_an_assignment_without_due_date(
    district: PowerSchoolDistrict,
):
    past = Xte(district)
    missing = past.create(duedate=...)
    number, _ = past.made()
    emptied = past.change(number, duedate=None)

    assert (missing.status, emptied.status) == (409, 409)
    assert missing.fields == ("assignmentsection.duedate",)
    assert [c["due"] for c in district.columns()] == ["2026-10-16"]
    lenient(district, "A10")
    assert past.create(duedate=...).done
    # The default of the column: tomorrow.
    assert [c["due"] for c in district.columns()] == [NEXT.isoformat(), "2026-10-16"]


# ---- A12: the section's term ---------------------------------------------------------------------


def test_a12_a_due_date_on_the_terms_first_and_last_day_passes_outside_it_does_not(
    district: PowerSchoolDistrict,
):
    lenient(district)
    days = {
        "a-1": TERM_FIRST - DAY,
        "a-2": TERM_FIRST,
        "a-3": TERM_LAST,
        "a-4": TERM_LAST + DAY,
    }
    for assessment, day in days.items():
        district.assess(assessment, classes=[due(district, day, assignedDate="2026-09-01")])
        score_everyone(district, assessment)

    run = district.night(START)

    assert_arrived(district, run, "a-2", s3001="11")
    assert_arrived(district, run, "a-3", s3001="11")
    assert_kept_out(district, run, "a-1", "due_outside_term")
    assert_kept_out(district, run, "a-4", "due_outside_term")
    for told_ in (TERM_LAST + DAY, TERM_FIRST, TERM_LAST):
        assert str(told_) in reason(run, "a-4")


@pytest.mark.parametrize("day", [START, LAST + DAY, date(2027, 2, 1), TERM_LAST])
def test_a12_due_in_a_later_reporting_term_it_passes_tonight(
    district: PowerSchoolDistrict, day: date
):
    district.assess("a-1", classes=[due(district, day)])
    district.score("a-1", "s-3001", 18)

    column = assert_arrived(district, district.night(START), "a-1", s3001="18", s3002="*")

    assert column["due"] == day.isoformat()


def test_a12_a_computed_due_date_can_fall_outside_the_term(district: PowerSchoolDistrict):
    lenient(district)
    assigned = TERM_LAST - timedelta(days=6)
    entry = district.assigned("c-1001", assignedDate=assigned.isoformat(), dueDate=None)
    district.assess("a-1", classes=[entry])

    run = district.night(assigned)

    assert_kept_out(district, run, "a-1", "due_outside_term")


def test_a12_a_due_date_edited_to_lie_outside_the_term_is_not_sent(district: PowerSchoolDistrict):
    lenient(district)
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)
    district.night(START)

    district.edit("a-1", classes=[due(district, TERM_LAST + DAY)])
    run, writes = sent(district, NEXT)

    assert told(run) == ("refused", ["due_outside_term"])
    assert writes == []
    assert district.column("a-1")["due"] == "2026-10-16"
    assert district.marks("a-1")["400001"] == "18"

    district.edit("a-1", classes=[district.assigned("c-1001")])
    again = district.night(NEXT)
    assert (again.writes, told(again)) == (0, ("unchanged", []))


def test_a12_past_the_agent_the_sis_refuses_a_due_date_outside_the_term(
    district: PowerSchoolDistrict,
):
    past = Xte(district)
    early = past.create(duedate=(TERM_FIRST - DAY).isoformat())
    late = past.create(duedate=(TERM_LAST + DAY).isoformat())
    number, _ = past.made(duedate=TERM_LAST.isoformat())
    moved = past.change(number, duedate=(TERM_LAST + DAY).isoformat())

    assert [a.status for a in (early, late, moved)] == [409] * 3
    assert late.fields == ("assignmentsection.duedate",)
    assert "outside the term" in late.words
    assert [c["due"] for c in district.columns()] == [TERM_LAST.isoformat()]
    lenient(district, "A12")
    assert past.create(duedate=(TERM_LAST + DAY).isoformat()).done


# ---- A12: between the bins -----------------------------------------------------------------------


def between_bins(district: PowerSchoolDistrict) -> date:
    """A day of the term that no grading period holds any more."""
    district.control("PATCH", f"/periods/{Q1}", {"end": (LAST - timedelta(days=5)).isoformat()})
    return LAST - timedelta(days=2)


def test_a12_due_between_the_reporting_terms_it_waits_for_a_calendar_that_holds_it(
    district: PowerSchoolDistrict,
):
    day = between_bins(district)
    district.assess("a-1", classes=[due(district, day)])
    district.assess("a-2", classes=[due(district, LAST + DAY)])
    district.score("a-1", "s-3001", 18)

    run = district.night(START)

    # No table says it, so the SIS itself refuses; `explain` tells its words.
    assert run.code == 3
    found = record(run, "a-1", MATH)
    assert (found["state"], found["codes"]) == ("rejected", [])
    assert "does not take this due date" in found["reason"]
    story = district.command("explain", "-c", str(district.config), "a-1").out
    assert f"due date {day} lies in no reporting term" in story
    assert told(run, "s-3001")[0] == "rejected"
    assert told(run, id_="a-2") == ("created", [])
    assert [c["due"] for c in district.columns()] == [(LAST + DAY).isoformat()]

    district.control("PATCH", f"/periods/{Q1}", {"end": LAST.isoformat()})
    assert_arrived(district, district.night(NEXT), "a-1", s3001="18")


def test_a12_a_due_date_edited_to_lie_between_leaves_the_column_and_its_scores_go_on(
    district: PowerSchoolDistrict,
):
    day = between_bins(district)
    district.assess("a-1")
    district.night(START)

    district.edit("a-1", classes=[due(district, day)])
    district.score("a-1", "s-3001", 18)
    run = district.night(NEXT)

    assert run.code == 3
    assert told(run)[0] == "rejected"
    assert told(run, "s-3001") == ("sent", [])
    assert district.column("a-1")["due"] == "2026-10-16"
    assert district.marks("a-1")["400001"] == "18"


def test_a12_past_the_agent_the_sis_refuses_a_due_date_between_the_bins(
    district: PowerSchoolDistrict,
):
    day = between_bins(district).isoformat()
    past = Xte(district)
    number, _ = past.made()

    new, moved = past.create(duedate=day), past.change(number, duedate=day)

    assert [new.status, moved.status] == [409, 409]
    assert "no reporting term" in new.words
    assert past.create(duedate=(LAST + DAY).isoformat()).done
    lenient(district, "A12")
    assert past.create(duedate=day).done


def test_a12_the_bins_are_what_the_sis_says_tonight(district: PowerSchoolDistrict):
    district.control("POST", f"/periods/{Q2}/close")
    district.assess("a-1", classes=[due(district, LAST + DAY)])
    assert_refused(district.night(START), "a-1", "grading_period_closed")

    district.control("PATCH", f"/periods/{Q2}", {"start": (LAST + 2 * DAY).isoformat()})
    district.control("PATCH", f"/periods/{Q1}", {"end": (LAST + DAY).isoformat()})

    assert_arrived(district, district.night(NEXT), "a-1")
