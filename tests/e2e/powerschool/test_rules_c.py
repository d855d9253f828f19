"""Rules C1 to C10 over PowerSchool: what is sent, and when again; in report and gradebook.

PowerSchool takes no id of ours and a create is not idempotent: a tag in the description stands for
it. A PUT replaces the whole assignment, so what is not ours to say must go back as it was read.
"""

from datetime import date, timedelta

import pytest

from tests.e2e.powerschool.bypass import HOMEWORK_COPY, QUIZ_COPY, Xte
from tests.e2e.powerschool.campus import (
    HOMEWORK,
    MATH,
    MATH_TOO,
    QUIZ,
    SCIENCE,
    PowerSchoolDistrict,
    tag_of,
)
from tests.e2e.powerschool.verdicts import CREATE, REPLACE, SCORES, category_of
from tests.e2e.support.district import START, Run
from tests.e2e.support.night_work import fault, healed
from tests.e2e.support.recording_proxy import Exchange, between
from tests.e2e.support.verdicts import record, sent, sis_writes, told

NEXT = START + timedelta(days=1)
AFTER = date(2026, 10, 17)
"""The first evening on which the default due date has passed."""
TAG = tag_of("pb-a-1.c-1001")


def teacher_edits(district: PowerSchoolDistrict, **changes: object) -> None:
    """The teacher changes the column in the gradebook."""
    column = district.column("a-1")["id"]
    district.control("PATCH", f"/columns/{column}", changes)


def number_of(district: PowerSchoolDistrict, section: str = MATH) -> int:
    """The assignmentid of a-1."""
    column = district.column("a-1", section)["id"]
    fields = ("assignmentsectionid", "assignmentid")
    [row] = district.watcher.rows("assignmentsection", f"assignmentsectionid=={column}", *fields)
    return int(row["assignmentid"])


# ---- C1 ------------------------------------------------------------------------------------------


def test_c1_only_the_score_that_changed_is_in_the_batch(district: PowerSchoolDistrict):
    district.assess("a-1")
    for n in range(1, 8):
        district.score("a-1", f"s-300{n}", n)
    district.night(START)
    district.score("a-1", "s-3003", 9)

    with between(district, "sis") as relay:
        district.night(NEXT)

    [batch] = relay.of("PUT", "/ws/xte/score")
    assert [row["studentsdcid"] for row in batch.sent["assignment_scores"]] == [400003]


def test_c1_an_assigned_date_which_powerschool_does_not_keep_is_no_change(
    district: PowerSchoolDistrict,
):
    district.assess("a-1")
    district.night(START)

    district.edit("a-1", classes=[district.assigned("c-1001", assignedDate="2026-10-13")])
    run, writes = sent(district, NEXT)

    assert (run.code, writes, told(run)) == (0, [], ("unchanged", []))


def test_c1_a_quiet_night_reads_no_gradebook(district: PowerSchoolDistrict):
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)
    district.night(START)
    district.sync()

    before = len(district.journal())
    run = district.sync()

    assert run.writes == 0
    read = district.journal()[before:]
    assert not {e["operation"] for e in read} & {"listAssignments", "getAssignment"}
    assert not any("assignmentscore" in e["path"] for e in read)


# ---- C3 ------------------------------------------------------------------------------------------


def test_c3_the_replace_keeps_all_that_the_teacher_changed(district: PowerSchoolDistrict):
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)
    district.night(START)
    number, past = number_of(district), Xte(district)
    mine = {
        "description": f"<p>Bring a ruler.</p> {TAG}",
        "weight": 2,
        "totalpointvalue": 40,
        "extracreditpoints": 3,
        "publishoption": "Never",
        "isscorespublish": False,
        "iscountedinfinalgrade": False,
        "isscoringneeded": False,
        "maxretakeallowed": 99,
    }
    answer = past.change(number, update_scores=True, **mine)
    assert answer.done, answer
    before = past.part_of(number)

    district.edit("a-1", title="Renamed")
    run, writes = sent(district, NEXT)

    assert (told(run), writes) == (("updated", []), [REPLACE])
    after = past.part_of(number)
    assert {n: after[n] for n in mine} == mine
    changed = {n for n in after if after[n] != before[n]} - {"$breach_mitigation"}
    changed -= {"_assignmentcategoryassociations"}  # with random members of their own
    assert changed == {"name"}
    assert district.marks("a-1")["400001"] == "18"


