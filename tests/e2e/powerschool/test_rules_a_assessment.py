"""Rules A1 to A3 over PowerSchool: what the assessment itself must be."""

from tests.e2e.powerschool.bypass import Xte
from tests.e2e.powerschool.campus import PowerSchoolDistrict
from tests.e2e.support.district import START
from tests.e2e.support.verdicts import (
    assert_arrived,
    assert_kept_out,
    assert_refused,
    lenient,
)

# ---- A2 ------------------------------------------------------------------------------------------


def test_a2_is_judged_per_class(district: PowerSchoolDistrict):
    classes = [district.assigned("c-1001"), district.assigned("c-1002", totalPoints=10.5)]
    district.assess("a-1", totalPoints=10, classes=classes)
    district.score("a-1", "s-3001", 9)
    district.score("a-1", "s-3008", 9)

    run = district.night(START)

    assert_arrived(district, run, "a-1", s3001="9")
    assert_refused(run, "a-1", "total_points_not_whole", section="200002")
    assert district.columns("200002") == []


def test_a2_past_the_agent_the_sis_takes_decimals_until_it_is_told_not_to(
    district: PowerSchoolDistrict,
):
    past = Xte(district)
    number, _ = past.made(points=10.5)

    district.control("PUT", "/enforcement", {"A2": "on"})
    refused = past.create(points=10.5)
    changed = past.change(number, scoreentrypoints=0.5)
    assert (refused.status, changed.status) == (409, 409)
    assert "whole" in refused.words
    assert past.create(points=10).done
    assert [c["points"] for c in district.columns()] == [10.5, 10]


# ---- A3 ------------------------------------------------------------------------------------------


def test_a1_a2_a3_a4_a8_are_all_told_and_the_plan_tells_them_beforehand(
    district: PowerSchoolDistrict,
):
    lenient(district)
    wrong = {"totalPoints": 0.5, "includeInFinalGrade": False, "type": "Journal"}
    district.assess("a-1", **wrong, classes=[district.assigned("c-1003")])
    codes = (
        "total_points_not_whole",
        "not_in_final_grade",
        "type_not_mapped",
        "class_teachers_not_in_group",
    )

    district.evening(START)
    for run in (district.plan(), district.sync()):
        assert_kept_out(district, run, "a-1", *codes, section="200003")
        assert run.writes == 0
