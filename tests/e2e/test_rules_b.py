"""Rules B1 to B9 end to end: which scores pass, in the report and as the teacher sees them."""

from datetime import date, timedelta

import pytest

from mock_sis.sis import registrar_of
from tests.e2e.support.actors import at
from tests.e2e.support.bypass import Bypass
from tests.e2e.support.district import START, District
from tests.e2e.support.kinds import BOTH
from tests.e2e.support.recording_proxy import between
from tests.e2e.support.verdicts import gradebooks, lenient, record, sis_writes, told

NEXT = START + timedelta(days=1)
DUE = date(2026, 10, 16)
AFTER = DUE + timedelta(days=1)
"""The first evening on which the default due date has passed."""


# ---- B1 ------------------------------------------------------------------------------------------


@BOTH
@pytest.mark.parametrize(
    ("points", "shown"),
    [
        (18, "18"),
        (8.5, "8.5"),
        (17.375, "17.375"),
        (0.1, "0.1"),
        (33.33, "33.33"),
        (20, "20"),
        (22, "22"),
        (0, "0"),
        (1e-06, "0.000001"),
        (99999.999, "99999.999"),
    ],
)
def test_b1_a_graded_score_passes_exactly(district: District, points: float, shown: str):
    district.assess("a-1")
    district.score("a-1", "s-3001", points)

    run = district.night(START)

    assert run.code == 0
    assert told(run, "s-3001") == ("sent", [])
    assert district.marks("a-1")["400001"] == shown


@BOTH
def test_b1_a_graded_0_passes_before_the_due_date_and_is_no_zero_of_b4(district: District):
    district.assess("a-1")
    district.score("a-1", "s-3001", 0)

    run = district.night(START)
    assert (told(run, "s-3001"), told(run, "s-3002")[0]) == (("sent", []), "refused")
    assert (district.marks("a-1")["400001"], district.marks("a-1")["400002"]) == ("0", "*")

    # It is a score: after the due date it stays the graded 0 that it was.
    district.score("a-1", "s-3001", 3)
    district.night(AFTER)
    assert district.marks("a-1")["400001"] == "3"


@BOTH
def test_b1_the_same_points_written_otherwise_are_no_change(district: District):
    district.assess("a-1")
    district.score("a-1", "s-3001", 8.5)
    district.night(START)

    district.score("a-1", "s-3001", 8.50)
    district.score("a-1", "s-3001", 8.5, "graded", "late")

    assert district.night(NEXT).writes == 0


# ---- B2 ------------------------------------------------------------------------------------------


@BOTH
@pytest.mark.parametrize("points", [None, 12, 0])
@pytest.mark.parametrize("day", [START, AFTER, AFTER + timedelta(days=20)])
def test_b2_turned_in_is_withheld_however_late(district: District, points, day):
    district.assess("a-1")
    district.score("a-1", "s-3001", points, "turned_in", "missing")
    district.score("a-1", "s-3002", 11)

    run = district.night(day)

    assert run.code == 0
    assert told(run, "s-3001") == ("refused", ["not_fully_graded"])
    assert district.marks("a-1")["400001"] == "*"
    assert district.marks("a-1")["400002"] == "11"


@BOTH
def test_b2_graded_later_it_passes_that_night(district: District):
    district.assess("a-1")
    district.score("a-1", "s-3001", 12, "turned_in")
    district.night(AFTER)

    district.score("a-1", "s-3001", 14)
    run = district.night(AFTER + timedelta(days=1))

    assert told(run, "s-3001") == ("sent", [])
    assert district.marks("a-1")["400001"] == "14"


@BOTH
def test_b2_handed_in_again_after_a_score_was_sent_the_score_stays(district: District):
    district.assess("a-1")
    district.score("a-1", "s-3001", 12)
    district.night(START)

    district.score("a-1", "s-3001", None, "turned_in")
    run = district.night(AFTER)

    assert told(run, "s-3001") == ("refused", ["not_fully_graded"])
    assert district.marks("a-1")["400001"] == "12"


@BOTH
@pytest.mark.parametrize(("progress", "points"), [("graded", None), ("not_submitted", 7)])
def test_b2_a_score_that_contradicts_itself_is_withheld(district: District, progress, points):
    district.assess("a-1")
    district.score("a-1", "s-3001", points, progress)

    run = district.night(AFTER)

    assert told(run, "s-3001") == ("refused", ["not_fully_graded"])
    assert district.marks("a-1")["400001"] == "*"


# ---- B3 and B4 -----------------------------------------------------------------------------------


