"""C3 where two columns carry one tag: nothing is guessed, a person is told, and who may go on does.

It happens where two agents with ledgers of their own serve one district, where a create was done
twice, where a backup was restored, and where a teacher copies an assignment with its description.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.e2e.powerschool.bypass import Xte
from tests.e2e.powerschool.campus import MATH, PowerSchoolDistrict, tag_of
from tests.e2e.powerschool.verdicts import CREATE, REPLACE, SCORES
from tests.e2e.support.district import START, Run
from tests.e2e.support.night_work import fault, healed
from tests.e2e.support.recording_proxy import Exchange, relaying
from tests.e2e.support.verdicts import record, sent, sis_writes, told

NEXT, THIRD, FOURTH = (START + timedelta(days=n) for n in (1, 2, 3))
TAG = tag_of("pb-a-1.c-1001")
HELD = ("held", ["doubled_in_sis"])
LIST = "listAssignments"


def another(district: PowerSchoolDistrict, title: str = "Quiz a-1", text: str = TAG) -> str:
    """Somebody makes a column that carries our tag; what takes its scores."""
    return str(Xte(district).made(name=title, description=text)[1])


def delete(district: PowerSchoolDistrict, column: str) -> None:
    """The teacher deletes it."""
    district.control("DELETE", f"/columns/{column}")


def take_the_tag_off(district: PowerSchoolDistrict, column: str) -> None:
    """The teacher empties the description."""
    district.control("PATCH", f"/columns/{column}", {"description": "Mine."})


def number_of(district: PowerSchoolDistrict, column: str) -> str:
    """The assignment's own number, by which an administrator finds it."""
    fields = ("assignmentsectionid", "assignmentid")
    [row] = district.watcher.rows("assignmentsection", f"assignmentsectionid=={column}", *fields)
    return row["assignmentid"]


def cells(district: PowerSchoolDistrict, column: str) -> dict[str, str]:
    """Student -> what stands in the column, where anything does."""
    return {
        row["student"]: cell["display"]
        for row in district.gradebook(MATH)["rows"]
        for cell in row["cells"]
        if cell["column"] == column and cell["display"] != "*"
    }


def lists(district: PowerSchoolDistrict, since: int) -> int:
    """How often the columns of a section were listed since then."""
    return sum(e["operation"] == LIST for e in district.journal()[since:])


def assert_quiet(district: PowerSchoolDistrict) -> Run:
    """A second run straight after a run sends nothing."""
    before = len(sis_writes(district))
    run = district.sync()
    assert (run.code, run.writes, len(sis_writes(district))) == (0, 0, before)
    return run


# ---- without a claim -----------------------------------------------------------------------------


@pytest.mark.parametrize("ended", [delete, take_the_tag_off])
def test_c3_of_two_columns_with_our_tag_that_nobody_claims_neither_is_written_until_one_is_gone(
    district: PowerSchoolDistrict, ended: Callable[[PowerSchoolDistrict, str], None]
):
    first, second = another(district), another(district, "Quiz a-1, copied")
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)

    run, writes = sent(district, START)

    assert (run.code, writes, told(run), told(run, "s-3001")) == (0, [], HELD, HELD)
    assert [told(run, f"s-300{n}") for n in range(1, 8)] == [HELD] * 7
    why = record(run, "a-1", MATH)["reason"]
    for column, title in ((first, '"Quiz a-1"'), (second, '"Quiz a-1, copied"')):
        assert f"{title} ({number_of(district, column)})" in why
    assert TAG in why
    assert "delete" in why
    assert told(assert_quiet(district)) == HELD

    ended(district, first)
    run, writes = sent(district, NEXT)

    assert (run.code, writes, told(run, "s-3001")) == (0, [SCORES], ("sent", []))
    assert (cells(district, first), cells(district, second)) == ({}, {"400001": "18"})
    assert told(assert_quiet(district)) == ("unchanged", [])


def test_c3_a_lost_ledger_and_two_columns_with_our_tag_write_into_neither(
    district: PowerSchoolDistrict,
):
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)
    district.night(START)
    another(district)
    for file in district.folder.glob("*.db*"):
        file.unlink()
    district.score("a-1", "s-3001", 19)

    run, writes = sent(district, NEXT)

    assert (run.code, writes, told(run), told(run, "s-3001")) == (0, [], HELD, HELD)


