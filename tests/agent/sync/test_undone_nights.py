"""An undone run is taken back where it still stands, nothing else; once released it comes back."""

import pytest

from agent.errors import BrakeError, DecisionError
from agent.sync.again.undo import Asked, check_can_be_undone, undo_night
from tests.agent.builders import a_period, a_section, local, sits
from tests.agent.sync.school import BY, PUPILS, School, sis_id


def second_night(school: School) -> str:
    school.assess("a-1")
    school.score("a-1", "s-1", "6")
    school.assess("a-2", title="Renamed", type="Quiz")
    school.score("a-2", "s-1", "9")
    school.score("a-2", "s-3", "5")
    run = school.night()
    assert (school.row("a-1"), school.row("a-2")) == (["6", "0", "0"], ["9", "7", "5"])
    assert school.title("a-2") == "Renamed"
    return run


def test_it_is_only_shown_at_first(school):
    run = second_night(school)
    before = len(school.sis.writes)
    found = school.would_undo(run)
    assert len(school.sis.writes) == before
    assert school.ledger.decisions.open() == []
    assert sorted((s.assessment, s.student, s.codes[0]) for s in found.states if s.student) == [
        ("a-1", "s-1", "undone"),
        ("a-1", "s-2", "undone"),
        ("a-1", "s-3", "undone"),
        ("a-2", "s-1", "undone"),
        ("a-2", "s-3", "undone"),
    ]


def test_what_stood_before_stands_again_and_stays(school):
    run = second_night(school)
    school.undo(run)
    for _ in range(3):
        assert (school.row("a-1"), school.row("a-2")) == (["*", "*", "*"], ["8", "7", "*"])
        assert school.title("a-2") == "Title a-2"
        school.night(recheck=True)
    assert school.told("a-2", "s-1") == ("held", ["undone"])
    assert school.told("a-1") == ("held", ["undone_but_stands"])
    assert school.told("a-2", "s-2")[0] == "sent"


def test_it_comes_back_once_it_is_released(school):
    run = second_night(school)
    school.undo(run)
    school.night()
    school.release_undone(run)
    school.night()
    assert (school.row("a-1"), school.row("a-2")) == (["6", "0", "0"], ["9", "7", "5"])
    assert school.title("a-2") == "Renamed"
    assert school.ledger.decisions.open() == []


def test_c5_a_teachers_later_edit_stays_and_is_listed(school):
    run = second_night(school)
    school.type("a-2", "s-1", "4")
    school.type("a-2", "s-3", None)
    school.retitle("a-2", "Mine")
    school.undo(run)
    assert (school.row("a-2"), school.title("a-2")) == (["4", "7", "*"], "Mine")
    assert school.told("a-2", "s-1")[0] == school.told("a-2")[0] == "kept"


def test_c5_a_teachers_edit_after_the_undo_stays_when_it_is_released(school):
    run = second_night(school)
    school.undo(run)
    school.type("a-2", "s-1", "4")
    school.type("a-2", "s-3", "3")
    school.retitle("a-2", "Mine")
    school.release_undone(run)
    school.night()
    school.night(recheck=True)
    assert (school.row("a-2"), school.title("a-2")) == (["4", "7", "3"], "Mine")


def test_what_a_later_run_wrote_stays(school):
    run = second_night(school)
    school.score("a-2", "s-1", "10")
    school.night()
    school.undo(run)
    assert school.row("a-2") == ["10", "7", "*"]
    school.night(recheck=True)
    assert school.row("a-2") == ["10", "7", "*"]


def test_what_a_later_run_wrote_stays_though_it_is_the_same(school):
    run = second_night(school)
    for points in ("8", "9"):
        school.score("a-2", "s-1", points)
        school.night()
    school.undo(run)
    assert school.row("a-2") == ["9", "7", "*"]


def test_a_change_in_otus_waits_for_the_release(school):
    run = second_night(school)
    school.undo(run)
    school.score("a-2", "s-1", "10")
    school.night()
    assert school.row("a-2") == ["8", "7", "*"]
    school.release_undone(run)
    school.night()
    assert school.row("a-2") == ["10", "7", "5"]


def test_what_a_teacher_had_typed_before_stands_again_and_is_the_teachers(school):
    school.type("a-2", "s-1", "4")
    school.score("a-2", "s-1", "9")
    run = school.night()
    assert school.shown("a-2", "s-1") == "9"
    school.undo(run)
    assert school.shown("a-2", "s-1") == "4"
    school.release_undone(run)
    school.score("a-2", "s-1", None)  # before the due date: ours would be cleared, this stays
    school.night()
    assert school.shown("a-2", "s-1") == "4"


def test_b4_an_undo_writes_no_zero(school):
    school.assess("a-1")
    school.night()
    school.score("a-1", "s-1", "6")
    run = school.night()
    assert school.row("a-1") == ["6", "0", "0"]
    school.undo(run)
    assert school.row("a-1") == ["*", "0", "0"]
    assert school.ledger.delivered.known_scores("a-1", "c-1")["s-1"].had_score
    school.score("a-1", "s-1", None)
    school.release_undone(run)
    school.night()
    school.night(recheck=True)
    assert school.row("a-1") == ["*", "0", "0"]  # C6: once scored, never a 0


def test_a_teachers_zero_is_the_teachers_to_type_again(school):
    school.type("a-2", "s-1", "0")
    school.score("a-2", "s-1", "9")
    run = school.night()
    school.undo(run)
    assert school.shown("a-2", "s-1") == "*"
    school.night()
    assert school.told("a-2", "s-1") == ("held", ["undone_but_stands"])
    school.release_undone(run)
    school.night()
    assert school.shown("a-2", "s-1") == "9"