def test_c3_the_replace_keeps_the_students_that_the_teacher_chose(district: PowerSchoolDistrict):
    district.assess("a-1")
    district.night(START)
    number, past = number_of(district), Xte(district)
    chosen = [{"studentsdcid": 400001}, {"studentsdcid": 400002}]
    assert past.change(number, _assignmentstudentassociations=chosen).done

    district.edit("a-1", title="Renamed")
    run = district.night(NEXT)

    assert told(run) == ("updated", [])
    kept = past.part_of(number)["_assignmentstudentassociations"]
    assert {a["studentsdcid"] for a in kept} == {400001, 400002}


def test_c3_a_student_whom_the_teacher_took_off_is_rejected_alone(district: PowerSchoolDistrict):
    district.assess("a-1")
    district.night(START)
    chosen = [{"studentsdcid": 400001}]
    changed = Xte(district).change(number_of(district), _assignmentstudentassociations=chosen)
    assert changed.done

    for n in (1, 2):
        district.score("a-1", f"s-300{n}", 10 + n)
    run = district.night(NEXT)

    assert run.code == 3
    assert told(run, "s-3001") == ("sent", [])
    assert told(run, "s-3002")[0] == "rejected"
    assert "not on the assignment" in record(run, "a-1", MATH, "s-3002")["reason"]
    assert (district.marks("a-1")["400001"], district.marks("a-1")["400002"]) == ("11", "*")


def test_c3_a_total_that_changes_has_the_scores_worked_out_anew_with_the_teachers_weight(
    district: PowerSchoolDistrict,
):
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)
    district.night(START)
    number, past = number_of(district), Xte(district)
    assert past.change(number, update_scores=True, weight=2, totalpointvalue=40).done

    district.edit("a-1", totalPoints=25)
    run, writes = sent(district, NEXT)

    assert (run.code, told(run), writes) == (0, ("updated", []), [REPLACE])
    part = past.part_of(number)
    assert (part["scoreentrypoints"], part["weight"], part["totalpointvalue"]) == (25, 2, 50)
    entry = sis_writes(district)[-1]
    assert "update_scores=true" in entry["query"]
    assert district.marks("a-1")["400001"] == "18"


def test_c3_past_the_agent_a_total_changes_only_when_scores_may_be_worked_out_anew(
    district: PowerSchoolDistrict,
):
    past = Xte(district)
    number, column = past.made()
    assert past.change(number, scoreentrypoints=15).done
    assert past.score(column, ("400001", 9)).done

    assert past.change(number, scoreentrypoints=25).status == 412
    assert past.change(number, name="Renamed").done
    assert past.change(number, update_scores=True, scoreentrypoints=25).done
    assert [c["points"] for c in district.columns()] == [25]


def test_c3_an_assignment_that_the_teacher_shared_with_another_section_keeps_both(
    district: PowerSchoolDistrict,
):
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)
    district.night(START)
    number, past = number_of(district), Xte(district)
    whole = past.read(number)
    shared = {n: v for n, v in whole["_assignmentsections"][0].items() if n[0] != "$"}
    for own in ("_id", "assignmentsectionid"):
        shared.pop(own)
    category = [{"teachercategoryid": QUIZ_COPY, "isprimary": True}]
    shared |= {
        "sectionsdcid": int(MATH_TOO),
        "duedate": "2026-10-23",
        "_assignmentcategoryassociations": category,
    }
    whole["_assignmentsections"].append(shared)
    answer = past.replace(number, whole)
    assert answer.done, answer

    day = district.assigned("c-1001", dueDate="2026-10-19")
    district.edit("a-1", title="Renamed", classes=[day])
    run, writes = sent(district, NEXT)

    assert (run.code, told(run), writes) == (0, ("updated", []), [REPLACE]), run.out
    [here], [there] = district.columns(MATH), district.columns(MATH_TOO)
    assert (here["title"], here["due"]) == ("Renamed", "2026-10-19")
    assert (there["title"], there["due"]) == ("Renamed", "2026-10-23")
    assert district.marks("a-1")["400001"] == "18"


def test_c3_one_assessment_in_two_classes_is_two_columns_each_overwritten_alone(
    district: PowerSchoolDistrict,
):
    both = [district.assigned("c-1001"), district.assigned("c-1002")]
    district.assess("a-1", classes=both)
    district.night(START)

    moved = district.assigned("c-1002", dueDate="2026-10-23")
    district.edit("a-1", classes=[district.assigned("c-1001"), moved])
    run, writes = sent(district, NEXT)

    assert (told(run), told(run, section=MATH_TOO)) == (("unchanged", []), ("updated", []))
    assert writes == [REPLACE]
    assert district.column("a-1", MATH)["due"] == "2026-10-16"
    assert district.column("a-1", MATH_TOO)["due"] == "2026-10-23"


