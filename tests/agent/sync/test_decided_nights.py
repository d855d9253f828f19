"""What a person decided is carried out once, and never more than was decided (C2, C5, C6, B4)."""

import pytest

from agent.decide.person.decision import Choice
from tests.agent.builders import local

# ---- send ----------------------------------------------------------------------------------------


def test_ours_goes_over_a_teachers_score_once(school):
    school.type("a-2", "s-1", "5")
    school.night()
    assert school.shown("a-2", "s-1") == "5"
    school.decide("a-2", "s-1", Choice.SEND)
    school.night()
    assert school.shown("a-2", "s-1") == "8"
    school.type("a-2", "s-1", "5")
    school.night(recheck=True)
    assert school.shown("a-2", "s-1") == "5"
    assert school.ledger.decisions.open() == []


def test_only_the_one_score_is_sent(school):
    school.type("a-2", "s-1", "5")
    school.type("a-2", "s-2", "5")
    school.decide("a-2", "s-1", Choice.SEND)
    school.night()
    assert school.row("a-2") == ["8", "5", "*"]


def test_c5_an_exempt_cell_is_never_written(school):
    school.type("a-2", "s-1", None, exempt=True)
    school.decide("a-2", "s-1", Choice.SEND)
    school.night()
    assert school.shown("a-2", "s-1") == "*"
    assert school.told("a-2", "s-1")[0] == "kept"
    assert school.ledger.decisions.open() == []


def test_it_lapses_once_otus_has_another_value(school):
    school.type("a-2", "s-1", "5")
    school.decide("a-2", "s-1", Choice.SEND)
    school.score("a-2", "s-1", "9")
    school.night()
    assert school.shown("a-2", "s-1") == "9"  # a change in Otus is sent anyhow (C5)
    assert school.ledger.decisions.open() == []


def test_it_lapses_once_otus_has_another_value_that_is_not_sent(school):
    school.type("a-2", "s-1", "5")
    school.decide("a-2", "s-1", Choice.SEND)
    school.score("a-2", "s-1", "9")
    school.sis.rejects = {"9001"}
    school.night()
    assert school.ledger.decisions.open() == []


def test_it_lapses_once_the_rules_refuse_the_score(school):
    school.type("a-2", "s-1", "5")
    school.decide("a-2", "s-1", Choice.SEND)
    school.sis.enrol("501", {"9002": school.sis.sections["501"].enrolments["9002"]})
    school.night(recheck=True)
    assert school.shown("a-2", "s-1") == "5"
    assert school.ledger.decisions.open() == []


def test_it_never_goes_into_another_students_cell(school):
    school.type("a-2", "s-3", "5")
    school.type("a-2", "s-1", "6")
    school.decide("a-2", "s-1", Choice.SEND)
    school.sis_student("s-3", None)
    school.sis_student("s-1", "9003")
    school.night()
    assert school.shown("a-2", "s-3") == "5"
    assert school.ledger.decisions.open() == []


def test_b4_no_decision_makes_a_zero(school):
    school.assess("a-1")
    school.type("a-2", "s-3", None)
    school.night()
    assert school.row("a-1") == ["0", "0", "0"]
    school.type("a-1", "s-1", None)  # the teacher took the 0 out
    school.decide("a-1", "s-1", Choice.SEND)
    school.night()
    assert school.shown("a-1", "s-1") == "*"
    assert school.ledger.decisions.open() == []


def test_c6_a_removed_score_is_taken_out_when_a_person_says_so(school):
    school.assess("a-1")
    school.score("a-1", "s-1", "6")
    school.night()
    school.score("a-1", "s-1", None)
    school.night()
    assert school.told("a-1", "s-1") == ("held", ["score_withdrawn"])
    school.decide("a-1", "s-1", Choice.SEND)
    school.night()
    assert school.shown("a-1", "s-1") == "*"
    school.night(recheck=True)
    assert school.shown("a-1", "s-1") == "*"


def test_c6_a_teachers_score_is_not_taken_out(school):
    school.assess("a-1")
    school.score("a-1", "s-1", "6")
    school.night()
    school.score("a-1", "s-1", None)
    school.night()
    school.type("a-1", "s-1", "4")
    school.decide("a-1", "s-1", Choice.SEND)
    school.night()
    assert school.shown("a-1", "s-1") == "4"


def test_every_field_of_an_assignment_goes_over_the_teachers(school):
    school.retitle("a-2", "Mine")
    school.night(recheck=True)
    assert school.title("a-2") == "Mine"
    school.decide("a-2", None, Choice.SEND)
    school.night()
    assert school.title("a-2") == "Title a-2"
    assert school.ledger.decisions.open() == []


def test_c7_a_deleted_assignment_is_made_again_when_a_person_says_so(school):
    ref = school.column_ref("a-2")
    del school.sis.book[ref], school.sis.cells[ref]
    school.score("a-2", "s-1", "9")
    school.night()
    assert school.told("a-2")[0] == "deleted_in_sis"
    school.decide("a-2", None, Choice.SEND)
    school.night()
    assert school.row("a-2") == ["9", "7", "*"]


def test_a_rejected_one_waits_for_the_next_night(school):
    school.type("a-2", "s-1", "5")
    school.decide("a-2", "s-1", Choice.SEND)
    school.sis.rejects = {"9001"}
    school.night()
    assert school.shown("a-2", "s-1") == "5"
    school.sis.rejects = set()
    school.night()
    assert school.shown("a-2", "s-1") == "8"


