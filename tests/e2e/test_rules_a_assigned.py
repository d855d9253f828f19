"""Rule A6 end to end, where the assigned date is still to come: no column before that day."""

from datetime import date, timedelta
from typing import Any

import pytest

from tests.e2e.support.actors import at
from tests.e2e.support.district import START, District, Run
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
    states_of,
)

DAY = START + timedelta(days=2)
BEFORE, LATER = DAY - timedelta(days=1), DAY + timedelta(days=1)
DUE = date(2026, 10, 23)
CODE = "not_assigned_yet"
FIRST, SECOND = "200001", "200002"


def entry(district: District, assigned: date, class_: str = "c-1001", **more: Any) -> Any:
    """The entry of a class to which it is assigned on that day."""
    days = {"assignedDate": assigned.isoformat(), "dueDate": DUE.isoformat()}
    return district.assigned(class_, **{**days, **more})


def for_later(district: District, **changes: Any) -> None:
    """a-1 is in Otus, assigned for `DAY`."""
    district.assess("a-1", **{"classes": [entry(district, DAY)], **changes})


def told(run: Run, student: str | None = None, section: str = FIRST) -> tuple[str, list[str]]:
    """State and codes of a record of a-1."""
    found = record(run, "a-1", section, student)
    return found["state"], found["codes"]


# ---- the day -------------------------------------------------------------------------------------


@BOTH
def test_a6_assigned_for_a_later_day_its_column_is_made_on_that_night(district: District):
    lenient(district)
    for_later(district)

    for day in (START, BEFORE):
        run = district.night(day)
        assert_kept_out(district, run, "a-1", CODE)
        assert DAY.isoformat() in reason(run, "a-1")
        assert run.writes == 0
    # The small hours of the day itself are still the evening before.
    assert_kept_out(district, at(district, DAY, 5, 59), "a-1", CODE)

    # Nothing but the calendar changed.
    run = district.night(DAY)

    assert assert_arrived(district, run, "a-1", s3001="*")["due"] == DUE.isoformat()
    assert told(run, "s-3001") == ("refused", ["not_due_yet"])
    assert district.sync().writes == 0


@BOTH
def test_a6_from_six_on_it_is_the_day_on_which_it_is_assigned(district: District):
    for_later(district)

    assert_arrived(district, at(district, DAY, 6), "a-1")


@BOTH
def test_a6_the_plan_tells_what_is_not_assigned_yet(district: District):
    for_later(district)
    district.evening(BEFORE)

    plan = district.plan()

    assert_refused(plan, "a-1", CODE)
    assert plan.writes == 0


@BOTH
def test_a6_assigned_for_an_earlier_day_after_all_it_passes_that_night(district: District):
    for_later(district)
    district.night(START)

    district.edit("a-1", classes=[entry(district, BEFORE)])

    assert_arrived(district, district.night(BEFORE), "a-1")


@BOTH
def test_a6_a_students_own_later_day_keeps_no_column_back(district: District):
    listed = [{"studentId": "s-3001", "assignedDate": DAY.isoformat()}]
    district.assess("a-1", classes=[entry(district, START, students=listed)])

    assert_arrived(district, district.night(START), "a-1", s3001="*")


@BOTH
def test_a6_is_told_no_longer_from_that_day_on_where_another_rule_refuses_too(district: District):
    for_later(district, type="Journal")
    assert_kept_out(district, district.night(START), "a-1", CODE, "type_not_mapped")

    assert_kept_out(district, district.night(DAY), "a-1", "type_not_mapped")


def test_a6_and_a11_are_both_waited_for(district: District):
    """Assigned on one day, due in a period that begins on another."""
    lenient(district)
    begins = date(2026, 11, 16)
    district.assess("a-1", classes=[entry(district, DAY, dueDate="2026-11-20")])
    gate = "due_outside_current_period"

    assert_kept_out(district, district.night(START), "a-1", CODE, gate)
    assert_kept_out(district, district.night(DAY), "a-1", gate)
    assert_arrived(district, district.night(begins), "a-1")


# ---- a student who has a score has been assigned ------------------------------------------------


