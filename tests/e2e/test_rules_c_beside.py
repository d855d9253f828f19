"""RULE C3a where one gradebook holds two columns of an assessment: a student has a score in one.

Sections merge and bring their columns along, and gradebooks are linked after each had its own.
Classes c-1001 and c-1002 are the sections 200001 and 200002; students s-3001 to s-3007 sit in the
first, s-3008 to s-3014 in the second.
"""

import random
from collections import defaultdict
from datetime import date, timedelta
from typing import Any

import pytest

from mock_sis.sis import registrar_of
from tests.e2e.support.district import START, District, Run
from tests.e2e.support.kinds import BOTH
from tests.e2e.support.night_work import fault, healed
from tests.e2e.support.verdicts import record, sent

NEXT, THIRD = START + timedelta(days=1), START + timedelta(days=2)
AFTER = date(2026, 10, 17)
"""The first evening on which the default due date has passed."""
FIRST, SECOND = "200001", "200002"
NOTHING = {"1": "*", "2": "*"}


def world_of(servers: Any, district: District) -> Any:
    """For what no program may ask of a SIS or of Otus: to link gradebooks, and classes."""
    return servers.worlds.find(district.sis.rpartition("/")[2]).world


def both(district: District, **changes: Any) -> list[dict[str, Any]]:
    """The entries of both classes."""
    return [district.assigned(c, **changes) for c in ("c-1001", "c-1002")]


def a_column_each(servers: Any, district: District, **scores: float) -> None:
    """A night on which each class gets a column of its own, and these scores (s3008=17)."""
    registrar_of(world_of(servers, district)).unlink(SECOND)
    district.assess("a-1", classes=both(district))
    enter(district, **scores)
    assert district.night(START).code == 0


def enter(district: District, **scores: float) -> None:
    """Enter scores in a-1: s3001=18."""
    for student, value in scores.items():
        district.score("a-1", f"s-{student[1:]}", value)


def merge(servers: Any, district: District, *, relinked: bool) -> None:
    """The second section goes into the first, its column too; *relinked*: Otus follows."""
    world = world_of(servers, district)
    registrar_of(world).merge(SECOND, FIRST)
    if relinked:
        world.feed.put("class", "c-1002", {**world.feed.get("class", "c-1002"), "sectionId": FIRST})


def cells(district: District, number: int, section: str = FIRST) -> dict[str, str]:
    """What a student has in the column of the first and of the second class."""
    book = district.gradebook(section)
    names = {c["id"]: (c["external_id"] or "")[-1:] for c in book["columns"]}
    [row] = [r for r in book["rows"] if r["student"] == f"4000{number:02}"]
    return {names[c["column"]]: c["display"] for c in row["cells"]}


def told(run: Run, student: str | None = None, section: str = FIRST) -> tuple[str, list[str]]:
    """State and codes of a record of a-1."""
    found = record(run, "a-1", section, student)
    assert found["reason"] or found["state"] not in {"refused", "held", "kept", "rejected"}
    return found["state"], found["codes"]


def column_of(district: District, class_: str) -> str:
    """The column that a class made."""
    columns = district.columns()
    [found] = [c["id"] for c in columns if (c["external_id"] or "").endswith(class_)]
    return str(found)


def swap(servers: Any, district: District) -> None:
    """Two students of the second section get each other's SIS id."""
    feed = world_of(servers, district).feed
    for student, sis in (("s-3008", "400009"), ("s-3009", "400008")):
        feed.put("student", student, {**feed.get("student", student), "sisId": sis})


RELINKED = pytest.mark.parametrize("relinked", [False, True])


# ---- merged sections -----------------------------------------------------------------------------


