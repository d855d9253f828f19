"""A decision beside what else happens: a night at work, ids that move, refusals, an erased student.

What a person holds stays held, and what is to be sent goes once, in its own run, or not at all.
"""

import pytest

from agent.decide.person.decision import Choice
from agent.domain import GroupMember
from agent.records import Change
from tests.agent.builders import a_class, a_section, sits
from tests.agent.ledger.records_of_a_school import pull
from tests.agent.sync.school import PUPILS, SECTION, School, sis_id

MOVED = "9009"


def other_sis_id(school: School) -> None:
    """s-1 gets another id in the SIS."""
    everyone = {sis: (sits(),) for sis in (*map(sis_id, PUPILS), MOVED)}
    school.sis.enrol(SECTION, everyone)
    school.sis_student("s-1", MOVED)


def other_section_id(school: School) -> None:
    """The section of the class gets another id, and its columns come along."""
    roster = {sis_id(pupil): (sits(),) for pupil in PUPILS}
    school.sis.sections["502"] = a_section(id="502", enrolments=roster)
    pull(school.ledger, Change(kind="class", key=("c-1",), value=a_class(section="502")))


# ---- what is to be sent --------------------------------------------------------------------------


def test_what_is_decided_while_a_night_writes_is_done_in_the_next(school):
    school.type("a-2", "s-1", "3")
    school.score("a-2", "s-2", "6")
    writing = school.sis.put_scores

    def decided_meanwhile(*given, **named):
        school.decide("a-2", "s-1", Choice.SEND)
        return writing(*given, **named)

    school.sis.put_scores = decided_meanwhile
    school.night()
    school.sis.put_scores = writing
    assert school.row("a-2") == ["3", "6", "*"]

    school.night()

    assert school.row("a-2") == ["8", "6", "*"]
    assert school.ledger.decisions.open() == []


def test_what_is_released_while_a_night_writes_is_sent_in_the_next(school):
    school.decide("a-2", "s-1", Choice.IGNORE)
    school.score("a-2", "s-1", "9")
    school.night()
    school.night()
    school.score("a-2", "s-2", "6")
    writing = school.sis.put_scores

    def released_meanwhile(*given, **named):
        key, now = ("a-2", "s-1", SECTION), school.run().tonight.now
        school.ledger.decisions.release([key], by="x", at=now)
        return writing(*given, **named)

    school.sis.put_scores = released_meanwhile
    school.night()
    school.sis.put_scores = writing
    assert school.row("a-2") == ["8", "6", "*"]

    school.night()

    assert school.row("a-2") == ["9", "6", "*"]


def test_c5_what_the_rules_kept_back_is_not_sent_over_a_later_edit(school):
    school.type("a-2", "s-1", "3")
    school.decide("a-2", "s-1", Choice.SEND)
    pull(school.ledger, Change(kind="group_member", key=("t-1",), value=None))
    school.night()
    assert school.told("a-2")[0] == "refused"
    assert school.ledger.decisions.open() == []

    school.type("a-2", "s-1", "5")
    pull(school.ledger, Change(kind="group_member", key=("t-1",), value=GroupMember(teacher="t-1")))
    school.night()

    assert school.shown("a-2", "s-1") == "5"


def test_c10_it_waits_while_nobody_can_tell_what_the_gradebook_holds(school):
    school.type("a-2", "s-1", "3")
    school.score("a-2", "s-2", "6")
    school.dying_night(1)
    school.decide("a-2", "s-1", Choice.SEND)

    school.night()

    assert school.row("a-2") == ["8", "6", "*"]


@pytest.mark.parametrize("over", [False, True])
def test_a_resend_does_not_take_away_what_is_to_be_sent(school, over):
    school.type("a-2", "s-1", "3")
    school.decide("a-2", "s-1", Choice.SEND)
    [before] = school.ledger.decisions.open()

    school.resend("a-2", over=over)

    assert school.shown("a-2", "s-1") == "8"
    rows = school.ledger.decisions._store.read("SELECT ended FROM decision WHERE id = ?", before.id)
    assert rows == [("carried_out",)]


# ---- ids that move -------------------------------------------------------------------------------


def test_an_ignored_score_stays_under_its_earlier_sis_id_until_it_is_released(school):
    school.decide("a-2", "s-1", Choice.IGNORE)
    other_sis_id(school)
    before = len(school.sis.writes)

    school.night()
    assert len(school.sis.writes) == before
    assert school.told("a-2", "s-1") == ("held", ["ignored"])

    key = ("a-2", "s-1", SECTION)
    school.ledger.decisions.release([key], by="x", at=school.run().tonight.now)
    school.night()
    cells = school.sis.cells[school.column_ref("a-2")]
    assert (school.shown("a-2", "s-1"), str(cells[MOVED].points)) == ("*", "8")


def test_an_undone_score_comes_back_under_its_new_sis_id(school):
    school.score("a-2", "s-1", "9")
    run = school.night()
    school.undo(run)
    other_sis_id(school)
    school.night()

    school.release_undone(run)
    school.night()

    cells = school.sis.cells[school.column_ref("a-2")]
    assert (school.shown("a-2", "s-1"), str(cells[MOVED].points)) == ("*", "9")


def test_an_ignored_assignment_is_held_under_the_new_id_of_its_section(school):
    school.decide("a-2", None, Choice.IGNORE)
    other_section_id(school)
    school.score("a-2", "s-3", "4")
    school.assess("a-2", title="Renamed")
    before = len(school.sis.writes)

    school.night()

    assert len(school.sis.writes) == before
    [decision] = school.ledger.decisions.open()
    assert decision.section == "502"


def test_an_undone_assignment_is_held_under_the_new_id_of_its_section(school):
    school.assess("a-1")
    school.undo(school.night())
    other_section_id(school)
    school.assess("a-1", title="Renamed")
    before = len(school.sis.writes)

    school.night()

    assert len(school.sis.writes) == before
