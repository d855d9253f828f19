"""Rules A8, A9 and A16 over PowerSchool: who teaches the class, and who joins later.

Not who assigned it decides (that is Skyward's A7), but whether everybody who teaches the class is
in the teacher group.
"""

from datetime import date, timedelta

import pytest

from tests.e2e.powerschool.bypass import COPIES, QUIZ_COPY, Xte
from tests.e2e.powerschool.campus import (
    HELPER,
    MR_SCIENCE,
    Q1,
    SCIENCE,
    PowerSchoolDistrict,
)
from tests.e2e.support.actors import due, join, leave
from tests.e2e.support.district import START
from tests.e2e.support.verdicts import (
    assert_arrived,
    assert_kept_out,
    assert_refused,
    gradebooks,
    lenient,
    reason,
    record,
    told,
)

NEXT = START + timedelta(days=1)
MAIN, CO_TEACHER = "t-2002", "t-2003"
"""Of the third class; the co-teacher is not in the teacher group."""
ADMIN = "t-2004"
"""In the teacher group, but not in the SIS."""
FIRST, LAST = date(2026, 9, 14), date(2026, 11, 15)
"""Of Q1, which holds the start."""
OUT = "class_teachers_not_in_group"


# ---- A8 ------------------------------------------------------------------------------------------


def test_a8_a_co_teacher_outside_the_group_keeps_the_class_back_and_is_named(
    district: PowerSchoolDistrict,
):
    lenient(district)
    district.assess("a-1", assignedBy=MAIN, classes=[district.assigned("c-1003")])
    district.score("a-1", "s-3015", 18)

    run = district.night(START)

    assert_kept_out(district, run, "a-1", OUT, section=SCIENCE)
    assert CO_TEACHER in reason(run, "a-1", SCIENCE)
    assert MAIN not in reason(run, "a-1", SCIENCE)
    assert run.writes == 0


def test_a8_a_main_teacher_outside_the_group_keeps_the_class_back_and_is_named(
    district: PowerSchoolDistrict,
):
    lenient(district)
    leave(district, MAIN)
    join(district, CO_TEACHER)
    district.assess("a-1", assignedBy=CO_TEACHER, classes=[district.assigned("c-1003")])

    run = district.night(START)

    assert_kept_out(district, run, "a-1", OUT, section=SCIENCE)
    assert MAIN in reason(run, "a-1", SCIENCE)
    assert CO_TEACHER not in reason(run, "a-1", SCIENCE)


def test_a8_everyone_who_is_missing_is_named(district: PowerSchoolDistrict):
    lenient(district)
    leave(district, MAIN)
    district.control("POST", f"/sections/{SCIENCE}/teachers", {"teacher": "300001"})
    district.assess("a-1", classes=[district.assigned("c-1003")])

    run = district.night(START)

    assert_kept_out(district, run, "a-1", OUT, section=SCIENCE)
    named = {t for t in ("t-2001", MAIN, CO_TEACHER) if t in reason(run, "a-1", SCIENCE)}
    assert named == {MAIN, CO_TEACHER}


def test_a8_the_group_is_asked_of_every_class_by_itself(district: PowerSchoolDistrict):
    district.assess("a-1", classes=[district.assigned("c-1001"), district.assigned("c-1003")])
    district.score("a-1", "s-3001", 9)

    run = district.night(START)

    assert_refused(run, "a-1", OUT, section=SCIENCE)
    assert district.columns(SCIENCE) == []
    assert record(run, "a-1", "200001")["state"] == "created"
    assert district.marks("a-1")["400001"] == "9"


@pytest.mark.parametrize("assigner", [MAIN, CO_TEACHER, "t-2001"])
def test_a8_asks_who_teaches_the_class_and_not_who_assigned_it(
    district: PowerSchoolDistrict, assigner: str
):
    # The first class's one teacher is in the group; whoever assigned it need not be (A7).
    district.assess("a-1", assignedBy=assigner)

    assert_arrived(district, district.night(START), "a-1")


