"""PowerSchool by its OneRoster 1.1 push, `route = "oneroster"`: the same nights by another door.

It takes our id and is repeatable, takes one score a request and can take one back; it tells neither
locks nor a teacher's own copies of categories, so PowerSchool itself refuses what those forbid.
"""

from datetime import date, timedelta

import pytest

from tests.e2e.powerschool.bypass import HOMEWORK_COPY, QUIZ_COPY, Xte
from tests.e2e.powerschool.campus import (
    HOMEWORK,
    MATH,
    MATH_TOO,
    Q1,
    Q2,
    QUIZ,
    SCIENCE,
    PowerSchoolDistrict,
)
from tests.e2e.powerschool.verdicts import TERM_LAST, category_of
from tests.e2e.support.actors import due, join, leave
from tests.e2e.support.district import START, Run
from tests.e2e.support.night_work import assert_as_if_nothing_had_happened, fault, healed, some_work
from tests.e2e.support.verdicts import (
    assert_arrived,
    assert_kept_out,
    assert_refused,
    gradebooks,
    lenient,
    record,
    sent,
    sis_writes,
    told,
)

pytestmark = pytest.mark.slow

NEXT = START + timedelta(days=1)
AFTER = date(2026, 10, 17)
ITEM, MARK, TAKEN_BACK = "putLineItem11", "putResult11", "deleteResult11"


@pytest.fixture(autouse=True)
def _by_oneroster(district: PowerSchoolDistrict, twin: PowerSchoolDistrict) -> None:
    for one in (district, twin):
        one.sis_more = 'route = "oneroster"'


def test_a_night_brings_assignments_and_scores_into_each_of_their_sections(
    district: PowerSchoolDistrict,
):
    district.assess("a-1", classes=[district.assigned("c-1001"), district.assigned("c-1002")])
    district.score("a-1", "s-3001", 18)
    district.score("a-1", "s-3002", 8.5)
    district.score("a-1", "s-3008", 0)

    run, writes = sent(district, START)

    first = assert_arrived(district, run, "a-1", s3001="18", s3002="8.5", s3003="*")
    second = assert_arrived(district, run, "a-1", section=MATH_TOO, s3008="0")
    assert first["id"] != second["id"]
    assert (first["due"], first["points"], first["category"]) == ("2026-10-16", 20, QUIZ)
    assert sorted(writes) == [ITEM, ITEM, MARK, MARK, MARK]
    # In points, and under the teacher's own copy, as by the other door.
    part = Xte(district).read(int(first["id"]) + 30_000_000)["_assignmentsections"][0]
    assert (part["scoretype"], part["scoreentrypoints"]) == ("POINTS", 20)
    assert category_of(district, first["id"]) == str(QUIZ_COPY)


def test_c1_a_second_sync_writes_nothing(district: PowerSchoolDistrict):
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)
    district.night(START)

    again, writes = sent(district, NEXT)

    assert (again.code, again.writes, writes) == (0, 0, [])
    assert (told(again), told(again, "s-3001")) == (("unchanged", []), ("unchanged", []))


def test_c5_a_teachers_edit_is_kept_until_its_own_source_changes(district: PowerSchoolDistrict):
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)
    district.score("a-1", "s-3002", 12)
    district.night(START)
    district.type_score("a-1", "400001", 19)
    column = district.column("a-1")["id"]
    district.control("PATCH", f"/columns/{column}", {"category": HOMEWORK, "due": "2026-10-23"})

    district.score("a-1", "s-3002", 13)
    district.edit("a-1", title="Renamed")
    run, writes = sent(district, NEXT)

    assert (told(run), writes) == (("updated", []), [ITEM, MARK])
    now = district.column("a-1")
    assert (now["title"], now["category"], now["due"]) == ("Renamed", HOMEWORK, "2026-10-23")
    assert (district.marks("a-1")["400001"], district.marks("a-1")["400002"]) == ("19", "13")

    district.score("a-1", "s-3001", 17)
    district.night(NEXT)
    assert district.marks("a-1")["400001"] == "17"