@BOTH
@RELINKED
def test_c3a_merged_a_later_score_goes_to_the_column_that_has_the_students_score(
    servers, district: District, relinked: bool
):
    a_column_each(servers, district, s3001=18, s3008=17)
    merge(servers, district, relinked=relinked)

    run, writes = sent(district, NEXT)
    assert (run.code, writes) == (0, [])
    assert told(run, "s-3001") == told(run, "s-3008") == ("unchanged", [])

    enter(district, s3001=16, s3008=15)
    run, writes = sent(district, NEXT)
    assert (run.code, len(writes)) == (0, 2)
    assert told(run, "s-3001") == told(run, "s-3008") == ("sent", [])
    assert cells(district, 1) == {"1": "16", "2": "*"}
    assert cells(district, 8) == {"1": "*", "2": "15"}
    assert sent(district, NEXT)[1] == []
    assert sent(district, THIRD)[1] == []


@BOTH
@RELINKED
def test_c3a_merged_a_first_score_goes_to_the_column_of_the_section_that_is_left(
    servers, district: District, relinked: bool
):
    a_column_each(servers, district, s3008=17)
    merge(servers, district, relinked=relinked)

    enter(district, s3009=12)
    district.night(NEXT)

    assert (cells(district, 8), cells(district, 9)) == (
        {"1": "*", "2": "17"},
        {"1": "12", "2": "*"},
    )
    enter(district, s3009=13)
    district.night(NEXT)
    assert cells(district, 9) == {"1": "13", "2": "*"}


@BOTH
@RELINKED
def test_c3a_merged_what_the_teacher_typed_over_a_score_stands_until_otus_changes(
    servers, district: District, relinked: bool
):
    a_column_each(servers, district, s3008=17)
    merge(servers, district, relinked=relinked)
    theirs = column_of(district, "c-1002")
    district.control("PUT", f"/columns/{theirs}/scores/400008", {"score": 11})

    assert sent(district, NEXT)[1] == []
    assert cells(district, 8) == {"1": "*", "2": "11"}
    enter(district, s3008=16)
    district.night(NEXT)
    assert cells(district, 8) == {"1": "*", "2": "16"}


@BOTH
@RELINKED
def test_c6_merged_a_score_removed_in_otus_is_judged_where_it_stands(
    servers, district: District, relinked: bool
):
    a_column_each(servers, district, s3008=17, s3009=12)
    merge(servers, district, relinked=relinked)
    district.night(NEXT)

    district.score("a-1", "s-3008", None, "not_submitted")
    run = district.night(THIRD)
    if district.facts.takes_back:
        assert (told(run, "s-3008")[0], cells(district, 8)) == ("cleared", NOTHING)
    else:
        assert told(run, "s-3008") == ("withdrawn", ["score_withdrawn"])

    district.score("a-1", "s-3009", None, "not_submitted")
    run = district.night(AFTER)
    assert told(run, "s-3009") == ("held", ["score_withdrawn"])
    assert cells(district, 9) == {"1": "*", "2": "12"}
    assert "0" not in cells(district, 8).values()


@BOTH
@RELINKED
def test_b4_merged_the_0_of_missing_work_is_replaced_where_it_stands(
    servers, district: District, relinked: bool
):
    """A 0 that nobody typed never stays beside the score of the same work."""
    registrar_of(world_of(servers, district)).unlink(SECOND)
    district.assess("a-1", classes=both(district))
    enter(district, **{f"s30{n:02}": n for n in range(9, 15)})
    district.night(AFTER)
    merge(servers, district, relinked=relinked)
    assert cells(district, 8) == {"1": "*", "2": "0"}
    run, writes = sent(district, AFTER + timedelta(days=1))
    assert (run.code, writes, cells(district, 8)) == (0, [], {"1": "*", "2": "0"})

    enter(district, s3008=15)
    run = district.night(AFTER + timedelta(days=1))

    assert told(run, "s-3008") == ("sent", [])
    assert cells(district, 8) == {"1": "*", "2": "15"}


