"""Rules A10 and A11 end to end: the due date, given or computed, and the period it must meet."""

from datetime import date, datetime, time, timedelta

import pytest

from tests.e2e.support.actors import at, due, score_everyone, turn
from tests.e2e.support.bypass import Bypass
from tests.e2e.support.district import START, ZONE, District
from tests.e2e.support.kinds import BOTH
from tests.e2e.support.verdicts import (
    assert_arrived,
    assert_kept_out,
    assert_refused,
    columns_of,
    lenient,
    period,
    reason,
    record,
    states_of,
)

NEXT = START + timedelta(days=1)
FIRST, LAST = date(2026, 9, 14), date(2026, 11, 15)
"""Of the grading period that holds the start; the next one begins the day after."""
OUTSIDE = LAST + timedelta(days=1)


# ---- A10 -----------------------------------------------------------------------------------------


@BOTH
def test_a10_a_missing_due_date_is_computed_and_the_report_says_from_what(district: District):
    bare = district.assigned("c-1001", assignedDate=None, dueDate=None)
    district.assess("a-1", classes=[district.assigned("c-1001", dueDate=None)])
    # In Chicago it was still the eleventh.
    district.assess("a-2", createdAt="2026-10-12T04:00:00Z", classes=[bare])
    plus = {"kind": "plus", "includeInFinalGrade": True, "submissionDate": "2026-10-07"}
    district.assess("a-3", classes=[district.assigned("c-1001", dueDate=None)], **plus)
    district.assess("a-4", classes=[district.assigned("c-1001", dueDate="2026-10-21")], **plus)

    run = district.night(START)

    for assessment, day, source in (
        ("a-1", "2026-10-19", "assigned date"),
        ("a-2", "2026-10-18", "creation date"),
        ("a-3", "2026-10-14", "submission date"),
    ):
        assert assert_arrived(district, run, assessment)["due"] == day
        assert f"due date {day} computed: {source} + 7 days" in reason(run, assessment)
    assert assert_arrived(district, run, "a-4")["due"] == "2026-10-21"
    assert "computed" not in reason(run, "a-4")


@BOTH
def test_a10_with_nothing_to_compute_from_it_does_not_pass(district: District):
    lenient(district)
    bare = district.assigned("c-1001", assignedDate=None, dueDate=None)
    district.assess("a-1", createdAt=None, classes=[bare])
    # For a plus one neither the assigned nor the creation date will do.
    due = district.assigned("c-1001", dueDate=None)
    district.assess("a-2", kind="plus", includeInFinalGrade=True, classes=[due])
    district.score("a-2", "s-3001", 18)

    run = district.night(START)

    # Nor is there an assigned date to hold against the effective date.
    assert_kept_out(district, run, "a-1", "no_due_date", "before_effective_date")
    assert_kept_out(district, run, "a-2", "no_due_date")
    assert run.writes == 0


@BOTH
def test_a10_a_due_date_given_later_replaces_the_computed_one(district: District):
    district.assess("a-1", classes=[district.assigned("c-1001", dueDate=None)])
    district.night(START)

    district.edit("a-1", classes=[district.assigned("c-1001", dueDate="2026-10-19")])
    same = district.night(NEXT)
    assert (same.writes, states_of(same, ["a-1"])) == (0, {"a-1": "unchanged"})

    district.edit("a-1", classes=[district.assigned("c-1001", dueDate="2026-10-22")])
    moved = district.sync()
    assert states_of(moved, ["a-1"]) == {"a-1": "updated"}
    assert district.column("a-1")["due"] == "2026-10-22"

    district.edit("a-1", classes=[district.assigned("c-1001", dueDate=None)])
    district.sync()
    assert district.column("a-1")["due"] == "2026-10-19"


@BOTH
def test_a10_a_due_date_with_a_time_falls_on_the_districts_day(district: District):
    # 23:30 in Chicago is the next day in UTC.
    late = district.assigned("c-1001", dueDate="2026-10-17T04:30:00Z")
    district.assess("a-1", classes=[late])

    run = district.night(START)

    assert assert_arrived(district, run, "a-1")["due"] == "2026-10-16"


