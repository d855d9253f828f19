"""C10 where nothing can be told: what is left in doubt waits, is told, and is never made twice."""

from datetime import timedelta

import pytest

from tests.e2e.powerschool.campus import MATH, PowerSchoolDistrict, tag_of
from tests.e2e.powerschool.verdicts import CREATE, REPLACE, SCORES
from tests.e2e.support.district import START
from tests.e2e.support.night_work import fault, healed
from tests.e2e.support.recording_proxy import Exchange, between
from tests.e2e.support.verdicts import record, sent, told

pytestmark = pytest.mark.slow

NEXT = START + timedelta(days=1)
JSON = {"content-type": "application/json"}


def lost(district: PowerSchoolDistrict, operation: str, action: str = "drop_after") -> None:
    """A night in which the answers to *operation* get lost, each time."""
    district.evening(START)
    fault(district, action, operation)
    assert district.sync().code == 3
    healed(district)


def describe(district: PowerSchoolDistrict, column: str, text: str = "") -> None:
    """The teacher rewrites the description."""
    district.control("PATCH", f"/columns/{column}", {"description": text})


def two_alike_without_marks(district: PowerSchoolDistrict) -> list[str]:
    """Two columns that got lost, and whose descriptions a teacher rewrote."""
    district.assess("a-1")
    district.assess("a-2", title="Quiz a-1")
    lost(district, CREATE)
    columns = [c["id"] for c in district.columns()]
    for column in columns:
        describe(district, column)
    return columns


def test_c10_a_person_says_which_is_which_by_writing_the_mark(district: PowerSchoolDistrict):
    first, second = two_alike_without_marks(district)
    run = district.night(NEXT)
    assert told(run)[0] == told(run, id_="a-2")[0] == "held"
    mark = tag_of("pb-a-2.c-1001")
    assert mark in record(run, "a-2", MATH)["reason"]

    describe(district, first, f"Second one. {mark}")
    run = district.sync()

    assert told(run, id_="a-2")[0] == told(run)[0] == "unchanged"
    district.edit("a-2", title="The second one")
    run, writes = sent(district, NEXT)
    assert writes == [REPLACE]
    titles = {c["id"]: c["title"] for c in district.columns()}
    assert titles == {first: "The second one", second: "Quiz a-1"}


def test_c10_or_by_deleting_them(district: PowerSchoolDistrict):
    for column in two_alike_without_marks(district):
        district.control("DELETE", f"/columns/{column}")

    run, writes = sent(district, NEXT)

    assert (run.code, writes) == (0, [CREATE, CREATE])
    assert len(district.columns()) == 2


def test_c10_a_column_of_ours_that_looks_like_another_one_is_held(district: PowerSchoolDistrict):
    district.assess("a-1")
    lost(district, CREATE)
    column = district.column("a-1")["id"]
    describe(district, column)
    district.control("PATCH", f"/columns/{column}", {"title": "Mine", "due": "2026-10-19"})

    run, writes = sent(district, NEXT)

    assert (told(run)[0], writes) == ("held", [])
    assert [c["title"] for c in district.columns()] == ["Mine"]


def test_c10_scores_of_a_column_in_doubt_wait_with_it(district: PowerSchoolDistrict):
    two_alike_without_marks(district)
    district.score("a-1", "s-3001", 18)

    run, writes = sent(district, NEXT)

    assert (told(run, "s-3001")[0], writes) == ("held", [])


def test_c10_a_plan_does_not_promise_what_is_in_doubt(district: PowerSchoolDistrict):
    district.assess("a-1")
    lost(district, CREATE)

    plan = district.plan("--json")

    assert (told(plan)[0], plan.report["counts"].get("created", 0)) == ("failed", 0)
    assert "reads back whether it arrived" in record(plan, "a-1", MATH)["reason"]
    assert (told(district.sync())[0], len(district.columns())) == ("unchanged", 1)


@pytest.mark.parametrize("marked", [True, False])
def test_c10_a_lost_ledger_makes_no_second_column(district: PowerSchoolDistrict, marked):
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)
    district.night(START)
    column = district.column("a-1")["id"]
    if not marked:
        describe(district, column, "Bring a ruler.")
    district.type_score("a-1", "400002", 3) if marked else None
    for file in district.folder.glob("*.db*"):
        file.unlink()

    run, writes = sent(district, NEXT)

    assert (run.code, told(run)[0], writes) == (0, "unchanged", [])
    assert [c["id"] for c in district.columns()] == [column]
    assert told(run, "s-3001")[0] == "unchanged"


@pytest.mark.parametrize("action", ["drop_before", "drop_after"])
def test_c10_a_replace_in_a_list_that_cannot_be_read_waits_for_it(
    district: PowerSchoolDistrict, action: str
):
    """An edit that the teacher makes meanwhile is not written over once it can be read."""
    district.assess("a-1")
    district.night(START)
    district.edit("a-1", title="Renamed")
    lost(district, REPLACE, action)
    column = district.columns()[0]["id"]
    district.control("PATCH", f"/columns/{column}", {"title": "Mine"})
    with between(district, "sis") as relay:

        def spoil(exchange: Exchange) -> None:
            if "section_ids=" in exchange.path:
                exchange.answer(500, {"message": "?"}, JSON)

        relay.alter = spoil
        run = district.sync()
    assert (run.code, told(run)[0]) == (3, "failed")

    run, writes = sent(district, NEXT)

    assert (told(run)[0], writes) == ("kept", [])
    assert district.column("a-1")["title"] == "Mine"


def test_c10_scores_that_cannot_be_read_back_tonight_wait(district: PowerSchoolDistrict):
    district.assess("a-1")
    district.night(START)
    district.score("a-1", "s-3001", 18)
    lost(district, SCORES)
    district.type_score("a-1", "400001", 11)
    with between(district, "sis") as relay:

        def spoil(exchange: Exchange) -> None:
            if "table/assignmentscore" in exchange.path:
                exchange.answer(500, {"message": "?"}, JSON)

        relay.alter = spoil
        run = district.sync()
    assert (run.code, told(run, "s-3001")[0]) == (3, "failed")

    run, writes = sent(district, NEXT)

    assert (told(run, "s-3001")[0], writes) == ("kept", [])
    assert district.marks("a-1")["400001"] == "11"


def test_c10_a_create_over_the_other_route_is_left_to_it(district: PowerSchoolDistrict):
    district.assess("a-1")
    lost(district, CREATE)

    district.sis_more = 'route = "oneroster"'
    run, _ = sent(district, NEXT)
    assert (told(run)[0], len(district.columns())) == ("held", 1)

    district.sis_more = 'route = "xte"'
    run = district.sync()
    assert (run.code, told(run)[0], len(district.columns())) == (0, "unchanged", 1)
