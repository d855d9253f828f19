"""RULE C3a end to end: linked gradebooks, one column for (assessment, link group).

Classes c-1001 and c-1002 are the linked sections 200001 and 200002; students s-3001 to s-3007 sit
in the first, s-3008 to s-3014 in the second.
"""

from datetime import date, timedelta
from typing import Any

import pytest

from mock_sis import sis
from tests.e2e.support.bypass import Bypass
from tests.e2e.support.district import START, District, Run
from tests.e2e.support.verdicts import columns_of, record

NEXT = START + timedelta(days=1)
AFTER = date(2026, 10, 17)
FIRST, SECOND = "200001", "200002"


def both(district: District, first: dict[str, Any], second: dict[str, Any]) -> dict[str, Any]:
    """The entries of both classes, the second one first, as Otus may list them."""
    entries = [district.assigned("c-1002", **second), district.assigned("c-1001", **first)]
    return {"classes": entries}


def plain(district: District) -> dict[str, Any]:
    """Both classes, alike."""
    return both(district, {}, {})


def scores(district: District, **points: float) -> None:
    """Enter scores in a-1: s3001=18."""
    for student, value in points.items():
        district.score("a-1", f"s-{student[1:]}", value)


def shown(district: District, *numbers: int) -> list[str]:
    """What stands in the one column of a-1 for students s-30NN."""
    marks = district.marks("a-1")
    return [marks[f"4000{n:02}"] for n in numbers]


def told(run: Run, section: str, student: str | None = None) -> tuple[str, list[str]]:
    """State and codes of a record of a-1."""
    found = record(run, "a-1", section, student)
    return found["state"], found["codes"]


def names(district: District) -> list[str]:
    """The ids of ours that stand in the linked gradebook."""
    return sorted(c["external_id"] for c in district.columns())


def registrar_of(servers: Any, district: District) -> Any:
    """The registrar's hand that links gradebooks, which no program may ask of a SIS."""
    return sis.registrar_of(servers.worlds.find(district.sis.rpartition("/")[2]).world)


# ---- one column ----------------------------------------------------------------------------------


def test_c3a_two_linked_classes_share_one_column_owned_by_the_smallest_class_id(
    district: District,
):
    district.assess("a-1", **plain(district))
    scores(district, s3001=18, s3008=17.5)

    run = district.night(START)

    assert names(district) == ["pb-a-1.c-1001"]
    assert district.columns(FIRST) == district.columns(SECOND)
    assert told(run, FIRST) == ("created", [])
    assert told(run, FIRST, "s-3001") == told(run, SECOND, "s-3008") == ("sent", [])
    assert shown(district, 1, 8, 2, 9) == ["18", "17.5", "*", "*"]
    assert [r["section"] for r in run.report["records"] if "student" not in r] == [FIRST]


def test_c3a_a_student_of_the_other_linked_section_is_accepted_on_the_column(district: District):
    district.assess("a-1")
    scores(district, s3001=18, s3009=16)

    run = district.night(START)

    assert told(run, SECOND, "s-3009") == ("sent", [])
    assert shown(district, 1, 9, 8) == ["18", "16", "*"]


def test_c3a_the_owner_is_persisted_when_a_smaller_class_id_joins(district: District):
    district.assess("a-1", classes=[district.assigned("c-1002")], title="Of the second")
    scores(district, s3008=17)
    district.night(START)
    before = district.column("a-1")
    assert before["external_id"] == "pb-a-1.c-1002"

    district.edit("a-1", **plain(district))
    scores(district, s3001=18)
    run = district.night(NEXT)

    assert district.column("a-1") == before
    assert told(run, SECOND) == ("unchanged", [])
    assert told(run, FIRST, "s-3001") == ("sent", [])
    assert shown(district, 1, 8) == ["18", "17"]
    assert district.night(NEXT).writes == 0


