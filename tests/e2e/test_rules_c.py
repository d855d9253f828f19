"""Rules C1 to C10 end to end: what is sent, and when again; in the report and in the gradebook.

C3a, the linked gradebooks, has a module of its own: test_rules_c_linked.py.
"""

from datetime import date, datetime, timedelta

import pytest

from tests.e2e.support.district import START, ZONE, District, Run
from tests.e2e.support.kinds import BOTH
from tests.e2e.support.night_work import fault, healed
from tests.e2e.support.recording_proxy import JSON, Exchange, between
from tests.e2e.support.verdicts import columns_of, gradebooks, lenient, record, sent, told

NEXT = START + timedelta(days=1)
AFTER = date(2026, 10, 17)
"""The first evening on which the default due date has passed."""
ITEM, MARK, TAKEN_BACK = "putLineItem", "putResult", "deleteResult"


# ---- C1 ------------------------------------------------------------------------------------------


@BOTH
def test_c1_each_data_set_is_sent_once_and_again_only_when_its_source_changed(district: District):
    facts = district.facts
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)
    district.score("a-1", "s-3002", 17)

    run, first = sent(district, START)
    assert first == [facts.create, *facts.scoring(2)]
    assert (told(run), told(run, "s-3001")) == (("created", []), ("sent", []))

    run, quiet = sent(district, NEXT)
    assert (quiet, run.writes) == ([], 0)
    assert (told(run), told(run, "s-3001")) == (("unchanged", []), ("unchanged", []))

    district.score("a-1", "s-3001", 19)
    run, scores = sent(district, NEXT)
    assert scores == [facts.score]
    assert (told(run), told(run, "s-3001")) == (("unchanged", []), ("sent", []))
    assert told(run, "s-3002") == ("unchanged", [])

    district.edit("a-1", title="Renamed")
    run, data = sent(district, NEXT)
    assert data == [facts.update]
    assert (told(run), told(run, "s-3001")) == (("updated", []), ("unchanged", []))
    assert district.column("a-1")["title"] == "Renamed"
    assert (district.marks("a-1")["400001"], district.marks("a-1")["400002"]) == ("19", "17")


@BOTH
def test_c1_what_does_not_pass_back_is_no_change(district: District):
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)
    district.night(START)

    district.edit("a-1", activityId="act-9", createdAt="2026-10-11T12:00:00Z")
    district.score("a-1", "s-3001", 18, "graded", "late")

    assert sent(district, NEXT)[1] == []


def test_c1_a_title_that_is_sent_shortened_is_compared_as_it_was(district: District):
    district.assess("a-1", title="Ecosystems and energy transfer: observations and conclusions")
    run, first = sent(district, START)
    assert first == [ITEM]
    shown = district.column("a-1")["title"]
    assert shown in record(run, "a-1", "200001")["reason"]
    assert len(shown) < 50

    assert sent(district, NEXT)[1] == []


# ---- C2 ------------------------------------------------------------------------------------------


@BOTH
def test_c2_back_to_an_earlier_value_is_sent_again(district: District):
    district.assess("a-1")
    shown = []
    for points in (18, 15, 18):
        district.score("a-1", "s-3001", points)
        assert sent(district, START)[1][-1:] == [district.facts.score]
        shown.append(district.marks("a-1")["400001"])
    assert shown == ["18", "15", "18"]

    for title in ("Another", "Quiz a-1"):
        district.edit("a-1", title=title)
        assert sent(district, START)[1] == [district.facts.update]
        assert district.column("a-1")["title"] == title


@BOTH
def test_c2_back_before_the_night_is_no_change(district: District):
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)
    district.night(START)

    district.score("a-1", "s-3001", 15)
    district.score("a-1", "s-3001", 18)
    district.edit("a-1", title="Another")
    district.edit("a-1", title="Quiz a-1")

    run, writes = sent(district, NEXT)
    assert (writes, told(run, "s-3001")) == ([], ("unchanged", []))


# ---- C3 ------------------------------------------------------------------------------------------


@BOTH
def test_c3_every_edit_overwrites_the_one_entry(district: District):
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)
    district.night(START)
    first = district.column("a-1")

    late = "2026-11-15T05:30:00Z"
    edits = [
        ({"title": "Fractions, corrected"}, "title", "Fractions, corrected"),
        ({"type": "Test"}, "category", district.facts.categories["Test"]),
        ({"totalPoints": 25}, "points", 25),
        ({"classes": [district.assigned("c-1001", dueDate=None)]}, "due", "2026-10-19"),
        ({"classes": [district.assigned("c-1001", dueDate=late)]}, "due", "2026-11-14"),
    ]
    if district.facts.keeps_assigned:
        earlier = district.assigned("c-1001", dueDate=late, assignedDate="2026-10-11")
        edits.append(({"classes": [earlier]}, "assigned", "2026-10-11"))
    for changes, field, value in edits:
        district.edit("a-1", **changes)
        run, writes = sent(district, NEXT)
        assert (told(run)[0], writes) == ("updated", [district.facts.update])
        now = district.column("a-1")
        assert now[field] == value
        assert (now["id"], now["external_id"]) == (first["id"], first["external_id"])
        assert district.marks("a-1")["400001"] == "18"
    assert len(district.columns()) == 1