@BOTH
def test_b3_before_the_due_date_nothing_is_sent_and_the_sis_shows_an_asterisk(district: District):
    district.assess("a-1")
    district.score("a-1", "s-3002", None, "not_submitted", "missing")

    run = district.night(START)

    for student in ("s-3001", "s-3002"):
        assert told(run, student) == ("refused", ["not_due_yet"])
    assert set(district.marks("a-1").values()) == {"*"}
    assert run.writes == 1


@BOTH
def test_b3_a_due_date_passes_when_the_local_day_ends(district: District):
    district.assess("a-1")

    # 22:00 in Chicago is already the next day in UTC.
    run = district.night(DUE)
    assert told(run, "s-3001") == ("refused", ["not_due_yet"])
    assert set(district.marks("a-1").values()) == {"*"}

    # The run half an hour after midnight still belongs to that evening, but the date has passed.
    run = at(district, AFTER, 0, 30)
    assert told(run, "s-3001") == ("sent", [])
    assert district.marks("a-1")["400001"] == "0"


@BOTH
def test_b3_a_due_instant_passes_at_that_time(district: District):
    classes = [district.assigned("c-1001", dueDate="2026-10-16T20:00:00Z")]
    district.assess("a-1", classes=classes)

    assert told(at(district, DUE, 14, 59), "s-3001") == ("refused", ["not_due_yet"])
    assert set(district.marks("a-1").values()) == {"*"}

    assert told(at(district, DUE, 15, 0), "s-3001") == ("sent", [])
    assert district.marks("a-1")["400001"] == "0"


@BOTH
def test_b3_a_computed_due_date_passes_like_a_given_one(district: District):
    district.assess("a-1", classes=[district.assigned("c-1001", dueDate=None)])

    run = district.night(date(2026, 10, 19))
    assert told(run, "s-3001") == ("refused", ["not_due_yet"])

    run = district.night(date(2026, 10, 20))
    assert told(run, "s-3001") == ("sent", [])
    assert district.marks("a-1")["400001"] == "0"


@BOTH
def test_b4_past_the_due_date_nothing_submitted_passes_as_0(district: District):
    district.assess("a-1")
    district.score("a-1", "s-3001", 12)
    district.score("a-1", "s-3002", None, "not_submitted")
    district.score("a-1", "s-3004", None, "not_submitted", "missing", "late")
    district.night(START)

    run = district.night(AFTER)

    for student in ("s-3002", "s-3004", "s-3005"):
        assert told(run, student) == ("sent", [])
    assert "past due" in record(run, "a-1", "200001", "s-3005")["reason"]
    assert told(run, "s-3001") == ("unchanged", [])
    marks = district.marks("a-1")
    assert [marks[f"40000{n}"] for n in (1, 2, 4, 5)] == ["12", "0", "0", "0"]
    assert district.sync().writes == 0


@BOTH
def test_b4_a_zero_says_why_it_stands_on_later_nights_too(district: District):
    district.assess("a-1")
    district.night(AFTER)
    district.edit("a-1", title="Fractions, again")  # so that its gradebook is looked at once more

    district.night(AFTER + timedelta(days=1))

    told = district.command("explain", "-c", str(district.config), "a-1", "s-3002").out
    assert "past due, nothing submitted" in told


@BOTH
def test_b4_created_after_the_due_date_the_column_comes_with_its_zeros(district: District):
    district.assess("a-1")
    district.score("a-1", "s-3001", 12)

    run = district.night(AFTER)

    assert run.states("a-1")[None] == "created"
    assert (district.marks("a-1")["400001"], district.marks("a-1")["400002"]) == ("12", "0")


@BOTH
def test_b4_a_cell_that_holds_anything_is_kept(district: District):
    district.assess("a-1")
    district.night(START)
    district.type_score("a-1", "400001", 15)
    district.type_score("a-1", "400002", 0)
    district.type_score("a-1", "400004", 7)
    district.type_score("a-1", "400004", None)

    run = district.night(AFTER)

    assert told(run, "s-3001")[0] == "kept"
    assert told(run, "s-3002")[0] == "kept"
    assert told(run, "s-3004") == ("sent", [])
    marks = district.marks("a-1")
    assert [marks[f"40000{n}"] for n in (1, 2, 4)] == ["15", "0", "0"]
    again = district.night(AFTER + timedelta(days=1))
    assert (again.writes, told(again, "s-3001")[0]) == (0, "kept")