def test_c3a_the_owner_class_unassigned_later_the_column_goes_on(district: District):
    district.assess("a-1", **plain(district))
    scores(district, s3001=18, s3008=17)
    district.night(START)
    before = district.column("a-1")

    district.edit("a-1", classes=[district.assigned("c-1002")], title="Renamed")
    scores(district, s3008=16, s3009=15)
    run = district.night(NEXT)

    after = district.column("a-1")
    assert (after["id"], after["title"]) == (before["id"], "Renamed")
    assert told(run, SECOND, "s-3008") == ("sent", [])
    assert shown(district, 1, 8, 9) == ["18", "16", "15"]
    late = district.night(AFTER)
    assert shown(district, 2, 10) == ["*", "0"]
    assert told(late, FIRST, "s-3002") == ("refused", ["not_assigned"])
    assert len(district.columns()) == 1


def test_c3a_the_owner_class_refused_later_the_column_goes_on(district: District):
    district.assess("a-1", **plain(district))
    scores(district, s3001=18, s3008=17)
    district.night(START)

    district.edit("a-1", **both(district, {"type": "Journal"}, {}))
    scores(district, s3002=12, s3008=16)
    run = district.night(NEXT)

    assert told(run, FIRST) == ("refused", ["type_not_mapped"])
    assert told(run, SECOND, "s-3008") == ("sent", [])
    assert shown(district, 1, 8) == ["18", "16"]
    assert names(district) == ["pb-a-1.c-1001"]


def test_c3a_a_lost_ledger_makes_no_second_column(district: District):
    district.assess("a-1", **plain(district))
    scores(district, s3001=18, s3008=17)
    district.night(START)

    district.ledger = "another.db"
    run = district.night(NEXT)

    assert (run.code, run.writes, len(district.columns())) == (0, 0, 1)


@pytest.mark.parametrize("owner", ["unassigned", "refused"])
def test_c3a_a_lost_ledger_makes_no_second_column_where_the_owner_class_has_left(
    district: District, owner: str
):
    district.assess("a-1", **plain(district))
    scores(district, s3001=18, s3008=17)
    district.night(START)

    if owner == "unassigned":
        district.edit("a-1", classes=[district.assigned("c-1002")])
    else:
        district.edit("a-1", **both(district, {"type": "Journal"}, {}))
    district.ledger = "another.db"
    run = district.night(NEXT)
    scores(district, s3008=16)
    district.night(NEXT)

    assert (run.code, run.writes, names(district)) == (0, 0, ["pb-a-1.c-1001"])
    assert shown(district, 1, 8) == ["18", "16"]


def test_c3a_after_a_lost_ledger_a_class_of_another_total_gets_a_column_of_its_own(
    district: District,
):
    district.assess("a-1", **plain(district))
    district.night(START)

    district.edit("a-1", classes=[district.assigned("c-1002", totalPoints=10)])
    district.ledger = "another.db"
    district.night(NEXT)

    assert names(district) == ["pb-a-1.c-1001", "pb-a-1.c-1002"]


def test_c3a_merged_sections_keep_one_column(district: District):
    district.assess("a-1", **plain(district))
    scores(district, s3001=18, s3008=17)
    district.night(START)

    district.control("POST", f"/sections/{FIRST}/merge", {"into": SECOND})
    scores(district, s3008=16)
    district.night(NEXT)

    assert len([c for c in district.columns(SECOND) if c["external_id"]]) == 1
    assert district.marks("a-1", SECOND)["400008"] == "16"


# ---- whose data ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "second", "field", "value", "word"),
    [
        ({"title": "First"}, {"title": "Second"}, "title", "First", "title"),
        ({"type": "Quiz"}, {"type": "Test"}, "category", "130001", "type"),
        ({}, {"assignedDate": "2026-10-13"}, "assigned", "2026-10-12", "assigned"),
        ({}, {"dueDate": "2026-10-20"}, "due", "2026-10-16", "due"),
        ({}, {"dueDate": "2026-10-16T15:00:00Z"}, "due", "2026-10-16", "due"),
    ],
)
def test_c3a_the_column_takes_the_owners_data_and_the_report_says_what_differs(
    district: District, first, second, field, value, word
):
    district.assess("a-1", **both(district, first, second))
    scores(district, s3001=18, s3008=17)

    run = district.night(START)

    assert told(run, FIRST) == ("created", ["linked_differs"])
    assert word in record(run, "a-1", FIRST)["reason"]
    assert district.column("a-1")[field] == value
    assert shown(district, 1, 8) == ["18", "17"]
    again = district.night(NEXT)
    assert (again.writes, told(again, FIRST)) == (0, ("unchanged", ["linked_differs"]))


