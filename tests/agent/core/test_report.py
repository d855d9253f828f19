"""A run's outcome as text and as JSON, pinned whole; and what never stands in it."""

import json
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.records import RecordState, State
from agent.report import LISTED, RunHead, Summary, as_dict, json_chunks, text
from tests.agent.builders import local


def a_record(state, student=None, **change):
    plain = {
        "assessment": "a-1",
        "student": student,
        "section": "501",
        "state": State(state),
        **change,
    }
    return RecordState(**plain)


RUN = (
    a_record("created"),
    a_record("sent", "s-1"),
    a_record("sent", "s-2"),
    a_record("refused", "s-3", codes=("not_due_yet",), reason="no score yet; due 2026-10-20"),
    a_record(
        "refused",
        "s-4",
        codes=("not_enrolled", "excluded"),
        reason="not enrolled in the section on 2026-10-16; marked Excluded in Otus",
    ),
    a_record("rejected", "s-5", reason="the SIS said no"),
    a_record(
        "refused",
        assessment="a-2",
        section="502",
        codes=("type_not_mapped",),
        reason='the type "Lab" maps to no district category',
    ),
    a_record("unchanged", assessment="a-3"),
)
HEAD = RunHead(run="run-1", district="lakeview", at=local(2026, 10, 16, 22), reads=12, writes=3)


def summed(records):
    found = Summary()
    for record in records:
        found.add(record)
    return found


def as_json(head, records):
    return "".join(json_chunks(head, summed(records), iter(records)))


# ---- a small run, whole --------------------------------------------------------------------------

TEXT = """\
lakeview, Fri 2026-10-16 22:00 CDT: 1 assignment and 2 scores sent
  assignments  created 1 · unchanged 1 · refused 1
  scores       sent 2 · refused 2 · rejected 1
  not passed back, by reason:
         1  excluded
         1  not_due_yet   e.g. a-1 in 501: no score yet; due 2026-10-20
         1  not_enrolled
         1  type_not_mapped   e.g. a-2 in 502: the type "Lab" maps to no district category
  look at these:
    a-1 of s-5 in 501: rejected, the SIS said no
  requests     12 reads, 3 writes"""

JSON = """\
{"run": "run-1", "district": "lakeview", "at": "2026-10-16T22:00:00-05:00", "planned": false, \
"forced": null, "message": "", \
"counts": {"created": 1, "sent": 2, "unchanged": 1, "refused": 3, "rejected": 1}, \
"requests": {"reads": 12, "writes": 3}, \
"refusals": {"excluded": 1, "not_due_yet": 1, "not_enrolled": 1, "type_not_mapped": 1}, \
"records": [\
{"kind": "assignment", "assignment": "a-1", "section": "501", "state": "created", \
"codes": [], "reason": ""},
{"kind": "score", "assignment": "a-1", "section": "501", "state": "sent", \
"codes": [], "reason": "", "student": "s-1"},
{"kind": "score", "assignment": "a-1", "section": "501", "state": "sent", \
"codes": [], "reason": "", "student": "s-2"},
{"kind": "score", "assignment": "a-1", "section": "501", "state": "refused", \
"codes": ["not_due_yet"], "reason": "no score yet; due 2026-10-20", "student": "s-3"},
{"kind": "score", "assignment": "a-1", "section": "501", "state": "refused", \
"codes": ["not_enrolled", "excluded"], \
"reason": "not enrolled in the section on 2026-10-16; marked Excluded in Otus", "student": "s-4"},
{"kind": "score", "assignment": "a-1", "section": "501", "state": "rejected", \
"codes": [], "reason": "the SIS said no", "student": "s-5"},
{"kind": "assignment", "assignment": "a-2", "section": "502", "state": "refused", \
"codes": ["type_not_mapped"], \
"reason": "the type \\"Lab\\" maps to no district category"},
{"kind": "assignment", "assignment": "a-3", "section": "501", "state": "unchanged", \
"codes": [], "reason": ""}]}
"""


def test_the_text_of_a_small_run():
    assert text(HEAD, summed(RUN)) == TEXT