@BOTH
def test_b4_a_mark_typed_while_the_night_decides_is_kept(district: District):
    """The cell is read again just before the 0 is written."""
    facts = district.facts
    district.assess("a-1")
    district.night(START)
    typed = f"{district.sis}/_mock/columns/{district.column('a-1')['id']}/scores/400001"
    with between(district, "sis") as relay:
        looks = []

        def type_behind_the_first_look(exchange) -> None:
            if exchange.method == "GET" and facts.marks_path in exchange.path:
                looks.append(exchange.path)
                if len(looks) == len(facts.books["200001"]):
                    district.http.put(typed, json={"score": 13})

        relay.alter = type_behind_the_first_look
        district.evening(AFTER)
        run = district.sync()

    assert len(looks) > len(facts.books["200001"])
    assert told(run, "s-3001")[0] == "kept"
    assert told(run, "s-3002") == ("sent", [])
    assert (district.marks("a-1")["400001"], district.marks("a-1")["400002"]) == ("13", "0")


def test_b4_a_cell_that_cannot_be_read_is_held_until_it_can_be(district: District):
    district.assess("a-1")
    district.score("a-1", "s-3001", 12)
    district.control(
        "POST",
        "/faults",
        {"action": "status", "status": 500, "operation": "getResultsForLineItemForClass"},
    )

    run = district.night(AFTER)
    assert told(run, "s-3002") == ("held", ["zero_not_verifiable"])
    assert told(run, "s-3001") == ("sent", [])
    assert (district.marks("a-1")["400001"], district.marks("a-1")["400002"]) == ("12", "*")

    district.control("DELETE", "/faults")
    assert told(district.sync(), "s-3002") == ("sent", [])
    assert district.marks("a-1")["400002"] == "0"


def test_b4_only_who_was_enrolled_on_the_due_date_gets_a_0(district: District):
    district.assess("a-1")
    district.evening(AFTER, 8)
    district.control("POST", "/students/400008/enroll", {"section": "200001"})
    district.control("POST", "/students/400015/enroll", {"section": "200001"})

    run = district.night(AFTER)

    assert told(run, "s-3015") == ("refused", ["withheld_missing"])
    assert "not enrolled on the due date" in record(run, "a-1", "200001", "s-3015")["reason"]
    assert told(run, "s-3001") == ("sent", [])
    assert (district.marks("a-1")["400015"], district.marks("a-1")["400001"]) == ("*", "0")
    assert district.marks("a-1")["400008"] == "*"


@BOTH
def test_b4_who_was_away_on_the_due_date_gets_none_and_who_came_back_before_it_does(
    district: District,
):
    # s-3003 was away from 09-24 to 10-07.
    away = [district.assigned("c-1001", assignedDate="2026-09-25", dueDate="2026-10-05")]
    back = [district.assigned("c-1001", assignedDate="2026-09-25", dueDate="2026-10-09")]
    district.assess("a-1", classes=away)
    district.assess("a-2", classes=back)

    run = district.night(START)

    assert told(run, "s-3003") == ("refused", ["withheld_missing"])
    assert (district.marks("a-1")["400003"], district.marks("a-2")["400003"]) == ("*", "0")
    assert run.states("a-2")["s-3003"] == "sent"


@BOTH
def test_b4_only_who_was_assigned_by_the_due_date_gets_a_0(district: District):
    students = [
        {"studentId": "s-3001"},
        {"studentId": "s-3002", "assignedDate": "2026-10-16"},
        {"studentId": "s-3004", "assignedDate": "2026-10-17"},
    ]
    district.assess("a-1", classes=[district.assigned("c-1001", students=students)])

    run = district.night(AFTER)

    assert told(run, "s-3004") == ("refused", ["withheld_missing"])
    assert told(run, "s-3005") == ("refused", ["not_assigned"])
    marks = district.marks("a-1")
    assert [marks[f"40000{n}"] for n in (1, 2, 4, 5)] == ["0", "0", "*", "*"]


@BOTH
def test_b4_assigned_to_the_whole_class_after_the_due_date_nobody_gets_a_0(district: District):
    students = [{"studentId": "s-3001", "assignedDate": None}]
    for id_, day, listed in (
        ("a-1", "2026-10-16", None),
        ("a-2", "2026-10-17", None),
        ("a-3", "2026-10-17", students),
    ):
        entry = district.assigned("c-1001", assignedDate=day, students=listed)
        district.assess(id_, classes=[entry])
    district.score("a-2", "s-3002", 12)

    run = district.night(AFTER)

    assert [district.marks(id_)["400001"] for id_ in ("a-1", "a-2", "a-3")] == ["0", "*", "*"]
    assert district.marks("a-2")["400002"] == "12"
    assert run.codes("a-2", "s-3001") == run.codes("a-3", "s-3001") == ["withheld_missing"]

    district.edit("a-2", classes=[district.assigned("c-1001", assignedDate="2026-10-16")])
    district.night(AFTER)
    assert district.marks("a-2")["400001"] == "0"


