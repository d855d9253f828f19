"""Rules B1 to B9 over PowerSchool: which scores pass, in the report and in the gradebook."""

from datetime import date, timedelta

import pytest

from tests.e2e.powerschool.bypass import Xte
from tests.e2e.powerschool.campus import MATH, MATH_TOO, SCIENCE, PowerSchoolDistrict
from tests.e2e.powerschool.verdicts import CREATE, SCORES
from tests.e2e.support.district import START
from tests.e2e.support.night_work import fault, healed
from tests.e2e.support.recording_proxy import Exchange, Relay, between
from tests.e2e.support.verdicts import lenient, record, sent, told

NEXT = START + timedelta(days=1)
DUE = date(2026, 10, 16)
AFTER = DUE + timedelta(days=1)
"""The first evening on which the default due date has passed."""
UNREADABLE = {"assignmentscore.isexempt": "none"}
"""The plugin may write scores, and not see all of what a look into a cell needs."""


def rows_sent(relay: Relay) -> list[dict]:
    """The rows of all batches that passed."""
    batches = relay.of("PUT", "/ws/xte/score")
    return [row for batch in batches for row in batch.sent["assignment_scores"]]


# ---- B1 ------------------------------------------------------------------------------------------


def test_b1_the_whole_class_goes_in_one_batch(district: PowerSchoolDistrict):
    district.assess("a-1")
    for n in range(1, 8):
        district.score("a-1", f"s-300{n}", n + 0.5)

    run, writes = sent(district)

    assert writes == [CREATE, SCORES]
    assert run.report["counts"]["sent"] == 7
    marks = district.marks("a-1")
    assert [marks[f"40000{n}"] for n in range(1, 8)] == [f"{n}.5" for n in range(1, 8)]


def test_b1_what_is_typed_is_the_text_and_the_number(district: PowerSchoolDistrict):
    district.assess("a-1")
    district.score("a-1", "s-3001", 17.375)
    with between(district, "sis") as relay:
        district.night(START)

    [row] = rows_sent(relay)
    assert (row["actualscoreentered"], row["scorepoints"]) == ("17.375", 17.375)
    assert (row["studentsdcid"], row["actualscorekind"]) == (400001, "REAL_SCORE")


# ---- B3 and B4 -----------------------------------------------------------------------------------


def test_b4_a_student_whom_the_teacher_exempted_gets_no_0(district: PowerSchoolDistrict):
    district.assess("a-1")
    district.night(START)
    flagged(district, "400001", isexempt=True)
    flagged(district, "400002", ismissing=True)

    run = district.night(AFTER)

    assert told(run, "s-3001")[0] == "kept"
    assert told(run, "s-3002") == ("sent", [])
    assert (district.marks("a-1")["400001"], district.marks("a-1")["400002"]) == ("*", "0")
    assert flags(district, "400001") == {"isexempt"}
    # A flag is the teacher's: it is neither set nor taken.
    assert flags(district, "400002") == {"ismissing"}


def test_b4_without_the_grant_to_read_scores_zeros_are_held_and_typed_scores_pass(
    district: PowerSchoolDistrict,
):
    district.assess("a-1")
    district.score("a-1", "s-3001", 12)
    district.night(START)
    district.settings(grants=UNREADABLE)
    district.score("a-1", "s-3001", 13)
    district.score("a-1", "s-3004", 8.5)

    run, writes = sent(district, AFTER)

    assert run.code == 0, run.out
    assert writes == [SCORES]
    assert told(run, "s-3002") == ("held", ["zero_not_verifiable"])
    assert (told(run, "s-3001"), told(run, "s-3004")) == (("sent", []), ("sent", []))
    marks = district.marks("a-1")
    assert [marks[f"40000{n}"] for n in (1, 2, 4)] == ["13", "*", "8.5"]
    # Held again and again, not sent, until a person grants it.
    again, writes = sent(district, AFTER + timedelta(days=1))
    assert (writes, told(again, "s-3002")) == ([], ("held", ["zero_not_verifiable"]))

    district.settings()
    run = district.sync()
    assert told(run, "s-3002") == ("sent", [])
    assert district.marks("a-1")["400002"] == "0"


