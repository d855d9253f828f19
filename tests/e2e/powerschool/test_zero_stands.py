"""B4 over XTE, which cannot take a mark back: a 0 that is no longer due is a person's to clear.

Nothing public tells how PowerSchool empties a cell, so the 0 stays; what must not happen is that
nobody hears of it. Until the teacher clears it, or a score comes, it is held, every night.
"""

from datetime import date, timedelta

import pytest

from tests.e2e.powerschool.campus import MATH, PowerSchoolDistrict
from tests.e2e.powerschool.verdicts import SCORES
from tests.e2e.support.district import Run
from tests.e2e.support.verdicts import record, sent, told

AFTER = date(2026, 10, 17)
LATER = AFTER + timedelta(days=1)
HELD = "zero_not_taken_back"


def handed_in(district: PowerSchoolDistrict) -> str:
    district.score("a-1", "s-3001", None, "turned_in")
    return "not_fully_graded"


def excused(district: PowerSchoolDistrict) -> str:
    district.score("a-1", "s-3001", None, "not_submitted", "excused")
    return "excused_no_score"


def due_later(district: PowerSchoolDistrict) -> str:
    classes = [district.assigned("c-1001", dueDate="2026-10-30")]
    district.edit("a-1", classes=classes)
    return "not_due_yet"


def taken_from_the_student(district: PowerSchoolDistrict) -> str:
    students = [{"studentId": f"s-300{n}"} for n in range(2, 8)]
    district.edit("a-1", classes=[district.assigned("c-1001", students=students)])
    return "not_assigned"


WHYS = [handed_in, excused, due_later, taken_from_the_student]


def a_zero(district: PowerSchoolDistrict) -> None:
    """A night in which everybody but s-3002 gets a 0 by B4."""
    district.assess("a-1")
    district.score("a-1", "s-3002", 12)
    assert told(district.night(AFTER), "s-3001") == ("sent", [])


def cleared(district: PowerSchoolDistrict) -> None:
    """The teacher clears every 0 of it."""
    for n in range(1, 8):
        if district.marks("a-1")[f"40000{n}"] == "0":
            district.type_score("a-1", f"40000{n}", None)


@pytest.mark.parametrize("why", WHYS)
def test_b4_a_0_that_is_no_longer_due_is_held_until_the_teacher_clears_it(
    district: PowerSchoolDistrict, why
):
    a_zero(district)
    code = why(district)

    run = district.night(LATER)

    assert_held(run, code)
    assert district.marks("a-1")["400001"] == "0"
    assert told(district.sync(), "s-3001") == ("held", [HELD, code])
    assert ("s-3001", "0", "Clear the cell in the gradebook.") in on_the_list(district)

    cleared(district)
    run, writes = sent(district, LATER + timedelta(days=1))
    assert (told(run, "s-3001"), writes) == (("refused", [code]), [])
    assert told(district.sync(), "s-3001") == ("refused", [code])
    assert on_the_list(district) == []


def on_the_list(district: PowerSchoolDistrict) -> list[tuple[str, str, str]]:
    """Student, what stands there and what to do: of whom the teacher is told."""
    run = district.command("teachers", "-c", str(district.config), "--teacher", "t-2001", "--json")
    return [(each["student"], each["stands"], each["what"]) for each in run.report["tasks"]]


def assert_held(run: Run, code: str) -> None:
    """A person is told, and why."""
    assert told(run, "s-3001") == ("held", [HELD, code])
    assert "only a teacher can clear it" in record(run, "a-1", MATH, "s-3001")["reason"]
    assert run.report["counts"]["held"] >= 1


def test_b4_the_text_report_asks_a_person_to_look_at_it(district: PowerSchoolDistrict):
    a_zero(district)
    handed_in(district)
    district.evening(LATER)

    at = district.now().isoformat()
    out = district.command("sync", "-c", str(district.config), "--at", at).out

    assert HELD in out
    assert "look at these:" in out
    cleared(district)


def test_b4_a_score_that_comes_later_takes_its_place(district: PowerSchoolDistrict):
    a_zero(district)
    handed_in(district)
    district.night(LATER)

    district.score("a-1", "s-3001", 17)
    run, writes = sent(district, LATER)

    assert (told(run, "s-3001"), writes) == (("sent", []), [SCORES])
    assert district.marks("a-1")["400001"] == "17"


def test_b4_a_mark_that_the_teacher_put_in_its_place_is_theirs(district: PowerSchoolDistrict):
    a_zero(district)
    code = handed_in(district)
    district.night(LATER)

    district.type_score("a-1", "400001", 9)
    run, writes = sent(district, LATER)

    assert (told(run, "s-3001"), writes) == (("refused", [code]), [])
    assert district.marks("a-1")["400001"] == "9"


def test_b4_where_scores_cannot_be_read_it_is_held_all_the_same(district: PowerSchoolDistrict):
    a_zero(district)
    code = handed_in(district)
    district.settings(grants={"assignmentscore.isexempt": "none"})

    assert told(district.night(LATER), "s-3001") == ("held", [HELD, code])

    district.settings()
    cleared(district)
    assert told(district.sync(), "s-3001") == ("refused", [code])


def test_b4_over_oneroster_the_0_is_taken_back(district: PowerSchoolDistrict):
    district.sis_more = 'route = "oneroster"'
    a_zero(district)
    code = handed_in(district)

    run = district.night(LATER)

    assert told(run, "s-3001") == ("cleared", [code])
    assert district.marks("a-1")["400001"] == "*"