@BOTH
def test_c3_a_score_overwrites_its_one_cell(district: District):
    district.assess("a-1")
    for points in (18, 17.5, 0, 22):
        district.score("a-1", "s-3001", points)
        district.night(START)

    book = district.gradebook()
    row = next(r for r in book["rows"] if r["student"] == "400001")
    assert [c["display"] for c in row["cells"]] == ["22"]
    [item] = district.line_items("200001")
    assert len(item["results"]) == 1


# ---- C4 ------------------------------------------------------------------------------------------


@BOTH
def test_c4_unassigned_and_assigned_again_is_a_second_column_and_the_old_one_an_orphan(
    district: District,
):
    same = {"title": "Fractions", "activityId": "act-9"}
    district.assess("a-1", **same)
    district.score("a-1", "s-3001", 18)
    district.night(START)
    before = district.column("a-1")

    district.unassign("a-1")
    district.assess("a-2", **same)
    district.score("a-2", "s-3001", 19)
    run, writes = sent(district, NEXT)

    assert (run.code, writes) == (0, [district.facts.create, district.facts.score])
    assert told(run) == ("orphaned", [])
    assert record(run, "a-1", "200001")["reason"] == (
        "unassigned in Otus; the SIS keeps the assignment"
    )
    assert told(run, None, "a-2") == ("created", [])
    assert district.column("a-1") == before
    assert (district.marks("a-1")["400001"], district.marks("a-2")["400001"]) == ("18", "19")
    assert [c["title"] for c in district.columns()] == ["Fractions", "Fractions"]

    run, writes = sent(district, AFTER + timedelta(days=9))
    assert told(run) == ("orphaned", [])
    assert district.marks("a-1")["400002"] == "*"


def test_c4_unassigned_before_it_ever_passed_there_is_nothing_to_tell(district: District):
    district.assess("a-1", includeInFinalGrade=False)
    district.night(START)
    district.unassign("a-1")

    run = district.night(NEXT)

    assert run.report["records"] == []


@BOTH
def test_c4_the_same_id_again_is_the_same_column(district: District):
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)
    district.night(START)
    column = district.column("a-1")["id"]
    district.unassign("a-1")
    district.night(NEXT)

    district.assess("a-1")
    district.score("a-1", "s-3001", 16)
    run = district.night(NEXT)

    assert told(run)[0] == "unchanged"
    assert district.column("a-1")["id"] == column
    assert district.marks("a-1")["400001"] == "16"


# ---- C5 ------------------------------------------------------------------------------------------


def teacher_edits(district: District, **changes: object) -> None:
    """The teacher changes the column in the gradebook."""
    column = district.column("a-1")["id"]
    district.control("PATCH", f"/columns/{column}", changes)


@BOTH
def test_c5_a_title_fixed_in_otus_leaves_the_category_that_the_teacher_chose(district: District):
    facts = district.facts
    hers = {"category": facts.homework, "points": 30, "due": "2026-10-23"}
    if facts.keeps_assigned:
        hers["assigned"] = "2026-10-11"
    district.assess("a-1")
    district.night(START)
    teacher_edits(district, **hers)

    district.edit("a-1", title="Fixed")
    run, writes = sent(district, NEXT)

    assert (told(run)[0], writes) == ("updated", [facts.update])
    now = district.column("a-1")
    assert {name: now[name] for name in ("title", *hers)} == {"title": "Fixed", **hers}


@BOTH
@pytest.mark.parametrize("field", ["title", "category", "points"])
def test_c5_the_field_that_changed_in_otus_overwrites(district: District, field: str):
    typed, edited, value = {
        "title": ("Mine", {"title": "Theirs"}, "Theirs"),
        "category": (
            district.facts.homework,
            {"type": "Test"},
            district.facts.categories["Test"],
        ),
        "points": (30, {"totalPoints": 25}, 25),
    }[field]
    district.assess("a-1")
    district.night(START)
    teacher_edits(district, **{field: typed})
    assert sent(district, NEXT)[1] == []
    assert district.column("a-1")[field] == typed

    district.edit("a-1", **edited)
    run = district.night(NEXT)

    assert told(run)[0] == "updated"
    assert district.column("a-1")[field] == value


