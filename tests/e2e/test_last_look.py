"""The last look before a write: what moved in the gradebook since deciding is kept (C5)."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from tests.e2e.support.actors import typing, while_deciding
from tests.e2e.support.district import START, District
from tests.e2e.support.kinds import BOTH
from tests.e2e.support.recording_proxy import JSON, Exchange, between
from tests.e2e.support.verdicts import record, told

NEXT = START + timedelta(days=1)
LATER = START + timedelta(days=2)
AFTER = date(2026, 10, 17)
"""The first evening on which the default due date has passed."""


@BOTH
@pytest.mark.parametrize("typed", [15, 0, None])
def test_c5_a_score_that_a_teacher_changes_while_the_night_decides_is_kept(
    district: District, typed: float | None
):
    district.assess("a-1")
    district.score("a-1", "s-3001", 12)
    district.score("a-1", "s-3002", 12)
    district.night(START)
    district.score("a-1", "s-3001", 14)
    district.score("a-1", "s-3002", 14)
    if typed == 0:
        district.typed_zeros[district.column("a-1")["external_id"], "400001"] = True

    run = while_deciding(district, typing(district, "400001", typed), NEXT)

    assert run.code == 0
    assert told(run, "s-3001") == ("kept", [])
    assert "changed in the gradebook" in record(run, "a-1", "200001", "s-3001")["reason"]
    assert told(run, "s-3002") == ("sent", [])
    shown = "*" if typed is None else str(typed)
    assert (district.marks("a-1")["400001"], district.marks("a-1")["400002"]) == (shown, "14")

    again = district.night(LATER)
    assert (again.writes, told(again, "s-3001")) == (0, ("kept", []))
    district.score("a-1", "s-3001", 16)
    assert told(district.sync(), "s-3001") == ("sent", [])
    assert district.marks("a-1")["400001"] == "16"


@BOTH
def test_c5_a_first_score_that_a_teacher_forestalls_while_the_night_decides_is_kept(
    district: District,
):
    district.assess("a-1")
    district.night(START)
    district.score("a-1", "s-3001", 14)

    run = while_deciding(district, typing(district, "400001", 9), NEXT)

    assert told(run, "s-3001") == ("kept", [])
    assert district.marks("a-1")["400001"] == "9"
    assert district.night(LATER).writes == 0


def test_c6_a_score_that_a_teacher_changes_before_it_is_cleared_is_kept(district: District):
    district.assess("a-1")
    district.score("a-1", "s-3001", 12)
    district.score("a-1", "s-3002", 12)
    district.night(START)
    for student in ("s-3001", "s-3002"):
        district.score("a-1", student, None, "not_submitted")

    run = while_deciding(district, typing(district, "400001", 15), NEXT)

    assert told(run, "s-3001") == ("kept", ["score_withdrawn"])
    assert told(run, "s-3002") == ("cleared", ["score_withdrawn"])
    assert (district.marks("a-1")["400001"], district.marks("a-1")["400002"]) == ("15", "*")
    assert district.night(LATER).writes == 0


def test_c6_a_score_that_a_teacher_clears_first_needs_no_clearing(district: District):
    district.assess("a-1")
    district.score("a-1", "s-3001", 12)
    district.night(START)
    district.score("a-1", "s-3001", None, "not_submitted")

    run = while_deciding(district, typing(district, "400001", None), NEXT)

    assert told(run, "s-3001") == ("withdrawn", ["score_withdrawn"])
    assert (run.code, run.writes) == (0, 0)


@BOTH
def test_c5_an_exempt_students_cell_is_never_written(district: District):
    district.assess("a-1")
    for student in ("s-3001", "s-3002", "s-3004"):
        district.score("a-1", student, 12)
    district.night(START)
    district.annotate("a-1", "400001", 12, status="exempt")
    district.annotate("a-1", "400005", None, status="exempt")
    for student in ("s-3001", "s-3002"):
        district.score("a-1", student, 14)
    district.score("a-1", "s-3005", 14)

    run = district.night(NEXT)

    for student in ("s-3001", "s-3005"):
        assert told(run, student) == ("kept", [])
        assert "exempt" in record(run, "a-1", "200001", student)["reason"]
    assert told(run, "s-3002") == ("sent", [])
    assert district.cell("a-1", "400001") == {"display": "12", "status": ["exempt"]}
    assert district.cell("a-1", "400005") == {"display": "*", "status": ["exempt"]}
    assert district.night(LATER).writes == 0


@BOTH
def test_c5_a_student_whom_a_teacher_exempts_while_the_night_decides_is_not_written(
    district: District,
):
    district.assess("a-1")
    district.score("a-1", "s-3001", 12)
    district.night(START)
    district.score("a-1", "s-3001", 14)

    run = while_deciding(district, typing(district, "400001", 12, status="exempt"), NEXT)

    assert told(run, "s-3001") == ("kept", [])
    assert "exempt" in record(run, "a-1", "200001", "s-3001")["reason"]
    assert district.cell("a-1", "400001") == {"display": "12", "status": ["exempt"]}


@BOTH
def test_c5_where_the_cells_cannot_be_read_a_second_time_scores_go_as_they_were_decided(
    district: District,
):
    district.assess("a-1")
    district.score("a-1", "s-3001", 12)
    district.night(START)
    district.score("a-1", "s-3001", 14)
    facts, linked = district.facts, len(district.facts.books["200001"])

    with between(district, "sis") as relay:
        looks: list[str] = []

        def only_once(exchange: Exchange) -> bool:
            if exchange.method != "GET" or facts.marks_path not in exchange.path:
                return False
            looks.append(exchange.path)
            if len(looks) <= linked:
                return False
            exchange.answer(500, "", {})
            return True

        relay.before = only_once
        district.evening(NEXT)
        run = district.sync()

    assert told(run, "s-3001") == ("sent", [])
    assert district.marks("a-1")["400001"] == "14"


# ---- B4: the due date that the column shows when the 0 is written --------------------------------

LISTED = {"skyward": "/lineItems?", "powerschool": "section_ids="}
ONE = {"skyward": "/lineItems/pb-a-1", "powerschool": "/ws/xte/section/assignment/"}


def one_column(district: District, exchange: Exchange) -> bool:
    """Whether a request is about the one column, and no list of it or of its cells."""
    path = exchange.path.partition("?")[0]
    return ONE[district.kind] in path and "/results" not in path and path[-1] != "/"


@BOTH
def test_b4_a_due_date_that_a_teacher_moves_while_the_night_decides_keeps_the_0_back(
    district: District,
):
    district.assess("a-1")
    district.score("a-1", "s-3001", 12)
    district.night(START)
    district.score("a-1", "s-3001", 13)
    column, mock = district.column("a-1")["id"], district.sis

    def move() -> None:
        moved = {"due": "2026-10-19"}
        district.http.patch(f"{mock}/_mock/columns/{column}", json=moved).raise_for_status()

    run = while_deciding(district, move, AFTER, LISTED[district.kind])

    assert run.code == 0
    assert told(run, "s-3002") == ("refused", ["not_due_yet"])
    assert "2026-10-19" in record(run, "a-1", "200001", "s-3002")["reason"]
    assert told(run, "s-3001") == ("sent", [])
    assert (district.marks("a-1")["400001"], district.marks("a-1")["400002"]) == ("13", "*")

    assert district.night(date(2026, 10, 19)).writes == 0
    assert told(district.night(date(2026, 10, 20)), "s-3002") == ("sent", [])
    assert district.marks("a-1")["400002"] == "0"


@BOTH
def test_b4_a_column_whose_due_date_cannot_be_read_again_gets_no_0(district: District):
    district.assess("a-1")
    district.night(START)
    district.score("a-1", "s-3001", 12)

    with between(district, "sis") as relay:

        def broken(exchange: Exchange) -> bool:
            if exchange.method != "GET" or not one_column(district, exchange):
                return False
            exchange.answer(500, "", {})
            return True

        relay.before = broken
        district.evening(AFTER)
        run = district.sync()

    assert told(run, "s-3002") == ("held", ["zero_not_verifiable"])
    assert told(run, "s-3001") == ("sent", [])
    assert (district.marks("a-1")["400001"], district.marks("a-1")["400002"]) == ("12", "*")
    assert told(district.sync(), "s-3002") == ("sent", [])


@BOTH
@pytest.mark.parametrize("status", [409, 500])
def test_b4_where_the_gradebook_did_not_take_the_due_date_there_is_no_0(
    district: District, status: int
):
    district.assess("a-1")
    district.night(START)
    district.edit("a-1", classes=[district.assigned("c-1001", dueDate="2026-10-15")])

    with between(district, "sis") as relay:

        def refused(exchange: Exchange) -> bool:
            if exchange.method != "PUT" or not one_column(district, exchange):
                return False
            exchange.answer(status, {}, JSON)
            return True

        relay.before = refused
        district.evening(AFTER)
        run = district.sync()

    assert told(run)[0] == ("rejected" if status == 409 else "failed")
    assert told(run, "s-3002") == ("held", ["zero_not_verifiable"])
    assert "due date" in record(run, "a-1", "200001", "s-3002")["reason"]
    assert set(district.marks("a-1").values()) == {"*"}

    assert told(district.sync(), "s-3002") == ("sent", [])
    assert district.marks("a-1")["400002"] == "0"


@BOTH
def test_b4_where_the_gradebook_did_not_take_another_field_the_0_goes(district: District):
    district.assess("a-1")
    district.night(START)
    district.edit("a-1", title="Fractions")

    with between(district, "sis") as relay:

        def refused(exchange: Exchange) -> bool:
            if exchange.method != "PUT" or not one_column(district, exchange):
                return False
            exchange.answer(409, {}, JSON)
            return True

        relay.before = refused
        district.evening(AFTER)
        run = district.sync()

    assert told(run)[0] == "rejected"
    assert told(run, "s-3002") == ("sent", [])


@BOTH
def test_b4_a_column_that_is_deleted_before_its_0s_are_written_is_told_as_deleted(
    district: District,
):
    district.assess("a-1")
    district.night(START)
    column, mock = district.column("a-1")["id"], district.sis

    def delete() -> None:
        district.http.delete(f"{mock}/_mock/columns/{column}").raise_for_status()

    run = while_deciding(district, delete, AFTER, LISTED[district.kind])

    assert run.code == 0
    assert told(run) == ("deleted_in_sis", [])
    assert told(run, "s-3002") == ("deleted_in_sis", [])


@BOTH
def test_b4_zeros_cost_two_reads_a_column(district: District):
    district.assess("a-1")
    district.night(START)
    district.evening(AFTER)

    with between(district, "sis") as relay:
        run = district.sync()

    linked = len(district.facts.books["200001"])
    assert run.report["counts"]["sent"] == 7
    assert len(relay.of("GET", district.facts.marks_path)) == 2 * linked
    assert len([e for e in relay.seen if e.method == "GET" and one_column(district, e)]) == 1


# ---- C5: the fields of a column ------------------------------------------------------------------


def changing(district: District, **fields: Any) -> Callable[[], None]:
    """A teacher's hand on the column, past the relay."""
    column, mock = district.column("a-1")["id"], district.sis

    def act() -> None:
        url = f"{mock}/_mock/columns/{column}"
        district.http.patch(url, json=fields).raise_for_status()

    return act