def test_b4_zeros_go_into_cells_that_hold_nothing(district: PowerSchoolDistrict):
    district.assess("a-1")
    district.score("a-1", "s-3001", 12)
    district.night(START)
    district.type_score("a-1", "400002", 7)

    run = district.night(AFTER)

    assert told(run, "s-3002")[0] == "kept"
    marks = district.marks("a-1")
    assert [marks[f"40000{n}"] for n in (1, 2, 4)] == ["12", "7", "0"]
    assert sent(district, AFTER)[1] == []


def test_b6_a_dropped_student_blocks_nobody(district: PowerSchoolDistrict):
    district.assess("a-1")
    for n in (1, 2):
        district.score("a-1", f"s-300{n}", 10 + n)
    district.control("POST", "/students/400001/drop", {})

    run = district.night(START)

    assert run.code == 0
    assert told(run, "s-3001") == ("refused", ["not_enrolled"])
    assert told(run, "s-3002") == ("sent", [])


def test_c6_removed_before_the_due_date_the_score_is_cleared(district: PowerSchoolDistrict):
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)
    district.night(START)

    district.score("a-1", "s-3001", None, "not_submitted")
    run, writes = sent(district, NEXT)

    assert (writes, told(run, "s-3001")) == ([TAKEN_BACK], ("cleared", ["score_withdrawn"]))
    assert district.marks("a-1")["400001"] == "*"


def test_c7_a_deleted_assignment_is_not_made_again(district: PowerSchoolDistrict):
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)
    district.night(START)
    district.control("DELETE", f"/columns/{district.column('a-1')['id']}")

    district.edit("a-1", title="Renamed")
    district.score("a-1", "s-3001", 19)
    run, writes = sent(district, NEXT)

    assert (run.code, writes, told(run)) == (0, [], ("deleted_in_sis", []))
    assert district.columns() == []


@pytest.mark.parametrize("action", ["drop_before", "drop_after"])
def test_c10_a_lost_answer_is_repeated_at_once_under_our_id(
    district: PowerSchoolDistrict, action: str
):
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)
    fault(district, action, ITEM, nth=1)
    fault(district, action, MARK, nth=1)

    run = district.night(START)

    assert_arrived(district, run, "a-1", s3001="18")
    assert len(district.columns()) == 1


def test_c8_c10_a_night_of_faults_comes_to_the_same_end(
    district: PowerSchoolDistrict, twin: PowerSchoolDistrict
):
    some_work(district)
    fault(district, "drop_after", MARK)
    assert district.sync().code in {3, 5}
    healed(district)

    assert_as_if_nothing_had_happened(district, twin)


def test_a8_every_teacher_of_the_class_must_be_in_the_group(district: PowerSchoolDistrict):
    lenient(district)
    district.assess("a-1", classes=[district.assigned("c-1003")])
    run = district.night(START)
    assert_kept_out(district, run, "a-1", "class_teachers_not_in_group", section=SCIENCE)

    join(district, "t-2003")
    assert_arrived(district, district.sync(), "a-1", section=SCIENCE)

    leave(district, "t-2002")
    assert_refused(district.sync(), "a-1", "class_teachers_not_in_group", section=SCIENCE)


def test_a12_a_due_date_outside_the_term_does_not_pass(district: PowerSchoolDistrict):
    lenient(district)
    district.assess("a-1", classes=[due(district, TERM_LAST + timedelta(days=1))])
    district.assess("a-2", classes=[due(district, TERM_LAST)])

    run = district.night(START)

    assert_kept_out(district, run, "a-1", "due_outside_term")
    assert_arrived(district, run, "a-2")