@BOTH
def test_c5_a_district_may_overwrite_whole_records(district: District):
    facts = district.facts
    district.policy = 'overwrite = "whole-record"'
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)
    district.night(START)
    teacher_edits(district, category=facts.homework, due="2026-10-23", points=30)
    district.type_score("a-1", "400001", 3)
    assert sent(district, NEXT)[1] == []

    district.edit("a-1", title="Fixed")
    run, writes = sent(district, NEXT)

    assert (told(run)[0], writes) == ("updated", [facts.update])
    now = district.column("a-1")
    assert (now["title"], now["category"]) == ("Fixed", facts.categories["Quiz"])
    assert (now["due"], now["points"]) == ("2026-10-16", 20)
    # Scores are judged per student all the same.
    assert district.marks("a-1")["400001"] == "3"


@BOTH
def test_c5_a_typed_score_stays_while_its_own_source_does_not_change(district: District):
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)
    district.score("a-1", "s-3002", 12)
    district.night(START)
    district.type_score("a-1", "400001", 19)

    district.score("a-1", "s-3002", 13)
    district.edit("a-1", title="Renamed", totalPoints=30)
    run, writes = sent(district, NEXT)
    assert writes == [district.facts.update, district.facts.score]
    assert (district.marks("a-1")["400001"], district.marks("a-1")["400002"]) == ("19", "13")

    # Not even the due date's passing is a change in Otus.
    district.night(AFTER)
    assert district.marks("a-1")["400001"] == "19"

    district.score("a-1", "s-3001", 17)
    run = district.night(AFTER)
    assert told(run, "s-3001") == ("sent", [])
    assert district.marks("a-1")["400001"] == "17"


@BOTH
def test_c5_a_score_that_the_teacher_emptied_stays_empty(district: District):
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)
    district.night(START)
    district.type_score("a-1", "400001", None)

    assert sent(district, NEXT)[1] == []
    assert district.marks("a-1")["400001"] == "*"

    district.score("a-1", "s-3001", 17)
    district.night(NEXT)
    assert district.marks("a-1")["400001"] == "17"


@BOTH
def test_c5_a_zero_of_b4_that_the_teacher_replaced_stays(district: District):
    district.assess("a-1")
    district.night(AFTER)
    district.type_score("a-1", "400001", 10)
    district.type_score("a-1", "400002", None)

    for days in (0, 1, 9):
        assert sent(district, AFTER + timedelta(days=days))[1] == []
    assert (district.marks("a-1")["400001"], district.marks("a-1")["400002"]) == ("10", "*")


@BOTH
def test_c5_a_score_typed_before_our_first_look_at_the_cell_is_a_teachers_edit(district: District):
    """Otus had the score before the student joined the section, and the teacher typed one first."""
    district.assess("a-1")
    district.score("a-1", "s-3015", 18)
    district.score("a-1", "s-3001", 12)
    district.night(START)
    district.evening(NEXT, 8)
    district.control("POST", "/students/400015/enroll", {"section": "200001"})
    district.type_score("a-1", "400015", 15)

    run = district.night(NEXT)

    assert told(run, "s-3015")[0] == "kept"
    assert record(run, "a-1", "200001", "s-3015")["reason"] == (
        "the gradebook held a mark before ours"
    )
    assert (district.marks("a-1")["400015"], district.marks("a-1")["400001"]) == ("15", "12")
    again, writes = sent(district, NEXT)
    assert (writes, told(again, "s-3015")[0]) == ([], "kept")

    district.score("a-1", "s-3015", 17)
    assert told(district.night(NEXT), "s-3015") == ("sent", [])
    assert district.marks("a-1")["400015"] == "17"


@BOTH
@pytest.mark.parametrize("typed", [0, 15])
@pytest.mark.parametrize("day", [NEXT, AFTER], ids=["before the due date", "after the due date"])
def test_c5_a_first_score_after_a_night_without_one_is_sent_over_what_a_teacher_typed(
    district: District, typed: int, day: date
):
    district.assess("a-1")
    district.score("a-1", "s-3002", None, "turned_in")
    district.score("a-1", "s-3004", None, "not_submitted", "excused")
    district.night(START)
    students = {"s-3001": "400001", "s-3002": "400002", "s-3004": "400004"}
    for otus, sis in students.items():
        district.type_score("a-1", sis, typed)
        district.score("a-1", otus, 18)

    run = district.night(day)

    for otus, sis in students.items():
        assert told(run, otus) == ("sent", [])
        assert district.marks("a-1")[sis] == "18"
    assert district.sync().writes == 0


