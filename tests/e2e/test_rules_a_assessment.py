"""Rules A1 to A3 end to end: what the assessment itself must be."""

from datetime import timedelta

from tests.e2e.support.bypass import Bypass
from tests.e2e.support.district import START, District
from tests.e2e.support.kinds import BOTH
from tests.e2e.support.verdicts import (
    assert_arrived,
    assert_kept_out,
    assert_refused,
    columns_of,
    gradebooks,
    lenient,
    reason,
    record,
    sis_writes,
)

NEXT = START + timedelta(days=1)


# ---- A1 ------------------------------------------------------------------------------------------


@BOTH
def test_a1_a_standards_based_assessment_never_passes(district: District):
    lenient(district)
    district.assess("a-1", gradingScale="standards")
    district.assess("a-2", gradingScale="standards", totalPoints=None)
    district.score("a-1", "s-3001", 4)

    run = district.night(START)

    assert_kept_out(district, run, "a-1", "standards_based_scale")
    assert_kept_out(district, run, "a-2", "standards_based_scale")
    assert record(run, "a-1", "200001", "s-3001")["codes"] == ["standards_based_scale"]
    assert (run.writes, sis_writes(district)) == (0, [])


@BOTH
def test_a1_turned_to_points_it_passes_that_night_and_back_nothing_more_is_sent(
    district: District,
):
    district.assess("a-1", gradingScale="standards")
    district.score("a-1", "s-3001", 18)
    district.night(START)

    district.edit("a-1", gradingScale="points")
    assert_arrived(district, district.night(NEXT), "a-1", s3001="18")

    district.edit("a-1", gradingScale="standards")
    district.score("a-1", "s-3001", 3)
    before = gradebooks(district)
    run = district.night(NEXT)
    assert_refused(run, "a-1", "standards_based_scale")
    assert record(run, "a-1", "200001", "s-3001")["codes"] == ["standards_based_scale"]
    assert (run.writes, gradebooks(district)) == (0, before)


# ---- A2 ------------------------------------------------------------------------------------------


@BOTH
def test_a2_a_total_that_is_not_whole_and_above_zero_does_not_pass(district: District):
    lenient(district)
    totals = {"a-1": 10.5, "a-2": 0.5, "a-3": 0, "a-4": -5, "a-5": None}
    for assessment, total in totals.items():
        district.assess(assessment, totalPoints=total)
        district.score(assessment, "s-3001", 8)

    run = district.night(START)

    for assessment in totals:
        assert_kept_out(district, run, assessment, "total_points_not_whole")
    assert "10.5" in reason(run, "a-1")
    assert run.writes == 0


@BOTH
def test_a2_decimals_in_the_score_are_no_decimals_in_the_total(district: District):
    district.assess("a-1", totalPoints=10)
    district.assess("a-2", totalPoints=10.0)
    district.assess("a-3", totalPoints=1)
    district.score("a-1", "s-3001", 8.5)

    run = district.night(START)

    assert assert_arrived(district, run, "a-1", s3001="8.5")["points"] == 10
    assert assert_arrived(district, run, "a-2")["points"] == 10
    assert assert_arrived(district, run, "a-3")["points"] == 1


@BOTH
def test_a1_a2_a3_a4_are_all_told_and_the_plan_tells_them_beforehand(district: District):
    lenient(district)
    wrong = {"totalPoints": 0.5, "includeInFinalGrade": False, "type": "Journal"}
    district.assess("a-1", **wrong)
    district.assess("a-2", **wrong, gradingScale="standards")
    both = ("not_in_final_grade", "type_not_mapped")

    district.evening(START)
    for run in (district.plan(), district.sync()):
        assert_kept_out(district, run, "a-1", "total_points_not_whole", *both)
        # Without a points scale there is no total to speak of.
        assert_kept_out(district, run, "a-2", "standards_based_scale", *both)
        assert run.writes == 0


