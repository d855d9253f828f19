"""Rules A6, A7, A9 and A16 end to end: since when, by whom, and who joins or leaves the group."""

from datetime import date, timedelta

from tests.e2e.support.actors import join, leave
from tests.e2e.support.district import START, District
from tests.e2e.support.kinds import BOTH
from tests.e2e.support.verdicts import (
    assert_arrived,
    assert_kept_out,
    assert_refused,
    columns_of,
    gradebooks,
    lenient,
    period,
    reason,
    record,
)

NEXT = START + timedelta(days=1)
ADMIN = "t-2004"
"""In the teacher group, but not in the SIS."""
OUTSIDER = "t-2003"
"""Co-teacher of the third class, not in the teacher group."""


# ---- A6 ------------------------------------------------------------------------------------------


@BOTH
def test_a6_assigned_before_the_effective_date_it_does_not_pass_and_on_it_it_does(
    district: District,
):
    lenient(district)
    district.effective = date(2026, 10, 6)
    for assessment, day in {"a-1": "2026-10-05", "a-2": "2026-10-06", "a-3": "2026-10-07"}.items():
        district.assess(assessment, classes=[district.assigned("c-1001", assignedDate=day)])
        district.score(assessment, "s-3001", 18)

    run = district.night(START)

    assert_kept_out(district, run, "a-1", "before_effective_date")
    assert "2026-10-06" in reason(run, "a-1")
    assert_arrived(district, run, "a-2", s3001="18")
    assert_arrived(district, run, "a-3", s3001="18")


@BOTH
def test_a6_the_effective_date_may_be_today(district: District):
    district.effective = START
    yesterday, today = (
        district.assigned("c-1001", assignedDate=(START - timedelta(days=n)).isoformat())
        for n in (1, 0)
    )
    district.assess("a-1", classes=[yesterday])
    district.assess("a-2", classes=[today])

    run = district.night(START)

    assert_kept_out(district, run, "a-1", "before_effective_date")
    assert_arrived(district, run, "a-2")


@BOTH
def test_a6_the_effective_date_may_lie_in_the_future(district: District):
    district.effective = date(2026, 10, 19)
    district.assess("a-1", classes=[district.assigned("c-1001", dueDate="2026-10-23")])
    assert_kept_out(district, district.night(START), "a-1", "before_effective_date")

    on_the_day = district.assigned("c-1001", assignedDate="2026-10-19", dueDate="2026-10-23")
    district.assess("a-2", classes=[on_the_day])
    run = district.night(date(2026, 10, 19))

    # What was assigned before it never passes, however late the night.
    assert_refused(run, "a-1", "before_effective_date")
    assert_arrived(district, run, "a-2")
    assert not columns_of(district, "a-1")


@BOTH
def test_a6_without_an_assigned_date_the_districts_day_of_creation_counts(district: District):
    district.effective = date(2026, 10, 12)
    undated = [district.assigned("c-1001", assignedDate=None)]
    # In Chicago it is five hours earlier.
    district.assess("a-1", createdAt="2026-10-12T04:59:59Z", classes=undated)
    district.assess("a-2", createdAt="2026-10-12T05:00:00Z", classes=undated)
    district.assess("a-3", createdAt=None, classes=undated)

    run = district.night(START)

    assert_kept_out(district, run, "a-1", "before_effective_date")
    assert_arrived(district, run, "a-2")
    assert_kept_out(district, run, "a-3", "before_effective_date")


@BOTH
def test_a6_is_judged_per_class_and_by_tonights_configuration(district: District):
    district.effective = date(2026, 10, 12)
    join(district, OUTSIDER)
    early = district.assigned("c-1003", assignedDate="2026-10-11")
    district.assess("a-1", classes=[district.assigned("c-1001"), early])
    district.score("a-1", "s-3015", 11)
    run = district.night(START)
    assert_arrived(district, run, "a-1")
    assert_refused(run, "a-1", "before_effective_date", section="200003")
    assert district.columns("200003") == []

    district.effective = date(2026, 10, 11)

    assert_arrived(district, district.night(NEXT), "a-1", section="200003", s3015="11")


@BOTH
def test_a6_an_assigned_date_edited_to_before_it_leaves_the_sis_as_it_is(district: District):
    district.effective = date(2026, 10, 12)
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)
    district.night(START)
    before = gradebooks(district)

    district.edit("a-1", classes=[district.assigned("c-1001", assignedDate="2026-10-11")])
    district.score("a-1", "s-3001", 19)
    run = district.night(NEXT)

    assert_refused(run, "a-1", "before_effective_date")
    assert (run.writes, gradebooks(district)) == (0, before)


# ---- A7 ------------------------------------------------------------------------------------------


def test_a7_assigned_by_someone_outside_the_group_it_does_not_pass(district: District):
    lenient(district)
    district.assess("a-1", assignedBy=OUTSIDER, classes=[district.assigned("c-1003")])
    district.assess("a-2", assignedBy=None)
    district.score("a-1", "s-3015", 18)

    run = district.night(START)

    assert_kept_out(district, run, "a-1", "assigner_not_in_group", section="200003")
    assert_kept_out(district, run, "a-2", "assigner_not_in_group")
    assert OUTSIDER in reason(run, "a-1", "200003")
    assert run.writes == 0


def test_a7_asks_who_assigned_it_and_not_who_teaches_the_class(district: District):
    # The third class has a co-teacher outside the group; the first is not hers who assigned.
    district.assess("a-1", assignedBy="t-2002", classes=[district.assigned("c-1003")])
    district.assess("a-2", assignedBy="t-2002", classes=[district.assigned("c-1001")])

    run = district.night(START)

    assert_arrived(district, run, "a-1", section="200003")
    assert_arrived(district, run, "a-2")