def test_the_json_of_a_small_run():
    assert as_json(HEAD, RUN) == JSON


# ---- what else is told ---------------------------------------------------------------------------


def told(**change):
    plain = {f.name: getattr(HEAD, f.name) for f in fields(RunHead)}
    return text(RunHead(**{**plain, **change}), summed(RUN))


def test_a_plan_says_what_would_be_sent():
    assert told(planned=True).splitlines()[0].endswith("1 assignment and 2 scores would be sent")


def test_a_forced_run_says_why():
    assert "  the brake was overridden: first night of the year" in told(
        forced="first night of the year"
    )


def test_a_message_stands_last():
    assert told(message="the SIS went away").splitlines()[-1] == "  the SIS went away"


def test_an_empty_run_says_none():
    assert text(HEAD, Summary()).splitlines() == [
        "lakeview, Fri 2026-10-16 22:00 CDT: 0 assignments and 0 scores sent",
        "  assignments  none",
        "  scores       none",
        "  requests     12 reads, 3 writes",
    ]


def test_a_cleared_mark_and_an_updated_column_count_as_sent():
    records = (a_record("updated"), a_record("cleared", "s-1"))
    assert "1 assignment and 1 score sent" in text(HEAD, summed(records))


def test_the_commonest_reason_comes_first():
    records = [a_record("refused", "s-1", codes=("excluded",), reason="x")]
    records += [a_record("refused", "s-2", codes=("not_enrolled",), reason="y")] * 2
    lines = text(HEAD, summed(records)).splitlines()
    assert [line.split()[1] for line in lines if " e.g. " in line] == ["not_enrolled", "excluded"]


@pytest.mark.parametrize("state", ["held", "rejected", "failed"])
def test_what_needs_a_person_is_named(state):
    found = text(HEAD, summed([a_record(state, "s-1", reason="because")]))
    assert f"    a-1 of s-1 in 501: {state}, because" in found


@pytest.mark.parametrize("state", sorted(set(State) - {"held", "rejected", "failed"}))
def test_what_needs_nobody_is_not_pointed_at(state):
    assert "look at these" not in text(HEAD, summed([a_record(state, "s-1", reason="because")]))


@pytest.mark.parametrize("state", ["created", "updated"])
def test_what_is_remarkable_about_a_column_is_told(state):
    record = a_record(state, reason="due date 2026-10-12 computed: assigned date + 7 days")
    lines = text(HEAD, summed([record])).splitlines()
    assert lines[-3:-1] == [
        "  to know:",
        "    a-1 in 501: due date 2026-10-12 computed: assigned date + 7 days",
    ]
    assert len(summed([record] * 100).notes) == LISTED


def test_a_long_list_is_cut_and_its_count_is_not():
    records = [
        a_record("held", f"s-{n}", codes=("score_withdrawn",), reason="r") for n in range(100)
    ]
    found = summed(records)
    assert len(found.attention) == LISTED
    assert found.counts == {State.HELD: 100}


def test_what_is_kept_is_told_with_its_reason_a_few_of_it():
    many = [a_record("kept", f"s-{n}", reason="a teacher's score stands") for n in range(100)]
    lines = text(HEAD, summed([*many, a_record("kept", reason="edited")])).splitlines()
    assert lines.count("  kept as the gradebook has it:") == 1
    assert "    a-1 of s-0 in 501: a teacher's score stands" in lines
    assert sum("stands" in line for line in lines) == LISTED


@pytest.mark.parametrize("turned", [False, True])
def test_the_example_of_a_code_is_a_record_that_has_no_other(turned: bool):
    both = a_record("refused", "s-1", codes=("locked", "no_category"), reason="locked; no category")
    alone = a_record("refused", "s-2", codes=("no_category",), reason="no category")
    told = text(HEAD, summed([alone, both] if turned else [both, alone]))
    assert "2  no_category   e.g. a-1 in 501: no category\n" in told
    assert "1  locked\n" in told


# ---- JSON of any size ----------------------------------------------------------------------------

