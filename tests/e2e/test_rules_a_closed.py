"""Rule A12 end to end: nothing passes into, within or out of a closed grading period.

What only PowerSchool has (locks of three states, reporting terms that overlap, a section by way of
exception) is in powerschool/test_rules_a_locked.py.
"""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import partial

import pytest

from tests.e2e.support.actors import at, due, score_everyone
from tests.e2e.support.bypass import Answer, Bypass
from tests.e2e.support.district import START, ZONE, District
from tests.e2e.support.kinds import BOTH
from tests.e2e.support.verdicts import (
    assert_arrived,
    assert_kept_out,
    assert_refused,
    columns_of,
    gradebooks,
    lenient,
    period,
    record,
    states_of,
)

NEXT = START + timedelta(days=1)
LAST = date(2026, 11, 15)
"""Of the grading period that holds the start, `Q1`."""
OVER = LAST + timedelta(days=1)
Q1 = "120001"
CLOSED = "grading_period_closed"


# ---- closed by hand, in the middle of it ---------------------------------------------------------


@BOTH
def test_a12_no_new_assignment_passes_into_a_closed_period(district: District):
    lenient(district)
    _close(district, Q1)
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)

    run = district.night(START)

    # The calendar says that the period is current; the SIS says that it is closed.
    assert_kept_out(district, run, "a-1", CLOSED)
    assert run.writes == 0


@BOTH
def test_a12_no_change_and_no_score_passes_into_a_closed_period(district: District):
    lenient(district)
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)
    district.score("a-1", "s-3002", 12)
    district.night(START)
    before = gradebooks(district)

    _close(district, Q1)
    district.edit("a-1", title="Renamed", type="Test", totalPoints=30)
    district.score("a-1", "s-3001", 19)
    district.score("a-1", "s-3002", None, "not_submitted")
    district.score("a-1", "s-3003", 15)
    run = district.night(NEXT)

    assert_refused(run, "a-1", CLOSED)
    told = {s: record(run, "a-1", "200001", s) for s in ("s-3001", "s-3002", "s-3003")}
    assert {s: (r["state"], r["codes"]) for s, r in told.items()} == dict.fromkeys(
        told, ("refused", [CLOSED])
    )
    assert (run.writes, gradebooks(district)) == (0, before)


@BOTH
def test_a12_what_did_not_change_stays_unchanged_in_a_closed_period(district: District):
    lenient(district)
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)
    district.night(START)

    _close(district, Q1)
    district.score("a-1", "s-3002", 15)
    run = district.night(NEXT)

    assert states_of(run, ["a-1"]) == {"a-1": "unchanged"}
    assert record(run, "a-1", "200001", "s-3001")["state"] == "unchanged"
    late = record(run, "a-1", "200001", "s-3002")
    assert (late["state"], late["codes"]) == ("refused", [CLOSED])


@BOTH
def test_a12_no_zero_falls_due_in_a_closed_period(district: District):
    lenient(district)
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)
    district.night(START)
    before = gradebooks(district)

    _close(district, Q1)
    run = district.night(START + timedelta(days=5))

    assert (run.code, run.writes, gradebooks(district)) == (0, 0, before)
    assert CLOSED in record(run, "a-1", "200001", "s-3002")["codes"]


@BOTH
def test_a12_reopened_by_an_administrator_everything_that_waited_passes(district: District):
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)
    district.night(START)
    _close(district, Q1)
    district.edit("a-1", title="Renamed")
    district.score("a-1", "s-3001", 19)
    district.assess("a-2")
    assert_kept_out(district, district.night(NEXT), "a-2", CLOSED)

    district.control("POST", f"/periods/{Q1}/reopen")
    run = district.sync()

    assert states_of(run, ["a-1", "a-2"]) == {"a-1": "updated", "a-2": "created"}
    assert district.column("a-1")["title"] == "Renamed"
    assert district.marks("a-1")["400001"] == "19"


# ---- closed by the calendar ----------------------------------------------------------------------


@BOTH
def test_a12_a_period_closes_after_its_last_day_and_not_before(district: District):
    district.assess("a-1", classes=[due(district, LAST)])
    score_everyone(district, "a-1")
    district.night(LAST)
    district.score("a-1", "s-3001", 7)
    assert district.sync().writes == 1

    district.score("a-1", "s-3001", 8)
    before = gradebooks(district)
    run = at(district, OVER, 0)

    assert (run.writes, gradebooks(district)) == (0, before)
    assert record(run, "a-1", "200001", "s-3001")["codes"] == [CLOSED]