# ---- C5 ------------------------------------------------------------------------------------------


def test_c5_a_category_of_the_teachers_own_stays_too(district: PowerSchoolDistrict):
    district.assess("a-1")
    district.night(START)
    past, column = Xte(district), district.column("a-1")["id"]
    own = past.own_category("Warm-ups")
    primary = [{"teachercategoryid": own.number, "isprimary": True}]
    assert past.change(number_of(district), _assignmentcategoryassociations=primary).done

    district.edit("a-1", title="Fixed")
    run = district.night(NEXT)

    assert told(run) == ("updated", [])
    assert category_of(district, column) == str(own.number)


def test_c5_a_category_that_the_teacher_chose_and_that_went_inactive_stays(
    district: PowerSchoolDistrict,
):
    district.assess("a-1")
    district.night(START)
    teacher_edits(district, category=HOMEWORK)
    district.control("POST", f"/categories/{HOMEWORK_COPY}/deactivate", {})

    district.edit("a-1", title="Fixed")
    run = district.night(NEXT)

    assert (run.code, told(run)) == (0, ("updated", [])), run.out
    now = district.column("a-1")
    assert (now["title"], now["category"]) == ("Fixed", HOMEWORK)


# ---- C6 ------------------------------------------------------------------------------------------


def test_c6_removed_before_the_due_date_it_is_told_and_stays_since_xte_cannot_clear(
    district: PowerSchoolDistrict,
):
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)
    district.score("a-1", "s-3002", 12)
    district.night(START)

    district.score("a-1", "s-3001", None, "not_submitted")
    run, writes = sent(district, NEXT)

    state, codes = told(run, "s-3001")
    assert (writes, codes) == ([], ["score_withdrawn"])
    assert state in {"held", "withdrawn"}
    assert "cannot take a mark back" in record(run, "a-1", MATH, "s-3001")["reason"]
    assert (district.marks("a-1")["400001"], district.marks("a-1")["400002"]) == ("18", "12")

    run, writes = sent(district, AFTER)
    assert SCORES in writes  # zeros of the others
    assert told(run, "s-3001") == ("held", ["score_withdrawn"])
    assert district.marks("a-1")["400001"] == "18"

    district.score("a-1", "s-3001", 9)
    assert told(district.night(AFTER), "s-3001") == ("sent", [])
    assert district.marks("a-1")["400001"] == "9"


@pytest.mark.parametrize(
    ("progress", "mark", "code"),
    [("turned_in", "late", "not_fully_graded"), ("not_submitted", "excused", "excused_no_score")],
)
def test_c6_a_0_that_otus_no_longer_calls_for_stays_and_waits_for_a_score(
    district: PowerSchoolDistrict, progress: str, mark: str, code: str
):
    district.assess("a-1")
    district.night(AFTER)
    district.score("a-1", "s-3001", None, progress, mark)

    run, writes = sent(district, AFTER + timedelta(days=1))

    assert writes == []
    assert code in told(run, "s-3001")[1]
    assert district.marks("a-1")["400001"] == "0"

    district.score("a-1", "s-3001", 11)
    district.night(AFTER + timedelta(days=1))
    assert district.marks("a-1")["400001"] == "11"


# ---- C7 ------------------------------------------------------------------------------------------


def delete_column(district: PowerSchoolDistrict) -> str:
    """The teacher deletes it; its id."""
    column = str(district.column("a-1")["id"])
    district.control("DELETE", f"/columns/{column}")
    return column


def test_c7_deleted_between_the_look_and_the_write_the_whole_batch_is_told(
    district: PowerSchoolDistrict,
):
    district.assess("a-1")
    district.night(START)
    for n in range(1, 6):
        district.score("a-1", f"s-300{n}", n)
    column = district.column("a-1")["id"]
    with between(district, "sis") as relay:

        def delete_first(exchange: Exchange) -> bool:
            if exchange.path.startswith("/ws/xte/score"):
                district.http.delete(f"{relay.target}/_mock/columns/{column}")
            return False

        relay.before = delete_first
        district.evening(NEXT)
        run = district.sync()
        batches = relay.of("PUT", "/ws/xte/score")

    assert (run.code, told(run)) == (0, ("deleted_in_sis", []))
    assert {told(run, f"s-300{n}")[0] for n in range(1, 6)} == {"deleted_in_sis"}
    assert [b.status for b in batches] == [500]
    assert district.columns() == []
    assert sent(district, NEXT)[1] == []