def test_b4_without_the_grant_a_column_made_tonight_past_its_due_date_has_its_zeros_held(
    district: PowerSchoolDistrict,
):
    """Nobody can look just before the 0 is written, so it is not."""
    district.settings(grants=UNREADABLE)
    district.assess("a-1")
    district.score("a-1", "s-3001", 12)

    run = district.night(AFTER)

    assert told(run) == ("created", [])
    assert told(run, "s-3001") == ("sent", [])
    assert told(run, "s-3002") == ("held", ["zero_not_verifiable"])
    assert (district.marks("a-1")["400001"], district.marks("a-1")["400002"]) == ("12", "*")


def test_b4_a_cell_that_cannot_be_read_tonight_is_held_until_it_can_be(
    district: PowerSchoolDistrict,
):
    district.assess("a-1")
    district.score("a-1", "s-3001", 12)
    district.night(START)
    district.score("a-1", "s-3001", 13)
    with between(district, "sis") as relay:

        def forbid(exchange: Exchange) -> None:
            if "/ws/schema/table/assignmentscore" in exchange.path:
                told_ = {"message": "No access to field", "errors": [{"field": "x.y"}]}
                exchange.answer(403, told_, {"content-type": "application/json"})

        relay.alter = forbid
        district.evening(AFTER)
        run = district.sync()

    assert told(run, "s-3002") == ("held", ["zero_not_verifiable"])
    assert told(run, "s-3001") == ("sent", [])
    assert (district.marks("a-1")["400001"], district.marks("a-1")["400002"]) == ("13", "*")

    assert told(district.sync(), "s-3002") == ("sent", [])
    assert district.marks("a-1")["400002"] == "0"


def test_b4_only_who_was_enrolled_on_the_due_date_gets_a_0(district: PowerSchoolDistrict):
    district.assess("a-1")
    district.evening(AFTER, 8)
    district.control("POST", "/students/400015/enroll", {"section": MATH})

    run = district.night(AFTER)

    assert told(run, "s-3015") == ("refused", ["withheld_missing"])
    assert "not enrolled on the due date" in record(run, "a-1", MATH, "s-3015")["reason"]
    assert told(run, "s-3001") == ("sent", [])
    assert (district.marks("a-1")["400015"], district.marks("a-1")["400001"]) == ("*", "0")


@pytest.mark.parametrize(("day", "shown"), [("2026-09-23", "0"), ("2026-09-24", "*")])
def test_b4_the_exit_date_is_the_day_after_the_last_one(
    district: PowerSchoolDistrict, day: str, shown: str
):
    entry = district.assigned("c-1001", assignedDate="2026-09-21", dueDate=day)
    district.assess("a-1", classes=[entry])

    district.night(START)

    assert district.marks("a-1")["400003"] == shown


# ---- B5 ------------------------------------------------------------------------------------------


def test_b5_each_section_has_its_own_column_with_its_own_students(district: PowerSchoolDistrict):
    district.assess("a-1", classes=[district.assigned("c-1001"), district.assigned("c-1002")])
    district.score("a-1", "s-3001", 18)
    district.score("a-1", "s-3008", 17)

    run = district.night(START)

    assert (told(run, "s-3001"), told(run, "s-3008", section=MATH_TOO)) == (("sent", []),) * 2
    first, second = district.marks("a-1"), district.marks("a-1", MATH_TOO)
    assert (first["400001"], second["400008"]) == ("18", "17")
    assert not first.keys() & second.keys()


# ---- B6 ------------------------------------------------------------------------------------------


def test_b6_a_dropped_student_is_withheld_and_never_blocks_the_class(
    district: PowerSchoolDistrict,
):
    lenient(district, "B6")
    district.assess("a-1")
    for n in (1, 2):
        district.score("a-1", f"s-300{n}", 10 + n)
    district.control("POST", "/students/400001/drop", {})
    with between(district, "sis") as relay:
        run = district.night(START)

    assert run.code == 0
    assert told(run, "s-3001") == ("refused", ["not_enrolled"])
    assert told(run, "s-3002") == ("sent", [])
    # A mark that nobody sees in the gradebook was not written either.
    assert [row["studentsdcid"] for row in rows_sent(relay)] == [400002]
    assert district.marks("a-1")["400002"] == "12"


def test_b6_transferred_to_another_section_scores_do_not_follow_and_new_ones_go_there(
    district: PowerSchoolDistrict,
):
    lenient(district, "B6")
    district.assess("a-1", classes=[district.assigned("c-1001"), district.assigned("c-1002")])
    district.score("a-1", "s-3001", 11)
    district.night(START)

    district.evening(NEXT, 8)
    district.control("POST", "/students/400001/transfer", {"to": MATH_TOO})
    district.score("a-1", "s-3001", 12)
    run = district.night(NEXT)

    assert run.code == 0
    assert told(run, "s-3001", section=MATH_TOO) == ("sent", [])
    assert district.marks("a-1", MATH_TOO)["400001"] == "12"
    assert "400001" not in district.marks("a-1", MATH)