def test_c3a_an_edit_for_the_other_class_alone_is_no_change_of_the_column(district: District):
    district.assess("a-1", **plain(district))
    district.night(START)
    before = district.column("a-1")

    district.edit("a-1", **both(district, {}, {"title": "Theirs"}))
    run = district.night(NEXT)

    assert (run.writes, district.column("a-1")) == (0, before)
    assert told(run, FIRST) == ("unchanged", ["linked_differs"])


def test_c3a_due_dates_pass_per_class(district: District):
    district.assess("a-1", **both(district, {}, {"dueDate": "2026-10-20"}))

    run = district.night(AFTER)
    assert (told(run, FIRST, "s-3001"), told(run, SECOND, "s-3008")) == (
        ("sent", []),
        ("refused", ["not_due_yet"]),
    )
    assert shown(district, 1, 8) == ["0", "*"]

    district.night(date(2026, 10, 21))
    assert shown(district, 1, 8) == ["0", "0"]


def test_c3a_students_are_assigned_per_class(district: District):
    named = {"students": [{"studentId": "s-3009"}]}
    district.assess("a-1", **both(district, {}, named))

    run = district.night(AFTER)

    assert shown(district, 1, 8, 9) == ["0", "*", "0"]
    assert told(run, SECOND, "s-3008") == ("refused", ["not_assigned"])


# ---- unequal totals ------------------------------------------------------------------------------


def of(district: District, owner: str) -> dict[str, str]:
    """Student -> mark in the column of a-1 that a class owns."""
    book = district.gradebook()
    [column] = [c["id"] for c in book["columns"] if c["external_id"] == f"pb-a-1.{owner}"]
    return {
        row["student"]: cell["display"]
        for row in book["rows"]
        for cell in row["cells"]
        if cell["column"] == column
    }


def test_c3a_unequal_totals_are_two_columns(district: District):
    district.assess("a-1", **both(district, {}, {"totalPoints": 25}))

    run = district.night(START)

    assert names(district) == ["pb-a-1.c-1001", "pb-a-1.c-1002"]
    assert {c["external_id"]: c["points"] for c in district.columns()} == {
        "pb-a-1.c-1001": 20,
        "pb-a-1.c-1002": 25,
    }
    assert (told(run, FIRST), told(run, SECOND)) == (("created", []), ("created", []))
    assert district.night(NEXT).writes == 0


def test_c3a_of_two_columns_each_takes_its_own_classs_scores(district: District):
    district.assess("a-1", **both(district, {}, {"totalPoints": 25}))
    scores(district, s3001=18, s3008=23)

    run = district.night(START)

    first, second = of(district, "c-1001"), of(district, "c-1002")
    assert (first["400001"], second["400008"]) == ("18", "23")
    assert (first["400008"], second["400001"]) == ("*", "*")
    assert told(run, FIRST, "s-3001") == told(run, SECOND, "s-3008") == ("sent", [])


def test_c3a_of_two_columns_each_takes_its_own_classs_zeros(district: District):
    district.assess("a-1", **both(district, {}, {"totalPoints": 25}))

    district.night(AFTER)

    first, second = of(district, "c-1001"), of(district, "c-1002")
    assert (first["400001"], first["400008"]) == ("0", "*")
    assert (second["400001"], second["400008"]) == ("*", "0")


def test_c3a_a_total_that_parts_later_makes_the_second_column(district: District):
    district.assess("a-1", **plain(district))
    district.night(START)

    district.edit("a-1", **both(district, {}, {"totalPoints": 25}))
    scores(district, s3008=23)
    district.night(NEXT)

    assert names(district) == ["pb-a-1.c-1001", "pb-a-1.c-1002"]
    assert of(district, "c-1002")["400008"] == "23"
    assert of(district, "c-1001")["400008"] == "*"


