"""The records of a run, filtered, counted and paged."""

from collections import Counter
from datetime import timedelta

import pytest

from agent.ledger.search import NOW as EVERY_RUN
from agent.ledger.search import Matches, Wanted
from agent.records import State
from agent.report import Count
from tests.agent.ledger.records_of_a_school import NOW, SCHOOL, a_state, pull

REFUSED = a_state(State.REFUSED, "a-2", student="s-2", codes=("x", "y"), reason="why")
RECORDS = [
    a_state(State.CREATED, "a-1", student=None),
    a_state(State.SENT, "a-1", student="s-1"),
    a_state(State.KEPT, "a-1", student="s-2"),
    REFUSED,
    a_state(State.REFUSED, "a-1", student="s-9", section="502", codes=("x",)),
]


@pytest.fixture
def ran(ledger):
    """A ledger after one run."""
    ledger.runs.begin("r-1", NOW, "sync", None)
    ledger.records.record("r-1", RECORDS)
    return ledger


def page(ledger, run="r-1", **wanted):
    return ledger.search.page(run, Wanted(**wanted), limit=100, skip=0)


def test_all_records_come_by_section_then_assignment_and_its_own_first(ran):
    assert page(ran) == RECORDS
    assert ran.search.page("r-1", Wanted(), limit=2, skip=1) == RECORDS[1:3]
    assert ran.search.page("r-1", Wanted(), limit=2, skip=9) == []


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"kind": "assignment"}, [0]),
        ({"kind": "score"}, [1, 2, 3, 4]),
        ({"states": [State.KEPT, State.SENT]}, [1, 2]),
        ({"code": "x"}, [3, 4]),
        ({"code": "y"}, [3]),
        ({"code": "x' OR true --"}, []),
        ({"section": "502"}, [4]),
        ({"section": ""}, []),
        ({"among": {"section": ["502", "503"]}}, [4]),
        ({"among": {"section": []}}, []),
        ({"student": "s-2"}, [2, 3]),
        ({"among": {"student": ["s-1", "s-9"]}}, [1, 4]),
        ({"among": {"assessment": ["a-2"], "student": ["s-2"]}}, [3]),
        ({"assessment": "a-2"}, [3]),
        ({"code": "x", "section": "501"}, [3]),
        ({"matches": Matches(assessments=["a-2"], students=["s-1"], sections=[])}, [1, 3]),
        ({"matches": Matches(assessments=[], students=[], sections=["502"])}, [4]),
        ({"matches": Matches(assessments=[], students=[], sections=[])}, []),
    ],
)
def test_each_filter_and_several_together(ran, wanted, found):
    assert page(ran, **wanted) == [RECORDS[n] for n in found]
    counts = ran.search.count("r-1", Wanted(**wanted))
    assert sum(count.number for count in counts) == len(found)


def test_counts_are_by_kind_state_and_codes_and_by_section(ran):
    assert Count(kind="score", state=State.REFUSED, codes=("x", "y"), number=1) in (
        ran.search.count("r-1", Wanted())
    )
    sections = ran.search.by(["section"], "r-1", Wanted())
    assert sections == {
        ("501",): Counter({State.CREATED: 1, State.SENT: 1, State.KEPT: 1, State.REFUSED: 1}),
        ("502",): Counter({State.REFUSED: 1}),
    }


def test_all_records_are_read_a_part_at_a_time(ran):
    assert [*ran.search.each("r-1", Wanted(), at_once=2)] == RECORDS
    assert [*ran.search.each("r-1", Wanted(kind="score"), at_once=1)] == RECORDS[1:]


def test_now_reads_every_record_as_what_is_still_so(ran):
    assert ran.search.is_whole(EVERY_RUN)
    assert [r.state for r in page(ran, EVERY_RUN)][:2] == [State.UNCHANGED, State.UNCHANGED]
    [own, *_] = ran.search.count(EVERY_RUN, Wanted())
    assert own == Count(kind="assignment", state=State.UNCHANGED, codes=(), number=1)
    assert ran.search.places(EVERY_RUN, Wanted()) == ["501", "502"]
    assert ran.search.students(EVERY_RUN, Wanted(section="501")) == ["s-1", "s-2"]
    assert ran.search.by(["student"], EVERY_RUN, Wanted(student="s-9")) == {
        ("s-9",): Counter({State.REFUSED: 1})
    }


def test_a_later_run_that_wrote_nothing_reads_all_as_what_is_still_so(ran):
    ran.runs.begin("r-2", NOW + timedelta(days=1), "sync", None)
    assert ran.search.is_whole("r-1")
    assert ran.search.is_whole("r-2")
    assert [r.state for r in page(ran, "r-2")][:2] == [State.UNCHANGED, State.UNCHANGED]
    assert page(ran, "r-2", states=[State.SENT]) == []


def test_of_an_earlier_run_there_is_what_it_wrote_as_it_wrote_it(ran):
    ran.runs.begin("r-2", NOW + timedelta(days=1), "sync", None)
    sent = a_state(State.SENT, "a-2", student="s-2")
    ran.records.record("r-2", [a_state(State.HELD, "a-2", student="s-2"), RECORDS[0]])
    ran.records.record("r-2", [sent])
    ran.records.forget([RECORDS[4].key])
    ran.runs.begin("r-3", NOW + timedelta(days=2), "sync", None)
    ran.records.record("r-3", [a_state(State.KEPT, "a-2", student="s-2")])
    assert not ran.search.is_whole("r-1")
    assert page(ran, "r-1") == RECORDS
    assert page(ran, "r-2") == [sent]
    assert ran.search.by(["section"], "r-2", Wanted()) == {("501",): Counter({State.SENT: 1})}
    assert [r.state for r in page(ran, "r-3", assessment="a-2")] == [State.KEPT]


def test_a_run_is_found_by_its_id_and_others_page_by_page(ran):
    ran.runs.begin("r-2", NOW + timedelta(days=1), "sync", None)
    assert ran.runs.find("r-2")["run"] == "r-2"
    assert ran.runs.find("none") is None
    assert [run["run"] for run in ran.runs.latest(1, 1)] == ["r-1"]


def test_titles_and_students_come_from_the_local_copy(ledger):
    assert ledger.source.pulled_at() is None
    pull(ledger, *SCHOOL)
    source = ledger.source
    assert source.titles_of(["a-1", "none"]) == {"a-1": "Quiz 1"}
    assert source.class_titles(["501", "none"]) == {"501": "Algebra"}
    assert dict(source.every_student())["s-1"] == "701"
    assert [each.class_id for each in source.in_classes("a-1")] == ["c-1"]
    assert source.pulled_at() is not None
