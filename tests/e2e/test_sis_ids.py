"""SIS ids that are corrected, swapped and shared in Otus: each score goes to the right child.

What stands in a cell was written for a SIS student. When that id belongs to somebody else in Otus,
it is not a teacher's: the new holder's score takes its place, or it is taken out (C5, C6, B4).
"""

from datetime import date, timedelta
from typing import Any

import pytest

from tests.e2e.support.actors import typing, while_deciding
from tests.e2e.support.district import START, District
from tests.e2e.support.kinds import BOTH
from tests.e2e.support.night_work import fault, healed
from tests.e2e.support.verdicts import record, sent, sis_writes, told

NEXT = START + timedelta(days=1)
AFTER = date(2026, 10, 17)
"""The first evening on which the default due date has passed."""


@pytest.fixture
def ids(servers, district: District) -> Any:
    """Gives students of Otus other SIS ids, as somebody at the district does."""
    feed = servers.worlds.find(district.sis.rpartition("/")[2]).world.feed

    def change(**given: str | None) -> None:
        for student, sis in given.items():
            key = f"s-{student[1:]}"
            feed.put("student", key, {**feed.get("student", key), "sisId": sis})

    return change


def shown(district: District, *students: str) -> list[str]:
    """What stands in the cells of a-1."""
    marks = district.marks("a-1")
    return [marks[student] for student in students]


@BOTH
def test_c6_two_swapped_ids_swap_their_scores_in_one_write_a_cell(district: District, ids):
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)
    district.score("a-1", "s-3002", 7)
    district.night(START)

    ids(s3001="400002", s3002="400001")
    run, writes = sent(district, NEXT)

    assert shown(district, "400001", "400002") == ["7", "18"]
    assert writes == district.facts.scoring(2)
    assert told(run, "s-3001") == told(run, "s-3002") == ("sent", [])
    assert sent(district, NEXT)[1] == []
    assert told(district.sync(), "s-3001") == ("unchanged", [])


@BOTH
def test_c6_an_exempt_cell_is_not_taken_over(district: District, ids):
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)
    district.score("a-1", "s-3002", 7)
    district.night(START)
    district.annotate("a-1", "400002", 7, status="exempt")

    ids(s3001="400002", s3002="400001")
    run, writes = sent(district, NEXT)

    assert writes == district.facts.scoring(1)
    assert shown(district, "400001", "400002") == ["7", "7"]
    assert told(run, "s-3001") == ("kept", ["sis_id_changed"])
    assert "exempt" in record(run, "a-1", "200001", "s-3001")["reason"]
    assert told(run, "s-3002") == ("sent", [])


@BOTH
def test_c6_what_a_teacher_types_before_a_score_is_taken_over_is_kept(district: District, ids):
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)
    district.score("a-1", "s-3002", 7)
    district.night(START)

    ids(s3001="400002", s3002="400001")
    run = while_deciding(district, typing(district, "400002", 15), NEXT)

    assert shown(district, "400001", "400002") == ["7", "15"]
    assert told(run, "s-3001")[0] == "kept"
    again = district.night(NEXT + timedelta(days=1))
    assert (again.writes, told(again, "s-3001")[0]) == (0, "kept")
    district.score("a-1", "s-3001", 17)
    district.sync()
    assert shown(district, "400001", "400002") == ["7", "17"]


@BOTH
def test_c6_a_corrected_id_brings_the_score_to_the_right_child(district: District, ids):
    """Nobody had the right id before; the wrong one belongs to a student with a score."""
    ids(s3001="400002", s3002=None)
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)
    district.score("a-1", "s-3002", 7)
    district.night(START)
    assert shown(district, "400001", "400002") == ["*", "18"]

    ids(s3001="400001", s3002="400002")
    run, writes = sent(district, NEXT)

    assert shown(district, "400001", "400002") == ["18", "7"]
    assert writes == district.facts.scoring(2)
    assert told(run, "s-3001") == told(run, "s-3002") == ("sent", [])
    assert sent(district, NEXT)[1] == []