def test_c10_of_two_columns_with_our_tag_none_is_taken_for_the_one_that_got_no_answer(
    district: PowerSchoolDistrict,
):
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)
    district.evening(START)
    fault(district, "drop_after", CREATE)
    assert district.sync().code == 3
    healed(district)
    [made] = [c["id"] for c in district.columns()]
    second = another(district)

    run, writes = sent(district, NEXT)
    assert (run.code, writes, told(run), told(run, "s-3001")) == (0, [], HELD, HELD)
    assert number_of(district, made) in record(run, "a-1", MATH)["reason"]
    assert told(assert_quiet(district)) == HELD

    delete(district, made)
    run, writes = sent(district, THIRD)
    assert (run.code, writes, told(run), told(run, "s-3001")) == (
        0,
        [SCORES],
        ("unchanged", []),
        ("sent", []),
    )
    assert cells(district, second) == {"400001": "18"}


# ---- with a claim --------------------------------------------------------------------------------


def doubled_after_a_night(district: PowerSchoolDistrict) -> tuple[str, str]:
    """Our own column, and one more that carries its tag."""
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)
    district.night(START)
    [ours] = [c["id"] for c in district.columns()]
    return ours, another(district, "Quiz a-1, copied")


@pytest.mark.parametrize("ended", [delete, take_the_tag_off])
def test_c3_a_second_column_with_our_tag_is_told_the_night_after_the_create_though_nothing_changed(
    district: PowerSchoolDistrict, ended: Callable[[PowerSchoolDistrict, str], None]
):
    ours, copy = doubled_after_a_night(district)

    run, writes = sent(district, NEXT)

    assert (run.code, writes, told(run)) == (0, [], HELD)
    assert told(run, "s-3001") == ("unchanged", [])
    why = record(run, "a-1", MATH)["reason"]
    assert f'goes on with "Quiz a-1" ({number_of(district, ours)})' in why
    assert f'"Quiz a-1, copied" ({number_of(district, copy)})' in why
    # Nothing changes any more, and it is looked at every night all the same.
    assert [told(district.night(day)) for day in (THIRD, FOURTH)] == [HELD, HELD]
    assert told(assert_quiet(district)) == HELD

    ended(district, copy)
    run, writes = sent(district, FOURTH + timedelta(days=1))

    assert (run.code, writes, told(run)) == (0, [], ("unchanged", []))
    before = len(district.journal())
    assert told(assert_quiet(district)) == ("unchanged", [])
    assert lists(district, before) == 0


def test_c3_the_column_that_the_ledger_claims_goes_on_being_served_alone(
    district: PowerSchoolDistrict,
):
    ours, copy = doubled_after_a_night(district)
    district.night(NEXT)

    district.edit("a-1", title="Renamed")
    district.score("a-1", "s-3001", 19)
    district.score("a-1", "s-3002", 12)
    run, writes = sent(district, THIRD)

    assert (run.code, writes, told(run)) == (0, [REPLACE, SCORES], HELD)
    assert told(run, "s-3001") == told(run, "s-3002") == ("sent", [])
    assert (cells(district, ours), cells(district, copy)) == ({"400001": "19", "400002": "12"}, {})
    titles = {c["id"]: c["title"] for c in district.columns()}
    assert titles == {ours: "Renamed", copy: "Quiz a-1, copied"}
    assert [told(district.night(FOURTH)), told(assert_quiet(district))] == [HELD, HELD]


def test_c3_an_edit_finds_a_second_column_whenever_it_was_made(district: PowerSchoolDistrict):
    district.assess("a-1")
    district.night(START)
    district.night(NEXT)
    another(district)

    district.edit("a-1", title="Renamed")
    run, writes = sent(district, THIRD)

    assert (run.code, writes, told(run)) == (0, [REPLACE], HELD)
    assert told(district.night(FOURTH)) == HELD


def test_c3_where_the_teacher_deletes_the_one_that_we_served_the_other_takes_its_place(
    district: PowerSchoolDistrict,
):
    ours, copy = doubled_after_a_night(district)
    district.night(NEXT)
    district.score("a-1", "s-3002", 12)
    delete(district, ours)

    run, writes = sent(district, THIRD)

    assert (run.code, writes, told(run)) == (0, [SCORES], ("unchanged", []))
    assert told(run, "s-3001") == told(run, "s-3002") == ("sent", [])
    assert cells(district, copy) == {"400001": "18", "400002": "12"}
    assert told(assert_quiet(district)) == ("unchanged", [])
    district.score("a-1", "s-3001", 17)
    assert told(district.sync(), "s-3001") == ("sent", [])
    assert cells(district, copy) == {"400001": "17", "400002": "12"}


