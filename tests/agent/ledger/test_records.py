"""The state of each record, as stored and as it reads in a run."""

from contextlib import closing
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from agent.ledger import open_ledger
from agent.records import DELIVERED, READS_LATER, Outcome, State
from agent.report import LISTED, Summary
from tests.agent.ledger.records_of_a_school import (
    NOW,
    a_state,
    an_intent,
    only,
)


@pytest.mark.parametrize(
    ("stored", "later"),
    [
        (State.CREATED, State.UNCHANGED),
        (State.UPDATED, State.UNCHANGED),
        (State.SENT, State.UNCHANGED),
        (State.CLEARED, State.WITHDRAWN),
        *((state, state) for state in State if state not in "created updated sent cleared"),
    ],
)
def test_a_state_reads_as_stored_tonight_and_as_what_is_still_so_later(ledger, stored, later):
    ledger.records.record("r-1", [a_state(stored, codes=("x", "y"), reason="why")])
    for run, state in (("r-1", stored), ("r-2", later)):
        assert list(ledger.records.records(run)) == [a_state(state, codes=("x", "y"), reason="why")]
        assert ledger.records.summary(run).counts == {state: 1}


def test_every_record_has_one_state(ledger):
    ledger.records.record("r-1", [a_state(State.REFUSED, codes=("not_due_yet",))])
    ledger.records.record("r-1", [a_state(State.SENT)])
    assert list(ledger.records.records("r-1")) == [a_state(State.SENT)]
    assert sum(ledger.records.summary("r-1").counts.values()) == 1


def test_a_summary_shows_what_is_kept_and_of_each_code_a_record_that_has_no_other(ledger):
    kept = a_state(State.KEPT, student="s-1", reason="a teacher's")
    both = a_state(State.REFUSED, student="s-2", codes=("x", "y"), reason="why; and why")
    alone = a_state(State.REFUSED, student="s-3", codes=("x",), reason="why")
    silent = a_state(State.REFUSED, student="s-4", codes=("y",))
    ledger.records.record("r-1", [kept, both, alone, silent])
    for run in ("r-1", "r-2"):
        summary = ledger.records.summary(run)
        assert (summary.kept, summary.examples) == ([kept], {"x": alone})


def test_records_differ_by_assessment_student_and_section(ledger):
    states = [
        a_state(State.CREATED, student=None),
        a_state(student="s-1"),
        a_state(student="s-1", section="502"),
        a_state(State.CREATED, "a-2", student=None),
    ]
    ledger.records.record("r-1", states)
    assert list(ledger.records.records("r-1")) == states
    assert ledger.records.records_of(["a-1"]) == states[:3]


def test_records_of_tells_what_is_stored(ledger):
    ledger.records.record("r-1", [a_state(State.SENT)])
    ledger.records.record("r-2", [a_state(State.SENT, student="s-2")])
    assert [s.state for s in ledger.records.records_of(["a-1"])] == [State.SENT, State.SENT]


def test_records_are_found_by_section(ledger):
    states = [a_state(State.HELD, section=each) for each in ("501", "502", "503")]
    ledger.records.record("r-1", states)
    assert ledger.records.records_in(["501", "503"]) == [states[0], states[2]]
    assert ledger.records.records_in([]) == []


def test_records_of_a_section_read_as_in_a_later_run(ledger):
    states = [a_state(state, student=f"s-{n}") for n, state in enumerate(DELIVERED)]
    ledger.records.record("r-1", states)
    later = {s.student: s.state for s in ledger.records.records_in(["501"])}
    assert later == {s.student: READS_LATER[s.state] for s in states}


def test_the_same_state_again_is_not_delivered_tonight(ledger):
    ledger.records.record("r-1", [a_state(State.SENT)])
    ledger.records.record("r-2", [a_state(State.SENT)])
    assert ledger.records.summary("r-2").counts == {State.UNCHANGED: 1}


def test_an_attempt_of_another_run_delivers_nothing_tonight(ledger):
    ledger.attempts.intend("r-1", [an_intent()], NOW)
    ledger.records.record("r-1", [a_state(State.SENT)])
    ledger.records.record("r-2", [a_state(State.SENT)])
    assert ledger.records.summary("r-2").counts == {State.UNCHANGED: 1}


def test_the_last_state_of_a_run_counts(ledger):
    ledger.records.record("r-1", [a_state(State.SENT)])
    ledger.records.record("r-1", [a_state(State.FAILED)])
    assert ledger.records.summary("r-1").counts == {State.FAILED: 1}


def test_what_was_attempted_again_is_delivered_again(ledger):
    ledger.records.record("r-1", [a_state(State.SENT)])
    ledger.attempts.intend("r-2", [an_intent()], NOW)
    ledger.records.record("r-2", [a_state(State.SENT)])
    assert ledger.records.summary("r-2").counts == {State.SENT: 1}


def test_an_update_attempted_again_is_delivered_in_every_linked_section(ledger):
    updated = [a_state(State.UPDATED, student=None, section=s) for s in ("501", "502")]
    ledger.records.record("r-1", updated)
    ledger.attempts.intend("r-2", [an_intent("update", student=None)], NOW)
    ledger.records.record("r-2", updated)
    assert ledger.records.summary("r-2").counts == {State.UPDATED: 2}