def test_b4_a_zero_that_was_taken_back_is_not_written_again(school):
    school.assess("a-1")
    school.night()
    school.assess("a-1", due=local(2026, 10, 20).date())
    run = school.night()
    assert school.row("a-1") == ["*", "*", "*"]
    school.undo(run)
    assert school.row("a-1") == ["*", "*", "*"]


def test_c6_what_a_run_took_out_stands_again(school):
    school.score("a-2", "s-1", None)
    run = school.night()
    assert school.shown("a-2", "s-1") == "*"
    school.undo(run)
    assert school.shown("a-2", "s-1") == "8"
    school.night(recheck=True)
    assert school.shown("a-2", "s-1") == "8"


def test_where_the_sis_takes_no_score_back_its_teacher_is_told():
    school = School(clears=False)
    school.assess("a-2")
    school.score("a-2", "s-1", "8")
    school.night()
    school.score("a-2", "s-1", "9")
    school.score("a-2", "s-2", "7")
    run = school.night()
    school.undo(run)
    assert school.row("a-2") == ["8", "7", "*"]
    assert school.told("a-2", "s-2") == ("held", ["undone_but_stands"])
    school.night(recheck=True)
    assert school.row("a-2") == ["8", "7", "*"]
    school.release_undone(run)
    school.night()
    assert school.row("a-2") == ["9", "7", "*"]


def test_a_cell_that_is_another_students_by_now_is_left_alone(school):
    run = second_night(school)
    school.sis_student("s-1", "9009")
    school.undo(run)
    assert school.shown("a-2", "s-1") == "9"
    assert school.told("a-2", "s-1") == ("held", ["undone_but_stands"])


def test_b6_who_left_the_section_is_left_alone(school):
    run = second_night(school)
    school.sis.enrol("501", {sis_id(p): (sits(),) for p in PUPILS[1:]})
    school.undo(run)
    assert school.row("a-2") == ["9", "7", "*"]


def test_a12_a_closed_period_stays_as_it_is(school):
    run = second_night(school)
    closed = a_period(closed=True)
    enrolments = school.sis.sections["501"].enrolments
    school.sis.sections["501"] = a_section(periods=(closed,), enrolments=enrolments)
    before = len(school.sis.writes)
    school.undo(run)
    assert len(school.sis.writes) == before
    assert school.told("a-2", "s-1") == ("held", ["undone_but_stands"])


def test_an_exempt_cell_is_not_written(school):
    run = second_night(school)
    school.type("a-2", "s-1", "9", exempt=True)
    school.undo(run)
    assert school.shown("a-2", "s-1") == "9"


def test_no_column_is_deleted(school):
    run = second_night(school)
    school.undo(run)
    assert school.column_ref("a-1")


@pytest.mark.parametrize("writes", range(6))
def test_c10_an_undo_that_is_killed_goes_on_where_it_stopped(school, writes):
    run = second_night(school)
    school.undo(run, dies_after=writes)
    between = (school.row("a-1"), school.row("a-2"))
    school.night()
    assert (school.row("a-1"), school.row("a-2")) == between
    school.undo(run)
    assert (school.row("a-1"), school.row("a-2")) == (["*", "*", "*"], ["8", "7", "*"])
    assert school.title("a-2") == "Title a-2"
    school.night(recheck=True)
    assert school.told("a-2", "s-1") == ("held", ["undone"])
    school.release_undone(run)
    school.night()
    assert (school.row("a-1"), school.row("a-2")) == (["6", "0", "0"], ["9", "7", "5"])


def test_c10_a_killed_run_can_be_undone(school):
    school.score("a-2", "s-1", "9")
    school.score("a-2", "s-3", "5")
    run = school.dying_night(1)
    assert school.row("a-2") == ["9", "7", "*"]
    school.undo(run)
    assert school.row("a-2") == ["8", "7", "*"]
    school.night()
    assert school.row("a-2") == ["8", "7", "5"]


def test_once_only(school):
    run = second_night(school)
    undo = school.undo(run)
    with pytest.raises(DecisionError, match=f"was undone before, by run {undo}"):
        check_can_be_undone(school.ledger, run)


def test_what_the_sis_refused_can_be_undone_once_more(school):
    run = second_night(school)
    school.sis.rejects = {"9001"}
    school.undo(run)
    assert school.shown("a-2", "s-1") == "9"
    school.sis.rejects = set()
    check_can_be_undone(school.ledger, run)
    school.undo(run)
    assert school.row("a-2") == ["8", "7", "*"]


@pytest.mark.parametrize(("run", "why"), [("run-9", "knows no run"), ("run-2", "wrote nothing")])
def test_there_must_be_something_to_undo(school, run, why):
    school.night()
    with pytest.raises(DecisionError, match=why):
        check_can_be_undone(school.ledger, run)


def test_the_brake_stops_an_undo_before_anything_is_held():
    school = School(brake=True)
    pupils = [f"s-{n}" for n in range(1, 4)]
    school.limits = type(school.limits)(at_least=2, empty_share=0.1)
    school.assess("a-2")
    for pupil in pupils:
        school.score("a-2", pupil, "8")
    run = school.night()
    with pytest.raises(BrakeError):
        undo_night(school.run(), Asked(run=run, **BY), forced=False)
    assert school.ledger.decisions.open() == []
    assert school.row("a-2") == ["8", "8", "8"]
    undo_night(school.run(), Asked(run=run, **BY), forced=True)
    assert school.row("a-2") == ["*", "*", "*"]