@BOTH
@pytest.mark.parametrize("other", ["s-0001", "s-9999"])
def test_b4_where_two_students_of_otus_are_one_in_the_sis_a_score_goes_and_no_0(
    servers, district: District, other: str
):
    """What one of them handed in may stand under the other's name."""
    feed = servers.worlds.find(district.sis.rpartition("/")[2]).world.feed
    feed.put("student", other, {"id": other, "sisId": "400001"})
    for id_ in ("a-1", "a-2"):
        district.assess(id_)
    district.score("a-1", "s-3001", 18)
    district.score("a-2", other, 17)

    run = district.night(AFTER)

    had = [district.marks(id_) for id_ in ("a-1", "a-2")]
    assert [marks["400001"] for marks in had] == ["18", "17"]
    assert {marks["400002"] for marks in had} == {"0"}
    assert run.report["refusals"]["sis_id_shared"] == 2


@BOTH
def test_b4_a_mark_in_another_column_of_the_same_gradebook_is_kept(servers, district: District):
    """Sections that merge bring their columns along, and the marks in them."""
    registrar = registrar_of(servers.worlds.find(district.sis.rpartition("/")[2]).world)
    registrar.unlink("200002")
    district.assess("a-1", classes=[district.assigned("c-1001"), district.assigned("c-1002")])
    district.night(START)
    theirs = district.column("a-1", "200002")["id"]
    district.control("PUT", f"/columns/{theirs}/scores/400008", {"score": 12})
    registrar.merge("200002", "200001")

    run = district.night(AFTER)

    book = district.gradebook()
    names = {c["id"]: c["external_id"] for c in book["columns"]}
    marks = {
        (names[cell["column"]][-1], row["student"][-2:]): cell["display"]
        for row in book["rows"]
        for cell in row["cells"]
    }
    assert [marks["1", student] for student in ("01", "08", "09")] == ["0", "*", "0"]
    assert [marks["2", student] for student in ("01", "08", "09")] == ["*", "12", "*"]
    assert told(run, "s-3008")[0] == "kept"
    assert district.night(AFTER + timedelta(days=1)).writes == 0


@BOTH
def test_b4_a_district_may_withhold(district: District):
    district.policy = 'missing_after_due = "withhold"'
    district.assess("a-1")
    district.score("a-1", "s-3002", 0)
    district.night(START)

    run = district.night(AFTER)

    assert told(run, "s-3001") == ("refused", ["withheld_missing"])
    assert (district.marks("a-1")["400001"], district.marks("a-1")["400002"]) == ("*", "0")
    assert run.writes == 0


@BOTH
def test_b4_switched_from_withhold_to_zero_the_zeros_follow_that_night(district: District):
    district.policy = 'missing_after_due = "withhold"'
    district.assess("a-1")
    district.night(AFTER)

    district.policy = 'missing_after_due = "zero"'
    run = district.sync()

    assert told(run, "s-3001") == ("sent", [])
    assert district.marks("a-1")["400001"] == "0"


@BOTH
def test_b4_never_from_a_feed_that_broke_off(district: District):
    """A score that Otus has but the night did not hear of must not become a 0."""
    district.assess("a-1")
    district.night(START)
    district.score("a-1", "s-3001", 12)
    before = sis_writes(district)
    with between(district, "otus") as relay:

        def break_off(exchange) -> None:
            if "/v1/changes" in exchange.path:
                page = exchange.json
                if page["changes"]:
                    exchange.answer(200, {**page, "changes": [], "more": True}, exchange.headers)
                else:
                    exchange.answer(400, {}, exchange.headers)

        relay.alter = break_off
        district.evening(AFTER)
        run = district.sync()

    assert (run.code, sis_writes(district)) == (6, before)
    assert set(district.marks("a-1").values()) == {"*"}
    district.sync()
    assert (district.marks("a-1")["400001"], district.marks("a-1")["400002"]) == ("12", "0")


