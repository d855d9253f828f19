"""Rules A13 to A15 over PowerSchool: a section that exists, a title it takes, nothing twice."""

from datetime import timedelta

import pytest

from tests.e2e.powerschool.bypass import Xte
from tests.e2e.powerschool.campus import MATH, MATH_TOO, Q1, SCIENCE, PowerSchoolDistrict
from tests.e2e.powerschool.verdicts import CREATE
from tests.e2e.support.actors import join
from tests.e2e.support.district import START
from tests.e2e.support.verdicts import (
    assert_arrived,
    assert_kept_out,
    assert_refused,
    columns_of,
    gradebooks,
    lenient,
    reason,
    record,
    sent,
    states_of,
    told,
)

NEXT = START + timedelta(days=1)


# ---- A13 -----------------------------------------------------------------------------------------


def test_a13_a_section_merged_after_it_passed_leaves_its_columns_to_the_other(
    district: PowerSchoolDistrict,
):
    district.assess("a-1", classes=[district.assigned("c-1002")])
    district.score("a-1", "s-3008", 9)
    district.night(START)
    column = district.column("a-1", MATH_TOO)["id"]

    district.evening(NEXT, 8)
    district.control("POST", f"/sections/{MATH_TOO}/merge", {"into": MATH})
    district.score("a-1", "s-3008", 11)
    run, writes = sent(district, NEXT)

    assert run.code == 0, run.out
    assert CREATE not in writes
    assert [c["id"] for c in district.columns(MATH)] == [column]


def test_a13_past_the_agent_the_sis_does_not_know_such_a_section(district: PowerSchoolDistrict):
    unknown = Xte(district).create(sectionsdcid=299999)
    by_id = Xte(district).create(sectionsdcid=1000001)

    # SECTIONS.ID where SECTIONS.DCID belongs: a stranger, not another section.
    assert [unknown.status, by_id.status] == [404, 404]


# ---- A14 -----------------------------------------------------------------------------------------


def test_a14_past_the_agent_the_sis_refuses_what_its_column_cannot_hold(
    district: PowerSchoolDistrict,
):
    past = Xte(district)
    assert past.create(name="x" * 50).done
    number, _ = past.made()

    refused = past.create(name="x" * 51)
    renamed = past.change(number, name="x" * 51)

    assert [refused.status, renamed.status] == [409, 409]
    assert refused.fields == ("assignmentsection.name",)
    lenient(district, "A14")
    assert past.create(name="x" * 51).done


def test_a14_past_the_agent_the_sis_refuses_a_name_of_blanks(district: PowerSchoolDistrict):
    answers = [Xte(district).create(name=name) for name in ("", "  ", "\u00a0")]

    assert [(a.status, a.fields) for a in answers] == [(409, ("assignmentsection.name",))] * 3


# ---- A15 -----------------------------------------------------------------------------------------


def twice(district: PowerSchoolDistrict, **second: object) -> None:
    """The same activity under two ids; what is told of the second differs."""
    district.assess("a-1", title="Fractions", activityId="act-9", createdAt="2026-10-12T15:00:00Z")
    same = {"title": "Fractions", "activityId": "act-9", "createdAt": "2026-10-12T16:00:00Z"}
    district.assess("a-2", **{**same, **second})
    district.score("a-1", "s-3001", 18)
    district.score("a-2", "s-3001", 17)


def test_a15_the_same_activity_class_and_due_date_under_a_second_id_does_not_pass(
    district: PowerSchoolDistrict,
):
    lenient(district)
    twice(district)

    run = district.night(START)

    assert_arrived(district, run, "a-1", s3001="18")
    assert_kept_out(district, run, "a-2", "duplicate_of")
    assert "a-1" in reason(run, "a-2")
    assert [c["title"] for c in district.columns()] == ["Fractions"]


def test_a15_the_second_is_the_one_that_was_made_later_whatever_its_id(
    district: PowerSchoolDistrict,
):
    lenient(district)
    twice(district, createdAt="2026-10-11T15:00:00Z")

    run = district.night(START)

    assert_arrived(district, run, "a-2", s3001="17")
    assert_kept_out(district, run, "a-1", "duplicate_of")


def test_a15_assigned_a_second_time_on_a_later_day_it_does_not_pass_either(
    district: PowerSchoolDistrict,
):
    lenient(district)
    district.assess("a-1", title="Fractions", activityId="act-9")
    district.night(START)

    district.assess(
        "a-2", title="Fractions", activityId="act-9", createdAt=f"{NEXT.isoformat()}T15:00:00Z"
    )
    run = district.night(NEXT)

    assert_kept_out(district, run, "a-2", "duplicate_of")
    assert states_of(run, ["a-1"]) == {"a-1": "unchanged"}


