"""Reporting terms overlap and lock in three ways; the due date alone decides what is written."""

import pytest

from tests.mock_sis.powerschool.conftest import (
    ALSO_IN_MATH,
    CURRENT,
    DUE,
    FALL,
    IN_MATH,
    MATH,
    MATH_TOO,
    MS_MATH,
    NEXT_QUARTER,
    SCIENCE,
    SCIENCE_QUIZ,
    YEAR,
    Api,
    column_of,
    fields,
    part,
)

DUE_DATE = ["assignmentsection.duedate"]


def bins(api: Api, term: int = YEAR) -> dict[str, dict[str, str]]:
    rows = api.rows("termbins", f"termid=={term};schoolid==1", sort="dcid")
    return {row["storecode"]: row for row in rows}


def locks(api: Api, term: int = YEAR) -> dict[str, str]:
    return {code: row["aregradeslocked"] for code, row in bins(api, term).items()}


def test_store_codes_of_a_year_overlap(api):
    found = bins(api)

    assert list(found) == ["Q1", "Q2", "Q3", "Q4", "Y1", "S1", "S2"]
    holding = [code for code, row in found.items() if row["date1"] <= DUE <= row["date2"]]
    assert holding == ["Q1", "Y1", "S1"]


def test_each_term_has_bins_of_its_own(api):
    assert list(bins(api, FALL)) == ["Q1", "Q2", "S1"]
    assert {row["yearid"] for row in bins(api).values()} == {"36"}


def test_d1_a_lock_that_nobody_set_is_empty_and_follows_the_calendar(api, until):
    assert set(locks(api).values()) == {""}

    until("2026-11-20")

    assert set(locks(api).values()) == {""}  # Q1 is over, and locked by the days after it
    late = api.post_assignment(part())
    assert (late.status_code, fields(late)) == (409, DUE_DATE)
    assert api.post_assignment(part(duedate="2026-11-01")).status_code == 409
    assert api.post_assignment(part(duedate=NEXT_QUARTER)).status_code == 201


@pytest.mark.parametrize("grace", [0, 3])
def test_the_offset_stands_with_the_schools_settings(api, hand, until, grace):
    for period in ("120001", "120002", "120003", "120004"):
        hand("PATCH", f"/periods/{period}", {"grace_days": grace})
    until("2026-11-03")  # the day after Q1

    config = api.rows("gradeschoolconfig")[0]

    assert config["termbinlockoffset"] == str(grace)
    assert locks(api)["Q1"] == ""
    assert api.post_assignment(part()).status_code == (201 if grace else 409)


def test_a_bin_that_goes_its_own_way_is_locked_or_unlocked_by_word(api, hand, until):
    hand("PATCH", f"/periods/{CURRENT}", {"grace_days": 3})
    until("2026-11-03")

    assert api.rows("gradeschoolconfig")[0]["termbinlockoffset"] == "0"
    assert locks(api)["Q1"] == "0"
    assert api.post_assignment(part()).status_code == 201


def test_d1_locked_by_hand_is_1_and_nothing_moves(api, hand):
    made = api.create(part())
    column = column_of(made)
    api.score(column, (IN_MATH, 7))
    hand("POST", f"/periods/{CURRENT}/close")

    assert locks(api)["Q1"] == "1"
    own = api.assignment(made["assignmentid"])["_assignmentsections"][0]
    assert own["islocked"] is True
    made["_assignmentsections"][0]["duedate"] = "2026-11-09"
    for refused in (
        api.post_assignment(part(name="Another")),
        api.replace(made),
        api.delete(made["assignmentid"], force="true"),
        api.score(column, (ALSO_IN_MATH, 9)),
    ):
        assert (refused.status_code, fields(refused)) == (409, DUE_DATE)
    off = api.client.request(
        "DELETE",
        "/ws/xte/assignment_section/students",
        params={"users_dcid": MS_MATH},
        json={"student_ids": [IN_MATH], "section_ids": [column]},
    )
    assert off.status_code == 409
    assert api.scores(column) == {str(IN_MATH): "7"}


def test_d1_what_is_due_in_an_open_quarter_of_the_same_year_goes_on(api, hand):
    hand("POST", f"/periods/{CURRENT}/close")

    assert api.post_assignment(part(duedate="2026-11-09")).status_code == 201
    assert locks(api)["S1"] == ""


def test_a_semester_is_locked_when_everything_in_it_is(api, hand):
    hand("POST", "/periods/120001/close")
    hand("POST", "/periods/120002/close")

    assert {code: locks(api)[code] for code in ("Q1", "Q2", "S1", "S2", "Y1")} == {
        "Q1": "1", "Q2": "1", "S1": "1", "S2": "", "Y1": "",
    }  # fmt: skip