def test_a10_and_a14_stand_in_the_report_that_a_person_reads(district: District):
    district.assess("a-1", title="x" * 60, classes=[district.assigned("c-1001", dueDate=None)])
    district.evening(START)

    at = district.now().isoformat()
    text = district.command("sync", "-c", str(district.config), "--at", at).out

    assert "computed" in text
    assert f"{'x' * 46}…" in text


def test_a10_and_a14_explain_tells_them(district: District):
    district.assess("a-1", title="x" * 60, classes=[district.assigned("c-1001", dueDate=None)])
    district.night(START)

    told = district.command("explain", "-c", str(district.config), "a-1").out

    assert "due date 2026-10-19 computed: assigned date + 7 days" in told
    assert f'title in the SIS: "{"x" * 46}…"' in told


@pytest.mark.parametrize("version", ["1.1", "1.2"])
def test_a10_past_the_agent_the_sis_refuses_a_column_without_due_date(
    district: District, version: str
):
    past = Bypass(district, version)
    missing = past.put_column("x-1", dueDate=None)
    assert past.put_column("x-2").done
    removed = past.put_column("x-2", dueDate=None)

    assert (missing.status, removed.status) == (422, 422)
    assert missing.words == "an assignment needs a due date"


def test_a10_past_the_agent_a_lenient_sis_takes_a_column_without_due_date(district: District):
    lenient(district, "A10")

    assert Bypass(district).put_column("x-1", dueDate=None).done


# ---- A11 -----------------------------------------------------------------------------------------


def test_a11_a_due_date_on_the_periods_first_and_last_day_passes_outside_it_does_not(
    district: District,
):
    lenient(district)
    days = {"a-1": FIRST - timedelta(days=1), "a-2": FIRST, "a-3": LAST, "a-4": OUTSIDE}
    for assessment, day in days.items():
        district.assess(assessment, classes=[due(district, day)])
        district.score(assessment, "s-3001", 18)

    run = district.night(START)

    assert_arrived(district, run, "a-2", s3001="18")
    assert_arrived(district, run, "a-3", s3001="18")
    assert_kept_out(district, run, "a-1", "due_outside_current_period")
    assert_kept_out(district, run, "a-4", "due_outside_current_period")
    assert f"due {OUTSIDE}, outside the current grading period Q1" in reason(run, "a-4")


def test_a11_a_due_date_on_the_periods_last_day_passes_in_that_nights_run(district: District):
    district.assess("a-1", classes=[due(district, LAST, assignedDate=LAST.isoformat())])
    district.score("a-1", "s-3001", 18)

    run = district.night(LAST)

    assert_arrived(district, run, "a-1", s3001="18", s3002="*")


def test_a11_a_run_before_six_counts_for_the_evening_before(district: District):
    q1 = period(district, START)
    district.control("PATCH", f"/periods/{q1['id']}", {"grace_days": 1})
    district.assess("a-1", classes=[due(district, LAST, assignedDate=LAST.isoformat())])
    district.assess("a-2", classes=[due(district, OUTSIDE, assignedDate=LAST.isoformat())])
    district.score("a-1", "s-3001", 18)

    run = at(district, OUTSIDE, 5, 59)

    assert_arrived(district, run, "a-1", s3001="18")
    assert_kept_out(district, run, "a-2", "due_outside_current_period")


def test_a11_from_six_on_it_is_the_new_day(district: District):
    lenient(district)
    q1 = period(district, START)
    district.control("PATCH", f"/periods/{q1['id']}", {"grace_days": 1})
    district.assess("a-1", classes=[due(district, LAST, assignedDate=LAST.isoformat())])
    district.assess("a-2", classes=[due(district, OUTSIDE, assignedDate=LAST.isoformat())])

    run = at(district, OUTSIDE, 6)

    assert_kept_out(district, run, "a-1", "due_outside_current_period")
    assert_arrived(district, run, "a-2")


def test_a11_the_hour_at_which_a_night_ends_is_the_districts(district: District):
    lenient(district)
    q1 = period(district, START)
    district.control("PATCH", f"/periods/{q1['id']}", {"grace_days": 1})
    district.policy = "night_belongs_until = 03:00:00"
    district.assess("a-1", classes=[due(district, LAST, assignedDate=LAST.isoformat())])

    assert_kept_out(district, at(district, OUTSIDE, 3), "a-1", "due_outside_current_period")
    district.policy = "night_belongs_until = 03:30:00"
    assert_arrived(district, district.sync(), "a-1")