def test_c7_deleted_before_the_replace_it_is_told(district: PowerSchoolDistrict):
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)
    district.night(START)
    column = district.column("a-1")["id"]
    district.edit("a-1", title="Renamed")
    district.score("a-1", "s-3001", 19)
    with between(district, "sis") as relay:

        def delete_first(exchange: Exchange) -> bool:
            if exchange.method == "PUT" and "/ws/xte/section/assignment/" in exchange.path:
                district.http.delete(f"{relay.target}/_mock/columns/{column}")
            return False

        relay.before = delete_first
        run = district.night(NEXT)

    assert (run.code, told(run)) == (0, ("deleted_in_sis", []))
    assert told(run, "s-3001")[0] == "deleted_in_sis"
    assert district.columns() == []


def test_c7_an_unreadable_list_is_not_read_as_deleted(district: PowerSchoolDistrict):
    district.assess("a-1")
    district.assess("a-2", classes=[district.assigned("c-1002")])
    district.night(START)
    district.edit("a-1", title="Renamed")
    with between(district, "sis") as relay:

        def spoil(exchange: Exchange) -> None:
            if "section_ids=200001" in exchange.path:
                exchange.answer(500, {"message": "?"}, {"content-type": "application/json"})

        relay.alter = spoil
        district.evening(NEXT)
        run = district.sync()

    assert run.code in {3, 6}
    assert "deleted_in_sis" not in run.report["counts"]

    run = district.sync()
    assert (run.code, told(run)) == (0, ("updated", []))


# ---- C8 ------------------------------------------------------------------------------------------


def test_c8_a_create_that_was_refused_is_tried_again_with_its_scores(
    district: PowerSchoolDistrict,
):
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)
    fault(district, "status", CREATE, status=409)
    run = district.night(START)
    assert (run.code, told(run)[0], told(run, "s-3001")[0]) == (3, "rejected", "rejected")
    assert district.columns() == []

    healed(district)
    run = district.night(NEXT)

    assert (run.code, told(run), told(run, "s-3001")) == (0, ("created", []), ("sent", []))
    assert district.marks("a-1")["400001"] == "18"


def test_c8_a_create_that_failed_without_being_done_is_tried_again(
    district: PowerSchoolDistrict,
):
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)
    fault(district, "status", CREATE, status=500)
    run = district.night(START)
    assert (run.code, told(run)[0], told(run, "s-3001")[0]) == (3, "failed", "failed")
    # It may have been done: nobody repeats it before having looked.
    assert sum(e["operation"] == CREATE for e in sis_writes(district)) == 1

    healed(district)
    run, writes = sent(district, NEXT)

    assert (run.code, writes) == (0, [CREATE, SCORES])
    assert len(district.columns()) == 1


# ---- C10 -----------------------------------------------------------------------------------------


def lost(district: PowerSchoolDistrict, action: str, operation: str) -> Run:
    """A night in which that operation never gets an answer."""
    fault(district, action, operation)
    run = district.sync()
    healed(district)
    return run


def test_c10_a_create_that_arrived_without_an_answer_is_found_by_its_tag_and_never_made_twice(
    district: PowerSchoolDistrict,
):
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)
    district.evening(START)
    run = lost(district, "drop_after", CREATE)
    assert (run.code, told(run)[0], told(run, "s-3001")[0]) == (3, "failed", "failed")
    # Sent once, and not repeated: nobody knows.
    assert [e["operation"] for e in sis_writes(district)] == [CREATE]
    [made] = district.columns()

    run, writes = sent(district, NEXT)

    assert (run.code, writes, told(run, "s-3001")) == (0, [SCORES], ("sent", []))
    assert [c["id"] for c in district.columns()] == [made["id"]]
    assert district.marks("a-1")["400001"] == "18"


def test_c10_a_create_in_each_of_two_sections_lost_its_answers_and_both_are_found(
    district: PowerSchoolDistrict,
):
    both = [district.assigned("c-1001"), district.assigned("c-1002")]
    district.assess("a-1", classes=both)
    district.assess("a-2", title="Quiz a-1", classes=both)
    district.evening(START)
    assert lost(district, "drop_after", CREATE).code == 3

    run, writes = sent(district, NEXT)

    assert (run.code, writes) == (0, [])
    assert [len(district.columns(s)) for s in (MATH, MATH_TOO, SCIENCE)] == [2, 2, 0]