@BOTH
def test_a12_without_grace_the_night_after_the_last_day_is_too_late(district: District):
    # 02:00 still counts as the last evening (A11), but closed is what the SIS says.
    lenient(district)
    district.assess("a-1", classes=[due(district, LAST)])

    run = at(district, OVER, 2)

    assert_kept_out(district, run, "a-1", CLOSED)


def test_a12_in_its_grace_a_period_takes_scores_and_changes_but_no_new_assignment(
    district: District,
):
    lenient(district)
    district.control("PATCH", f"/periods/{Q1}", {"grace_days": 3})
    district.assess("a-1", classes=[due(district, LAST)])
    score_everyone(district, "a-1")
    district.night(LAST)

    district.edit("a-1", title="Renamed")
    district.score("a-1", "s-3001", 7)
    district.assess("a-2", classes=[due(district, LAST)])
    last_of_grace = district.night(OVER + timedelta(days=2))
    assert states_of(last_of_grace, ["a-1"]) == {"a-1": "updated"}
    assert_kept_out(district, last_of_grace, "a-2", "due_outside_current_period")
    assert district.marks("a-1")["400001"] == "7"

    district.score("a-1", "s-3001", 8)
    run = district.night(OVER + timedelta(days=3))
    assert record(run, "a-1", "200001", "s-3001")["codes"] == [CLOSED]
    assert (run.writes, district.marks("a-1")["400001"]) == (0, "7")


def test_a12_the_calendar_is_extended_and_what_was_refused_passes(district: District):
    district.assess("a-1", classes=[due(district, LAST)])
    score_everyone(district, "a-1")
    district.night(LAST)
    district.score("a-1", "s-3001", 7)
    assert district.night(OVER).writes == 0

    district.control("PATCH", f"/periods/{Q1}", {"grace_days": 3})

    assert record(district.sync(), "a-1", "200001", "s-3001")["state"] == "sent"
    assert district.marks("a-1")["400001"] == "7"


@pytest.mark.parametrize(("hour", "codes"), [(19, []), (21, [CLOSED])])
def test_a12_a_period_can_close_at_an_hour_of_a_day(district: District, hour: int, codes):
    lenient(district)
    closes = datetime.combine(NEXT, time(20), ZONE).isoformat()
    district.control("PATCH", f"/periods/{Q1}", {"closes_at": closes})
    district.assess("a-1")

    run = at(district, NEXT, hour)

    assert record(run, "a-1", "200001")["codes"] == codes
    assert len(columns_of(district, "a-1")) == (not codes)


@BOTH
def test_a12_an_earlier_period_is_closed_while_the_current_one_goes_on(district: District):
    lenient(district)
    district.assess("a-1", classes=[due(district, LAST)])
    district.assess("a-2", classes=[due(district, OVER)])

    run = district.night(OVER)

    assert CLOSED in record(run, "a-1", "200001")["codes"]
    assert not columns_of(district, "a-1")
    assert_arrived(district, run, "a-2")


def test_a12_and_a11_are_both_told_of_a_new_column_in_an_earlier_period(district: District):
    district.assess("a-1", classes=[due(district, LAST)])

    run = district.night(OVER)

    assert_kept_out(district, run, "a-1", CLOSED, "due_outside_current_period")


# ---- in and out of it ----------------------------------------------------------------------------


@BOTH
def test_a12_a_due_date_cannot_be_moved_out_of_a_closed_period(district: District):
    lenient(district)
    district.assess("a-1")
    score_everyone(district, "a-1")
    district.night(START)
    _close(district, Q1)
    before = gradebooks(district)

    district.edit("a-1", classes=[due(district, OVER)])
    run = district.night(OVER)

    assert_refused(run, "a-1", CLOSED)
    assert (run.writes, gradebooks(district)) == (0, before)


@BOTH
def test_a12_a_due_date_cannot_be_moved_into_a_closed_period(district: District):
    lenient(district)
    district.assess("a-1", classes=[due(district, OVER)])
    score_everyone(district, "a-1")
    district.night(OVER)

    district.edit("a-1", title="Renamed", classes=[due(district, LAST)])
    district.score("a-1", "s-3001", 19)
    run = district.sync()

    # The column lies in the open period, so all but the due date goes on.
    found = record(run, "a-1", "200001")
    assert found["state"] == "updated"
    outside = "due_outside_current_period" if district.facts.in_current_period else CLOSED
    assert found["codes"] == [outside]
    column = district.column("a-1")
    assert (column["title"], column["due"]) == ("Renamed", OVER.isoformat())
    assert district.marks("a-1")["400001"] == "19"