@BOTH
@pytest.mark.parametrize(
    "edit",
    [{"title": "Renamed"}, {"type": "Test"}, {"totalPoints": 25}],
    ids=lambda e: next(iter(e)),
)
def test_b4_waits_for_the_due_date_that_the_teacher_moved_also_where_another_field_changed(
    district: District, edit: dict[str, object]
):
    """The column's own update that night does not touch its due date."""
    later = AFTER + timedelta(days=6)
    district.assess("a-1")
    district.night(START)
    column = district.column("a-1")["id"]
    district.control("PATCH", f"/columns/{column}", {"due": later.isoformat()})
    district.evening(AFTER, 18)
    district.edit("a-1", **edit)

    district.evening(AFTER)
    planned, run = district.plan(), district.night(AFTER)

    assert run.states("a-1")[None] == "updated"
    # Decided so; the look right before the 0 would keep it back as well.
    assert told(planned, "s-3001") == ("refused", ["not_due_yet"])
    assert told(run, "s-3001") == ("refused", ["not_due_yet"])
    assert later.isoformat() in record(run, "a-1", "200001", "s-3001")["reason"]
    assert set(district.marks("a-1").values()) == {"*"}
    assert district.night(later).writes == 0
    assert told(district.night(later + timedelta(days=1)), "s-3001") == ("sent", [])


def test_b4_of_linked_classes_waits_for_the_due_date_that_their_column_shows(district: District):
    """The other class's own due date passed four days before; the column has the owner's."""
    owner = district.assigned("c-1001", dueDate="2026-10-20")
    other = district.assigned("c-1002", dueDate="2026-10-16")
    district.assess("a-1", classes=[owner, other])

    for day in (AFTER, date(2026, 10, 20)):
        run = district.night(day)
        assert set(district.marks("a-1").values()) == {"*"}
        assert run.codes("a-1", "s-3009") == ["not_due_yet"]
    district.night(date(2026, 10, 21))

    assert set(district.marks("a-1", "200002").values()) == {"0"}


def test_b4_a_due_date_moved_into_the_future_takes_the_0_back(district: District):
    district.assess("a-1")
    district.night(AFTER)
    district.type_score("a-1", "400002", 3)

    district.edit("a-1", classes=[district.assigned("c-1001", dueDate="2026-10-30")])
    run = district.night(AFTER + timedelta(days=1))
    assert told(run, "s-3001") == ("cleared", ["not_due_yet"])
    assert (district.marks("a-1")["400001"], district.marks("a-1")["400002"]) == ("*", "3")
    assert district.sync().writes == 0

    run = district.night(date(2026, 10, 31))
    assert told(run, "s-3001") == ("sent", [])
    assert (district.marks("a-1")["400001"], district.marks("a-1")["400002"]) == ("0", "3")


def test_b4_a_0_stays_when_the_district_decides_to_withhold(district: District):
    district.assess("a-1")
    district.night(AFTER)

    district.policy = 'missing_after_due = "withhold"'
    run = district.night(AFTER + timedelta(days=1))

    assert run.writes == 0
    assert district.marks("a-1")["400001"] == "0"


# ---- B5 ------------------------------------------------------------------------------------------


@BOTH
def test_b5_not_assigned_to_the_student_nothing_is_sent(district: District):
    students = [{"studentId": "s-3001"}, {"studentId": "s-3002"}]
    district.assess("a-1", classes=[district.assigned("c-1001", students=students)])
    district.score("a-1", "s-3001", 18)
    district.score("a-1", "s-3004", 17)

    run = district.night(AFTER)

    assert told(run, "s-3001") == ("sent", [])
    assert told(run, "s-3004") == ("refused", ["not_assigned"])
    assert told(run, "s-3005") == ("refused", ["not_assigned"])
    marks = district.marks("a-1")
    assert [marks[f"40000{n}"] for n in (1, 2, 4, 5)] == ["18", "0", "*", "*"]


def test_b5_someone_elses_in_the_linked_gradebook_shows_an_asterisk(district: District):
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)

    run = district.night(AFTER)

    marks = district.marks("a-1", "200002")
    assert {marks[f"4000{n:02}"] for n in range(8, 15)} == {"*"}
    assert told(run, "s-3008", section="200002") == ("refused", ["not_assigned"])
    assert marks["400001"] == "18"


@BOTH
def test_b5_assigned_later_the_student_joins(district: District):
    first = [{"studentId": "s-3001"}]
    district.assess("a-1", classes=[district.assigned("c-1001", students=first)])
    district.score("a-1", "s-3002", 9)
    district.night(START)

    both = [*first, {"studentId": "s-3002", "assignedDate": "2026-10-15"}]
    district.edit("a-1", classes=[district.assigned("c-1001", students=both)])
    run = district.night(NEXT)

    assert told(run, "s-3002") == ("sent", [])
    assert district.marks("a-1")["400002"] == "9"


# ---- B6 ------------------------------------------------------------------------------------------