def test_a15_renamed_the_second_passes_that_night(district: PowerSchoolDistrict):
    twice(district)
    assert_kept_out(district, district.night(START), "a-2", "duplicate_of")

    district.edit("a-2", title="Fractions, once more")

    assert_arrived(district, district.night(NEXT), "a-2", s3001="17")
    assert sorted(c["title"] for c in district.columns()) == ["Fractions", "Fractions, once more"]


def test_a15_renamed_from_the_start_it_passes(district: PowerSchoolDistrict):
    twice(district, title="Fractions, once more")

    run = district.night(START)

    assert_arrived(district, run, "a-1", s3001="18")
    assert_arrived(district, run, "a-2", s3001="17")


def test_a15_the_first_unassigned_does_not_count(district: PowerSchoolDistrict):
    twice(district)
    district.night(START)

    district.unassign("a-1")
    run = district.night(NEXT)

    assert told(run) == ("orphaned", [])
    assert_arrived(district, run, "a-2", s3001="17")
    assert district.marks("a-1")["400001"] == "18"


def test_a15_unassigned_before_the_night_it_does_not_count_and_leaves_nothing(
    district: PowerSchoolDistrict,
):
    twice(district)
    district.unassign("a-1")

    run = district.night(START)

    assert_arrived(district, run, "a-2", s3001="17")
    assert len(district.columns()) == 1


def test_a15_another_due_date_is_another_assignment(district: PowerSchoolDistrict):
    twice(district, classes=[district.assigned("c-1001", dueDate="2026-10-19")])

    run = district.night(START)

    assert_arrived(district, run, "a-1")
    assert_arrived(district, run, "a-2")


def test_a15_a_due_date_edited_onto_the_firsts_stops_the_second(district: PowerSchoolDistrict):
    lenient(district)
    twice(district, classes=[district.assigned("c-1001", dueDate="2026-10-19")])
    district.night(START)
    before = gradebooks(district)

    district.edit("a-2", classes=[district.assigned("c-1001")])
    run = district.night(NEXT)

    assert_refused(run, "a-2", "duplicate_of")
    assert (run.writes, gradebooks(district)) == (0, before)


def test_a15_a_computed_due_date_counts_like_a_given_one(district: PowerSchoolDistrict):
    lenient(district)
    day = {"dueDate": "2026-10-19"}
    district.assess("a-1", activityId="act-9", title="F", classes=[_entry(district, **day)])
    same = {"activityId": "act-9", "title": "F", "createdAt": "2026-10-12T16:00:00Z"}
    district.assess("a-2", **same, classes=[_entry(district, dueDate=None)])

    run = district.night(START)

    assert_arrived(district, run, "a-1")
    assert_kept_out(district, run, "a-2", "duplicate_of")


def test_a15_is_judged_per_class(district: PowerSchoolDistrict):
    twice(district, classes=[district.assigned("c-1001"), district.assigned("c-1002")])

    run = district.night(START)

    assert_refused(run, "a-2", "duplicate_of")
    assert_arrived(district, run, "a-2", section=MATH_TOO)
    assert_arrived(district, run, "a-1")


@pytest.mark.parametrize("activity", [None, "act-10"])
def test_a15_the_same_title_alone_is_no_second_assignment(district: PowerSchoolDistrict, activity):
    twice(district, activityId=activity)

    run = district.night(START)

    assert_arrived(district, run, "a-1", s3001="18")
    assert_arrived(district, run, "a-2", s3001="17")


def test_a15_without_an_activity_nothing_is_known_to_be_the_same(district: PowerSchoolDistrict):
    for id_ in ("a-1", "a-2"):
        district.assess(id_, title="Fractions", activityId=None)

    run = district.night(START)

    assert_arrived(district, run, "a-1")
    assert_arrived(district, run, "a-2")


def test_a15_a_first_that_does_not_pass_itself_still_counts_and_both_reasons_are_told(
    district: PowerSchoolDistrict,
):
    lenient(district)
    twice(district, type="Journal")

    run = district.night(START)

    assert_arrived(district, run, "a-1")
    assert_kept_out(district, run, "a-2", "duplicate_of", "type_not_mapped")


def test_a15_past_the_agent_the_sis_takes_the_same_twice(district: PowerSchoolDistrict):
    past = Xte(district)

    assert past.create().done
    assert past.create().done

    assert len(district.columns()) == 2


def test_a15_and_a12_a_locked_term_and_a_duplicate_are_both_told(district: PowerSchoolDistrict):
    lenient(district)
    join(district, "t-2003")
    twice(district)
    district.control("POST", f"/periods/{Q1}/close")

    run = district.night(START)

    assert_kept_out(district, run, "a-2", "duplicate_of", "grading_period_closed")
    assert not columns_of(district, "a-1")
    assert record(run, "a-1", MATH)["codes"] == ["grading_period_closed"]
    assert district.columns(SCIENCE) == []


def _entry(district: PowerSchoolDistrict, **changes: object) -> dict[str, object]:
    return district.assigned("c-1001", **changes)