@BOTH
def test_c5_a_night_without_a_score_is_one_on_which_the_column_was_there(district: District):
    """Without a column, or without the student in the class, nothing was seen of the cell."""
    district.assess("a-1", type="Journal")
    district.night(START)
    district.edit("a-1", type="Quiz")
    district.score("a-1", "s-3001", 18)
    district.evening(NEXT, 8)
    run = district.night(NEXT)
    assert told(run, "s-3001") == ("sent", [])

    district.night(NEXT)  # 400015 is in no section of it
    district.evening(NEXT + timedelta(days=1), 8)
    district.control("POST", "/students/400015/enroll", {"section": "200001"})
    district.type_score("a-1", "400015", 5)
    district.score("a-1", "s-3015", 9)
    run = district.night(NEXT + timedelta(days=1))
    assert told(run, "s-3015")[0] == "kept"
    assert district.marks("a-1")["400015"] == "5"


@BOTH
def test_c5_after_a_lost_ledger_a_typed_score_is_kept_against_a_first_one(district: District):
    district.assess("a-1")
    district.night(START)
    district.type_score("a-1", "400001", 15)
    district.score("a-1", "s-3001", 18)

    district.ledger = "another.db"
    run = district.night(NEXT)

    assert told(run, "s-3001")[0] == "kept"
    assert district.marks("a-1")["400001"] == "15"


@BOTH
def test_c5_typed_alike_on_both_sides_it_is_ours_without_a_write(district: District):
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)
    district.night(START)
    district.type_score("a-1", "400001", 19)
    district.score("a-1", "s-3001", 19)
    district.type_score("a-1", "400002", 7)
    district.score("a-1", "s-3002", 7)

    run, writes = sent(district, NEXT)

    assert (writes, told(run, "s-3001"), told(run, "s-3002")) == (
        [],
        ("unchanged", []),
        ("unchanged", []),
    )


@BOTH
def test_c5_a_lost_ledger_overwrites_nothing(district: District):
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)
    district.score("a-1", "s-3002", 12)
    district.night(START)
    district.type_score("a-1", "400001", 19)
    teacher_edits(district, title="Mine")
    before = gradebooks(district)

    district.ledger = "another.db"
    run, writes = sent(district, NEXT)

    assert (run.code, writes, gradebooks(district)) == (0, [], before)
    assert told(run, "s-3001")[0] == "kept"
    assert told(run, "s-3002") == ("unchanged", [])


# ---- C6 ------------------------------------------------------------------------------------------


@BOTH
def test_c6_a_score_entered_after_the_0_is_sent(district: District):
    district.assess("a-1")
    district.night(AFTER)
    assert district.marks("a-1")["400001"] == "0"

    district.score("a-1", "s-3001", 14)
    run, writes = sent(district, AFTER + timedelta(days=1))

    assert (writes, told(run, "s-3001")) == ([district.facts.score], ("sent", []))
    assert (district.marks("a-1")["400001"], district.marks("a-1")["400002"]) == ("14", "0")


@pytest.mark.parametrize(
    ("progress", "mark", "code"),
    [("turned_in", "late", "not_fully_graded"), ("not_submitted", "excused", "excused_no_score")],
)
def test_c6_a_0_that_otus_no_longer_calls_for_is_taken_back(
    district: District, progress: str, mark: str, code: str
):
    district.assess("a-1")
    district.night(AFTER)
    district.type_score("a-1", "400002", 4)
    for student in ("s-3001", "s-3002"):
        district.score("a-1", student, None, progress, mark)

    run, writes = sent(district, AFTER + timedelta(days=1))

    assert (writes, told(run, "s-3001")) == ([TAKEN_BACK], ("cleared", [code]))
    assert told(run, "s-3002") == ("refused", [code])
    marks = district.marks("a-1")
    assert [marks[f"40000{n}"] for n in (1, 2, 4)] == ["*", "4", "0"]
    again, writes = sent(district, AFTER + timedelta(days=1))
    assert (writes, told(again, "s-3001")) == ([], ("refused", [code]))

    district.score("a-1", "s-3001", 11)
    district.night(AFTER + timedelta(days=1))
    assert district.marks("a-1")["400001"] == "11"


def test_c6_a_0_that_the_teacher_typed_after_ours_is_not_taken_back(district: District):
    district.assess("a-1")
    district.night(AFTER)
    district.type_score("a-1", "400001", 12)
    district.score("a-1", "s-3001", None, "turned_in")
    district.night(AFTER + timedelta(days=1))
    assert district.marks("a-1")["400001"] == "12"

    district.type_score("a-1", "400001", 0)
    district.score("a-1", "s-3002", 9)
    district.night(AFTER + timedelta(days=2))

    assert (district.marks("a-1")["400001"], district.marks("a-1")["400002"]) == ("0", "9")