def test_b6_a_dropped_student_is_withheld_and_never_blocks_the_class(district: District):
    lenient(district, "B6")
    district.assess("a-1")
    for n in (1, 2):
        district.score("a-1", f"s-300{n}", 10 + n)
    district.control("POST", "/students/400001/drop", {})

    run = district.night(START)

    assert run.code == 0
    assert told(run, "s-3001") == ("refused", ["not_enrolled"])
    assert told(run, "s-3002") == ("sent", [])
    # A mark that nobody sees in the gradebook was not written either.
    assert sum(e["operation"] == "putResult" for e in sis_writes(district)) == 1
    assert district.marks("a-1")["400002"] == "12"


@BOTH
def test_b6_dropped_after_a_score_was_sent_a_change_stays_behind(district: District):
    lenient(district, "B6")
    district.assess("a-1")
    district.score("a-1", "s-3001", 11)
    district.score("a-1", "s-3004", 14)
    district.night(START)

    district.control("POST", "/students/400001/drop", {})
    district.score("a-1", "s-3001", 19)
    run = district.night(NEXT)

    assert (run.writes, told(run, "s-3001")) == (0, ("refused", ["not_enrolled"]))


@BOTH
def test_b6_coming_back_the_student_gets_what_was_withheld(district: District):
    district.assess("a-1")
    district.control("POST", "/students/400001/drop", {})
    district.score("a-1", "s-3001", 19)
    district.night(START)

    district.evening(NEXT, 8)
    district.control("POST", "/students/400001/enroll", {"section": "200001"})
    run = district.night(NEXT)

    assert told(run, "s-3001") == ("sent", [])
    assert district.marks("a-1")["400001"] == "19"


@BOTH
def test_b6_a_student_of_no_section_is_told_with_the_class_alone(district: District):
    district.assess("a-1")
    district.score("a-1", "s-3015", 7)

    run = district.night(START)

    assert told(run, "s-3015") == ("refused", ["not_enrolled"])
    assert "400015" not in district.marks("a-1")


@BOTH
def test_b6_a_student_of_no_section_is_told_once_with_several_classes(district: District):
    classes = [district.assigned("c-1001"), district.assigned("c-1002")]
    district.assess("a-1", classes=classes)
    district.score("a-1", "s-3015", 7)

    run = district.night(START)

    assert run.codes("a-1", "s-3015") == ["not_enrolled"]


def test_b6_a_score_is_told_once_when_the_assessment_is_in_two_gradebooks(district: District):
    classes = [district.assigned("c-1001"), district.assigned("c-1003")]
    district.assess("a-1", classes=classes)
    district.score("a-1", "s-3015", 7)

    run = district.night(START)

    found = [r for r in run.report["records"] if r.get("student") == "s-3015"]
    assert [(r["section"], r["state"]) for r in found] == [("200003", "sent")]


def test_b6_transferred_within_the_linked_gradebook_the_score_follows(district: District):
    district.assess("a-1", classes=[district.assigned("c-1001"), district.assigned("c-1002")])
    district.score("a-1", "s-3001", 11)
    district.night(START)

    district.evening(NEXT, 8)
    district.control("POST", "/students/400001/transfer", {"to": "200002"})
    district.score("a-1", "s-3001", 12)
    run = district.night(NEXT)

    assert told(run, "s-3001", section="200002") == ("sent", [])
    assert district.marks("a-1", "200002")["400001"] == "12"
    assert [r["section"] for r in run.report["records"] if r.get("student") == "s-3001"] == [
        "200002"
    ]


def test_b6_transferred_out_of_the_gradebook_nothing_more_is_sent(district: District):
    lenient(district, "B6")
    district.assess("a-1")
    district.score("a-1", "s-3002", 11)
    district.night(START)

    district.evening(NEXT, 8)
    district.control("POST", "/students/400002/drop", {"section": "200001"})
    district.control("POST", "/students/400002/enroll", {"section": "200003"})
    district.score("a-1", "s-3002", 12)
    run = district.night(NEXT)

    assert run.writes == 0
    assert told(run, "s-3002") == ("refused", ["not_enrolled"])


def test_b6_past_the_agent_the_sis_refuses_who_is_not_enrolled(district: District):
    past = Bypass(district)
    assert past.put_column("x-1").done
    assert past.put_score("x-1", "400001", 10).done
    assert past.put_score("x-1", "400008", 10).done
    district.control("POST", "/students/400001/drop", {})

    dropped, never = past.put_score("x-1", "400001", 11), past.put_score("x-1", "400015", 11)

    assert (dropped.status, never.status) == (409, 409)
    assert "not enrolled" in never.words
    lenient(district, "B6")
    assert past.put_score("x-1", "400015", 11).done


# ---- B7 ------------------------------------------------------------------------------------------