@BOTH
def test_a6_where_a_student_has_a_score_it_has_been_assigned(district: District):
    for_later(district)
    assert_kept_out(district, district.night(START), "a-1", CODE)

    district.score("a-1", "s-3001", 18)

    assert_arrived(district, district.night(BEFORE), "a-1", s3001="18", s3002="*")


@BOTH
@pytest.mark.parametrize(
    "score", [(None, "turned_in"), (None, "not_submitted", "excused"), (None, "graded")]
)
def test_a6_what_is_no_score_assigns_nothing(district: District, score: tuple[Any, ...]):
    for_later(district)
    district.score("a-1", "s-3001", *score)

    assert_kept_out(district, district.night(BEFORE), "a-1", CODE)


@BOTH
def test_a6_a_score_in_another_class_assigns_nothing_to_this_one(district: District):
    classes = [entry(district, DAY), entry(district, DAY, "c-1002")]
    district.assess("a-1", classes=classes)
    district.score("a-1", "s-3008", 17)

    run = district.night(START)

    assert told(run, section=SECOND) == ("created", [])
    assert told(run, "s-3008", SECOND) == ("sent", [])
    assert told(run) == told(run, "s-3001") == ("refused", [CODE])
    assert len(columns_of(district, "a-1")) == 1


@BOTH
def test_a6_a_score_of_who_is_not_on_the_list_assigns_nothing(district: District):
    listed = [{"studentId": "s-3002", "assignedDate": None}]
    district.assess("a-1", classes=[entry(district, DAY, students=listed)])
    district.score("a-1", "s-3001", 18)

    run = district.night(START)
    assert_refused(run, "a-1", CODE)
    assert not columns_of(district, "a-1")

    district.score("a-1", "s-3002", 12)
    assert_arrived(district, district.night(BEFORE), "a-1", s3001="*", s3002="12")


@BOTH
def test_a6_no_0_is_due_to_a_class_before_it_was_assigned(district: District):
    """Whatever the due date: it was made early for one student's score."""
    district.assess("a-1", classes=[entry(district, DAY, dueDate=BEFORE.isoformat())])
    district.score("a-1", "s-3001", 18)
    assert_arrived(district, district.night(START), "a-1", s3001="18")

    district.night(DAY)

    assert set(district.marks("a-1").values()) == {"18", "*"}


# ---- a column that exists ------------------------------------------------------------------------


@BOTH
def test_a6_a_column_that_exists_goes_on_when_its_day_is_moved_to_the_future(district: District):
    district.assess("a-1", classes=[entry(district, START)])
    district.score("a-1", "s-3001", 18)
    district.night(START)
    before = district.column("a-1")

    district.edit("a-1", classes=[entry(district, date(2026, 10, 21))])
    moved = district.night(BEFORE)

    assert moved.code == 0
    assert states_of(moved, ["a-1"])["a-1"] in {"updated", "unchanged"}
    after = district.column("a-1")
    assert {**after, "assigned": None} == {**before, "assigned": None}
    assert district.marks("a-1")["400001"] == "18"

    # An edit, and a score of somebody else, go as ever.
    district.edit("a-1", title="Renamed")
    district.score("a-1", "s-3002", 15)
    run = district.night(DAY)
    assert (told(run), told(run, "s-3002")) == (("updated", []), ("sent", []))
    assert district.column("a-1")["id"] == before["id"]


@BOTH
def test_a6_a_column_without_scores_goes_on_too(district: District):
    district.assess("a-1", classes=[entry(district, START)])
    district.night(START)
    column = district.column("a-1")["id"]

    district.edit("a-1", title="Renamed", classes=[entry(district, date(2026, 10, 21))])
    run = district.night(BEFORE)

    assert told(run) == ("updated", [])
    found = district.column("a-1")
    assert (found["id"], found["title"]) == (column, "Renamed")


@BOTH
def test_a6_a_column_that_a_lost_ledger_does_not_know_goes_on(district: District):
    district.assess("a-1", classes=[entry(district, START)])
    district.night(START)
    district.edit("a-1", classes=[entry(district, date(2026, 10, 21))])
    for file in district.folder.glob("*.db*"):
        file.unlink()

    run = district.night(BEFORE)

    assert (run.code, told(run)[0] in {"unchanged", "kept"}) == (0, True)
    assert len(columns_of(district, "a-1")) == 1