def test_c6_removed_before_the_due_date_the_score_is_cleared(district: District):
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)
    district.score("a-1", "s-3002", 12)
    district.night(START)

    district.score("a-1", "s-3001", None, "not_submitted")
    run, writes = sent(district, NEXT)

    assert (writes, told(run, "s-3001")) == ([TAKEN_BACK], ("cleared", ["score_withdrawn"]))
    assert (district.marks("a-1")["400001"], district.marks("a-1")["400002"]) == ("*", "12")
    again, writes = sent(district, NEXT)
    assert (writes, told(again, "s-3001")) == ([], ("withdrawn", ["score_withdrawn"]))


def test_c6_cleared_it_never_turns_into_a_0(district: District):
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)
    district.night(START)
    district.score("a-1", "s-3001", None, "not_submitted")
    district.night(NEXT)

    run = district.night(AFTER)

    assert told(run, "s-3001")[1] == ["score_withdrawn"]
    assert (district.marks("a-1")["400001"], district.marks("a-1")["400002"]) == ("*", "0")

    district.score("a-1", "s-3001", 9)
    assert told(district.night(AFTER), "s-3001") == ("sent", [])
    assert district.marks("a-1")["400001"] == "9"


@BOTH
def test_c6_removed_after_the_due_date_it_is_held(district: District):
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)
    district.night(START)

    district.score("a-1", "s-3001", None, "not_submitted", "missing")
    run, writes = sent(district, AFTER)

    assert (run.code, told(run, "s-3001")) == (0, ("held", ["score_withdrawn"]))
    assert district.facts.score in writes
    assert district.facts.clear not in writes
    assert (district.marks("a-1")["400001"], district.marks("a-1")["400002"]) == ("18", "0")
    again, writes = sent(district, AFTER + timedelta(days=1))
    assert (writes, told(again, "s-3001")) == ([], ("held", ["score_withdrawn"]))


def test_c6_removed_what_the_teacher_changed_meanwhile_is_kept(district: District):
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)
    district.night(START)
    district.type_score("a-1", "400001", 15)

    district.score("a-1", "s-3001", None, "not_submitted")
    run, writes = sent(district, NEXT)

    assert (writes, told(run, "s-3001")[0]) == ([], "kept")
    assert district.marks("a-1")["400001"] == "15"


@BOTH
def test_c6_removed_before_it_was_ever_sent_it_never_turns_into_a_0(district: District):
    district.assess("a-1")
    district.score("a-1", "s-3001", 18, "graded", "excluded")
    district.night(START)

    district.score("a-1", "s-3001", None, "not_submitted")
    run = district.night(AFTER)

    assert told(run, "s-3001")[1] == ["score_withdrawn"]
    assert (district.marks("a-1")["400001"], district.marks("a-1")["400002"]) == ("*", "0")


def test_c6_removed_with_its_whole_assessment_and_back_it_never_turns_into_a_0(district: District):
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)
    district.night(START)
    district.unassign("a-1")
    district.night(NEXT)

    district.assess("a-1")
    district.night(AFTER)

    assert (district.marks("a-1")["400001"], district.marks("a-1")["400002"]) == ("18", "0")


# ---- C7 ------------------------------------------------------------------------------------------


def delete_column(district: District) -> str:
    """The teacher deletes it; its id."""
    column = str(district.column("a-1")["id"])
    district.control("DELETE", f"/columns/{column}")
    return column


@BOTH
def test_c7_a_deleted_assignment_is_not_created_again_by_an_edit(district: District):
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)
    district.night(START)
    delete_column(district)

    district.edit("a-1", title="Renamed")
    run, writes = sent(district, NEXT)

    assert (run.code, writes, told(run)) == (0, [], ("deleted_in_sis", []))
    assert told(run, "s-3001")[0] in {"deleted_in_sis", "unchanged"}
    assert district.columns() == []
    again, writes = sent(district, AFTER)
    assert (writes, told(again), district.columns()) == ([], ("deleted_in_sis", []), [])


@BOTH
def test_c7_a_deleted_assignment_is_not_created_again_by_a_score(district: District):
    """On PowerSchool the write itself finds out: a 500 that cannot find the assignment section."""
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)
    district.night(START)
    delete_column(district)

    district.score("a-1", "s-3001", 19)
    run = district.night(NEXT)
    assert (run.code, told(run), told(run, "s-3001")[0]) == (
        0,
        ("deleted_in_sis", []),
        "deleted_in_sis",
    )

    again, writes = sent(district, NEXT)
    assert (again.code, writes, told(again)) == (0, [], ("deleted_in_sis", []))
    assert told(again, "s-3001")[0] == "deleted_in_sis"
    assert district.columns() == []


@BOTH
def test_c7_a_deleted_assignment_is_told_when_its_due_date_passes(district: District):
    district.assess("a-1")
    district.night(START)
    delete_column(district)

    run, writes = sent(district, AFTER)

    assert writes == []
    assert (told(run), district.columns()) == (("deleted_in_sis", []), [])
    assert sent(district, AFTER)[1] == []