def test_b7_marks_are_never_sent(district: District):
    district.assess("a-1")
    district.score("a-1", "s-3001", 15, "graded", "late")
    district.score("a-1", "s-3002", 16, "graded", "excused", "missing")
    with between(district, "sis") as relay:
        run = district.night(START)

    assert (told(run, "s-3001"), told(run, "s-3002")) == (("sent", []), ("sent", []))
    results = [e.sent["result"] for e in relay.of("PUT", "/results/")]
    assert {r["scoreStatus"] for r in results} == {"fully graded"}
    known = {"sourcedId", "status", "dateLastModified", "lineItem", "student", "class"}
    assert {m for r in results for m in r} - known == {"scoreStatus", "score", "scoreDate"}
    assert (district.marks("a-1")["400001"], district.marks("a-1")["400002"]) == ("15", "16")


@BOTH
def test_b7_an_excluded_score_is_not_sent(district: District):
    district.assess("a-1")
    district.score("a-1", "s-3001", 15, "graded", "excluded")
    district.score("a-1", "s-3002", None, "not_submitted", "excluded")

    run = district.night(AFTER)

    assert told(run, "s-3001") == ("refused", ["excluded"])
    assert "excluded" in told(run, "s-3002")[1]
    assert (district.marks("a-1")["400001"], district.marks("a-1")["400002"]) == ("*", "*")


@BOTH
def test_b7_excluded_after_it_was_sent_the_score_stays_and_nothing_more_is_sent(
    district: District,
):
    district.assess("a-1")
    district.score("a-1", "s-3001", 15)
    district.night(START)

    district.score("a-1", "s-3001", 16, "graded", "excluded")
    run = district.night(NEXT)

    assert (run.writes, told(run, "s-3001")) == (0, ("refused", ["excluded"]))
    assert district.marks("a-1")["400001"] == "15"


@BOTH
def test_b7_a_district_may_send_excluded_scores(district: District):
    district.policy = "send_excluded = true"
    district.assess("a-1")
    district.score("a-1", "s-3001", 15, "graded", "excluded")
    district.score("a-1", "s-3002", None, "not_submitted", "excluded")

    run = district.night(AFTER)

    assert told(run, "s-3001") == ("sent", [])
    assert told(run, "s-3002") == ("refused", ["excused_no_score"])
    assert (district.marks("a-1")["400001"], district.marks("a-1")["400002"]) == ("15", "*")


@BOTH
@pytest.mark.parametrize("progress", ["not_submitted", "graded"])
def test_b7_an_excused_student_without_a_score_gets_no_0(district: District, progress: str):
    district.assess("a-1")
    district.score("a-1", "s-3001", None, progress, "excused")

    run = district.night(AFTER)

    assert told(run, "s-3001") == ("refused", ["excused_no_score"])
    assert (district.marks("a-1")["400001"], district.marks("a-1")["400002"]) == ("*", "0")


@BOTH
def test_b7_an_excused_student_with_a_score_gets_it(district: District):
    district.assess("a-1")
    district.score("a-1", "s-3001", 15, "graded", "excused")

    assert told(district.night(START), "s-3001") == ("sent", [])
    assert district.marks("a-1")["400001"] == "15"


@BOTH
def test_b7_a_district_may_send_0_for_the_excused(district: District):
    district.policy = "zero_excused = true"
    district.assess("a-1")
    district.score("a-1", "s-3001", None, "not_submitted", "excused")

    run = district.night(START)
    assert told(run, "s-3001") == ("refused", ["not_due_yet"])

    run = district.night(AFTER)
    assert told(run, "s-3001") == ("sent", [])
    assert district.marks("a-1")["400001"] == "0"


# ---- B8 ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", ["1.1", "1.2"])
def test_b8_weighting_is_never_sent(district: District, version: str):
    district.sis_more = f'oneroster = "{version}"'
    district.assess("a-1")
    district.score("a-1", "s-3001", 15)
    with between(district, "sis") as relay, between(district, "otus") as feed:

        def weighted(exchange) -> None:
            if "/v1/changes" in exchange.path:
                page = exchange.json
                for change in page["changes"]:
                    change.get("record", {}).update(weight=2.5, weighting={"percent": 40})
                exchange.answer(200, page, exchange.headers)

        feed.alter = weighted
        district.evening(START)
        run = district.sync()

    assert run.code == 0, run.err
    sent = [e.body for e in relay.of("PUT", "/ims/")]
    assert len(sent) == 2
    assert not any(b"weight" in body.lower() or b"2.5" in body for body in sent)
    assert district.marks("a-1")["400001"] == "15"


# ---- B9 ------------------------------------------------------------------------------------------