@BOTH
@RELINKED
def test_c7_merged_the_column_with_the_score_was_deleted_it_is_told_and_the_score_goes_to_the_other(
    servers, district: District, relinked: bool
):
    a_column_each(servers, district, s3001=18, s3008=17)
    merge(servers, district, relinked=relinked)
    district.night(NEXT)
    district.control("DELETE", f"/columns/{column_of(district, 'c-1002')}")

    enter(district, s3008=15)
    run, writes = sent(district, THIRD)

    assert (run.code, len(writes)) == (0, 1)
    assert told(run) == ("unchanged", ["deleted_in_sis"])
    assert told(run, "s-3008") == ("sent", [])
    assert (cells(district, 1), cells(district, 8)) == ({"1": "18"}, {"1": "15"})
    assert sent(district, THIRD)[1] == []


@BOTH
@RELINKED
def test_c7_merged_the_column_of_the_section_that_is_left_was_deleted_and_the_other_goes_on(
    servers, district: District, relinked: bool
):
    a_column_each(servers, district, s3001=18, s3008=17)
    merge(servers, district, relinked=relinked)
    district.night(NEXT)
    district.control("DELETE", f"/columns/{column_of(district, 'c-1001')}")
    enter(district, s3001=16)
    run = district.night(NEXT)
    assert told(run)[0] == "deleted_in_sis"

    enter(district, s3001=14, s3008=15)
    run = district.night(THIRD)

    assert (run.code, told(run, "s-3001"), told(run, "s-3008")) == (0, ("sent", []), ("sent", []))
    assert (cells(district, 1), cells(district, 8)) == ({"2": "14"}, {"2": "15"})
    assert sent(district, THIRD)[1] == []


@BOTH
@RELINKED
def test_a12_merged_nothing_goes_into_the_column_with_the_score_once_its_period_is_closed(
    servers, district: District, relinked: bool
):
    a_column_each(servers, district, s3008=17)
    merge(servers, district, relinked=relinked)
    district.night(NEXT)
    district.control("PATCH", f"/columns/{column_of(district, 'c-1002')}", {"due": "2026-11-23"})
    district.control("POST", "/periods/120002/close")

    enter(district, s3008=15)
    run, writes = sent(district, THIRD)

    assert (writes, told(run, "s-3008")) == ([], ("refused", ["grading_period_closed"]))
    assert cells(district, 8) == {"1": "*", "2": "17"}
    district.control("POST", "/periods/120002/reopen")
    district.night(THIRD)
    assert cells(district, 8) == {"1": "*", "2": "15"}


@BOTH
@RELINKED
@pytest.mark.parametrize("action", ["drop_before", "drop_after"])
def test_c10_merged_a_score_without_an_answer_is_read_back_where_it_was_sent(
    servers, district: District, relinked: bool, action: str
):
    a_column_each(servers, district, s3008=17)
    merge(servers, district, relinked=relinked)
    district.night(NEXT)
    enter(district, s3008=15)
    fault(district, action, district.facts.score)
    assert district.sync().code in {3, 5}
    healed(district)

    run = district.night(THIRD)

    assert (run.code, told(run, "s-3008")[0]) == (
        0,
        "sent" if action == "drop_before" else "unchanged",
    )
    assert cells(district, 8) == {"1": "*", "2": "15"}


@BOTH
@RELINKED
def test_c6_merged_two_swapped_sis_ids_swap_the_scores_where_they_stand(
    servers, district: District, relinked: bool
):
    a_column_each(servers, district, s3008=17, s3009=12)
    merge(servers, district, relinked=relinked)
    district.night(NEXT)
    swap(servers, district)

    run = district.night(NEXT)

    assert (run.code, told(run, "s-3008"), told(run, "s-3009")) == (0, ("sent", []), ("sent", []))
    assert (cells(district, 8), cells(district, 9)) == (
        {"1": "*", "2": "12"},
        {"1": "*", "2": "17"},
    )
    assert sent(district, NEXT)[1] == []