def test_a7_a_co_teacher_in_the_group_is_enough(district: District):
    join(district, OUTSIDER)
    leave(district, "t-2002")
    district.assess("a-1", assignedBy=OUTSIDER, classes=[district.assigned("c-1003")])
    district.assess("a-2", assignedBy="t-2002", classes=[district.assigned("c-1003")])

    run = district.night(START)

    assert_arrived(district, run, "a-1", section="200003")
    assert_kept_out(district, run, "a-2", "assigner_not_in_group", section="200003")


# ---- A9 ------------------------------------------------------------------------------------------


@BOTH
def test_a9_assigned_by_an_administrator_who_is_not_in_the_sis_it_does_not_pass(
    district: District,
):
    lenient(district)
    district.assess("a-1", assignedBy=ADMIN)
    district.score("a-1", "s-3001", 18)

    run = district.night(START)

    assert_kept_out(district, run, "a-1", "assigner_not_in_sis")
    assert run.writes == 0


def test_a9_and_a7_are_both_told_of_an_administrator_outside_sis_and_group(district: District):
    leave(district, ADMIN)
    district.assess("a-1", assignedBy=ADMIN)

    run = district.night(START)

    assert_kept_out(district, run, "a-1", "assigner_not_in_group", "assigner_not_in_sis")


@BOTH
def test_a9_assigned_again_by_a_teacher_it_passes(district: District):
    district.assess("a-1", assignedBy=ADMIN)
    district.score("a-1", "s-3001", 18)
    district.night(START)

    district.edit("a-1", assignedBy="t-2001")

    assert_arrived(district, district.night(NEXT), "a-1", s3001="18")


# ---- A16 -----------------------------------------------------------------------------------------


@BOTH
def test_a16_joining_later_passes_what_is_eligible_with_nothing_but_the_group_changed(
    district: District,
):
    first = date.fromisoformat(period(district, START)["start"])
    district.effective = first
    due = {"a-1": first, "a-2": START - timedelta(days=3), "a-3": START + timedelta(days=2)}
    for assessment, day in due.items():
        district.assess(assessment, **_by_outsider(district, assigned=first, due=day))
        district.score(assessment, "s-3015", 17)
    early = _by_outsider(district, assigned=first - timedelta(days=1), due=START)
    district.assess("a-4", **early)
    before = district.night(START)
    for assessment in due:
        assert_kept_out(
            district, before, assessment, district.facts.outside_group, section="200003"
        )
    configuration = district.config.read_bytes()

    join(district, OUTSIDER)
    run = district.night(NEXT)

    assert district.config.read_bytes() == configuration
    for assessment in ("a-1", "a-2"):
        # Past its due date: who handed nothing in has the 0 that B4 writes.
        assert_arrived(district, run, assessment, section="200003", s3015="17", s3001="0")
    assert_arrived(district, run, "a-3", section="200003", s3015="17", s3001="*")
    assert_refused(run, "a-4", "before_effective_date", section="200003")
    assert not columns_of(district, "a-4")
    assert district.sync().writes == 0


def test_a16_joining_later_never_reaches_into_an_earlier_period_open_or_closed(
    district: District,
):
    lenient(district)
    q1 = period(district, START)
    last = date.fromisoformat(q1["end"])
    district.control("PATCH", f"/periods/{q1['id']}", {"grace_days": 5})
    assigned = last - timedelta(days=3)
    district.assess("a-1", **_by_outsider(district, assigned=assigned, due=last))
    tomorrow = last + timedelta(days=1)
    district.assess("a-2", **_by_outsider(district, assigned=assigned, due=tomorrow))
    district.night(START)

    join(district, OUTSIDER)
    grace = district.night(tomorrow)
    assert_kept_out(district, grace, "a-1", "due_outside_current_period", section="200003")
    assert_arrived(district, grace, "a-2", section="200003")

    closed = district.night(last + timedelta(days=10))
    assert "grading_period_closed" in record(closed, "a-1", "200003")["codes"]
    assert not columns_of(district, "a-1")


@BOTH
def test_a16_leaving_the_group_nothing_more_is_sent_and_coming_back_it_goes_on(
    district: District,
):
    lenient(district)
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)
    district.night(START)
    before = gradebooks(district)

    out = district.facts.outside_group
    leave(district, "t-2001")
    district.edit("a-1", title="Renamed")
    district.score("a-1", "s-3001", 19)
    district.score("a-1", "s-3002", 15)
    district.assess("a-2")
    run = district.night(NEXT)
    assert_refused(run, "a-1", out)
    assert record(run, "a-1", "200001", "s-3002")["codes"] == [out]
    assert_kept_out(district, run, "a-2", out)
    assert (run.writes, gradebooks(district)) == (0, before)

    join(district, "t-2001")
    again = district.night(NEXT)
    assert_arrived(district, again, "a-2")
    assert record(again, "a-1", "200001")["state"] == "updated"
    assert district.column("a-1")["title"] == "Renamed"
    assert [district.marks("a-1")[s] for s in ("400001", "400002")] == ["19", "15"]


def _by_outsider(district: District, *, assigned: date, due: date) -> dict:
    """An assessment of the third class that its co-teacher assigned."""
    entry = district.assigned("c-1003", assignedDate=assigned.isoformat(), dueDate=due.isoformat())
    return {"assignedBy": OUTSIDER, "classes": [entry]}