def test_a12_a_locked_term_stays_as_it_is_since_the_sis_itself_refuses(
    district: PowerSchoolDistrict,
):
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)
    district.night(START)
    district.control("POST", f"/periods/{Q1}/close")
    before = gradebooks(district)

    district.edit("a-1", title="Renamed")
    district.score("a-1", "s-3001", 19)
    district.assess("a-2")
    run = district.night(NEXT)

    assert run.code == 3
    assert gradebooks(district) == before
    for found in (record(run, "a-1", MATH), record(run, "a-2", MATH)):
        assert found["state"] == "rejected"
        assert "locked" in found["reason"]
    assert told(run, "s-3001")[0] == "rejected"

    district.control("POST", f"/periods/{Q1}/reopen")
    run = district.sync()
    assert (run.code, told(run), told(run, id_="a-2")[0]) == (0, ("updated", []), "created")
    assert district.marks("a-1")["400001"] == "19"


def much_waits_in_a_locked_term(district: PowerSchoolDistrict) -> None:
    """Two assignments with scores in one section and one in another, edited when Q1 was locked."""
    classes = [district.assigned("c-1001"), district.assigned("c-1002")]
    district.assess("a-1", classes=classes)
    district.assess("a-2")
    for student in ("s-3001", "s-3002", "s-3003"):
        district.score("a-1", student, 18)
        district.score("a-2", student, 9)
    district.score("a-1", "s-3008", 5)
    district.night(START)
    district.control("POST", f"/periods/{Q1}/close")
    district.edit("a-1", title="Renamed")
    district.assess("a-3")
    for student in ("s-3001", "s-3002", "s-3003"):
        district.score("a-1", student, 19)
        district.score("a-2", student, 10)
    district.score("a-1", "s-3008", 6)


def test_e4_e5_one_record_of_a_locked_term_is_tried_and_the_others_wait(
    district: PowerSchoolDistrict,
):
    much_waits_in_a_locked_term(district)
    before = gradebooks(district)

    for day in (NEXT, NEXT + timedelta(days=1)):
        run, writes = sent(district, day)
        # One for each section: an administrator may unlock it for one of them.
        assert (run.code, len(writes)) == (3, 2)
        assert gradebooks(district) == before
        for student in ("s-3001", "s-3002", "s-3003"):
            assert told(run, student)[0] == told(run, student, id_="a-2")[0] == "rejected"
        assert "locked" in record(run, "a-3", MATH)["reason"]


def test_c8_all_that_waited_for_a_locked_term_goes_on_the_night_on_which_it_is_open(
    district: PowerSchoolDistrict,
):
    much_waits_in_a_locked_term(district)
    district.night(NEXT)
    district.control("POST", f"/periods/{Q1}/reopen")

    run = district.night(NEXT + timedelta(days=1))

    assert (run.code, told(run), told(run, id_="a-3")[0]) == (0, ("updated", []), "created")
    marks = district.marks("a-1")
    assert [marks[f"40000{n}"] for n in (1, 2, 3)] == ["19", "19", "19"]
    assert [district.marks("a-2")[f"40000{n}"] for n in (1, 2, 3)] == ["10", "10", "10"]
    assert sent(district, NEXT + timedelta(days=1))[1] == []


def test_a12_a_section_that_is_unlocked_by_itself_takes_what_waited(district: PowerSchoolDistrict):
    much_waits_in_a_locked_term(district)
    district.control("POST", f"/sections/{MATH_TOO}/unlock", {"period": Q1})

    run = district.night(NEXT)

    assert told(run, "s-3001")[0] == "rejected"
    assert told(run, "s-3008", section=MATH_TOO)[0] == "sent"