def test_a11_due_in_the_next_period_it_passes_when_that_begins(district: District):
    lenient(district)
    day = OUTSIDE + timedelta(days=3)
    district.assess("a-1", classes=[due(district, day)])
    district.score("a-1", "s-3001", 18)
    assert_kept_out(district, district.night(START), "a-1", "due_outside_current_period")

    assert_kept_out(district, district.night(LAST), "a-1", "due_outside_current_period")
    # Nothing changed but the calendar; the small hours are still the last evening of the old one.
    small_hours = at(district, OUTSIDE, 2)
    assert_kept_out(district, small_hours, "a-1", "due_outside_current_period")
    assert_arrived(district, district.night(OUTSIDE), "a-1", s3001="18")


def test_a11_is_told_no_longer_once_the_period_begins_where_another_rule_refuses_too(
    district: District,
):
    entry = district.assigned("c-1001", dueDate="2026-11-20")
    district.assess("a-1", assignedBy="t-2003", classes=[entry])
    # Open for good: that it closes would be a reason to look again.
    district.control("POST", "/periods/120001/reopen")
    first = district.night(date(2026, 11, 14))
    assert set(first.codes("a-1")) == {"assigner_not_in_group", "due_outside_current_period"}

    assert district.night(date(2026, 11, 16)).codes("a-1") == ["assigner_not_in_group"]


def test_a11_is_told_too_once_the_period_has_ended_where_another_rule_refuses(district: District):
    district.assess("a-1", assignedBy="t-2003", classes=[due(district, LAST)])
    district.control("POST", "/periods/120001/reopen")
    assert district.night(LAST).codes("a-1") == ["assigner_not_in_group"]

    told = district.night(OUTSIDE).codes("a-1")
    assert set(told) == {"assigner_not_in_group", "due_outside_current_period"}


def test_a11_the_period_is_what_the_sis_says_tonight(district: District):
    q1 = period(district, START)
    district.assess("a-1", classes=[due(district, OUTSIDE)])
    assert_kept_out(district, district.night(START), "a-1", "due_outside_current_period")

    district.control("PATCH", f"/periods/{q1['id']}", {"end": OUTSIDE.isoformat()})

    assert_arrived(district, district.night(NEXT), "a-1")


def test_a11_a_computed_due_date_can_fall_outside(district: District):
    lenient(district)
    assigned = LAST - timedelta(days=6)
    entry = district.assigned("c-1001", assignedDate=assigned.isoformat(), dueDate=None)
    district.assess("a-1", classes=[entry])

    run = district.night(assigned)

    assert_kept_out(district, run, "a-1", "due_outside_current_period")
    assert f"due {OUTSIDE} (computed from the assigned date)" in reason(run, "a-1")
    assert_arrived(district, district.night(OUTSIDE), "a-1")


def test_a11_in_the_holidays_no_period_is_current(district: District):
    lenient(district)
    after = date.fromisoformat(district.gradebook()["periods"][-1]["end"]) + timedelta(days=7)
    district.assess("a-1", classes=[due(district, after, assignedDate=after.isoformat())])

    run = district.night(after)

    assert_kept_out(district, run, "a-1", "due_outside_current_period")
    assert f"no grading period contains {after}" in reason(run, "a-1")


def test_a11_a_due_date_edited_to_lie_outside_is_not_sent_and_scores_go_on(district: District):
    lenient(district)
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)
    district.night(START)

    district.edit("a-1", classes=[due(district, OUTSIDE)])
    district.score("a-1", "s-3001", 19)
    district.score("a-1", "s-3002", 15)
    run = district.night(NEXT)

    assert_refused(run, "a-1", "due_outside_current_period")
    assert "the new due date was not sent" in reason(run, "a-1")
    assert [record(run, "a-1", "200001", s)["state"] for s in ("s-3001", "s-3002")] == ["sent"] * 2
    assert district.column("a-1")["due"] == "2026-10-16"
    assert [district.marks("a-1")[s] for s in ("400001", "400002")] == ["19", "15"]
    again = district.sync()
    assert_refused(again, "a-1", "due_outside_current_period")
    assert again.writes == 0