@BOTH
@pytest.mark.parametrize("day", [NEXT, AFTER], ids=["before the due date", "after it"])
def test_c6_without_a_score_of_the_new_holder_the_cell_is_cleared_or_held(
    district: District, ids, day: date
):
    ids(s3001="400002", s3002=None)
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)
    district.night(START)

    ids(s3001="400001", s3002="400002")
    run = district.night(day)

    state, codes = told(run, "s-3002")
    if district.facts.takes_back:
        assert (state, codes[0]) == ("cleared", "sis_id_changed")
        assert shown(district, "400001", "400002") == ["18", "*"]
    else:
        assert (state, codes[0]) == ("held", "sis_id_changed")
        assert shown(district, "400001", "400002") == ["18", "18"]
        district.type_score("a-1", "400002", None)
    # A score of ours stood in the cell, so that it never gets B4's 0.
    for later in (AFTER, AFTER + timedelta(days=1)):
        assert told(district.night(later), "s-3002") == ("refused", ["withheld_missing"])
    assert shown(district, "400001", "400002") == ["18", "*"]


@BOTH
def test_c6_with_no_new_holder_at_all_the_cell_is_cleared_or_held(district: District, ids):
    ids(s3001="400002", s3002=None)
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)
    district.night(START)

    ids(s3001="400001")
    run = district.night(NEXT)

    left = record(run, "a-1", "", "s-3001")
    assert told(run, "s-3001") == ("sent", [])
    assert left["codes"] == ["sis_id_changed"]
    if district.facts.takes_back:
        assert (left["state"], shown(district, "400001", "400002")) == ("cleared", ["18", "*"])
    else:
        assert (left["state"], shown(district, "400001", "400002")) == ("held", ["18", "18"])
        again, writes = sent(district, NEXT)
        assert (writes, record(again, "a-1", "", "s-3001")["state"]) == ([], "held")
        district.type_score("a-1", "400002", None)
    district.score("a-1", "s-3005", 3)
    district.night(NEXT + timedelta(days=1))
    run = district.night(NEXT + timedelta(days=2))
    assert [r for r in run.report["records"] if r["section"] == ""] == []
    assert shown(district, "400001", "400002") == ["18", "*"]


@BOTH
def test_b4_the_right_child_gets_the_score_in_place_of_the_0(district: District, ids):
    """The 0 went to a child whom Otus knew under no SIS id, because of the wrong id of another."""
    ids(s3001="400002", s3002="400001")
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)
    district.night(AFTER)
    assert shown(district, "400001", "400002") == ["0", "18"]

    ids(s3001="400001", s3002="400002")
    run = district.night(AFTER + timedelta(days=1))

    assert told(run, "s-3001") == ("sent", [])
    if district.facts.takes_back:
        assert shown(district, "400001", "400002") == ["18", "*"]
    else:
        assert shown(district, "400001", "400002") == ["18", "18"]
        assert told(run, "s-3002")[0] == "held"


@BOTH
def test_b4_a_0_of_the_earlier_holder_is_no_teachers_score(district: District, ids):
    district.assess("a-1")
    district.night(AFTER)
    district.score("a-1", "s-3001", 18)

    ids(s3001="400002", s3002="400001")
    run, writes = sent(district, AFTER + timedelta(days=1))

    assert shown(district, "400001", "400002") == ["0", "18"]
    assert writes == district.facts.scoring(1)
    assert told(run, "s-3002") == ("unchanged", [])
    assert sent(district, AFTER + timedelta(days=2))[1] == []


@BOTH
def test_c5_what_a_teacher_typed_over_the_wrong_score_stays(district: District, ids):
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)
    district.score("a-1", "s-3002", 7)
    district.night(START)
    district.type_score("a-1", "400001", 5)
    district.type_score("a-1", "400002", None)

    ids(s3001="400002", s3002="400001")
    run = district.night(NEXT)

    assert shown(district, "400001", "400002") == ["5", "18"]
    assert told(run, "s-3002")[0] == "kept"
    district.score("a-1", "s-3002", 8)
    district.night(NEXT)
    assert shown(district, "400001", "400002") == ["8", "18"]