@pytest.mark.parametrize("writes", [0, 1])
def test_c10_a_night_killed_over_it_neither_loses_nor_doubles_it(school, writes):
    school.type("a-2", "s-1", "5")
    school.decide("a-2", "s-1", Choice.SEND)
    school.dying_night(writes)
    school.night()
    assert school.shown("a-2", "s-1") == "8"
    assert school.ledger.decisions.open() == []
    school.type("a-2", "s-1", "4")
    school.night(recheck=True)
    assert school.shown("a-2", "s-1") == "4"


def test_c10_a_teachers_edit_after_a_killed_night_ends_the_decision(school):
    school.type("a-2", "s-1", "5")
    school.decide("a-2", "s-1", Choice.SEND)
    school.dying_night(1)
    school.type("a-2", "s-1", "4")
    school.night()
    assert school.shown("a-2", "s-1") == "4"
    assert school.ledger.decisions.open() == []


# ---- keep ----------------------------------------------------------------------------------------


def test_what_the_sis_rejected_is_not_tried_again_once_it_is_kept(school):
    school.sis.rejects = {"9001"}
    school.score("a-2", "s-1", "9")
    school.night()
    assert school.told("a-2", "s-1")[0] == "rejected"
    school.decide("a-2", "s-1", Choice.KEEP)
    school.sis.rejects = set()
    school.night()
    school.night(recheck=True)
    assert (school.shown("a-2", "s-1"), school.told("a-2", "s-1")[0]) == ("8", "kept")
    school.score("a-2", "s-1", "10")
    school.night()
    assert school.shown("a-2", "s-1") == "10"


def test_a_removed_score_that_is_kept_is_the_teachers_from_then_on(school):
    school.assess("a-1")
    school.score("a-1", "s-1", "6")
    school.night()
    school.score("a-1", "s-1", None)
    school.night()
    school.decide("a-1", "s-1", Choice.KEEP)
    school.night()
    assert school.told("a-1", "s-1") == ("kept", ["score_withdrawn"])
    school.night(recheck=True)
    assert school.shown("a-1", "s-1") == "6"


# ---- ignore and release --------------------------------------------------------------------------


def test_nothing_is_done_with_an_ignored_score_until_it_is_released(school):
    school.decide("a-2", "s-1", Choice.IGNORE)
    school.score("a-2", "s-1", "9")
    school.night()
    assert (school.shown("a-2", "s-1"), school.told("a-2", "s-1")) == ("8", ("held", ["ignored"]))
    school.night()
    school.ledger.decisions.release([("a-2", "s-1", "501")], by="x", at=school.run().tonight.now)
    school.night()
    assert school.shown("a-2", "s-1") == "9"


def test_an_ignored_record_is_not_told_anew_each_night(school):
    school.decide("a-2", "s-1", Choice.IGNORE)
    first = school.night()
    school.night(recheck=True)
    [seen] = [
        e for e in school.ledger.runs.history("a-2", "s-1") if "ignored" in e.get("codes", ())
    ]
    assert seen["run"] == first


def test_an_ignored_assignment_holds_its_scores(school):
    school.decide("a-2", None, Choice.IGNORE)
    school.score("a-2", "s-3", "9")
    school.assess("a-2", title="Renamed")
    school.night()
    assert (school.row("a-2"), school.title("a-2")) == (["8", "7", "*"], "Title a-2")
    assert school.told("a-2") == school.told("a-2", "s-3") == ("held", ["ignored"])
    assert school.told("a-2", "s-1")[0] == "sent"


def test_b4_an_ignored_score_gets_no_zero(school):
    school.assess("a-1", due=local(2026, 10, 20).date())
    school.night()
    school.decide("a-1", "s-1", Choice.IGNORE)
    school.assess("a-1")
    school.night()
    assert school.row("a-1") == ["*", "0", "0"]


# ---- sent once more ------------------------------------------------------------------------------


def test_what_a_teacher_changed_or_emptied_stays_and_is_listed(school):
    school.type("a-2", "s-1", "5")
    school.type("a-2", "s-2", None)
    school.resend("a-2")
    assert school.row("a-2") == ["5", "*", "*"]
    assert school.told("a-2", "s-1")[0] == school.told("a-2", "s-2")[0] == "kept"
    school.night(recheck=True)
    assert school.row("a-2") == ["5", "*", "*"]


def test_over_the_teacher_all_of_it_goes(school):
    school.type("a-2", "s-1", "5")
    school.type("a-2", "s-2", None)
    school.retitle("a-2", "Mine")
    school.resend("a-2", over=True)
    assert (school.row("a-2"), school.title("a-2")) == (["8", "7", "*"], "Title a-2")
    assert school.ledger.decisions.open() == []


def test_nothing_else_is_sent(school):
    school.assess("a-1")
    school.assess("a-2", title="Renamed")
    school.score("a-2", "s-3", "6")
    school.resend("a-2")
    assert (school.column_ref("a-1"), school.title("a-2")) == ("", "Renamed")
    assert school.row("a-2") == ["8", "7", "6"]
    school.night()
    assert school.row("a-1") == ["0", "0", "0"]


def test_b4_a_lost_zero_is_not_sent_again_over_the_teacher(school):
    school.assess("a-1")
    school.night()
    school.type("a-1", "s-1", None)
    school.type("a-1", "s-2", "7")
    school.resend("a-1", over=True)
    assert school.row("a-1") == ["*", "7", "0"]