def test_hearing_that_a_delivered_record_is_unchanged_is_no_news(ledger):
    ledger.records.record("r-1", [a_state(State.SENT)])
    ledger.records.record("r-2", [a_state(State.UNCHANGED)])
    assert ledger.records.summary("r-1").counts == {State.SENT: 1}
    assert [e["state"] for e in ledger.runs.history("a-1", "s-1")] == ["sent"]


def test_a_new_reason_is_news(ledger):
    ledger.records.record("r-1", [a_state(State.REFUSED, codes=("x",), reason="before")])
    ledger.records.record("r-2", [a_state(State.REFUSED, codes=("x",), reason="after")])
    assert only(ledger.records.records("r-2")).reason == "after"


def test_a_forgotten_record_is_gone_and_its_history_stays(ledger):
    ledger.records.record("r-1", [a_state(State.REFUSED), a_state(student="s-2")])
    ledger.records.forget([("a-1", "s-1", "501"), ("a-9", None, "501")])
    assert [s.student for s in ledger.records.records("r-1")] == ["s-2"]
    assert only(ledger.runs.history("a-1", "s-1"))["state"] == "refused"


def test_counts_and_records_agree_beyond_a_page(ledger):
    ledger.records.record("r-1", (a_state(student=f"s-{n:05}") for n in range(12_345)))
    assert len({s.student for s in ledger.records.records("r-1")}) == 12_345
    assert ledger.records.summary("r-1").counts == {State.SENT: 12_345}


def test_history_tells_attempts_and_states_newest_last(ledger):
    ledger.runs.begin("r-1", NOW, "sync", None)
    (first,) = ledger.attempts.intend("r-1", [an_intent(points="8")], NOW)
    ledger.attempts.settle([Outcome(attempt=first, kind="rejected", detail="period closed")], NOW)
    ledger.records.record("r-1", [a_state(State.REJECTED, reason="period closed")])
    later = NOW + timedelta(days=1)
    ledger.runs.begin("r-2", later, "sync", None)
    (second,) = ledger.attempts.intend(
        "r-2", [an_intent(points="8", before={"points": None})], later
    )
    ledger.attempts.settle([Outcome(attempt=second, kind="accepted")], later)
    ledger.records.record("r-2", [a_state(State.SENT)])
    ledger.attempts.intend("r-3", [an_intent(student="s-2")], later)
    story = ledger.runs.history("a-1", "s-1")
    assert [(e["event"], e["run"]) for e in story] == [
        ("attempt", "r-1"),
        ("state", "r-1"),
        ("attempt", "r-2"),
        ("state", "r-2"),
    ]
    assert (story[0]["op"], story[0]["outcome"], story[0]["detail"]) == (
        "put",
        "rejected",
        "period closed",
    )
    assert story[2]["sending"] == {"points": "8", "seen": "8"}
    assert story[2]["before"] == {"points": None}
    assert [e["state"] for e in story if e["event"] == "state"] == ["rejected", "sent"]
    assert only(ledger.runs.history("a-1", "s-2"))["outcome"] is None


def test_the_history_of_an_assignment_is_not_that_of_its_scores(ledger):
    ledger.attempts.intend("r-1", [an_intent("create", student=None), an_intent()], NOW)
    assert only(ledger.runs.history("a-1", None))["op"] == "create"


states = st.builds(
    a_state,
    st.sampled_from(State),
    assessment=st.sampled_from(["a-1", "a-2"]),
    student=st.sampled_from([None, *(f"s-{n}" for n in range(30))]),
    codes=st.lists(st.sampled_from(["x", "y"]), unique=True, max_size=2).map(tuple),
    reason=st.sampled_from(["", "why"]),
)


@given(
    earlier=st.lists(states, max_size=60), now=st.lists(states, max_size=20), run=st.integers(1, 3)
)
@settings(deadline=None)
def test_a_summary_says_what_adding_up_all_records_says(earlier, now, run):
    with closing(open_ledger("sqlite:///:memory:", "lakeview")) as ledger:
        ledger.records.record("r-1", earlier)
        ledger.records.record("r-2", now)
        agree(ledger, f"r-{run}")


@pytest.mark.parametrize("state", [State.HELD, State.KEPT, State.CREATED])
def test_a_summary_shows_as_many_as_a_report_lists(ledger, state):
    many = [a_state(state, student=f"s-{n:02}", reason="why") for n in range(2 * LISTED)]
    coded = [
        structs.replace(each, student=f"t-{n:02}", codes=("x",)) for n, each in enumerate(many)
    ]
    ledger.records.record("r-1", [*many, *coded])
    agree(ledger, "r-1")
    ledger.records.record("r-2", [structs.replace(many[0], student="z")])
    agree(ledger, "r-2")


def agree(ledger, run):
    """The summary of a run says what adding up all of its records says."""
    added = Summary()
    for record in ledger.records.records(run):
        added.add(record)
    assert ledger.records.summary(run) == added
