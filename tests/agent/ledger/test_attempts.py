"""Intents, outcomes, and what is written together."""

import threading
from dataclasses import fields
from decimal import Decimal

import pytest

from agent.errors import LedgerError
from agent.records import Intent, KnownScore, Outcome
from tests.agent.ledger.records_of_a_school import (
    NOW,
    an_intent,
    only,
)


def as_intent(attempt):
    return Intent(**{each.name: getattr(attempt, each.name) for each in fields(Intent)})


def test_an_intent_is_open_until_it_is_settled(ledger):
    first, second = ledger.attempts.intend("r-1", [an_intent(), an_intent(student="s-2")], NOW)
    assert [(a.id, a.run) for a in ledger.attempts.open()] == [(first, "r-1"), (second, "r-1")]
    assert as_intent(ledger.attempts.open()[0]) == an_intent()
    ledger.attempts.settle([Outcome(attempt=first, kind="accepted")], NOW)
    assert [a.id for a in ledger.attempts.open()] == [second]


def test_an_intent_comes_back_as_it_went_in(ledger):
    create = an_intent("create", student=None, before={"title": "x", "due": None})
    ledger.attempts.intend("r-1", [create], NOW)
    assert as_intent(only(ledger.attempts.open())) == create


def test_nothing_to_intend_or_settle_is_no_trouble(ledger):
    assert list(ledger.attempts.intend("r-1", [], NOW)) == []
    ledger.attempts.settle([], NOW)


def test_settling_twice_is_an_error(ledger):
    (attempt,) = ledger.attempts.intend("r-1", [an_intent()], NOW)
    ledger.attempts.settle([Outcome(attempt=attempt, kind="rejected")], NOW)
    with pytest.raises(LedgerError):
        ledger.attempts.settle([Outcome(attempt=attempt, kind="accepted")], NOW)


def test_settling_an_unknown_attempt_is_an_error(ledger):
    with pytest.raises(LedgerError):
        ledger.attempts.settle([Outcome(attempt=99, kind="accepted")], NOW)


def test_a_bad_outcome_among_good_ones_settles_none(ledger):
    (attempt,) = ledger.attempts.intend("r-1", [an_intent()], NOW)
    with pytest.raises(LedgerError):
        ledger.attempts.settle([Outcome(attempt=a, kind="accepted") for a in (attempt, 99)], NOW)
    assert [a.id for a in ledger.attempts.open()] == [attempt]


@pytest.mark.parametrize("number", [1, 100, 101, 250])
def test_however_many_have_numbers_in_order_and_are_settled_all_or_none(ledger, number):
    intents = [an_intent(student=f"s-{n:03}") for n in range(number)]
    ledger.attempts.intend("r-1", [an_intent()], NOW)
    attempts = ledger.attempts.intend("r-1", intents, NOW)
    found = {a.id: as_intent(a) for a in ledger.attempts.open()}
    assert [found[a] for a in attempts] == intents
    with pytest.raises(LedgerError):
        ledger.attempts.settle(
            [Outcome(attempt=a, kind="accepted") for a in (*attempts, 9999)], NOW
        )
    assert len(ledger.attempts.open()) == number + 1
    ledger.attempts.settle([Outcome(attempt=a, kind="accepted") for a in attempts], NOW)
    assert len(ledger.attempts.open()) == 1


def test_what_is_written_together_is_there_whole_or_not_at_all(ledger, reopen):
    (attempt,) = ledger.attempts.intend("r-1", [an_intent()], NOW)
    known = KnownScore(student="s-1", seen="5", accepted=Decimal(5), had_score=True)

    def remember(attempt):
        with ledger.together():
            ledger.delivered.save_scores("a-1", "c-1", [known])
            ledger.attempts.settle([Outcome(attempt=attempt, kind="accepted")], NOW)

    with pytest.raises(LedgerError):
        remember(99)
    assert ledger.delivered.known_scores("a-1", "c-1") == {}
    remember(attempt)
    again = reopen(ledger)
    assert again.delivered.known_scores("a-1", "c-1") == {"s-1": known}
    assert again.attempts.open() == []


def test_an_intent_is_never_part_of_what_a_power_cut_may_take(ledger):
    with pytest.raises(AssertionError, match="on the disk"), ledger.together():
        ledger.attempts.intend("r-1", [an_intent()], NOW)
    assert ledger.attempts.open() == []


def test_what_waits_for_the_disk_is_never_part_of_what_does_not(ledger):
    with pytest.raises(AssertionError, match="on the disk"), ledger.together():
        ledger.runs.begin("r-1", NOW, "sync", None)
    assert ledger.runs.find("r-1") is None


def test_what_others_write_meanwhile_is_no_part_of_it(ledger):
    other = threading.Thread(target=ledger.attempts.intend, args=("r-2", [an_intent()], NOW))

    def fail():
        with ledger.together(durable=True):
            ledger.attempts.intend("r-1", [an_intent(student="s-2")], NOW)
            other.start()
            other.join(0.2)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    other.join()
    assert only(ledger.attempts.open()).run == "r-2"


def test_doubts_survive_closing(ledger, reopen):
    ledger.attempts.intend("r-1", [an_intent()], NOW)
    assert as_intent(only(reopen(ledger).attempts.open())) == an_intent()


def test_threads_get_ids_of_their_own(ledger):
    ids = []

    def work(name):
        for _ in range(20):
            (attempt,) = ledger.attempts.intend(name, [an_intent()], NOW)
            ledger.attempts.settle([Outcome(attempt=attempt, kind="accepted")], NOW)
            ids.append(attempt)

    threads = [threading.Thread(target=work, args=(f"r-{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(ids)) == 80
    assert ledger.attempts.open() == []