def test_a8_a_class_with_all_its_teachers_in_the_group_passes_whoever_of_them_assigned_it(
    district: PowerSchoolDistrict,
):
    join(district, CO_TEACHER)
    for id_, assigner in (("a-1", MAIN), ("a-2", CO_TEACHER)):
        district.assess(id_, assignedBy=assigner, classes=[district.assigned("c-1003")])
        district.score(id_, "s-3015", 7)

    run = district.night(START)

    assert_arrived(district, run, "a-1", section=SCIENCE, s3015="7")
    assert_arrived(district, run, "a-2", section=SCIENCE, s3015="7")


def test_a8_a_co_teacher_who_comes_later_stops_it_until_they_join(district: PowerSchoolDistrict):
    lenient(district)
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)
    district.night(START)
    before = gradebooks(district)

    district.control("POST", "/sections/200001/teachers", {"teacher": HELPER})
    district.edit("a-1", title="Renamed")
    district.score("a-1", "s-3001", 19)
    run = district.night(NEXT)
    assert_refused(run, "a-1", OUT)
    assert CO_TEACHER in reason(run, "a-1")
    assert (run.writes, gradebooks(district)) == (0, before)

    join(district, CO_TEACHER)
    run = district.night(NEXT)
    assert told(run) == ("updated", [])
    assert district.column("a-1")["title"] == "Renamed"
    assert district.marks("a-1")["400001"] == "19"


def test_a8_past_the_agent_the_sis_asks_only_whether_the_teacher_teaches_the_section(
    district: PowerSchoolDistrict,
):
    section = int(SCIENCE)
    outsider = Xte(district).create(sectionsdcid=section)
    main = Xte(district, MR_SCIENCE).create(sectionsdcid=section, category=QUIZ_COPY + COPIES)
    helper = Xte(district, HELPER).create(sectionsdcid=section, category=QUIZ_COPY + 2 * COPIES)

    assert (outsider.status, main.done, helper.done) == (403, True, True)
    assert "EDIT" in outsider.words
    column = next(c["id"] for c in district.columns(SCIENCE))
    assert Xte(district).score(column, ("400001", 9)).status == 403
    assert Xte(district, MR_SCIENCE).score(column, ("400001", 9)).done


# ---- A9 ------------------------------------------------------------------------------------------


def test_a9_and_a8_are_both_told(district: PowerSchoolDistrict):
    lenient(district)
    district.assess("a-1", assignedBy=ADMIN, classes=[district.assigned("c-1003")])

    run = district.night(START)

    assert_kept_out(district, run, "a-1", "assigner_not_in_sis", OUT, section=SCIENCE)


# ---- A16 -----------------------------------------------------------------------------------------


def test_a16_joining_later_reaches_into_an_earlier_reporting_term_that_is_not_locked(
    district: PowerSchoolDistrict,
):
    """Other than Skyward, PowerSchool knows no current period: term and locks alone decide."""
    district.effective = FIRST
    district.control("PATCH", f"/periods/{Q1}", {"grace_days": 30})
    district.assess("a-1", classes=[due(district, LAST, "c-1003", assignedDate="2026-10-01")])
    district.score("a-1", "s-3015", 17)
    district.night(START)

    join(district, CO_TEACHER)
    run = district.night(LAST + timedelta(days=20))

    assert_arrived(district, run, "a-1", section=SCIENCE, s3015="17")


def test_a16_joining_later_never_reaches_into_a_locked_reporting_term(
    district: PowerSchoolDistrict,
):
    lenient(district)
    tomorrow = LAST + timedelta(days=1)
    district.assess("a-1", classes=[due(district, LAST, "c-1003")])
    district.assess("a-2", classes=[due(district, tomorrow, "c-1003")])
    district.night(START)

    join(district, CO_TEACHER)
    run = district.night(tomorrow)

    assert_kept_out(district, run, "a-1", "grading_period_closed", section=SCIENCE)
    assert_arrived(district, run, "a-2", section=SCIENCE)
