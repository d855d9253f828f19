"""Scores whose students sit in no section that has the assessment."""

from decimal import Decimal

from agent.records import LeftScore, State
from tests.agent.ledger.records_of_a_school import (
    a_score,
    a_state,
    an_assessment,
    broken,
    pull,
    removed,
)

SHARED = (
    an_assessment("a-1", "c-1"),
    an_assessment("a-1", "c-2"),
    an_assessment("a-2", "c-2"),
    a_score("a-1", "s-1"),
    a_score("a-1", "s-2"),
    a_score("a-2", "s-2"),
)


def test_an_assessment_of_several_classes_is_shared(ledger):
    pull(ledger, *SHARED)
    assert (
        ledger.records.shared(["c-1"])
        == ledger.records.shared(["c-2"])
        == ledger.records.shared(None)
        == ["a-1"]
    )
    assert ledger.records.shared([]) == ledger.records.shared(["c-9"]) == []


def test_one_that_is_broken_in_a_class_is_not_judged(ledger):
    pull(ledger, *SHARED, broken("assessment", "a-1", "c-2"))
    assert ledger.records.shared(None) == []


def test_a_score_is_a_stray_until_a_section_tells_of_it(ledger):
    pull(ledger, *SHARED)
    assert ledger.records.unplaced_scores(["a-1"]) == [("a-1", "s-1"), ("a-1", "s-2")]
    ledger.records.record("r-1", [a_state(student="s-1"), a_state(student="s-2", section="")])
    assert ledger.records.unplaced_scores(["a-1"]) == [("a-1", "s-2")]


def test_a_broken_score_is_a_stray_and_a_removed_one_is_not(ledger):
    pull(ledger, *SHARED, broken("score", "a-1", "s-1"), removed("score", "a-1", "s-2"))
    assert ledger.records.unplaced_scores(["a-1"]) == [("a-1", "s-1")]


def test_a_stray_is_found_once_it_is_told_elsewhere_or_is_no_more(ledger):
    pull(ledger, *SHARED)
    strays = [a_state(State.REFUSED, student=s, section="") for s in ("s-1", "s-2")]
    ledger.records.record("r-1", [*strays, a_state(State.REFUSED, "a-9", None, "")])
    assert ledger.records.outdated_unplaced("r-3") == []
    ledger.records.record("r-2", [a_state(student="s-1")])
    assert ledger.records.outdated_unplaced("r-3") == [("a-1", "s-1")]
    assert ledger.records.outdated_unplaced("r-1") == []
    pull(ledger, removed("score", "a-1", "s-2"))
    assert ledger.records.outdated_unplaced("r-3") == [("a-1", "s-1"), ("a-1", "s-2")]


def test_with_one_class_left_the_gradebook_tells_by_itself(ledger):
    pull(ledger, *SHARED)
    ledger.records.record("r-1", [a_state(State.REFUSED, student="s-2", section="")])
    pull(ledger, removed("assessment", "a-1", "c-1"))
    assert ledger.records.outdated_unplaced("r-3") == [("a-1", "s-2")]


def test_what_is_said_of_an_earlier_sis_id_stands_until_it_is_settled(ledger):
    pull(ledger, *SHARED)
    ledger.records.record("r-1", [a_state(State.HELD, student="s-1", section=""), a_state()])
    left = LeftScore(sis_student="709", student="s-1", accepted=Decimal(8), had_score=True)
    ledger.delivered.leave_scores("a-1", "c-1", [left])
    assert ledger.records.outdated_unplaced("r-2") == []
    ledger.delivered.settle_left("a-1", "c-1", ["709"])
    assert ledger.records.outdated_unplaced("r-2") == [("a-1", "s-1")]
