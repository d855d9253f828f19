"""Rule A12 over PowerSchool: nothing passes into, within or out of a locked reporting term.

A lock has three states: an administrator's word, locked or unlocked, or none; then it locks itself
so many days after its end. One section can be unlocked by way of exception. Reporting terms
overlap: Q1, S1 and Y1 hold the same day, and one that is locked is enough. What is so on every SIS
is in ../test_rules_a_closed.py.
"""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial

import pytest

from tests.e2e.powerschool.bypass import HOMEWORK_COPY, TEST_COPY, Answer, Xte, all_refused
from tests.e2e.powerschool.campus import MATH, MATH_TOO, Q1, Q2, Q3, Q4, PowerSchoolDistrict
from tests.e2e.support.actors import due, score_everyone
from tests.e2e.support.district import START
from tests.e2e.support.verdicts import (
    assert_arrived,
    assert_kept_out,
    assert_refused,
    columns_of,
    gradebooks,
    lenient,
    record,
    sent,
    states_of,
    told,
)

NEXT = START + timedelta(days=1)
LAST = date(2026, 11, 15)
"""Of Q1, which holds the start."""
OVER = LAST + timedelta(days=1)
CLOSED = "grading_period_closed"


def lock(district: PowerSchoolDistrict, *periods: str) -> None:
    """By an administrator's word."""
    for period in periods:
        assert district.control("POST", f"/periods/{period}/close")["state"] == "closed"


def unlock(district: PowerSchoolDistrict, *periods: str) -> None:
    """By an administrator's word."""
    for period in periods:
        district.control("POST", f"/periods/{period}/reopen")


def words(district: PowerSchoolDistrict, code: str = "Q1") -> set[str]:
    """AREGRADESLOCKED of a reporting term, over all terms."""
    rows = district.watcher.rows(
        "termbins", f"storecode=={code}", "dcid", "storecode", "aregradeslocked"
    )
    return {row["aregradeslocked"] for row in rows}


# ---- locked by an administrator's word -----------------------------------------------------------


def test_a12_a_later_term_can_be_locked_beforehand(district: PowerSchoolDistrict):
    lenient(district)
    lock(district, Q2)
    district.assess("a-1")
    district.assess("a-2", classes=[due(district, OVER)])

    run = district.night(START)

    assert_arrived(district, run, "a-1")
    assert_kept_out(district, run, "a-2", CLOSED)


# ---- locked by the calendar ----------------------------------------------------------------------


def test_a12_within_the_offset_days_even_a_new_assignment_passes(district: PowerSchoolDistrict):
    for period in (Q1, Q2, Q3, Q4):
        district.control("PATCH", f"/periods/{period}", {"grace_days": 3})
    district.assess("a-1", classes=[due(district, LAST)])
    score_everyone(district, "a-1")
    district.night(LAST)

    district.edit("a-1", title="Renamed")
    district.score("a-1", "s-3001", 7)
    district.assess("a-2", classes=[due(district, LAST)])
    run = district.night(OVER + timedelta(days=2))
    assert words(district) == {""}
    assert states_of(run, ["a-1"]) == {"a-1": "updated"}
    assert_arrived(district, run, "a-2")
    assert district.marks("a-1")["400001"] == "7"

    district.score("a-1", "s-3001", 8)
    district.assess("a-3", classes=[due(district, LAST)])
    run = district.night(OVER + timedelta(days=3))
    assert told(run, "s-3001") == ("refused", [CLOSED])
    assert_kept_out(district, run, "a-3", CLOSED)
    assert (run.writes, district.marks("a-1")["400001"]) == (0, "7")


def test_a12_unlocked_by_a_word_a_term_does_not_lock_itself(district: PowerSchoolDistrict):
    unlock(district, Q1)
    assert words(district) == {"0"}
    district.assess("a-1", classes=[due(district, LAST)])

    run = district.night(OVER + timedelta(days=20))

    assert_arrived(district, run, "a-1")


def test_a12_unlocked_after_it_locked_itself_it_takes_what_waited(district: PowerSchoolDistrict):
    lenient(district)
    district.assess("a-1", classes=[due(district, LAST)])
    district.score("a-1", "s-3001", 18)
    assert_kept_out(district, district.night(OVER), "a-1", CLOSED)

    unlock(district, Q1)

    assert_arrived(district, district.sync(), "a-1", s3001="18")


# ---- overlapping, and unlocked for one section ---------------------------------------------------


def test_a12_the_semester_is_locked_with_all_its_quarters_and_the_other_goes_on(
    district: PowerSchoolDistrict,
):
    lenient(district)
    lock(district, Q1, Q2)
    assert (words(district, "S1"), words(district, "S2")) == ({"1"}, {""})
    district.assess("a-1")
    district.assess("a-2", classes=[due(district, date(2027, 2, 1))])

    run = district.night(START)

    assert_kept_out(district, run, "a-1", CLOSED)
    assert_arrived(district, run, "a-2")