def test_c10_an_answer_without_a_location_is_looked_up_at_once(district: PowerSchoolDistrict):
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)
    with between(district, "sis") as relay:

        def strip(exchange: Exchange) -> None:
            if exchange.method == "POST":
                exchange.headers.pop("location", None)

        relay.alter = strip
        run, writes = sent(district, START)

    assert (run.code, writes) == (0, [CREATE, SCORES])
    assert told(run) == ("created", [])
    assert len(district.columns()) == 1
    assert district.marks("a-1")["400001"] == "18"


def test_c10_a_create_whose_number_cannot_be_read_back_is_found_the_next_night(
    district: PowerSchoolDistrict,
):
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)
    district.evening(START)
    fault(district, "status", "getAssignment", status=500)
    with between(district, "sis") as relay:

        def lists_fail_after_the_create(exchange: Exchange) -> None:
            if (
                exchange.method == "GET"
                and "section_ids=" in exchange.path
                and relay.of("POST", "/ws/xte")
            ):
                exchange.answer(500, {"message": "?"}, {"content-type": "application/json"})

        relay.alter = lists_fail_after_the_create
        run = district.sync()
    assert (run.code, told(run)[0]) == (3, "failed")
    healed(district)

    run, writes = sent(district, NEXT)

    assert (run.code, writes) == (0, [SCORES])
    assert len(district.columns()) == 1
    assert district.marks("a-1")["400001"] == "18"


def test_c10_text_that_the_teacher_wrote_around_the_tag_does_not_hide_it(
    district: PowerSchoolDistrict,
):
    district.assess("a-1")
    district.evening(START)
    lost(district, "drop_after", CREATE)
    column = district.column("a-1")["id"]
    district.control("PATCH", f"/columns/{column}", {"description": f"<p>{TAG}</p> Bring a ruler."})

    run, writes = sent(district, NEXT)

    assert (run.code, writes) == (0, [])
    assert len(district.columns()) == 1


def test_c10_without_its_tag_the_one_column_that_our_plugin_made_is_not_made_twice(
    district: PowerSchoolDistrict,
):
    district.assess("a-1")
    district.evening(START)
    lost(district, "drop_after", CREATE)
    column = district.column("a-1")["id"]
    district.control("PATCH", f"/columns/{column}", {"description": "Bring a ruler."})

    run, _ = sent(district, NEXT)

    # Adopted as the one candidate, or held for a person; in no case a second one.
    assert [c["id"] for c in district.columns()] == [column]
    assert told(run)[0] in {"unchanged", "held"}


def test_c10_without_tags_and_with_two_candidates_it_is_held(district: PowerSchoolDistrict):
    district.assess("a-1")
    district.assess("a-2", title="Quiz a-1")
    district.evening(START)
    lost(district, "drop_after", CREATE)
    columns = [c["id"] for c in district.columns()]
    for column in columns:
        district.control("PATCH", f"/columns/{column}", {"description": ""})

    run, _ = sent(district, NEXT)

    assert [c["id"] for c in district.columns()] == columns
    assert (told(run)[0], told(run, id_="a-2")[0]) == ("held", "held")


def test_c10_a_column_that_the_teacher_made_alike_is_not_taken_for_ours(
    district: PowerSchoolDistrict,
):
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)
    district.evening(START)
    assert lost(district, "drop_before", CREATE).code == 3
    mine = {"section": MATH, "title": "Quiz a-1", "points": 20, "category": QUIZ}
    district.control("POST", "/columns", {**mine, "due": "2026-10-16"})

    run, writes = sent(district, NEXT)

    assert (run.code, writes) == (0, [CREATE, SCORES])
    assert len(district.columns()) == 2


def test_c10_a_column_lost_and_deleted_by_the_teacher_meanwhile(district: PowerSchoolDistrict):
    """It never counted as made, so it may be made again; but not twice."""
    district.assess("a-1")
    district.evening(START)
    lost(district, "drop_after", CREATE)
    district.control("DELETE", f"/columns/{district.column('a-1')['id']}")

    assert district.night(NEXT).code == 0
    assert len(district.columns()) <= 1
    assert sent(district, NEXT)[1] == []


UNREADABLE = {"assignmentscore.isexempt": "none"}