def test_c3a_a_column_whose_class_alone_was_unassigned_is_an_orphan(district: District):
    district.assess("a-1", **both(district, {}, {"totalPoints": 25}))
    district.night(START)

    district.edit("a-1", classes=[district.assigned("c-1001")])
    run = district.night(NEXT)

    assert (told(run, FIRST), told(run, SECOND)) == (("unchanged", []), ("orphaned", []))


# ---- linked, or no longer, in the middle of a term ----


def test_c3a_linked_later_each_class_keeps_the_column_that_it_has(servers, district: District):
    """Marks that stand in one column are not written into the other, and nobody counts twice."""
    registrar = registrar_of(servers, district)
    registrar.unlink(SECOND)
    district.assess("a-1", **plain(district))
    scores(district, s3001=18, s3008=17)
    district.night(START)

    registrar.link([FIRST, SECOND])
    assert district.night(NEXT).writes == 0
    scores(district, s3001=16, s3008=15)
    run = district.night(NEXT)

    first, second = of(district, "c-1001"), of(district, "c-1002")
    assert (first["400001"], first["400008"]) == ("16", "*")
    assert (second["400001"], second["400008"]) == ("*", "15")
    assert (told(run, FIRST), told(run, SECOND)) == (("unchanged", []), ("unchanged", []))


def test_c3a_linked_later_no_mark_in_one_column_becomes_a_0_in_the_other(
    servers, district: District
):
    registrar = registrar_of(servers, district)
    registrar.unlink(SECOND)
    district.assess("a-1", **plain(district))
    district.night(START)
    [column] = district.columns(SECOND)
    district.control("PUT", f"/columns/{column['id']}/scores/400008", {"score": 12})

    registrar.link([FIRST, SECOND])
    district.night(AFTER)

    first, second = of(district, "c-1001"), of(district, "c-1002")
    assert (first["400001"], first["400008"], first["400009"]) == ("0", "*", "*")
    assert (second["400001"], second["400008"], second["400009"]) == ("*", "12", "0")


def test_c3a_totals_that_parted_and_agree_again_stay_two_columns(district: District):
    district.assess("a-1", **both(district, {}, {"totalPoints": 25}))
    scores(district, s3001=18, s3008=17)
    district.night(START)

    district.edit("a-1", **plain(district))
    district.night(NEXT)

    first, second = of(district, "c-1001"), of(district, "c-1002")
    assert (first["400008"], second["400008"]) == ("*", "17")
    assert {c["points"] for c in district.columns()} == {20}


def test_c3a_no_longer_linked_the_other_class_gets_a_column_of_its_own(servers, district: District):
    district.assess("a-1", **plain(district))
    scores(district, s3001=18, s3008=17)
    district.night(START)

    registrar_of(servers, district).unlink(SECOND)
    district.night(NEXT)

    assert [c["external_id"] for c in district.columns(FIRST)] == ["pb-a-1.c-1001"]
    assert [c["external_id"] for c in district.columns(SECOND)] == ["pb-a-1.c-1002"]
    assert district.marks("a-1", SECOND)["400008"] == "17"
    assert district.night(NEXT).writes == 0


# ---- one class refused ---------------------------------------------------------------------------

REFUSALS = [
    ({"type": "Journal"}, "type_not_mapped"),
    ({"totalPoints": 20.5}, "total_points_not_whole"),
    ({"assignedDate": "2026-08-19"}, "before_effective_date"),
]


@pytest.mark.parametrize(("spoiled", "code"), REFUSALS)
def test_c3a_one_class_is_refused_while_the_other_passes(district: District, spoiled, code):
    district.assess("a-1", **both(district, {}, spoiled))
    scores(district, s3001=18)

    run = district.night(AFTER)

    assert told(run, FIRST) == ("created", [])
    assert told(run, SECOND) == ("refused", [code])
    assert told(run, SECOND, "s-3009") == ("refused", [code])
    assert shown(district, 1, 2, 9) == ["18", "0", "*"]