@BOTH
def test_c6_there_and_back_again_the_scores_are_as_before(district: District, ids):
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)
    district.score("a-1", "s-3002", 7)
    district.night(START)
    ids(s3001="400002", s3002="400001")
    district.night(NEXT)
    ids(s3001="400001", s3002="400002")
    district.score("a-1", "s-3001", 19)

    run, writes = sent(district, NEXT + timedelta(days=1))

    assert shown(district, "400001", "400002") == ["19", "7"]
    assert writes == district.facts.scoring(2)
    assert told(run, "s-3001") == ("sent", [])


@BOTH
@pytest.mark.parametrize("action", ["drop_before", "drop_after"])
def test_c10_a_swap_that_went_without_an_answer_is_read_back(district: District, ids, action: str):
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)
    district.score("a-1", "s-3002", 7)
    district.night(START)
    ids(s3001="400002", s3002="400001")
    district.evening(NEXT)
    fault(district, action, district.facts.score)
    district.sync()
    healed(district)

    assert district.sync().code == 0

    assert shown(district, "400001", "400002") == ["7", "18"]
    assert district.sync().writes == 0


@pytest.mark.parametrize("action", ["drop_before", "drop_after"])
def test_c10_a_score_of_nobody_taken_out_without_an_answer_is_read_back(
    district: District, ids, action: str
):
    ids(s3001="400002", s3002=None)
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)
    district.night(START)
    ids(s3001="400001")
    district.evening(NEXT)
    fault(district, action, district.facts.clear)
    district.sync()
    healed(district)

    run = district.sync()

    assert (run.code, shown(district, "400001", "400002")) == (0, ["18", "*"])
    assert "failed" not in run.report["counts"]
    assert district.sync().writes == 0


@BOTH
def test_c6_an_id_that_is_missing_for_a_while_is_not_another_id(district: District, ids):
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)
    district.night(START)
    before = len(sis_writes(district))

    ids(s3001=None)
    district.night(NEXT)
    ids(s3001="400001")
    run = district.night(NEXT + timedelta(days=1))

    assert len(sis_writes(district)) == before
    assert told(run, "s-3001") == ("unchanged", [])
    assert shown(district, "400001") == ["18"]


@BOTH
def test_c6_a_new_student_under_the_id_of_one_who_has_none_now(district: District, ids):
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)
    district.score("a-1", "s-3002", 7)
    district.night(START)

    ids(s3001=None, s3002="400001")
    run = district.night(NEXT)

    assert told(run, "s-3002") == ("sent", [])
    assert shown(district, "400001") == ["7"]


@BOTH
def test_b4_of_two_students_with_one_id_the_one_with_a_score_gets_it(district: District, ids):
    ids(s3002="400001")
    district.assess("a-1")
    district.night(START)
    district.score("a-1", "s-3002", 7)

    run = district.night(AFTER)

    assert shown(district, "400001", "400002") == ["7", "*"]
    assert told(run, "s-3002") == ("sent", [])
    assert told(run, "s-3001") == ("refused", ["sis_id_shared"])
    assert sent(district, AFTER)[1] == []


@BOTH
def test_b4_of_two_students_with_one_id_and_a_score_each_nothing_is_written(
    district: District, ids
):
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)
    district.night(START)
    ids(s3002="400001")
    district.score("a-1", "s-3002", 7)

    run, writes = sent(district, AFTER)

    assert set(writes) <= {district.facts.score}  # the others' zeros
    assert shown(district, "400001") == ["18"]
    assert told(run, "s-3001") == told(run, "s-3002") == ("held", ["sis_id_shared"])
    assert "correct the SIS id in Otus" in record(run, "a-1", "200001", "s-3001")["reason"]

    ids(s3002="400002")
    run = district.night(AFTER + timedelta(days=1))
    assert shown(district, "400001", "400002") == ["18", "7"]


@BOTH
def test_b4_two_students_with_one_id_and_no_score_get_no_0(district: District, ids):
    ids(s3002="400001")
    district.assess("a-1")

    run = district.night(AFTER)

    assert shown(district, "400001", "400002") == ["*", "*"]
    assert told(run, "s-3001") == told(run, "s-3002") == ("refused", ["withheld_missing"])