def test_a2_is_judged_per_class_of_a_linked_gradebook(district: District):
    classes = [district.assigned("c-1001"), district.assigned("c-1002", totalPoints=10.5)]
    district.assess("a-1", totalPoints=10, classes=classes)
    district.score("a-1", "s-3001", 9)
    district.score("a-1", "s-3008", 9)

    run = district.night(START)

    assert_arrived(district, run, "a-1", s3001="9", s3008="*")
    assert_refused(run, "a-1", "total_points_not_whole", section="200002")
    assert len(columns_of(district, "a-1")) == 1


@BOTH
def test_a2_a_total_edited_to_a_decimal_leaves_the_sis_as_it_is(district: District):
    district.assess("a-1", totalPoints=20)
    district.score("a-1", "s-3001", 18)
    district.night(START)
    before = gradebooks(district)

    district.edit("a-1", totalPoints=20.5)
    district.score("a-1", "s-3001", 19)
    run = district.night(NEXT)
    assert_refused(run, "a-1", "total_points_not_whole")
    assert (run.writes, gradebooks(district)) == (0, before)

    district.edit("a-1", totalPoints=21)
    district.night(NEXT)
    assert district.column("a-1")["points"] == 21
    assert district.marks("a-1")["400001"] == "19"


def test_a2_past_the_agent_the_sis_takes_decimals_until_it_is_told_not_to(district: District):
    past = Bypass(district)
    assert past.put_column("x-1", resultValueMax=10.5).done

    district.control("PUT", "/enforcement", {"A2": "on"})
    refused = past.put_column("x-2", resultValueMax=10.5)
    changed = past.put_column("x-1", resultValueMax=0.5)
    assert (refused.status, changed.status) == (422, 422)
    assert "whole" in refused.words
    assert past.put_column("x-2", resultValueMax=10).done
    assert [c["points"] for c in district.columns()] == [10.5, 10]


# ---- A3 ------------------------------------------------------------------------------------------


@BOTH
def test_a3_left_out_of_the_final_grade_it_does_not_pass(district: District):
    lenient(district)
    district.assess("a-1", includeInFinalGrade=False)
    district.assess("a-2", kind="plus", includeInFinalGrade=False)
    district.assess("a-3", kind="plus", includeInFinalGrade=None)
    district.score("a-1", "s-3001", 18)

    run = district.night(START)

    for assessment in ("a-1", "a-2", "a-3"):
        assert_kept_out(district, run, assessment, "not_in_final_grade")
    assert run.writes == 0


@BOTH
def test_a3_it_is_in_the_final_grade_by_default_unless_plus(district: District):
    district.assess("a-1", includeInFinalGrade=None)
    district.assess("a-2", includeInFinalGrade=True)
    district.assess("a-3", kind="plus", includeInFinalGrade=True)
    district.score("a-1", "s-3001", 18)

    run = district.night(START)

    assert_arrived(district, run, "a-1", s3001="18")
    assert_arrived(district, run, "a-2")
    assert_arrived(district, run, "a-3")


@BOTH
def test_a3_switched_on_later_it_passes_that_night(district: District):
    district.assess("a-1", includeInFinalGrade=False)
    district.score("a-1", "s-3001", 18)
    assert_kept_out(district, district.night(START), "a-1", "not_in_final_grade")

    district.edit("a-1", includeInFinalGrade=True)

    assert_arrived(district, district.night(NEXT), "a-1", s3001="18", s3002="*")


@BOTH
def test_a3_switched_off_later_nothing_more_is_sent_and_the_sis_keeps_what_it_has(
    district: District,
):
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)
    district.night(START)
    before = gradebooks(district)

    district.edit("a-1", includeInFinalGrade=False, title="Renamed")
    district.score("a-1", "s-3001", 12)
    district.score("a-1", "s-3002", 15)
    run = district.night(NEXT)

    assert_refused(run, "a-1", "not_in_final_grade")
    told = [record(run, "a-1", "200001", s) for s in ("s-3001", "s-3002")]
    assert [(r["state"], r["codes"]) for r in told] == [("refused", ["not_in_final_grade"])] * 2
    assert (run.writes, gradebooks(district)) == (0, before)
    # Past the due date no 0 follows either.
    late = district.night(START + timedelta(days=5))
    assert (late.writes, gradebooks(district)) == (0, before)