def test_b6_transferred_without_a_new_score_the_old_one_reaches_the_new_section(
    district: PowerSchoolDistrict,
):
    district.assess("a-1", classes=[district.assigned("c-1001"), district.assigned("c-1002")])
    district.score("a-1", "s-3001", 11)
    district.night(START)

    district.evening(NEXT, 8)
    district.control("POST", "/students/400001/transfer", {"to": MATH_TOO})
    run = district.night(NEXT)

    assert told(run, "s-3001", section=MATH_TOO) == ("sent", [])
    assert district.marks("a-1", MATH_TOO)["400001"] == "11"
    assert sent(district, NEXT)[1] == []


def test_b6_a_future_enrolment_begins_on_its_day(district: PowerSchoolDistrict):
    lenient(district, "B6")
    district.assess("a-1", classes=[district.assigned("c-1003")])
    district.control("PUT", "/group/t-2003", otus=True)
    district.score("a-1", "s-3002", 9)
    run = district.night(START)
    assert told(run, "s-3002", section=SCIENCE) == ("refused", ["not_enrolled"])

    district.evening(NEXT, 8)
    district.control("POST", "/students/400002/enroll", {"section": SCIENCE})

    run = district.night(NEXT)
    assert told(run, "s-3002", section=SCIENCE) == ("sent", [])
    assert district.marks("a-1", SCIENCE)["400002"] == "9"


def test_b6_past_the_agent_one_who_is_not_on_the_assignment_blocks_the_batch_and_is_named(
    district: PowerSchoolDistrict,
):
    past = Xte(district)
    _, column = past.made()
    district.control("POST", "/students/400001/drop", {})

    refused = past.score(column, ("400001", 11), ("400002", 12), ("400015", 13))

    assert refused.status == 409
    assert set(refused.offenders) == {"400001", "400015"}
    assert {c["display"] for r in district.gradebook()["rows"] for c in r["cells"]} == {"*"}
    assert past.score(column, ("400002", 12)).done
    lenient(district, "B6")
    assert past.score(column, ("400015", 13)).done


def test_b6_past_the_agent_a_student_by_students_id_is_a_stranger(district: PowerSchoolDistrict):
    past = Xte(district)
    _, column = past.made()

    # STUDENTS.ID where STUDENTS.DCID belongs.
    assert past.score(column, ("1200001", 11)).status == 409
    assert {c["display"] for r in district.gradebook()["rows"] for c in r["cells"]} == {"*"}


# ---- B7 ------------------------------------------------------------------------------------------


def flagged(district: PowerSchoolDistrict, student: str, **flags_: bool) -> None:
    """The teacher sets flags on a cell of a-1 without scoring it."""
    row = {
        "_assignmentsection": {"assignmentsectionid": int(district.column("a-1")["id"])},
        "studentsdcid": int(student),
        **flags_,
    }
    watcher = district.watcher
    answer = district.http.put(
        f"{watcher.url}/ws/xte/score",
        params={"users_dcid": "300001", "status": "A", "term_id": 3600},
        json={"assignment_scores": [row]},
        headers={"Authorization": f"Bearer {watcher.token}"},
    )
    assert answer.status_code == 200, answer.text


def flags(district: PowerSchoolDistrict, student: str) -> set[str]:
    """The flags on a student's cell of a-1."""
    names = ("islate", "ismissing", "isexempt", "iscollected", "isabsent", "isincomplete")
    column = district.column("a-1")["id"]
    rows = district.watcher.rows(
        "assignmentscore", f"assignmentsectionid=={column}", "studentsdcid", *names
    )
    [row] = [row for row in rows if row["studentsdcid"] == student]
    return {name for name in names if row[name] == "1"}


def test_b7_marks_are_never_sent(district: PowerSchoolDistrict):
    district.assess("a-1")
    district.score("a-1", "s-3001", 15, "graded", "late")
    district.score("a-1", "s-3002", 16, "graded", "excused", "missing")
    with between(district, "sis") as relay:
        run = district.night(START)

    assert (told(run, "s-3001"), told(run, "s-3002")) == (("sent", []), ("sent", []))
    known = {"_assignmentsection", "studentsdcid", "scoretype", "scorepoints"}
    known |= {"actualscoreentered", "actualscorekind"}
    for row in rows_sent(relay):
        assert not any(row[name] for name in row.keys() - known)
    assert (flags(district, "400001"), flags(district, "400002")) == (set(), set())
    assert (district.marks("a-1")["400001"], district.marks("a-1")["400002"]) == ("15", "16")