def test_a12_a_column_that_a_teacher_moved_into_a_locked_term_holds_up_no_other(
    district: PowerSchoolDistrict,
):
    for id_ in ("a-1", "a-2"):
        district.assess(id_)
        district.score(id_, "s-3001", 18)
    district.night(START)
    district.control("PATCH", f"/columns/{district.column('a-1')['id']}", {"due": "2026-11-20"})
    district.control("POST", f"/periods/{Q2}/close")

    for id_ in ("a-1", "a-2"):
        district.score(id_, "s-3001", 19)
        district.edit(id_, title=f"Renamed {id_}")
    run = district.night(NEXT)

    assert told(run, "s-3001")[0] == told(run)[0] == "rejected"
    assert (told(run, id_="a-2"), told(run, "s-3001", id_="a-2")) == (("updated", []), ("sent", []))


def test_a12_a_due_date_that_moves_into_a_locked_term_holds_up_no_other_column(
    district: PowerSchoolDistrict,
):
    for id_ in ("a-1", "a-2"):
        district.assess(id_)
        district.score(id_, "s-3001", 18)
    district.night(START)
    district.control("POST", f"/periods/{Q2}/close")

    district.edit("a-1", classes=[due(district, date(2026, 11, 20))])
    district.edit("a-2", title="Renamed")
    district.score("a-2", "s-3001", 19)
    run = district.night(NEXT)

    assert told(run)[0] == "rejected"
    assert (told(run, id_="a-2"), told(run, "s-3001", id_="a-2")) == (("updated", []), ("sent", []))


def test_a5_an_inactive_copy_is_refused_by_the_sis_and_told(district: PowerSchoolDistrict):
    district.control("POST", f"/categories/{QUIZ_COPY}/deactivate", {})
    district.categories["Lab"] = "Homework"
    district.assess("a-1")
    district.assess("a-2", type="Lab")

    run = district.night(START)

    assert run.code == 3
    assert told(run) == ("rejected", [])
    assert "not active" in record(run, "a-1", MATH)["reason"]
    assert told(run, id_="a-2") == ("created", [])
    [column] = district.columns()
    assert category_of(district, column["id"]) == str(HOMEWORK_COPY)


def test_a15_the_same_twice_does_not_pass(district: PowerSchoolDistrict):
    lenient(district)
    for id_, hour in (("a-1", 15), ("a-2", 16)):
        made = f"2026-10-12T{hour}:00:00Z"
        district.assess(id_, title="Fractions", activityId="act-9", createdAt=made)

    run = district.night(START)

    assert_arrived(district, run, "a-1")
    assert_kept_out(district, run, "a-2", "duplicate_of")


ROUTES = [("xte", "oneroster"), ("oneroster", "xte")]


def after_a_change_of_route(district: PowerSchoolDistrict, before: str, after: str) -> Run:
    """A night by one route, an edit, and a night by the other."""
    district.sis_more = f'route = "{before}"'
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)
    district.night(START)
    district.sis_more = f'route = "{after}"'
    district.edit("a-1", title="Renamed")
    district.score("a-1", "s-3001", 19)
    return district.night(NEXT)


@pytest.mark.parametrize(("before", "after"), ROUTES)
def test_c3_a_district_that_changes_the_route_gets_no_second_column(
    district: PowerSchoolDistrict, before: str, after: str
):
    run = after_a_change_of_route(district, before, after)

    assert run.code in {0, 3}
    assert len(district.columns()) == 1


@pytest.mark.parametrize(("before", "after"), ROUTES)
def test_c7_a_column_that_the_other_route_made_is_not_deleted(
    district: PowerSchoolDistrict, before: str, after: str
):
    run = after_a_change_of_route(district, before, after)

    assert told(run) == ("held", [])

    district.sis_more = f'route = "{before}"'
    run = district.sync()
    assert (told(run), told(run, "s-3001")) == (("updated", []), ("sent", []))


def test_the_plugin_log_holds_no_xte_write_of_such_a_night(district: PowerSchoolDistrict):
    some_work(district)

    assert district.sync().code == 0

    assert {e["operation"] for e in sis_writes(district)} == {ITEM, MARK}
    assert not any(e["path"].startswith("/ws/xte") for e in district.journal() if e["write"])