@BOTH
def test_c6_merged_two_swapped_sis_ids_swap_the_scores_in_the_one_column_that_came_along(
    servers, district: District
):
    registrar_of(world_of(servers, district)).unlink(SECOND)
    district.assess("a-1", classes=[district.assigned("c-1002")])
    enter(district, s3008=17, s3009=12)
    district.night(START)
    merge(servers, district, relinked=False)
    district.edit("a-1", classes=both(district))
    district.night(NEXT)
    swap(servers, district)

    run = district.night(NEXT)

    assert (told(run, "s-3008"), told(run, "s-3009")) == (("sent", []), ("sent", []))
    assert (cells(district, 8), cells(district, 9)) == ({"2": "12"}, {"2": "17"})


@BOTH
@RELINKED
def test_c3a_merged_and_of_other_total_points_by_now_the_score_waits_for_a_person(
    servers, district: District, relinked: bool
):
    """23 of 25 is no score in a column of 20."""
    a_column_each(servers, district, s3008=17)
    merge(servers, district, relinked=relinked)
    district.night(NEXT)

    district.edit("a-1", totalPoints=25)
    run = district.night(NEXT)
    assert told(run, "s-3008") == ("unchanged", [])
    enter(district, s3008=23)
    run = district.night(THIRD)
    assert told(run, "s-3008") == ("held", [])
    assert cells(district, 8) == {"1": "*", "2": "17"}

    district.control("DELETE", f"/columns/{column_of(district, 'c-1002')}")
    run = district.night(THIRD)
    assert (told(run, "s-3008"), cells(district, 8)) == (("sent", []), {"1": "23"})


# ---- gradebooks that are linked later ------------------------------------------------------------


def test_c3a_linked_later_a_student_who_moves_keeps_the_column_with_the_score(
    servers, district: District
):
    a_column_each(servers, district, s3001=18, s3008=17)
    registrar_of(world_of(servers, district)).link([FIRST, SECOND])
    district.night(NEXT)
    district.control("POST", "/students/400001/transfer", {"to": SECOND})

    run, writes = sent(district, NEXT)
    assert (writes, told(run, "s-3001", SECOND)) == ([], ("unchanged", []))
    enter(district, s3001=16)
    run = district.night(THIRD)

    assert told(run, "s-3001", SECOND) == ("sent", [])
    assert cells(district, 1) == {"1": "16", "2": "*"}
    assert sent(district, THIRD)[1] == []


def test_c3a_linked_later_a_student_who_moves_without_a_score_gets_it_in_the_new_class(
    servers, district: District
):
    a_column_each(servers, district, s3001=18)
    registrar_of(world_of(servers, district)).link([FIRST, SECOND])
    district.night(NEXT)
    district.control("POST", "/students/400002/transfer", {"to": SECOND})

    enter(district, s3002=16)
    district.night(THIRD)

    assert cells(district, 2) == {"1": "*", "2": "16"}


@pytest.mark.parametrize("mark", ["excused", None])
def test_b4_linked_later_the_0_of_a_student_who_moved_is_taken_back_or_replaced(
    servers, district: District, mark: str | None
):
    a_column_each(servers, district)
    registrar_of(world_of(servers, district)).link([FIRST, SECOND])
    district.night(AFTER)
    assert cells(district, 1) == {"1": "0", "2": "*"}
    district.control("POST", "/students/400001/transfer", {"to": SECOND})

    if mark:
        district.score("a-1", "s-3001", None, "not_submitted", mark)
    else:
        enter(district, s3001=9)
    run = district.night(AFTER + timedelta(days=1))

    assert told(run, "s-3001", SECOND)[0] == ("cleared" if mark else "sent")
    assert cells(district, 1) == {"1": "*" if mark else "9", "2": "*"}


def test_c7_linked_later_the_column_with_the_score_was_deleted_the_next_goes_to_the_new_class(
    servers, district: District
):
    a_column_each(servers, district, s3001=18, s3002=12)
    registrar_of(world_of(servers, district)).link([FIRST, SECOND])
    district.night(NEXT)
    district.control("POST", "/students/400001/transfer", {"to": SECOND})
    district.control("DELETE", f"/columns/{column_of(district, 'c-1001')}")

    enter(district, s3001=16)
    run = district.night(THIRD)

    assert told(run, "s-3001", SECOND) == ("sent", [])
    assert "deleted_in_sis" in told(run, None, SECOND)[1]
    assert cells(district, 1) == {"2": "16"}
    assert told(district.sync())[0] == "deleted_in_sis"