texts = st.text('ab"\\\n\x00é…\U0001f600\u2028', max_size=12)
records = st.builds(
    RecordState,
    assessment=texts,
    student=st.none() | texts,
    section=texts,
    state=st.sampled_from(State),
    codes=st.lists(texts, max_size=3).map(tuple),
    reason=texts,
)


@pytest.mark.parametrize("number", [0, 1, 2, 5_000])
def test_the_json_is_json_however_many_records_there_are(number):
    many = [a_record("sent", f"s-{n}") for n in range(number)]
    parsed = json.loads(as_json(HEAD, many))
    assert len(parsed["records"]) == number
    assert parsed["counts"] == ({"sent": number} if number else {})


@given(st.lists(records, max_size=8))
def test_the_json_is_json_whatever_stands_in_a_record(many):
    parsed = json.loads(as_json(HEAD, many))
    assert parsed["records"] == [as_dict(record) for record in many]
    assert sum(parsed["counts"].values()) == len(many)


@given(st.lists(records, max_size=8))
def test_every_record_is_counted_once(many):
    found = summed(many)
    assert sum(found.counts.values()) == len(many)
    assert found.counts == found.assignments + found.scores
    assert sum(found.refusals.values()) == sum(len(record.codes) for record in many)


def test_a_million_records_are_told_one_by_one():
    pulled = []

    def endless():
        while True:
            pulled.append(1)
            yield a_record("sent", "s-1")

    chunks = json_chunks(HEAD, Summary(), endless())
    for _ in range(3):
        next(chunks)
    assert len(pulled) <= 3


# ---- what never stands in it ---------------------------------------------------------------------


def test_a_record_has_no_place_for_a_name_or_a_score():
    assert list(RecordState.__struct_fields__) == [
        "assessment",
        "student",
        "section",
        "state",
        "reason",
        "codes",
    ]
    assert set(as_dict(a_record("sent", "s-1"))) == {
        "kind",
        "assignment",
        "student",
        "section",
        "state",
        "codes",
        "reason",
    }


def test_the_text_names_a_student_only_where_a_person_should_look_and_never_on_stderr():
    kept = a_record("kept", "s-78", reason="a teacher's")
    records = [*RUN, a_record("held", "s-77", codes=("x",), reason="because"), kept]
    found = text(HEAD, summed(records))
    assert [s for s in ("s-1", "s-2", "s-3", "s-4", "s-5", "s-77", "s-78") if s in found] == [
        "s-5",
        "s-77",
        "s-78",
    ]
    assert "s-" not in text(HEAD, summed(records), students=False)


def test_the_instant_keeps_its_offset():
    at = datetime(2026, 10, 17, 3, tzinfo=UTC)
    assert at - HEAD.at == timedelta(0)
    assert json.loads(as_json(HEAD, ()))["at"] == "2026-10-16T22:00:00-05:00"


# ---- nothing new ---------------------------------------------------------------------------------


def summary_of(news, *records):
    summary = summed(records)
    summary.news = news
    return summary


KNOWN = [record for record in RUN if record.state in {State.UNCHANGED, State.REFUSED}]


def test_a_run_that_found_nothing_new_is_two_lines():
    lines = text(HEAD, summary_of(0, *KNOWN)).splitlines()
    assert len(lines) == 2
    assert "nothing new; unchanged 1 · refused 3" in lines[0]


@pytest.mark.parametrize("news", [1, None])
def test_what_is_new_or_was_not_counted_is_told_in_full(news):
    assert "not passed back, by reason" in text(HEAD, summary_of(news, *KNOWN))


@pytest.mark.parametrize("change", [{"forced": "a reason"}, {"message": "the SIS went away"}])
def test_a_run_with_a_word_beside_it_is_told_in_full(change):
    head = replace(HEAD, **change)
    assert len(text(head, summary_of(0, *KNOWN)).splitlines()) > 2


def test_what_needs_a_person_is_told_every_night():
    held = a_record("held", "s-1", reason="somebody must decide")
    assert "look at these" in text(HEAD, summary_of(0, held))