def test_d1_unlocked_by_hand_is_0_and_writes_go_on_after_the_end(api, hand, until):
    until("2026-11-20")
    hand("POST", f"/periods/{CURRENT}/reopen")

    assert locks(api)["Q1"] == "0"
    made = api.create(part())
    assert made["_assignmentsections"][0]["islocked"] is False


def test_d1_one_section_can_be_unlocked_for_a_late_teacher(api, hand):
    made = api.create(part())
    hand("POST", f"/periods/{CURRENT}/close")
    hand("POST", f"/sections/{MATH}/unlock", {"period": CURRENT})

    assert api.score(column_of(made), (IN_MATH, 7)).status_code == 200
    assert api.assignments(MATH).json()[0]["_assignmentsections"][0]["islocked"] is False
    assert api.post_assignment(part(sectionsdcid=int(MATH_TOO))).status_code == 409
    unlocked = api.rows("sectionunlock")
    assert [(row["sectionsdcid"], row["storecode"]) for row in unlocked] == [(MATH, "Q1")]
    assert unlocked[0]["termbinsdcid"] == bins(api)["Q1"]["dcid"]

    hand("POST", f"/sections/{MATH}/lock", {"period": CURRENT})
    assert api.score(column_of(made), (IN_MATH, 8)).status_code == 409
    assert api.rows("sectionunlock") == []


@pytest.mark.parametrize("due", ["2026-08-30", "2027-05-10", "2031-01-01"])
def test_a_due_date_outside_the_sections_term_is_a_409(api, due):
    answer = api.post_assignment(part(duedate=due))

    assert (answer.status_code, fields(answer)) == (409, DUE_DATE)
    assert "outside the term" in answer.json()["message"]


def test_a_due_date_between_reporting_terms_is_a_409(api, hand):
    hand("PATCH", f"/periods/{CURRENT}", {"end": "2026-10-30"})

    between = api.post_assignment(part(duedate="2026-10-31"))
    inside = api.post_assignment(part(duedate="2026-10-30"))

    assert (between.status_code, fields(between)) == (409, DUE_DATE)
    assert "no reporting term" in between.json()["message"]
    assert inside.status_code == 201


def test_a_due_date_in_a_later_open_quarter_is_fine(api):
    """Unlike at Skyward: there is no rule of the current period."""
    assert api.post_assignment(part(duedate="2027-03-01")).status_code == 201


@pytest.mark.parametrize(
    ("rule", "changes", "due"),
    [
        ("A12", {"duedate": "2031-01-01"}, "2031-01-01"),
        ("A14", {"name": "x" * 60}, "2026-10-08"),
        ("A5", {"category": SCIENCE_QUIZ}, "2026-10-08"),
        ("A10", {"duedate": ...}, "2026-10-02"),  # the day in the world
    ],
)
def test_a_refusal_can_be_switched_off_to_see_that_the_agent_alone_obeys(
    api, hand, rule, changes, due
):
    refused = api.post_assignment(part(**changes)).status_code
    hand("PUT", "/enforcement", {rule: "off"})

    made = api.create(part(**changes))

    assert refused == 409
    assert made["_assignmentsections"][0]["duedate"] == due


def test_students_who_are_not_there_can_be_let_pass_too(api, hand):
    column = column_of(api.create(part()))
    hand("PUT", "/enforcement", {"B6": "off"})

    assert api.score(column, (400015, 5)).status_code == 200


def test_whole_points_are_asked_for_only_when_switched_on(api, hand):
    assert api.post_assignment(part(scoreentrypoints=10.5)).status_code == 201
    hand("PUT", "/enforcement", {"A2": "on"})

    assert api.post_assignment(part(scoreentrypoints=10.5)).status_code == 409


def test_a_section_of_one_semester_belongs_to_that_term(api, world):
    with world.db.write() as cursor:
        cursor.execute("DELETE FROM section_term WHERE section = ? AND term = '110003'", (SCIENCE,))

    section = api.get(f"/ws/v1/section/{SCIENCE}", expansions="term").json()["section"]
    row = api.rows("sections", f"dcid=={SCIENCE}")[0]
    api.teacher = "300002"
    spring = api.post_assignment(
        part(sectionsdcid=int(SCIENCE), category=SCIENCE_QUIZ, duedate="2027-02-01")
    )

    assert (section["term"]["abbreviation"], row["termid"]) == ("S1", str(FALL))
    assert spring.status_code == 409