def test_b7_flags_that_the_teacher_set_stay_when_the_score_changes(district: PowerSchoolDistrict):
    district.assess("a-1")
    district.score("a-1", "s-3001", 15)
    district.night(START)
    flagged(district, "400001", islate=True, iscollected=True)

    district.score("a-1", "s-3001", 16)
    district.night(NEXT)

    assert district.marks("a-1")["400001"] == "16"
    assert flags(district, "400001") == {"islate", "iscollected"}


# ---- B8 ------------------------------------------------------------------------------------------


def test_b8_weighting_is_never_sent(district: PowerSchoolDistrict):
    district.assess("a-1")
    district.score("a-1", "s-3001", 15)
    with between(district, "sis") as relay, between(district, "otus") as feed:

        def weighted(exchange: Exchange) -> None:
            if "/v1/changes" in exchange.path:
                page = exchange.json
                for change in page["changes"]:
                    change.get("record", {}).update(weight=2.5, weighting={"percent": 40})
                exchange.answer(200, page, exchange.headers)

        feed.alter = weighted
        district.evening(START)
        run = district.sync()

    assert run.code == 0, run.err
    bodies = [e.body for e in relay.seen if e.method in {"POST", "PUT"} and "/ws/xte" in e.path]
    assert len(bodies) == 2
    assert not any(b"2.5" in body or b"40}" in body for body in bodies)
    # The gradebook wants one: 1, which weighs nothing.
    [made] = [e.sent for e in relay.of("POST", "/ws/xte")]
    assert made["_assignmentsections"][0]["weight"] == 1
    assert district.marks("a-1")["400001"] == "15"


# ---- B9 ------------------------------------------------------------------------------------------


def test_b9_one_that_only_the_sis_finds_broken_is_rejected_by_itself(
    district: PowerSchoolDistrict,
):
    """PowerSchool names nobody for it, so the batch is halved until the one is found."""
    district.assess("a-1")
    for n in range(1, 8):
        district.score("a-1", f"s-300{n}", n)
    district.score("a-1", "s-3005", 77)
    with between(district, "sis") as relay:

        def spoil(exchange: Exchange) -> bool:
            exchange.body = exchange.body.replace(
                b'"actualscoreentered":"77"', b'"actualscoreentered":"-7"'
            )
            return False

        relay.before = spoil
        run = district.night(START)

    assert run.code == 3
    assert told(run, "s-3005")[0] == "rejected"
    assert "77" not in record(run, "a-1", MATH, "s-3005")["reason"]
    marks = district.marks("a-1")
    assert [marks[f"40000{n}"] for n in range(1, 8)] == ["1", "2", "3", "4", "*", "6", "7"]
    assert sum(r["state"] == "sent" for r in run.report["records"]) == 6


def test_b9_past_the_agent_the_sis_refuses_a_broken_score_and_all_with_it(
    district: PowerSchoolDistrict,
):
    past = Xte(district)
    _, column = past.made()

    for broken, field, words in (
        (-1, "assignmentscore.actualscoreentered", "a score is a number that is not negative"),
        ("ten", "actualscoreentered", "actualscoreentered is not a number"),
    ):
        refused = past.score(column, ("400001", broken), ("400002", 12))
        assert refused.status == 409
        assert (refused.fields, refused.words) == ((field,), words)
    assert {c["display"] for r in district.gradebook()["rows"] for c in r["cells"]} == {"*"}
    lenient(district, "B9")
    assert past.score(column, ("400001", -1)).done
    shown = {r["student"]: c["display"] for r in district.gradebook()["rows"] for c in r["cells"]}
    assert {student: text for student, text in shown.items() if text != "*"} == {"400001": "-1"}


# ---- more than one batch -------------------------------------------------------------------------


def test_b6_a_failure_of_the_look_is_no_failure_of_the_class(district: PowerSchoolDistrict):
    """The roster cannot be read: nothing is written on a guess."""
    district.assess("a-1")
    district.score("a-1", "s-3001", 12)
    fault(district, "status", "listSectionEnrollments", status=500)

    run, writes = sent(district)

    assert (run.code, writes) == (6, [])
    healed(district)
    assert told(district.sync(), "s-3001") == ("sent", [])