@BOTH
def test_a6_a_column_that_a_teacher_deleted_is_not_made_again_before_that_day(district: District):
    district.policy = "recreate_deleted = true"
    district.assess("a-1", classes=[entry(district, START)])
    district.night(START)
    district.control("DELETE", f"/columns/{district.column('a-1')['id']}")

    # An edit is a reason to look; the second night knows that it is gone on each SIS.
    for day, title in ((BEFORE, "Renamed"), (BEFORE, "Renamed again")):
        district.edit("a-1", title=title, classes=[entry(district, date(2026, 10, 21))])
        run = district.night(day)
    assert told(run) == ("refused", [CODE])
    assert not columns_of(district, "a-1")

    assert_arrived(district, district.night(date(2026, 10, 21)), "a-1")


# ---- linked gradebooks ---------------------------------------------------------------------------


@pytest.mark.parametrize("early", ["c-1001", "c-1002"])
def test_a6_of_two_linked_classes_the_one_assigned_first_has_the_column_made(
    district: District, early: str
):
    late = "c-1002" if early == "c-1001" else "c-1001"
    classes = [entry(district, START, early), entry(district, DAY, late)]
    district.assess("a-1", classes=classes)
    theirs, others = (("s-3001", FIRST), ("s-3008", SECOND))
    if early == "c-1002":
        theirs, others = others, theirs
    district.score("a-1", theirs[0], 18)

    run = district.night(START)
    assert told(run, section=theirs[1]) == ("created", [])
    assert told(run, *theirs) == ("sent", [])
    assert told(run, section=others[1]) == told(run, *others) == ("refused", [CODE])

    # The column exists now, and nothing more is to be sent before its day.
    before = gradebooks(district)
    waiting = district.night(BEFORE)
    assert (waiting.code, waiting.writes, gradebooks(district)) == (0, 0, before)
    assert told(waiting, *others) == ("refused", ["not_due_yet"])

    district.score("a-1", others[0], 17)
    run = district.night(DAY)
    assert told(run, *others) == ("sent", [])
    assert [c["external_id"] for c in district.columns()] == [f"pb-a-1.{early}"]
    assert [district.marks("a-1")[s] for s in ("400001", "400008")] == (
        ["18", "17"] if early == "c-1001" else ["17", "18"]
    )
    assert district.sync().writes == 0


def test_a6_a_column_of_two_linked_classes_that_a_lost_ledger_does_not_know_goes_on(
    district: District,
):
    classes = [entry(district, START), entry(district, START, "c-1002")]
    district.assess("a-1", classes=classes)
    district.score("a-1", "s-3008", 17)
    district.night(START)
    classes[0]["assignedDate"] = "2026-10-21"
    district.edit("a-1", classes=classes)
    for file in district.folder.glob("*.db*"):
        file.unlink()

    run = district.night(BEFORE)

    assert run.code == 0
    assert [c["external_id"] for c in district.columns()] == ["pb-a-1.c-1001"]
    assert district.marks("a-1")["400008"] == "17"


@pytest.mark.parametrize("night", [BEFORE, LATER])
def test_a6_a_lost_ledger_makes_no_second_column_where_the_other_class_was_assigned_first(
    district: District, night: date
):
    classes = [entry(district, DAY), entry(district, START, "c-1002")]
    district.assess("a-1", classes=classes)
    district.score("a-1", "s-3008", 17)
    district.night(START)
    for file in district.folder.glob("*.db*"):
        file.unlink()

    run = district.night(night)

    assert run.code == 0
    assert [c["external_id"] for c in district.columns()] == ["pb-a-1.c-1002"]
    assert district.marks("a-1")["400008"] == "17"


def test_a6_linked_classes_that_both_wait_have_the_column_made_on_the_first_of_their_days(
    district: District,
):
    classes = [entry(district, LATER), entry(district, DAY, "c-1002")]
    district.assess("a-1", classes=classes)
    assert not columns_of(district, "a-1")
    assert told(district.night(START)) == ("refused", [CODE])

    run = district.night(DAY)

    assert told(run, section=SECOND) == ("created", [])
    assert told(run) == ("refused", [CODE])
    district.night(LATER)
    assert [c["external_id"] for c in district.columns()] == ["pb-a-1.c-1002"]