@BOTH
def test_c5_a_field_that_a_teacher_changes_while_the_night_decides_survives_the_update_of_another(
    district: District,
):
    district.assess("a-1")
    district.night(START)
    district.edit("a-1", totalPoints=25)
    act = changing(district, title="Mr Diaz's quiz", category=district.facts.homework)

    run = while_deciding(district, act, NEXT, LISTED[district.kind])

    assert told(run) == ("updated", [])
    column = district.column("a-1")
    assert (column["points"], column["title"]) == (25, "Mr Diaz's quiz")
    assert column["category"] == district.facts.homework
    assert district.night(LATER).writes == 0


@BOTH
def test_c5_a_field_that_a_teacher_and_otus_change_on_one_night_is_the_teachers(
    district: District,
):
    district.assess("a-1")
    district.score("a-1", "s-3001", 12)
    district.night(START)
    district.edit("a-1", title="Fractions", totalPoints=25)
    district.score("a-1", "s-3001", 14)

    act = changing(district, title="Mr Diaz's quiz")
    run = while_deciding(district, act, NEXT, LISTED[district.kind])

    assert run.code == 0
    assert told(run) == ("kept", [])
    assert "title" in record(run, "a-1", "200001")["reason"]
    assert told(run, "s-3001") == ("sent", [])
    column = district.column("a-1")
    assert (column["points"], column["title"]) == (20, "Mr Diaz's quiz")

    # What the teacher did not touch goes the night after; what the teacher touched stands.
    assert told(district.night(LATER)) == ("updated", [])
    column = district.column("a-1")
    assert (column["points"], column["title"]) == (25, "Mr Diaz's quiz")
    district.edit("a-1", title="Fractions II")
    assert told(district.sync()) == ("updated", [])
    assert district.column("a-1")["title"] == "Fractions II"


@BOTH
def test_c5_a_column_that_only_the_teacher_changed_stays_kept(district: District):
    district.assess("a-1")
    district.night(START)
    district.edit("a-1", title="Fractions")

    act = changing(district, title="Mr Diaz's quiz")
    while_deciding(district, act, NEXT, LISTED[district.kind])

    again = district.night(LATER)
    assert (again.writes, told(again)) == (0, ("kept", []))
    assert district.column("a-1")["title"] == "Mr Diaz's quiz"
