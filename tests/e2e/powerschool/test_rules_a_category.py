"""Rule A5 over PowerSchool: the category is the teacher's own copy, and that one is usable.

Every teacher has a copy of each district category, switched on or off by themselves, and may keep
one out of a section or a school. What counts is the copy of whoever leads the section tonight.
"""

from datetime import timedelta

import pytest

from tests.e2e.powerschool.bypass import COPIES, HOMEWORK_COPY, QUIZ_COPY, TEST_COPY, Xte
from tests.e2e.powerschool.campus import (
    HELPER,
    MATH,
    MR_SCIENCE,
    MS_MATH,
    QUIZ,
    SCIENCE,
    PowerSchoolDistrict,
)
from tests.e2e.powerschool.verdicts import category_of
from tests.e2e.support.actors import join
from tests.e2e.support.district import START
from tests.e2e.support.verdicts import (
    assert_arrived,
    assert_kept_out,
    assert_refused,
    lenient,
    told,
)

NEXT = START + timedelta(days=1)
SECTION_OUT = "_teachercategorysectionexcludeassociations"
SCHOOL_OUT = "_categoryschoolexcludeassociations"


# ---- A5 ------------------------------------------------------------------------------------------


def test_a5_the_category_is_the_acting_teachers_own_copy(district: PowerSchoolDistrict):
    join(district, "t-2003")
    district.assess("a-1", classes=[district.assigned("c-1001"), district.assigned("c-1003")])

    run = district.night(START)

    first = assert_arrived(district, run, "a-1")
    third = assert_arrived(district, run, "a-1", section=SCIENCE)
    assert (first["category"], third["category"]) == (QUIZ, QUIZ)
    assert category_of(district, first["id"]) == str(QUIZ_COPY)
    assert category_of(district, third["id"]) == str(QUIZ_COPY + COPIES)


def test_a5_a_copy_excluded_for_a_section_keeps_back_that_section_only(
    district: PowerSchoolDistrict,
):
    lenient(district)
    out = [{"sectionsdcid": int(MATH)}]
    assert Xte(district).change_category(QUIZ_COPY, **{SECTION_OUT: out}).done
    district.assess("a-1", classes=[district.assigned("c-1001"), district.assigned("c-1002")])

    run = district.night(START)
    assert_refused(run, "a-1", "category_not_active")
    assert district.columns() == []
    assert_arrived(district, run, "a-1", section="200002")

    assert Xte(district).change_category(QUIZ_COPY, **{SECTION_OUT: []}).done
    assert_arrived(district, district.night(NEXT), "a-1")


def test_a5_a_copy_excluded_for_a_school_keeps_back_all_its_sections(
    district: PowerSchoolDistrict,
):
    lenient(district)
    out = [{"schoolsdcid": 100002}]
    assert Xte(district).change_category(QUIZ_COPY, **{SCHOOL_OUT: out}).done
    district.assess("a-1", classes=[district.assigned("c-1001"), district.assigned("c-1002")])
    district.assess("a-2", type="Test")

    run = district.night(START)

    for section in (MATH, "200002"):
        assert_kept_out(district, run, "a-1", "category_not_active", section=section)
    assert_arrived(district, run, "a-2")


def test_a5_a_category_of_the_teachers_own_is_no_district_category(district: PowerSchoolDistrict):
    lenient(district)
    assert Xte(district).own_category("Journal").done
    district.categories["Journal"] = "Journal"
    district.assess("a-1", type="Journal")

    run = district.night(START)

    assert_kept_out(district, run, "a-1", "category_not_active")


def test_a5_a_copy_that_the_teacher_renamed_is_still_the_districts(district: PowerSchoolDistrict):
    assert Xte(district).change_category(QUIZ_COPY, name="Little tests").done
    district.assess("a-1")

    run = district.night(START)

    assert assert_arrived(district, run, "a-1")["category"] == QUIZ