@pytest.mark.parametrize(("spoiled", "code"), REFUSALS)
def test_c3a_scores_of_a_refused_class_do_not_pass_through_the_other(
    district: District, spoiled, code
):
    district.assess("a-1", **both(district, {}, spoiled))
    scores(district, s3001=18, s3008=17)

    run = district.night(START)

    assert shown(district, 1, 8) == ["18", "*"]
    assert told(run, SECOND, "s-3008") == ("refused", [code])


@pytest.mark.parametrize(("spoiled", "code"), REFUSALS)
def test_c3a_the_smaller_class_refused_the_other_owns_the_column(district: District, spoiled, code):
    district.assess("a-1", **both(district, spoiled, {}))
    scores(district, s3008=17)

    run = district.night(START)

    assert names(district) == ["pb-a-1.c-1002"]
    assert (told(run, FIRST), told(run, SECOND)) == (("refused", [code]), ("created", []))
    assert shown(district, 1, 8) == ["*", "17"]

    # Mended, it joins the column that is there.
    district.edit("a-1", **plain(district))
    scores(district, s3001=18)
    district.night(NEXT)
    assert names(district) == ["pb-a-1.c-1002"]
    assert shown(district, 1, 8) == ["18", "17"]


def test_c3a_each_record_is_told_once_when_one_class_is_refused(district: District):
    district.assess("a-1", **both(district, {}, {"type": "Journal"}))
    scores(district, s3001=18)
    district.evening(START)

    for run in (district.plan(), district.sync()):
        keys = [(r["assignment"], r["section"], r.get("student")) for r in run.report["records"]]
        assert len(keys) == len(set(keys))


@pytest.mark.parametrize("which", [0, 1])
def test_c3a_a_due_date_outside_the_period_keeps_back_its_own_class(district: District, which):
    outside, inside = {"dueDate": "2026-12-20"}, {}
    entries = (outside, inside) if which == 0 else (inside, outside)
    district.assess("a-1", **both(district, *entries))
    scores(district, s3001=18, s3008=17)

    run = district.night(START)

    good, bad = (SECOND, FIRST) if which == 0 else (FIRST, SECOND)
    assert told(run, good)[0] == "created"
    assert told(run, bad) == ("refused", ["due_outside_current_period"])
    assert shown(district, 1, 8) == (["*", "17"] if which == 0 else ["18", "*"])


def test_c3a_a_score_from_another_gradebook_is_no_assignment_in_this_one(district: District):
    # s-3009 sits in the second linked section, which does not have it, and in section 200003.
    classes = [district.assigned("c-1001"), district.assigned("c-1003")]
    district.assess("a-1", classes=classes)
    scores(district, s3009=7)

    run = district.night(START)

    assert district.marks("a-1", "200003")["400009"] == "7"
    assert shown(district, 9) == ["*"]
    assert told(run, SECOND, "s-3009") == ("refused", ["not_assigned"])


def test_c3a_both_classes_refused_there_is_no_column(district: District):
    district.assess("a-1", **both(district, {"type": "Journal"}, {"type": "Diary"}))
    scores(district, s3001=18, s3008=17)

    run = district.night(START)

    assert (run.writes, columns_of(district, "a-1")) == (0, set())
    assert (told(run, FIRST), told(run, SECOND)) == (
        ("refused", ["type_not_mapped"]),
        ("refused", ["type_not_mapped"]),
    )


# ---- past the agent ------------------------------------------------------------------------------


def test_c3a_past_the_agent_the_same_id_through_another_section_is_the_same_column(
    district: District,
):
    past = Bypass(district)
    assert past.put_column("x-1").done
    assert past.put_column("x-1", title="Again", **{"class": {"sourcedId": SECOND}}).done

    assert [c["title"] for c in district.columns(SECOND)] == ["Again"]
    assert past.put_score("x-1", "400001", 18).done
    assert past.put_score("x-1", "400008", 17).done
    assert past.put_column("x-2", **{"class": {"sourcedId": SECOND}}).done
    assert len(district.columns(FIRST)) == 2
