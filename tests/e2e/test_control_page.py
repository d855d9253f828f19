"""What the control page says of the next night is what the agent does in it."""

from datetime import timedelta

import pytest

from tests.e2e.support.actors import leave
from tests.e2e.support.district import START, District
from tests.e2e.support.night_work import NEXT
from tests.mock_sis.pages.control.conftest import Forms

MATH, MATH_2 = "200001", "200002"
PETRA, OLE = "s-3001", "s-3002"


@pytest.fixture
def forms(district: District) -> Forms:
    """The control page of the SIS."""
    return Forms(district.sis)


@pytest.fixture
def scored(district: District) -> District:
    """A quiz that the SIS has, with a score; and a second score of tonight."""
    district.assess("a-1")
    district.score("a-1", OLE, 11)
    assert district.night(START).states("a-1")[OLE] == "sent"
    district.score("a-1", PETRA, 12)
    district.assess("a-2", title="Quiz of the next day")
    return district


def test_a_closed_period_takes_nothing_and_a_reopened_one_what_waited(
    scored: District, forms: Forms
):
    assert "sends nothing for it" in forms.post("/periods/120001/close")
    run = scored.night(NEXT)
    assert run.codes("a-1", PETRA) == ["grading_period_closed"]
    assert run.codes("a-2") == ["grading_period_closed"]
    assert run.writes == 0

    assert "sends what became due" in forms.post("/periods/120001/reopen")
    run = scored.night(NEXT + timedelta(days=1))
    assert run.states("a-1")[PETRA] == "sent"
    assert run.states("a-2")[None] == "created"


def test_a_night_during_an_outage_is_made_good_by_the_next(scored: District, forms: Forms):
    forms.post("/clock", to="next-day")
    said = forms.post("/faults", what="down", server="skyward", when="first-5")
    assert "the next night without it sends what was missed" in said
    forms.post("/clock", to="tonight")
    forms.post("/clock/stop")

    assert scored.sync().code in {5, 6}
    assert "failed" in scored.http.get(f"{scored.sis}/pages/log").text
    assert "Met by 0 of" not in forms.page("/faults")

    forms.post("/clock", moment=f"{NEXT}T22:05")
    run = scored.sync()
    assert run.code == 0
    assert run.states("a-1")[PETRA] == "sent"


@pytest.mark.parametrize("what", ["lost", "breaks", "errors"])
def test_what_goes_wrong_now_and_then_loses_and_doubles_nothing(
    scored: District, forms: Forms, what: str
):
    forms.post("/faults", what=what, server="skyward", when="now")
    scored.night(NEXT)
    forms.post("/faults/stop")
    scored.night(NEXT + timedelta(days=1))

    assert len(scored.columns()) == 2
    row = next(r for r in scored.gradebook()["rows"] if r["student"] == "400001")
    assert "12" in [cell["display"] for cell in row["cells"]]


def test_who_left_gets_nothing_more_there(scored: District, forms: Forms):
    assert "sends nothing more" in forms.post("/registrar/students/400001/drop", **{"class": MATH})

    assert scored.night(NEXT).codes("a-1", PETRA) == ["not_enrolled"]


def test_a_category_that_is_off_keeps_new_assessments_out(scored: District, forms: Forms):
    assert "does not send" in forms.post("/categories", category="130001", switch="off")
    run = scored.night(NEXT)
    assert run.codes("a-2") == ["category_not_active"]
    assert run.writes == 0

    assert "sends what waited" in forms.post("/categories", category="130001", switch="on")
    assert scored.night(NEXT + timedelta(days=1)).states("a-2")[None] == "created"


def test_a_merged_class_is_not_linked_any_more(scored: District, forms: Forms):
    said = forms.post(f"/registrar/classes/{MATH}/merge?into={MATH_2}")
    assert "sends nothing for it and says so" in said

    run = scored.night(NEXT)
    assert run.codes("a-2") == ["class_not_linked"]
    assert run.writes == 0


@pytest.mark.parametrize("kind", ["powerschool"])
def test_a_co_teacher_outside_the_group_blocks_the_class_until_they_leave(
    district: District, forms: Forms
):
    leave(district, "t-2003")
    said = forms.post(f"/registrar/classes/{MATH}/teachers", teacher="300003")
    assert "sends nothing for this class until they are" in said
    district.assess("a-1")
    assert district.night(START).codes("a-1") == ["class_teachers_not_in_group"]

    said = forms.post(f"/registrar/classes/{MATH}/teachers/300003/leave")
    assert "does not wait for them" in said
    assert district.night(NEXT).states("a-1")[None] == "created"
