"""Rules asked from what is stored: only those that need nothing of the SIS are asked anew."""

from dataclasses import replace
from decimal import Decimal

import pytest

from agent.domain import Progress, StatusFlag
from agent.explain.judged import facts_of_today, stored_verdicts
from agent.explain.verdicts import OF_SIS
from agent.explain.way import way_of
from agent.records import State
from agent.rules import RULES_FOR
from agent.rules.codes import Code
from agent.rules.scores import SCORE_RULES, ZERO_RULES
from tests.agent.builders import StubSis, a_candidate, a_night, a_policy
from tests.agent.ledger.records_of_a_school import (
    a_class,
    a_member,
    a_score,
    a_state,
    a_student,
    a_teacher,
    an_assessment,
    pull,
)


class Poison:
    """Whatever is asked of it fails."""

    def __getattr__(self, name):
        raise AssertionError(f"asked the SIS for {name}")


@pytest.mark.parametrize("rule", sorted({*sum(RULES_FOR.values(), ())} - OF_SIS, key=str))
def test_a_rule_that_is_asked_anew_asks_nothing_of_the_sis(rule):
    plain = a_candidate()
    without = replace(plain, section=Poison(), gradebook=Poison(), found=Poison())
    assert rule(without) == rule(plain)


def test_every_rule_of_the_sis_is_a_rule():
    every = {*sum(RULES_FOR.values(), ()), *SCORE_RULES, *ZERO_RULES}
    assert every >= OF_SIS


@pytest.fixture
def unscored(ledger):
    """An assessment that passes by Otus, and a student."""
    pull(ledger, a_class(), a_student(), a_teacher(), a_member(), an_assessment())
    return ledger


@pytest.fixture
def known(unscored):
    """The same with the student's score."""
    pull(unscored, a_score())
    return unscored


def asked(ledger, student=None, kind="skyward", **policy):
    run = facts_of_today(ledger, a_policy(**policy), a_night(), StubSis(kind).traits)
    way = way_of(ledger, "a-1", student)
    return {each.code: each for each in stored_verdicts(ledger, run, way)}


def refused(found):
    return {code for code, each in found.items() if each.refuses}


def test_what_no_run_has_noted_is_not_known(known):
    found = asked(known)
    unknown = {code for code, each in found.items() if each.refuses is None}
    assert unknown == {
        Code.CLASS_NOT_LINKED,
        Code.CATEGORY_NOT_ACTIVE,
        Code.GRADING_PERIOD_CLOSED,
        Code.DUE_OUTSIDE_CURRENT_PERIOD,
    }
    assert refused(found) == set()


def test_what_the_last_run_noted_stands_with_its_reason(known):
    why = "the grading period Q1 is closed"
    codes = ("grading_period_closed",)
    known.records.record("r", [a_state(State.REFUSED, student=None, codes=codes, reason=why)])
    found = asked(known)
    assert refused(found) == {Code.GRADING_PERIOD_CLOSED}
    closed = found[Code.GRADING_PERIOD_CLOSED]
    assert (closed.reason, closed.basis) == (why, "last_run")
    assert found[Code.CATEGORY_NOT_ACTIVE].refuses is False


def test_a_reason_of_several_codes_is_not_put_into_the_mouth_of_one(known):
    codes = ("type_not_mapped", "grading_period_closed")
    both = a_state(State.REFUSED, student=None, codes=codes, reason="not mapped; closed")
    known.records.record("r", [both])
    found = asked(known)
    assert found[Code.GRADING_PERIOD_CLOSED].reason == Code.GRADING_PERIOD_CLOSED.meaning


def test_what_was_mended_in_otus_or_in_the_policy_since_passes_by_now(known):
    codes = ("type_not_mapped",)
    known.records.record("r", [a_state(State.REFUSED, student=None, codes=codes, reason="no map")])
    found = asked(known)
    assert found[Code.TYPE_NOT_MAPPED].refuses is False
    assert found[Code.TYPE_NOT_MAPPED].basis == "otus"
    assert refused(asked(known, categories={})) == {Code.TYPE_NOT_MAPPED}


def test_a_class_without_a_section_needs_no_run_to_be_refused(ledger):
    pull(ledger, a_class(section=None), a_teacher(), a_member(), an_assessment())
    assert Code.CLASS_NOT_LINKED in refused(asked(ledger))


def test_a_score_is_judged_too(known):
    pull(known, a_score(points=None, progress=Progress.TURNED_IN))
    known.records.record("r", [a_state(State.SENT)])
    found = asked(known, "s-1")
    assert refused(found) == {Code.NOT_FULLY_GRADED}
    assert found[Code.NOT_ENROLLED].basis == "last_run"


def test_no_score_that_otus_does_not_call_for_makes_a_zero_pass(unscored):
    pull(
        unscored, a_score(points=None, progress=Progress.NOT_SUBMITTED, flags=(StatusFlag.EXCUSED,))
    )
    unscored.records.record("r", [a_state(State.REFUSED, codes=("excused_no_score",), reason="e")])
    assert Code.EXCUSED_NO_SCORE in refused(asked(unscored, "s-1"))


def test_two_students_with_one_sis_id_are_seen_without_the_sis(unscored):
    pull(unscored, a_student("s-2"), a_score(points=None, progress=Progress.NOT_SUBMITTED))
    unscored.records.record("r", [a_state(State.REFUSED, codes=("not_due_yet",), reason="later")])
    found = asked(unscored, "s-1", zero_excused=True)
    assert "same SIS id" in found[Code.WITHHELD_MISSING].reason


def test_another_sis_asks_its_own_rules(known):
    assert Code.CLASS_TEACHERS_NOT_IN_GROUP in asked(known, kind="powerschool")
    assert Code.ASSIGNER_NOT_IN_GROUP not in asked(known, kind="powerschool")


def test_points_are_no_part_of_a_verdict(known):
    pull(known, a_score(points=str(Decimal("87.25"))))
    known.records.record("r", [a_state(State.SENT)])
    assert "87.25" not in repr(asked(known, "s-1"))