@BOTH
def test_a12_a_column_lies_where_the_teacher_moved_it(district: District):
    district.assess("a-1", classes=[due(district, LAST)])
    score_everyone(district, "a-1")
    district.night(LAST)
    column = district.column("a-1")["id"]
    district.control("PATCH", f"/columns/{column}", {"due": (OVER + timedelta(days=1)).isoformat()})

    district.score("a-1", "s-3001", 7)
    run = district.night(OVER)

    # In Otus it is due in the closed period; the gradebook has it in the open one.
    assert record(run, "a-1", "200001", "s-3001")["state"] == "sent"
    assert district.marks("a-1")["400001"] == "7"


# ---- past the agent ------------------------------------------------------------------------------


@pytest.mark.parametrize("version", ["1.1", "1.2"])
def test_a12_past_the_agent_the_sis_refuses_every_write_into_a_closed_period(
    district: District, version: str
):
    past = Bypass(district, version)
    assert past.put_column("x-1").done
    assert past.put_score("x-1", "400001", 9).done
    _close(district, Q1)
    before = gradebooks(district)

    attempts = _attempts(past)
    answers = {name: attempt() for name, attempt in attempts.items()}

    assert {name: a.status for name, a in answers.items()} == dict.fromkeys(attempts, 409)
    assert {a.words for a in answers.values()} == {"grading period Q1 is closed for class 200001"}
    assert gradebooks(district) == before
    # The log names the reason that an administrator can act on.
    log = [(e["status"], e["reason"]) for e in district.journal(failed="true") if e["write"]]
    assert log == [(409, "grading period Q1 is closed for class 200001")] * len(attempts)

    lenient(district, "A12")
    assert all(attempt().done for attempt in attempts.values())


def test_a12_past_the_agent_nothing_moves_into_or_out_of_a_closed_period(district: District):
    lenient(district, "A11")
    past = Bypass(district)
    assert past.put_column("x-1").done
    assert past.put_column("x-2", dueDate=f"{OVER}T18:00:00Z").done
    _close(district, Q1)

    out_of = past.put_column("x-1", dueDate=f"{OVER}T18:00:00Z")
    into = past.put_column("x-2", dueDate="2026-10-16T17:00:00Z")

    assert [out_of.status, into.status] == [409, 409]
    assert [c["due"] for c in district.columns()] == ["2026-10-16", OVER.isoformat()]


@BOTH
def test_a12_past_the_agent_a_teacher_is_refused_just_the_same(district: District):
    district.assess("a-1")
    district.night(START)
    [column] = district.columns()
    _close(district, Q1)

    for method, path, body in (
        ("PATCH", f"/columns/{column['id']}", {"title": "Too late"}),
        ("DELETE", f"/columns/{column['id']}", None),
        ("PUT", f"/columns/{column['id']}/scores/400001", {"score": 9}),
    ):
        answer = district.http.request(method, f"{district.sis}/_mock{path}", json=body)
        assert (answer.status_code, answer.json()["rule"]) == (409, "A12")
    assert district.columns() == [column]


def test_a12_past_the_agent_grace_and_reopening_open_it(district: District):
    district.control("PATCH", f"/periods/{Q1}", {"grace_days": 1})
    assert Bypass(district).put_column("x-1", dueDate=f"{LAST}T18:00:00Z").done

    district.evening(OVER)
    assert period(district, LAST)["state"] == "open"
    assert Bypass(district).put_score("x-1", "400001", 8).done

    district.evening(OVER + timedelta(days=1))
    assert period(district, LAST)["state"] == "closed"
    assert Bypass(district).put_score("x-1", "400001", 9).status == 409

    district.control("POST", f"/periods/{Q1}/reopen")
    assert Bypass(district).put_score("x-1", "400001", 9).done


def _attempts(past: Bypass) -> dict[str, Callable[[], Answer]]:
    """Every write there is, the deletions last; 1.1 has no POST."""
    batch = {"create by POST": partial(past.post_columns, {})} if past.version == "1.2" else {}
    return batch | {
        "create": partial(past.put_column, "x-2"),
        "change": partial(past.put_column, "x-1", title="Renamed"),
        "score": partial(past.put_score, "x-1", "400002", 8),
        "rescore": partial(past.put_score, "x-1", "400001", 10),
        "unscore": partial(past.delete_score, "x-1", "400001"),
        "delete": partial(past.delete_column, "x-1"),
    }


def _close(district: District, id_: str) -> None:
    assert district.control("POST", f"/periods/{id_}/close")["state"] == "closed"