@BOTH
def test_c7_restored_by_the_teacher_it_goes_on(district: District):
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)
    district.night(START)
    column = delete_column(district)
    district.edit("a-1", title="Renamed")
    district.night(NEXT)

    district.control("POST", f"/columns/{column}/restore")
    district.score("a-1", "s-3002", 12)
    run = district.night(NEXT)

    assert told(run, "s-3002") == ("sent", [])
    assert district.column("a-1")["id"] == column
    assert (district.marks("a-1")["400001"], district.marks("a-1")["400002"]) == ("18", "12")


def test_c7_restored_by_the_teacher_what_changed_meanwhile_is_sent(district: District):
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)
    district.night(START)
    column = delete_column(district)
    district.edit("a-1", title="Renamed")
    district.score("a-1", "s-3001", 19)
    district.night(NEXT)

    district.control("POST", f"/columns/{column}/restore")
    district.night(NEXT)

    assert (district.column("a-1")["title"], district.marks("a-1")["400001"]) == ("Renamed", "19")


@BOTH
def test_c7_a_district_may_recreate_it(district: District):
    district.policy = "recreate_deleted = true"
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)
    district.night(START)
    old = delete_column(district)

    district.edit("a-1", title="Renamed")
    run, writes = sent(district, NEXT)

    assert (told(run), writes) == (("created", []), [district.facts.create, district.facts.score])
    assert district.column("a-1")["id"] != old
    assert district.marks("a-1")["400001"] == "18"
    assert sent(district, NEXT)[1] == []


def test_c7_a_score_that_failed_while_recreating_is_tried_again(district: District):
    district.policy = "recreate_deleted = true"
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)
    district.night(START)
    delete_column(district)
    district.edit("a-1", title="Renamed")
    fault(district, "status", MARK, status=500)
    run = district.night(NEXT)
    assert (run.code, told(run, "s-3001")[0]) == (3, "failed")

    healed(district)
    run, writes = sent(district, NEXT)

    assert (writes, told(run, "s-3001")[0] == "unchanged") == ([MARK], False)


# ---- C8 ------------------------------------------------------------------------------------------


@BOTH
def test_c8_a_failed_write_is_tried_again_every_night_without_a_person(district: District):
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)
    district.score("a-1", "s-3002", 12)
    district.night(START)
    district.score("a-1", "s-3004", 11)
    fault(district, "status", district.facts.score, status=500)

    for days in (1, 2):
        run = district.night(START + timedelta(days=days))
        assert run.code == 3
        assert told(run, "s-3004")[0] == "failed"
        assert record(run, "a-1", "200001", "s-3004")["reason"] == (
            f"sis: {district.facts.score}: no usable answer (the server failed with 500);"
            " the outcome is unknown"
        )
        assert district.marks("a-1")["400004"] == "*"

    healed(district)
    run = district.sync()
    assert (run.code, told(run, "s-3004")) == (0, ("sent", []))
    assert district.marks("a-1")["400004"] == "11"


def test_c8_a_failed_create_is_tried_again_with_its_scores(district: District):
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)
    fault(district, "status", ITEM, status=500)
    run = district.night(START)
    assert (run.code, told(run)[0], told(run, "s-3001")[0]) == (3, "failed", "failed")
    assert district.columns() == []

    healed(district)
    run = district.night(NEXT)

    assert (run.code, told(run), told(run, "s-3001")) == (0, ("created", []), ("sent", []))
    assert district.marks("a-1")["400001"] == "18"


@BOTH
def test_c8_a_failed_update_is_tried_again_and_its_scores_go_meanwhile(district: District):
    district.assess("a-1")
    district.night(START)
    district.edit("a-1", title="Renamed")
    district.score("a-1", "s-3001", 18)
    fault(district, "status", district.facts.update, status=500)

    run = district.night(NEXT)
    assert (run.code, told(run)[0], told(run, "s-3001")) == (3, "failed", ("sent", []))
    assert district.column("a-1")["title"] == "Quiz a-1"

    healed(district)
    run, writes = sent(district, NEXT)
    assert (told(run), writes) == (("updated", []), [district.facts.update])
    assert district.column("a-1")["title"] == "Renamed"


# ---- C9 ------------------------------------------------------------------------------------------


@BOTH
def test_c9_scores_of_the_day_are_visible_the_following_morning(district: District):
    district.assess("a-1")
    district.evening(NEXT, 15)
    district.score("a-1", "s-3001", 18)

    district.night(NEXT)
    district.evening(NEXT + timedelta(days=1), 7)

    assert district.marks("a-1")["400001"] == "18"