@BOTH
def test_b9_a_negative_or_absurd_score_is_refused_by_itself(district: District):
    lenient(district, "B9")
    district.assess("a-1")
    district.score("a-1", "s-3001", -1)
    district.score("a-1", "s-3002", 100001)
    district.score("a-1", "s-3004", 12)

    run = district.night(AFTER)

    assert run.code == 0
    assert told(run, "s-3001") == ("refused", ["score_invalid"])
    assert told(run, "s-3002") == ("refused", ["score_invalid"])
    assert told(run, "s-3004") == ("sent", [])
    marks = district.marks("a-1")
    assert [marks[f"40000{n}"] for n in (1, 2, 4, 5)] == ["*", "*", "12", "0"]


@BOTH
def test_b9_corrected_in_otus_it_passes_that_night(district: District):
    district.assess("a-1")
    district.score("a-1", "s-3001", -1)
    district.night(START)

    district.score("a-1", "s-3001", 1)

    assert told(district.night(NEXT), "s-3001") == ("sent", [])
    assert district.marks("a-1")["400001"] == "1"


@BOTH
def test_b9_broken_after_it_was_sent_the_score_stays(district: District):
    district.assess("a-1")
    district.score("a-1", "s-3001", 12)
    district.night(START)

    district.score("a-1", "s-3001", -5)
    run = district.night(AFTER)

    assert told(run, "s-3001") == ("refused", ["score_invalid"])
    assert district.marks("a-1")["400001"] == "12"


@BOTH
@pytest.mark.parametrize("points", ['"ten"', "true", "[]", "{}", "1e400", "-0.5", '"NaN"'])
def test_b9_a_score_that_is_no_number_is_refused_by_itself(district: District, points: str):
    district.assess("a-1")
    district.score("a-1", "s-3001", 4711)
    district.score("a-1", "s-3002", 12)
    with between(district, "otus") as feed:

        def spoil(exchange) -> None:
            if "/v1/changes" in exchange.path:
                spoiled = exchange.content.replace(b"4711", points.encode())
                exchange.answer(200, spoiled, exchange.headers)

        feed.alter = spoil
        district.evening(AFTER)
        run = district.sync()

    assert run.code == 0, run.err
    assert told(run, "s-3001") == ("refused", ["score_invalid"])
    assert told(run, "s-3002") == ("sent", [])
    assert (district.marks("a-1")["400001"], district.marks("a-1")["400002"]) == ("*", "12")


def test_b9_past_the_agent_the_sis_refuses_a_broken_score_alone(district: District):
    past = Bypass(district)
    assert past.put_column("x-1").done

    refused = past.put_score("x-1", "400001", -1)
    text = past.put_score("x-1", "400001", "ten")  # type: ignore[arg-type]

    assert (refused.status, text.status) == (422, 422)
    assert past.put_score("x-1", "400002", 12).done
    lenient(district, "B9")
    assert past.put_score("x-1", "400001", -1).done
    shown = {r["student"]: c["display"] for r in district.gradebook()["rows"] for c in r["cells"]}
    assert {student: text for student, text in shown.items() if text != "*"} == {
        "400001": "-1",
        "400002": "12",
    }


# ---- A12 for scores ------------------------------------------------------------------------------


@BOTH
def test_a12_no_score_goes_into_a_closed_period(district: District):
    lenient(district, "A12")
    district.assess("a-1")
    district.score("a-1", "s-3001", 11)
    district.night(START)
    before = gradebooks(district)

    district.control("POST", "/periods/120001/close")
    district.score("a-1", "s-3001", 19)
    district.score("a-1", "s-3002", 18)
    run = district.night(AFTER)

    assert (run.code, run.writes) == (0, 0)
    assert told(run, "s-3001") == ("refused", ["grading_period_closed"])
    assert told(run, "s-3002") == ("refused", ["grading_period_closed"])
    assert gradebooks(district) == before

    district.control("POST", "/periods/120001/reopen")
    run = district.sync()
    assert told(run, "s-3001") == ("sent", [])
    assert (district.marks("a-1")["400001"], district.marks("a-1")["400002"]) == ("19", "18")


def test_a12_past_the_agent_the_sis_refuses_a_score_in_a_closed_period(district: District):
    past = Bypass(district)
    assert past.put_column("x-1").done
    assert past.put_score("x-1", "400001", 11).done
    district.control("POST", "/periods/120001/close")

    answers = past.put_score("x-1", "400001", 12), past.delete_score("x-1", "400001")

    assert [a.status for a in answers] == [409, 409]
    assert all("closed" in a.words for a in answers)