def test_a12_unlocked_for_one_section_only_that_one_goes_on(district: PowerSchoolDistrict):
    lenient(district)
    lock(district, Q1)
    classes = [district.assigned("c-1001"), district.assigned("c-1002")]
    district.assess("a-1", classes=classes)
    district.score("a-1", "s-3001", 18)
    district.score("a-1", "s-3008", 18)
    for section in (MATH, MATH_TOO):
        assert_refused(district.night(START), "a-1", CLOSED, section=section)

    district.control("POST", f"/sections/{MATH}/unlock", {"period": Q1})
    run = district.sync()
    assert_arrived(district, run, "a-1", s3001="18")
    assert_refused(run, "a-1", CLOSED, section=MATH_TOO)
    assert district.columns(MATH_TOO) == []

    district.control("POST", f"/sections/{MATH}/lock", {"period": Q1})
    before = gradebooks(district)
    district.score("a-1", "s-3001", 19)
    run = district.night(NEXT)
    assert told(run, "s-3001") == ("refused", [CLOSED])
    assert (run.writes, gradebooks(district)) == (0, before)


def test_a12_a_sections_unlock_holds_against_the_semester_and_the_year_around_it(
    district: PowerSchoolDistrict,
):
    lock(district, Q1, Q2, Q3, Q4)
    assert words(district, "Y1") == {"1"}
    district.control("POST", f"/sections/{MATH}/unlock", {"period": Q1})
    district.assess("a-1")
    district.assess("a-2", classes=[due(district, OVER)])
    district.score("a-1", "s-3001", 18)

    run = district.night(START)

    assert_arrived(district, run, "a-1", s3001="18")
    assert_kept_out(district, run, "a-2", CLOSED)


def test_a12_a_section_unlocked_after_the_term_locked_itself_goes_on(
    district: PowerSchoolDistrict,
):
    district.assess("a-1", classes=[due(district, LAST)])
    score_everyone(district, "a-1")
    district.night(LAST)
    district.score("a-1", "s-3001", 7)
    assert told(district.night(OVER), "s-3001") == ("refused", [CLOSED])

    district.control("POST", f"/sections/{MATH}/unlock", {"period": Q1})

    assert told(district.sync(), "s-3001") == ("sent", [])
    assert district.marks("a-1")["400001"] == "7"


def test_a12_where_the_locks_may_not_be_read_the_sis_itself_refuses(
    district: PowerSchoolDistrict,
):
    district.settings(grants={"termbins": "none"})
    lock(district, Q1)
    district.assess("a-1")
    district.assess("a-2", classes=[due(district, OVER)])
    district.score("a-1", "s-3001", 18)

    run = district.night(START)

    assert run.code == 3
    assert told(run)[0] == "rejected"
    assert "locked" in record(run, "a-1", MATH)["reason"]
    assert told(run, "s-3001")[0] == "rejected"
    assert [c["due"] for c in district.columns()] == [OVER.isoformat()]


# ---- in and out of it ----------------------------------------------------------------------------


def test_a12_a_due_date_moves_between_open_terms(district: PowerSchoolDistrict):
    district.assess("a-1")
    score_everyone(district, "a-1")
    district.night(START)

    district.edit("a-1", classes=[due(district, OVER)])
    assert told(district.night(NEXT)) == ("updated", [])
    assert district.column("a-1")["due"] == OVER.isoformat()

    district.edit("a-1", classes=[due(district, LAST)])
    assert told(district.night(NEXT)) == ("updated", [])
    assert district.column("a-1")["due"] == LAST.isoformat()


def test_a12_a_column_that_the_teacher_moved_into_a_locked_term_is_left_alone(
    district: PowerSchoolDistrict,
):
    lenient(district)
    district.assess("a-1", classes=[due(district, OVER)])
    score_everyone(district, "a-1")
    district.night(START)
    column = district.column("a-1")["id"]
    district.control("PATCH", f"/columns/{column}", {"due": LAST.isoformat()})
    lock(district, Q1)
    before = gradebooks(district)

    district.score("a-1", "s-3001", 7)
    run, writes = sent(district, NEXT)

    assert told(run, "s-3001") == ("refused", [CLOSED])
    assert (writes, gradebooks(district)) == ([], before)


# ---- past the agent ------------------------------------------------------------------------------