def test_a5_two_copies_that_swapped_their_names_are_told_by_the_districts(
    district: PowerSchoolDistrict,
):
    past = Xte(district)
    for number, name in ((QUIZ_COPY, "Aside"), (TEST_COPY, "Quiz"), (QUIZ_COPY, "Test")):
        assert past.change_category(number, name=name).done
    district.assess("a-1")

    run = district.night(START)

    assert assert_arrived(district, run, "a-1")["category"] == QUIZ


def test_a5_the_account_is_that_of_the_main_teacher_tonight(district: PowerSchoolDistrict):
    join(district, "t-2003")
    district.control("POST", f"/categories/{QUIZ_COPY + COPIES}/deactivate", {})
    district.assess("a-1", classes=[district.assigned("c-1003")])
    assert_kept_out(district, district.night(START), "a-1", "category_not_active", section=SCIENCE)

    district.control("POST", f"/sections/{SCIENCE}/teachers", {"teacher": MS_MATH, "main": True})

    column = assert_arrived(district, district.night(NEXT), "a-1", section=SCIENCE)
    assert category_of(district, column["id"]) == str(QUIZ_COPY)


def test_a5_a_column_that_another_teacher_made_goes_on_under_the_new_main_teacher(
    district: PowerSchoolDistrict,
):
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)
    district.night(START)
    column = district.column("a-1")["id"]

    district.control("POST", f"/sections/{MATH}/teachers", {"teacher": MR_SCIENCE, "main": True})
    district.edit("a-1", title="Renamed", type="Test")
    district.score("a-1", "s-3001", 19)
    run = district.night(NEXT)

    assert (run.code, told(run)) == (0, ("updated", [])), run.out
    assert district.column("a-1")["title"] == "Renamed"
    assert category_of(district, column) == str(TEST_COPY + COPIES)
    assert district.marks("a-1")["400001"] == "19"


@pytest.mark.parametrize("copy", [QUIZ_COPY + COPIES, 100009999, HOMEWORK_COPY])
def test_a5_past_the_agent_the_sis_refuses_a_category_that_is_not_the_teachers_to_use(
    district: PowerSchoolDistrict, copy: int
):
    past = Xte(district)
    number, _ = past.made()
    district.control("POST", f"/categories/{HOMEWORK_COPY}/deactivate", {})

    new = past.create(category=copy)
    primary = [{"teachercategoryid": copy, "isprimary": True}]
    moved = past.change(number, _assignmentcategoryassociations=primary)

    assert [new.status, moved.status] == [409, 409]
    assert new.fields == ("assignmentcategoryassoc.teachercategoryid",)
    assert [c["category"] for c in district.columns()] == [QUIZ]


def test_a5_past_the_agent_the_sis_refuses_a_copy_that_is_excluded(district: PowerSchoolDistrict):
    past = Xte(district)
    assert past.change_category(TEST_COPY, **{SECTION_OUT: [{"sectionsdcid": int(MATH)}]}).done

    assert past.create(category=TEST_COPY).status == 409
    assert past.create(category=TEST_COPY, sectionsdcid=200002).done
    lenient(district, "A5")
    assert past.create(category=TEST_COPY).done


def test_a5_past_the_agent_a_column_keeps_a_category_that_went_inactive(
    district: PowerSchoolDistrict,
):
    past = Xte(district)
    number, column = past.made()
    district.control("POST", f"/categories/{QUIZ_COPY}/deactivate", {})

    assert past.change(number, name="Renamed").done
    assert past.score(column, ("400001", 9)).done


def test_a5_past_the_agent_a_co_teacher_uses_their_own_copies(district: PowerSchoolDistrict):
    past = Xte(district, teacher=HELPER)
    section = int(SCIENCE)

    assert past.create(sectionsdcid=section, category=QUIZ_COPY + COPIES).status == 409
    assert past.create(sectionsdcid=section, category=QUIZ_COPY + 2 * COPIES).done