def test_c3_a_teachers_marks_in_the_column_that_takes_the_others_place_stay(
    district: PowerSchoolDistrict,
):
    ours, copy = doubled_after_a_night(district)
    district.score("a-1", "s-3002", 15)
    district.night(NEXT)
    district.control("PUT", f"/columns/{copy}/scores/400001", {"score": 11})
    district.control("PUT", f"/columns/{copy}/scores/400002", {"score": 15})
    delete(district, ours)

    run, writes = sent(district, THIRD)

    assert (run.code, writes) == (0, [])
    assert (told(run, "s-3001")[0], told(run, "s-3002")[0]) == ("kept", "unchanged")
    assert cells(district, copy) == {"400001": "11", "400002": "15"}


def test_c3_an_assignment_of_ours_into_which_a_teacher_copied_a_tag_is_no_second_one(
    district: PowerSchoolDistrict,
):
    """What the ledger claims for another assessment is that assessment's, whatever it carries."""
    district.assess("a-1")
    district.assess("a-2")
    district.night(START)
    theirs = next(c["id"] for c in district.columns() if c["title"] == "Quiz a-2")
    district.control("PATCH", f"/columns/{theirs}", {"description": f"See {TAG}"})

    run, writes = sent(district, NEXT)

    assert (run.code, writes) == (0, [])
    assert told(run) == told(run, id_="a-2") == ("unchanged", [])


# ---- two agents ----------------------------------------------------------------------------------


def test_c3_two_agents_with_ledgers_of_their_own_each_serve_what_they_made_and_tell_the_other(
    district: PowerSchoolDistrict,
):
    """The second one's whole night falls between the first one's look and its create."""
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)
    district.evening(START)
    folder = district.folder / "other"
    folder.mkdir()
    other = replace(district, folder=folder)
    mock = district.sis
    with relaying(mock) as relay:

        def the_other_ones_night(exchange: Exchange) -> bool:
            if exchange.method == "POST" and "/ws/xte/" in exchange.path:
                process = other.start_sync()
                assert process.wait(60) == 0
            return False

        relay.before, district.sis = the_other_ones_night, relay.url
        run = district.sync()
        district.sis = mock

    assert (run.code, told(run)) == (0, ("created", []))
    assert len(district.columns()) == 2
    assert len([e for e in sis_writes(district) if e["operation"] == CREATE]) == 2
    runs = [one.night(NEXT) for one in (district, other)]
    assert [told(run) for run in runs] == [HELD, HELD]
    assert [run.writes for run in runs] == [0, 0]

    # Nobody has to tell the agents which one was deleted.
    delete(district, district.columns()[0]["id"])
    district.score("a-1", "s-3001", 17)
    runs = [one.night(THIRD) for one in (district, other)]
    assert [told(run) for run in runs] == [("unchanged", [])] * 2
    [left] = [c["id"] for c in district.columns()]
    assert cells(district, left) == {"400001": "17"}
    assert [one.sync().writes for one in (district, other)] == [0, 0]


# ---- the list after a create ---------------------------------------------------------------------


def test_c3_a_gradebook_in_which_a_column_was_made_is_listed_once_more_and_no_other(
    district: PowerSchoolDistrict,
):
    district.assess("a-1")
    district.night(START)
    district.plan()  # shows what a sync would do, and takes nothing from it

    before = len(district.journal())
    assert_quiet(district)
    between = len(district.journal())
    assert_quiet(district)

    assert (lists(district, before), lists(district, between)) == (1, 0)


def test_c3_a_night_that_ended_early_leaves_the_list_to_the_next(district: PowerSchoolDistrict):
    """It is noted with the create itself: what dies between the two must not forget it."""
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)
    district.evening(START)
    fault(district, "maintenance", SCORES)
    assert district.sync().code == 5
    healed(district)
    another(district)

    run, writes = sent(district, NEXT)

    assert (run.code, writes, told(run), told(run, "s-3001")) == (0, [SCORES], HELD, ("sent", []))