def a_score_that_cannot_be_read_back(district: PowerSchoolDistrict, action: str) -> None:
    """A change of a score got no answer, and the plugin may not read scores from that night on."""
    district.assess("a-1")
    district.score("a-1", "s-3001", 15)
    district.night(START)
    district.score("a-1", "s-3001", 18)
    district.settings(grants=UNREADABLE)
    assert lost(district, action, SCORES).code == 3


def test_c10_a_score_that_cannot_be_read_back_is_held_and_the_rest_of_its_column_goes_on(
    district: PowerSchoolDistrict,
):
    a_score_that_cannot_be_read_back(district, "drop_after")
    # A teacher's word that nobody can see: nothing may be written over it.
    district.type_score("a-1", "400001", 17)
    district.score("a-1", "s-3002", 12)

    run, writes = sent(district, NEXT)

    assert (run.code, writes) == (0, [SCORES])
    assert told(run, "s-3001") == ("held", ["outcome_unknown"])
    assert told(run, "s-3002") == ("sent", [])
    district.score("a-1", "s-3001", 19)
    again, writes = sent(district, NEXT + timedelta(days=1))
    assert (told(again, "s-3001"), writes) == (("held", ["outcome_unknown"]), [])
    assert district.marks("a-1")["400001"] == "17"
    # Also where Otus has again what the SIS took before: what stands there is not known.
    district.score("a-1", "s-3001", 15)
    again, writes = sent(district, NEXT + timedelta(days=2))
    assert (told(again, "s-3001"), writes) == (("held", ["outcome_unknown"]), [])


@pytest.mark.parametrize("action", ["drop_before", "drop_after"])
def test_c10_a_score_is_settled_on_the_night_on_which_its_cell_can_be_read(
    district: PowerSchoolDistrict, action: str
):
    """It could not be read before the write either: our earlier score shows that that failed."""
    a_score_that_cannot_be_read_back(district, action)
    assert told(district.night(NEXT), "s-3001") == ("held", ["outcome_unknown"])

    district.settings()
    run, writes = sent(district, NEXT + timedelta(days=1))

    arrived = action == "drop_after"
    assert (run.code, writes) == (0, [] if arrived else [SCORES])
    assert told(run, "s-3001") == ("unchanged" if arrived else "sent", [])
    assert district.marks("a-1")["400001"] == "18"


def test_c10_a_teachers_score_is_kept_once_the_cell_can_be_read(district: PowerSchoolDistrict):
    a_score_that_cannot_be_read_back(district, "drop_after")
    district.type_score("a-1", "400001", 17)
    district.night(NEXT)

    district.settings()
    run, writes = sent(district, NEXT + timedelta(days=1))

    assert (told(run, "s-3001")[0], writes) == ("kept", [])
    assert district.marks("a-1")["400001"] == "17"


def test_c10_no_0_goes_into_a_cell_that_cannot_be_read_back(
    district: PowerSchoolDistrict,
):
    a_score_that_cannot_be_read_back(district, "drop_after")
    district.score("a-1", "s-3001", None, "not_submitted")

    run, writes = sent(district, AFTER)

    assert (told(run, "s-3001"), writes) == (("held", ["outcome_unknown"]), [])


def test_c10_a_plan_leaves_the_cell_alone_and_shows_the_rest_of_the_column(
    district: PowerSchoolDistrict,
):
    a_score_that_cannot_be_read_back(district, "drop_after")
    district.score("a-1", "s-3002", 12)

    plan = district.plan("--json")

    assert (told(plan, "s-3001")[0], told(plan, "s-3002")[0]) == ("failed", "sent")


def test_c10_check_says_which_access_a_score_without_an_answer_lacks(
    district: PowerSchoolDistrict,
):
    district.settings(grants=UNREADABLE)

    run = district.command("check", "-c", str(district.config))

    assert run.code == 6
    lines = run.out.splitlines()
    [place] = [n for n, each in enumerate(lines) if "scores can be read back" in each]
    assert "assignmentscore.isexempt" in lines[place]
    assert "held" in lines[place + 1]


def test_c10_a_column_deleted_meanwhile_leaves_nothing_held(district: PowerSchoolDistrict):
    a_score_that_cannot_be_read_back(district, "drop_after")
    district.control("DELETE", f"/columns/{district.column('a-1')['id']}")

    run, writes = sent(district, NEXT)

    assert (told(run)[0], told(run, "s-3001")[0], writes) == (
        "deleted_in_sis",
        "deleted_in_sis",
        [],
    )