@pytest.mark.parametrize("overwrite", ["changed-fields", "whole-record"])
def test_a11_an_edit_beside_the_due_date_goes_without_it(district: District, overwrite: str):
    lenient(district)
    district.policy = f'overwrite = "{overwrite}"'
    district.assess("a-1")
    district.night(START)

    district.edit("a-1", title="Renamed", classes=[due(district, OUTSIDE)])
    run = district.night(NEXT)

    found = record(run, "a-1", "200001")
    assert (found["state"], found["codes"]) == ("updated", ["due_outside_current_period"])
    column = district.column("a-1")
    assert (column["title"], column["due"]) == ("Renamed", "2026-10-16")


def test_a11_a_due_date_edited_back_inside_is_no_change_any_more(district: District):
    district.assess("a-1")
    district.night(START)
    district.edit("a-1", classes=[due(district, OUTSIDE)])
    district.night(NEXT)

    district.edit("a-1", classes=[district.assigned("c-1001")])
    run = district.sync()

    assert (run.writes, states_of(run, ["a-1"])) == (0, {"a-1": "unchanged"})
    assert record(run, "a-1", "200001")["codes"] == []


def test_a11_a_due_date_waiting_for_the_next_period_moves_once_it_begins(district: District):
    q1 = period(district, START)
    district.control("PATCH", f"/periods/{q1['id']}", {"grace_days": 3})
    district.assess("a-1")
    score_everyone(district, "a-1")
    district.night(START)
    district.edit("a-1", classes=[due(district, OUTSIDE)])
    assert_refused(district.night(NEXT), "a-1", "due_outside_current_period")

    run = district.night(OUTSIDE)

    assert states_of(run, ["a-1"]) == {"a-1": "updated"}
    assert district.column("a-1")["due"] == OUTSIDE.isoformat()
    assert len(columns_of(district, "a-1")) == 1


def test_a11_scores_of_a_column_go_on_after_its_period_while_that_is_open(district: District):
    q1 = period(district, START)
    district.control("PATCH", f"/periods/{q1['id']}", {"grace_days": 3})
    district.assess("a-1")
    score_everyone(district, "a-1")
    district.night(START)

    district.score("a-1", "s-3001", 7.5)
    run = district.night(OUTSIDE)

    assert record(run, "a-1", "200001", "s-3001")["state"] == "sent"
    assert district.marks("a-1")["400001"] == "7.5"
    assert states_of(run, ["a-1"]) == {"a-1": "unchanged"}


def test_a11_is_told_beside_every_other_reason(district: District):
    district.assess("a-1", gradingScale="standards", classes=[due(district, OUTSIDE)])

    run = district.night(START)

    assert_kept_out(district, run, "a-1", "standards_based_scale", "due_outside_current_period")


def test_a11_past_the_agent_the_sis_refuses_a_new_or_moved_column_outside(district: District):
    past = Bypass(district)
    noon = {"x-1": FIRST - timedelta(days=1), "x-2": FIRST, "x-3": LAST, "x-4": OUTSIDE}
    answers = {name: past.put_column(name, dueDate=_noon(day)) for name, day in noon.items()}

    assert {name: a.status for name, a in answers.items()} == {
        "x-1": 409,
        "x-2": 201,
        "x-3": 201,
        "x-4": 409,
    }
    assert f"due date {OUTSIDE} is outside the current grading period" in answers["x-4"].words
    assert past.put_column("x-2", dueDate=_noon(OUTSIDE)).status == 409
    assert past.put_score("x-2", "400001", 9).done
    lenient(district, "A11")
    assert past.put_column("x-2", dueDate=_noon(OUTSIDE)).done
    failed = district.journal(failed="true", operation="putLineItem")
    assert {e["reason"] for e in failed} >= {answers["x-4"].words}


def test_a11_past_the_agent_the_small_hours_still_take_the_evening_before(district: District):
    q1 = period(district, START)
    district.control("PATCH", f"/periods/{q1['id']}", {"grace_days": 1})
    turn(district, OUTSIDE, 5, 59)
    assert Bypass(district).put_column("x-1", dueDate=_noon(LAST)).done

    turn(district, OUTSIDE, 6)
    assert Bypass(district).put_column("x-2", dueDate=_noon(LAST)).status == 409


def _noon(day: date) -> str:
    return datetime.combine(day, time(12), ZONE).isoformat()
