"""The first slice over PowerSchool: one assessment and its scores in two sections of a teacher."""

from tests.e2e.powerschool.campus import PowerSchoolDistrict, tag_of
from tests.e2e.support.district import START


def test_a_night_brings_an_assessment_and_its_scores_into_each_of_its_sections(
    district: PowerSchoolDistrict,
):
    district.assess("a-1", classes=[district.assigned("c-1001"), district.assigned("c-1002")])
    district.score("a-1", "s-3001", 18)
    district.score("a-1", "s-3008", 8.5)

    run = district.night(START)

    assert run.code == 0, run.err
    first, second = district.column("a-1", "200001"), district.column("a-1", "200002")
    assert first["id"] != second["id"]
    assert district.marks("a-1", "200001")["400001"] == "18"
    assert district.marks("a-1", "200002")["400008"] == "8.5"
    assert district.descriptions()[first["id"]] == tag_of("pb-a-1.c-1001")