def test_c9_the_night_is_the_districts_not_utcs(district: District):
    """The last evening of a period is still that day after midnight UTC, and half past midnight."""
    district.assess(
        "a-1",
        classes=[district.assigned("c-1001", assignedDate="2026-11-15", dueDate="2026-11-15")],
    )
    district.score("a-1", "s-3001", 18)
    late = datetime(2026, 11, 16, 0, 30, tzinfo=ZONE)
    district.control("PATCH", "/periods/120001", {"grace_days": 3})
    district.control("PUT", "/clock", {"now": late.isoformat(), "frozen": True})

    run = district.sync()

    assert told(run) == ("created", [])
    assert district.marks("a-1")["400001"] == "18"
    assert run.report["at"].startswith("2026-11-16T00:30:00")


def test_c9_after_six_it_is_a_new_day(district: District):
    lenient(district)
    district.assess(
        "a-1",
        classes=[district.assigned("c-1001", assignedDate="2026-11-15", dueDate="2026-11-15")],
    )
    district.control("PATCH", "/periods/120001", {"grace_days": 3})
    morning = datetime(2026, 11, 16, 6, 0, tzinfo=ZONE)
    district.control("PUT", "/clock", {"now": morning.isoformat(), "frozen": True})

    assert told(district.sync()) == ("refused", ["due_outside_current_period"])
    assert columns_of(district, "a-1") == set()


# ---- C10 -----------------------------------------------------------------------------------------


def lost(district: District, action: str, operation: str) -> Run:
    """A night in which that operation never gets an answer."""
    fault(district, action, operation)
    run = district.sync()
    healed(district)
    return run


def test_c10_a_create_that_arrived_without_an_answer_is_adopted(district: District):
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)
    district.evening(START)
    run = lost(district, "drop_after", ITEM)
    assert (run.code, told(run)[0]) == (3, "failed")
    [made] = district.columns()

    run, writes = sent(district, NEXT)

    assert (run.code, writes, told(run, "s-3001")) == (0, [MARK], ("sent", []))
    assert [c["id"] for c in district.columns()] == [made["id"]]
    assert district.marks("a-1")["400001"] == "18"


@BOTH
def test_c10_a_create_that_never_arrived_is_sent_again(district: District):
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)
    district.evening(START)
    assert lost(district, "drop_before", district.facts.create).code == 3
    assert district.columns() == []

    run, writes = sent(district, NEXT)

    assert (writes, told(run)) == ([district.facts.create, district.facts.score], ("created", []))
    assert len(district.columns()) == 1


@BOTH
def test_c10_an_adopted_column_keeps_what_the_teacher_changed_meanwhile(district: District):
    district.assess("a-1")
    district.evening(START)
    lost(district, "drop_after", district.facts.create)
    teacher_edits(district, title="Mine", category=district.facts.homework)

    run, writes = sent(district, NEXT)

    assert (run.code, writes) == (0, [])
    assert (district.column("a-1")["title"], district.column("a-1")["category"]) == (
        "Mine",
        district.facts.homework,
    )


@BOTH
@pytest.mark.parametrize("action", ["drop_before", "drop_after"])
def test_c10_an_update_without_an_answer_is_read_back(district: District, action: str):
    district.assess("a-1")
    district.night(START)
    district.edit("a-1", title="Renamed")
    run = lost(district, action, district.facts.update)
    assert (run.code, told(run)[0]) == (3, "failed")

    run, writes = sent(district, NEXT)

    assert (run.code, writes) == (0, [district.facts.update] if action == "drop_before" else [])
    assert district.column("a-1")["title"] == "Renamed"
    assert sent(district, NEXT)[1] == []


@BOTH
@pytest.mark.parametrize("action", ["drop_before", "drop_after"])
def test_c10_an_update_without_an_answer_never_undoes_an_edit_made_meanwhile(
    district: District, action: str
):
    district.assess("a-1")
    district.night(START)
    district.edit("a-1", title="Renamed")
    lost(district, action, district.facts.update)
    teacher_edits(district, title="Mine")

    run, writes = sent(district, NEXT)

    assert (run.code, writes, told(run)[0]) == (0, [], "kept")
    assert district.column("a-1")["title"] == "Mine"


@BOTH
@pytest.mark.parametrize("action", ["drop_before", "drop_after"])
@pytest.mark.parametrize("first", [None, 10])
def test_c10_scores_without_an_answer_are_read_back(district: District, action: str, first):
    arrived = action == "drop_after"
    district.assess("a-1")
    if first:
        district.score("a-1", "s-3001", first)
    district.night(START)
    district.score("a-1", "s-3001", 18)
    district.score("a-1", "s-3002", 17)
    run = lost(district, action, district.facts.score)
    assert (run.code, told(run, "s-3001")[0], told(run, "s-3002")[0]) == (3, "failed", "failed")
    assert district.marks("a-1")["400001"] == ("18" if arrived else str(first or "*"))

    run, writes = sent(district, NEXT)

    assert (run.code, writes) == (0, [] if arrived else district.facts.scoring(2))
    assert told(run, "s-3001")[0] == ("unchanged" if arrived else "sent")
    assert (district.marks("a-1")["400001"], district.marks("a-1")["400002"]) == ("18", "17")
    assert sent(district, NEXT)[1] == []