def attempts(past: Xte, number: int, column: int) -> dict[str, Callable[[], Answer]]:
    """Every write there is, the deletion last."""
    return {
        "create": past.create,
        "rename": partial(past.change, number, name="Renamed"),
        "points": partial(past.change, number, update_scores=True, scoreentrypoints=30),
        "category": partial(
            past.change,
            number,
            _assignmentcategoryassociations=[{"teachercategoryid": TEST_COPY, "isprimary": True}],
        ),
        "score": partial(past.score, column, ("400002", 8)),
        "rescore": partial(past.score, column, ("400001", 10)),
        "unscore": partial(past.score, column, ("400001", "")),
        "delete": partial(past.delete, number),
    }


def test_a12_past_the_agent_the_sis_refuses_every_write_into_a_locked_term(
    district: PowerSchoolDistrict,
):
    past = Xte(district)
    number, column = past.made()
    assert past.score(column, ("400001", 9)).done
    lock(district, Q1)
    before = gradebooks(district)

    every = attempts(past, number, column)
    assert all_refused(every) == dict.fromkeys(every, 409)
    assert gradebooks(district) == before
    # The plugin log names the reason that an administrator can act on.
    log = [(e["status"], e["reason"]) for e in district.journal(failed="true") if e["write"]]
    assert log == [(409, "reporting term Q1 is locked for section 200001")] * len(every)

    lenient(district, "A12")
    assert all_refused(every) == {}


def test_a12_past_the_agent_nothing_moves_into_or_out_of_a_locked_term(
    district: PowerSchoolDistrict,
):
    past = Xte(district)
    inside, _ = past.made()
    outside, _ = past.made(duedate=OVER.isoformat())
    lock(district, Q1)

    out_of = past.change(inside, duedate=OVER.isoformat())
    into = past.change(outside, duedate="2026-10-16")

    assert [out_of.status, into.status] == [409, 409]
    assert into.fields == ("assignmentsection.duedate",)
    assert [c["due"] for c in district.columns()] == ["2026-10-16", OVER.isoformat()]


def test_a12_past_the_agent_a_batch_that_touches_a_locked_term_is_refused_whole(
    district: PowerSchoolDistrict,
):
    past = Xte(district)
    _, column = past.made()
    lock(district, Q1)

    refused = past.score(column, ("400001", 9), ("400002", 8))

    assert (refused.status, refused.offenders) == (409, ())
    assert refused.fields == ("assignmentsection.duedate",)
    assert {c["display"] for r in district.gradebook()["rows"] for c in r["cells"]} == {"*"}


def test_a12_past_the_agent_a_section_that_was_unlocked_takes_everything(
    district: PowerSchoolDistrict,
):
    past = Xte(district)
    lock(district, Q1)
    district.control("POST", f"/sections/{MATH}/unlock", {"period": Q1})

    number, column = past.made()
    assert past.part_of(number)["islocked"] is False
    assert past.score(column, ("400001", 9)).done
    assert past.create(sectionsdcid=int(MATH_TOO)).status == 409

    district.control("POST", f"/sections/{MATH}/lock", {"period": Q1})
    assert past.part_of(number)["islocked"] is True
    assert past.score(column, ("400001", 10)).status == 409


@pytest.mark.parametrize(("word", "days", "status"), [("", 0, 409), ("", 3, 201), ("0", 0, 201)])
def test_a12_past_the_agent_the_lock_has_three_states(
    district: PowerSchoolDistrict, word: str, days: int, status: int
):
    if word:
        unlock(district, Q1)
    for period in (Q1, Q2, Q3, Q4):
        district.control("PATCH", f"/periods/{period}", {"grace_days": days})
    district.evening(OVER + timedelta(days=2))

    made = Xte(district).create(duedate=LAST.isoformat(), category=HOMEWORK_COPY)

    assert words(district) == {word}
    assert made.status == status


def test_a12_nothing_is_left_in_a_locked_term_by_a_night_that_it_locked_under(
    district: PowerSchoolDistrict,
):
    """An administrator locks the term between the look and the write: the SIS refuses."""
    from tests.e2e.support.recording_proxy import between

    district.assess("a-1")
    district.night(START)
    district.score("a-1", "s-3001", 18)
    district.score("a-1", "s-3002", 12)
    with between(district, "sis") as relay:

        def lock_first(exchange) -> bool:
            if exchange.path.startswith("/ws/xte/score"):
                district.http.post(f"{relay.target}/_mock/periods/{Q1}/close")
            return False

        relay.before = lock_first
        district.evening(NEXT)
        run = district.sync()

    assert run.code == 3
    for student in ("s-3001", "s-3002"):
        assert told(run, student)[0] == "rejected"
        assert "locked" in record(run, "a-1", MATH, student)["reason"]
    assert set(district.marks("a-1").values()) == {"*"}
    again = district.sync()
    assert told(again, "s-3001") == ("refused", [CLOSED])
    assert len(columns_of(district, "a-1")) == 1
