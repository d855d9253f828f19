"""Which grading periods apply to a class, from academic sessions as districts write them."""

from zoneinfo import ZoneInfo

import msgspec

from agent.sis.oneroster.district import Calendar
from agent.sis.oneroster.rows import OneRosterDate, SessionRow

ZONE = ZoneInfo("America/Chicago")


def session(name, start, end, *, kind="gradingPeriod", parent=None, **more):
    record = {
        "sourcedId": name,
        "title": name,
        "type": kind,
        "startDate": start,
        "endDate": end,
        **({"parent": {"sourcedId": parent}} if parent else {}),
        **more,
    }
    return msgspec.convert(record, SessionRow, dec_hook=lambda _type, text: OneRosterDate(text))


YEAR = session("year", "2026-08-31", "2027-05-09", kind="schoolYear")
SEMESTER = session("s1", "2026-08-31", "2027-01-03", kind="semester", parent="year")
Q1 = session("q1", "2026-08-31", "2026-11-01", parent="s1")
Q2 = session("q2", "2026-11-02", "2027-01-03", parent="s1")
Q3 = session("q3", "2027-01-04", "2027-03-07", parent="year")


def periods(*terms, rows=(YEAR, SEMESTER, Q2, Q1, Q3)):
    return [p.id for p in Calendar(rows, ZONE).of_class(terms)]


def test_the_periods_below_a_term_apply_in_order():
    assert periods("s1") == ["q1", "q2"]


def test_the_periods_below_anything_above_apply():
    assert periods("year") == ["q1", "q2", "q3"]


def test_a_class_may_name_its_periods_itself():
    assert periods("q2") == ["q2"]


def test_where_no_period_hangs_below_the_term_those_of_the_same_days_apply():
    term = session("block", "2026-12-01", "2027-01-15", kind="term")
    assert periods("block", rows=(Q1, Q2, Q3, term)) == ["q2", "q3"]


def test_a_parent_that_is_not_served_still_counts():
    assert periods("s1", rows=(Q1, Q2, Q3)) == ["q1", "q2"]


def test_a_class_without_a_known_term_has_no_period():
    assert periods("elsewhere") == []
    assert periods() == []


def test_deleted_and_dateless_sessions_do_not_count():
    gone = session("q4", "2027-03-08", "2027-05-09", parent="s1", status="tobedeleted")
    blank = session("q5", "", "", parent="s1")
    assert periods("s1", rows=(SEMESTER, Q1, gone, blank)) == ["q1"]


def test_a_ring_of_parents_ends():
    a = session("a", "2026-08-31", "2026-11-01", parent="b")
    b = session("b", "2026-08-31", "2026-11-01", parent="a", kind="term")
    assert periods("b", rows=(a, b)) == ["a"]