def test_c3a_linked_later_a_student_whom_both_classes_name_has_one_score(
    servers, district: District
):
    registrar_of(world_of(servers, district)).unlink(SECOND)
    named = {"students": [{"studentId": "s-3001"}, {"studentId": "s-3008"}]}
    district.assess("a-1", classes=both(district, **named))
    district.night(START)
    registrar_of(world_of(servers, district)).link([FIRST, SECOND])

    for points in (17, 16):
        enter(district, s3001=points, s3008=points)
        run, writes = sent(district, NEXT)
        assert (run.code, len(writes)) == (0, 2)
        for student in (1, 8):
            assert sorted(cells(district, student).values()) == ["*", str(points)]
    assert sent(district, NEXT)[1] == []


# ---- whatever happens ----------------------------------------------------------------------------


def scores_of_students(district: District) -> dict[tuple[str, str, str], list[str]]:
    """Gradebook, assessment and student -> what stands in the columns of the assessment."""
    found = defaultdict(list)
    for book in district.control("GET", "/gradebooks"):
        view = district.gradebook(book["id"])
        if min({book["id"], *view["linked"]}) != book["id"]:
            continue
        ours = {
            c["id"]: c["external_id"].partition(".")[0] for c in view["columns"] if c["external_id"]
        }
        for row in view["rows"]:
            for cell in row["cells"]:
                if cell["column"] in ours and cell["display"] != "*":
                    found[book["id"], ours[cell["column"]], row["student"]].append(cell["display"])
    return found


def some_day(chance: random.Random, servers: Any, district: District) -> None:
    """Scores come, students move, sections are linked, unlinked and, now and then, merged."""
    registrar = registrar_of(world_of(servers, district))
    for _ in range(chance.randint(2, 6)):
        district.score(
            chance.choice(["a-1", "a-2"]), f"s-30{chance.randint(1, 14):02}", chance.randint(1, 20)
        )
    act = chance.choice(["move", "move", "move", "link", "unlink", "merge", "names"])
    if act == "move":
        for _ in range(3):
            student = f"4000{chance.randint(1, 14):02}"
            body = {"to": chance.choice([FIRST, SECOND])}
            district.try_control("POST", f"/students/{student}/transfer", body)
    elif act == "link":
        registrar.link([FIRST, SECOND])
    elif act == "unlink":
        registrar.unlink(SECOND)
    elif act == "merge" and chance.random() < 0.5:
        merge(servers, district, relinked=chance.random() < 0.5)
    elif act == "names":
        some = [{"studentId": f"s-30{n:02}"} for n in chance.sample(range(1, 15), 9)]
        named = some if chance.random() < 0.6 else None
        entries = both(district, dueDate="2026-10-30", students=named)
        district.edit(chance.choice(["a-1", "a-2"]), classes=entries)


@BOTH
@pytest.mark.slow
@pytest.mark.seeds(4)
def test_c3a_no_student_ever_has_two_scores_of_one_assessment_in_one_gradebook(
    servers, district: District, seed: int
):
    chance = random.Random(seed)
    registrar_of(world_of(servers, district)).unlink(SECOND)
    for id_ in ("a-1", "a-2"):
        district.assess(id_, classes=both(district, dueDate="2026-10-30"))
    for day in range(9):
        some_day(chance, servers, district)
        # Who moved between gradebooks of their own has one in each; these may become one.
        before = scores_of_students(district)
        run = district.night(START + timedelta(days=day))
        assert run.code == 0, run.err
        now = scores_of_students(district)
        twice = {k: v for k, v in now.items() if len(v) > max(1, len(before[k]))}
        assert not twice, f"day {day}: {twice}"
        assert district.sync().writes == 0