@BOTH
@pytest.mark.parametrize("action", ["drop_before", "drop_after"])
@pytest.mark.parametrize("first", [None, 10])
def test_c10_a_score_without_an_answer_never_undoes_an_edit_made_meanwhile(
    district: District, action: str, first
):
    district.assess("a-1")
    if first:
        district.score("a-1", "s-3001", first)
    district.night(START)
    district.score("a-1", "s-3001", 18)
    lost(district, action, district.facts.score)
    district.type_score("a-1", "400001", 15)

    run, writes = sent(district, NEXT)

    assert (run.code, writes, told(run, "s-3001")[0]) == (0, [], "kept")
    assert district.marks("a-1")["400001"] == "15"

    district.score("a-1", "s-3001", 19)
    district.night(NEXT)
    assert district.marks("a-1")["400001"] == "19"


def without_results(exchange: Exchange) -> None:
    """The server has the column, and says that it has no scores of it."""
    if exchange.method == "GET" and exchange.path.partition("?")[0].endswith("/results"):
        exchange.answer(404, {"imsx_codeMajor": "failure"}, JSON)


def test_c10_a_score_that_cannot_be_read_back_is_held_until_it_can(district: District):
    district.assess("a-1")
    district.night(START)
    district.score("a-1", "s-3001", 18)
    district.evening(START)
    fault(district, "drop_after", MARK)
    assert district.sync().code in {3, 5}
    healed(district)
    district.type_score("a-1", "400001", 17)
    district.score("a-1", "s-3002", 12)
    with between(district, "sis") as relay:
        relay.alter = without_results
        run, writes = sent(district, NEXT)
        check = district.command("check", "-c", str(district.config))

    assert (told(run, "s-3001"), told(run, "s-3002")) == (
        ("held", ["outcome_unknown"]),
        ("sent", []),
    )
    assert (writes, district.marks("a-1")["400001"]) == ([MARK], "17")
    assert check.code == 6
    assert "FAIL  sis: scores can be read back" in check.out

    run, writes = sent(district, NEXT)
    assert (told(run, "s-3001")[0], writes) == ("kept", [])
    assert district.marks("a-1")["400001"] == "17"
    assert (
        "ok    sis: scores can be read back"
        in district.command("check", "-c", str(district.config)).out
    )


@BOTH
@pytest.mark.parametrize("action", ["drop_before", "drop_after"])
def test_c10_zeros_without_an_answer_are_read_back(district: District, action: str):
    district.assess("a-1")
    district.night(START)
    district.evening(AFTER)
    lost(district, action, district.facts.score)

    run = district.night(AFTER)

    assert run.code == 0
    assert {district.marks("a-1")[f"40000{n}"] for n in range(1, 8)} == {"0"}
    assert sent(district, AFTER)[1] == []


@pytest.mark.parametrize("action", ["drop_before", "drop_after"])
def test_c10_a_clear_without_an_answer_is_read_back(district: District, action: str):
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)
    district.night(START)
    district.score("a-1", "s-3001", None, "not_submitted")
    run = lost(district, action, TAKEN_BACK)
    assert (run.code, told(run, "s-3001")[0]) == (3, "failed")

    run, writes = sent(district, NEXT)

    assert (run.code, writes) == (0, [TAKEN_BACK] if action == "drop_before" else [])
    assert told(run, "s-3001")[1] == ["score_withdrawn"]
    assert district.marks("a-1")["400001"] == "*"


def test_c10_a_clear_without_an_answer_never_undoes_an_edit_made_meanwhile(district: District):
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)
    district.night(START)
    district.score("a-1", "s-3001", None, "not_submitted")
    lost(district, "drop_after", TAKEN_BACK)
    district.type_score("a-1", "400001", 15)

    run, writes = sent(district, NEXT)

    assert (writes, told(run, "s-3001")[0]) == ([], "kept")
    assert district.marks("a-1")["400001"] == "15"


def test_c10_what_stands_open_is_read_back_even_when_otus_changed_again(district: District):
    district.assess("a-1")
    district.score("a-1", "s-3001", 10)
    district.night(START)
    district.score("a-1", "s-3001", 18)
    lost(district, "drop_after", MARK)

    district.score("a-1", "s-3001", 10)
    run, writes = sent(district, NEXT)

    assert (writes, told(run, "s-3001")) == ([MARK], ("sent", []))
    assert district.marks("a-1")["400001"] == "10"
