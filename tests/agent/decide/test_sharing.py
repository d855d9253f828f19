"""A6, A11, A12, A15, C3, C3a: from assessments in classes to columns, and who owns them."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.decide.assignments import wanted_column
from agent.decide.candidates import candidates
from agent.decide.sharing import (
    JudgedAssessment,
    external_id,
    judge_assessment,
    judge_column,
    shared_columns,
    with_other_sections,
)
from agent.domain import GroupMember, Progress, Student, Teacher
from agent.records import SourceFields
from agent.rules import RULES_FOR
from agent.rules.due import Due
from agent.rules.refusals import Refusal
from tests.agent.builders import (
    ASSIGNED,
    DUE,
    EFFECTIVE,
    a_candidate,
    a_class,
    a_column,
    a_gradebook,
    a_known_column,
    a_ledger,
    a_policy,
    a_run,
    a_score,
    a_section,
    an_assessment,
    facts_of,
    judged,
    local,
    quarters,
    sits,
    some_data,
    some_fields,
    utc,
)

TEN, TWENTY = Decimal(10), Decimal(20)


def table(*rows):
    return [pytest.param(*rest, id=words) for words, *rest in rows]


# ---- our id of a column (C3) ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("assessment", "owner", "expected"),
    table(
        ("plain ids are readable in it", "a-1", "c-1", "pb-a-1.c-1"),
        ("sixty characters are plain", "a" * 60, "c" * 60, f"pb-{'a' * 60}.{'c' * 60}"),
        ("others are digested", "a/1", "c-1", "pb-d11b6253709de0bf0e43fcabee2633c7"),
    ),
)
def test_c3_a_column_has_an_id_of_ours_that_follows_from_its_own(assessment, owner, expected):
    assert external_id(assessment, owner) == expected


@pytest.mark.parametrize("odd", ["", "a/1", "a 1", "ä-1", "a.1", "a\n1", "a" * 61, "a-1\n"])
def test_c3_an_id_that_is_not_plain_is_digested(odd):
    for found in (external_id(odd, "c-1"), external_id("a-1", odd)):
        assert len(found) == len("pb-") + 32
        assert set(found.removeprefix("pb-")) <= set("0123456789abcdef")


ids = st.text("ac1/ ", min_size=1, max_size=4)


@given(left=st.tuples(ids, ids), right=st.tuples(ids, ids))
def test_c3_two_columns_never_share_an_id(left, right):
    assert (external_id(*left) == external_id(*right)) == (left == right)


def test_c3_two_columns_whose_ids_have_hyphens_do_not_share_one():
    ids = external_id("a-1-c-2", "c-3"), external_id("a-1", "c-2-c-3")
    assert ids == ("pb-a-1-c-2.c-3", "pb-a-1.c-2-c-3")


# ---- candidates ----------------------------------------------------------------------------------


@pytest.fixture
def run_of():
    """Makes a run's run over a ledger that holds those records; closes it after the test."""
    made = []

    def make(*records, **change):
        staff = Teacher(id="t-1", sis_id="7001"), GroupMember(teacher="t-1")
        run = a_run(ledger=a_ledger(*staff, *records), **change)
        made.append(run)
        return run

    yield make
    for run in made:
        run.ledger.close()


def candidates_of(run, classes, assessments, gradebook):
    of_run, facts, reads = facts_of(run, classes, gradebook)
    teachers = {"t-1": Teacher(id="t-1", sis_id="7001")}
    assigned = {
        a.id: frozenset(b.class_id for b in assessments if b.id == a.id) for a in assessments
    }
    facts = replace(facts, assessments=assessments, teachers=teachers, assigned=assigned)
    return candidates(of_run, facts, reads)


def test_every_assessment_in_every_class_is_a_candidate_with_its_own_section(run_of):
    run = run_of()
    classes = [a_class(), a_class(id="c-2", section="502"), a_class(id="c-3", section=None)]
    gradebook = a_gradebook(a_section())
    given = [an_assessment(class_id=c.id) for c in classes]
    found = candidates_of(run, classes, given, gradebook)
    assert [c.class_.id for c in found] == ["c-1", "c-2", "c-3"]
    assert [c.section and c.section.id for c in found] == ["501", None, None]
    assert found[0] == a_candidate(gradebook=gradebook)


def test_a_class_without_a_gradebook_is_a_candidate_without_a_section(run_of):
    class_ = a_class(section=None)
    (found,) = candidates_of(run_of(), [class_], [an_assessment()], None)
    assert found == a_candidate(class_=class_, gradebook=None, section=None)


@pytest.mark.parametrize(
    ("sis", "code"),
    [
        ("skyward", "assigner_not_in_group"),
        ("oneroster", "assigner_not_in_group"),
        ("powerschool", "class_teachers_not_in_group"),
    ],
)
def test_a_candidate_is_judged_by_the_rules_of_its_sis(sis, code):
    target = judge_assessment(a_candidate(group=frozenset()), RULES_FOR[sis])
    assert [r.code for r in target.refused] == [code]


def test_a11_the_due_dates_gate_is_told_apart_from_what_bars_everything():
    gate = Refusal("due_outside_current_period", "due later")
    bar = Refusal("type_not_mapped", "no mapping")
    target = JudgedAssessment(candidate=a_candidate(), refused=(bar, gate))
    assert (target.due_gate, target.gate, target.barred) == ((gate,), (gate,), (bar,))


def test_a6_a_day_to_come_gates_creation_and_no_due_date():
    gate = Refusal("not_assigned_yet", "assigned for later")
    bar = Refusal("type_not_mapped", "no mapping")
    target = JudgedAssessment(candidate=a_candidate(), refused=(gate, bar))
    assert (target.due_gate, target.gate, target.barred) == ((), (gate,), (bar,))


LATER = date(2026, 10, 17)
"""The day after tonight."""


@pytest.mark.parametrize(
    ("change", "records", "expected"),
    table(
        ("nobody has a score", {}, [], False),
        ("somebody has one", {}, [a_score()], True),
        ("a score of 0", {}, [a_score("0")], True),
        ("graded, without points", {}, [a_score(None)], False),
        ("turned in", {}, [a_score(None, progress=Progress.TURNED_IN)], False),
        ("turned in, with points", {}, [a_score(progress=Progress.TURNED_IN)], False),
        ("another assessment has one", {}, [a_score(assessment="a-2")], False),
        ("who is listed has one", {"students": {"s-1": None}}, [a_score()], True),
        ("who is not listed has one", {"students": {"s-2": None}}, [a_score()], False),
        ("the only class, of a stranger", {}, [a_score(student="s-2")], True),
        ("it was assigned before", {"assigned_on": LATER - timedelta(days=1)}, [a_score()], False),
    ),
)
def test_a6_a_class_is_scored_where_a_student_of_it_has_a_graded_score(
    run_of, change, records, expected
):
    given = an_assessment(**{"assigned_on": LATER, **change})
    run = run_of(a_class(), Student(id="s-1", sis_id="9001"), given, *records)
    (found,) = candidates_of(run, [a_class()], [given], a_gradebook())
    assert found.scored is expected


@pytest.mark.parametrize(("student", "expected"), [("s-1", [True, False]), ("s-2", [False, True])])
def test_a6_of_several_classes_the_one_in_whose_section_the_student_ever_sat_is_scored(
    run_of, student, expected
):
    left = {"9002": (sits(end=EFFECTIVE),)}
    gradebook = a_gradebook(a_section(), a_section(id="502", enrolments=left))
    classes = [a_class(), a_class(id="c-2", section="502")]
    given = [an_assessment(class_id=c.id, assigned_on=LATER) for c in classes]
    people = [Student(id=f"s-{n}", sis_id=f"900{n}") for n in (1, 2)]
    run = run_of(*classes, *people, *given, a_score(student=student))
    found = candidates_of(run, classes, given, gradebook)
    assert [c.scored for c in found] == expected


# ---- A15: the same assessment assigned twice -----------------------------------------------------


def twin_of(run_of, *assessments, classes=("c-1",)):
    """(assessment, class) -> the older id that it doubles."""
    run = run_of()
    there = [a_class(id=each) for each in classes]
    found = candidates_of(run, there, assessments, a_gradebook())
    return {(c.assessment.id, c.class_.id): c.duplicate_of for c in found if c.duplicate_of}


def an_activity(number, **change):
    plain = {"id": f"a-{number}", "activity": "x-1", "created_at": utc(2026, 10, number, 12)}
    return an_assessment(**{**plain, **change})


@pytest.mark.parametrize(
    ("change", "doubles"),
    table(
        ("the same again", {}, True),
        ("the same day by another way", {"due": local(2026, 10, 14, 15)}, True),
        ("another due date", {"due": date(2026, 10, 15)}, False),
        ("renamed", {"title": "Fractions, again"}, False),
        ("another activity", {"activity": "x-2"}, False),
        ("an unknown activity", {"activity": None}, False),
        ("another class", {"class_id": "c-2"}, False),
    ),
)
def test_a15_the_second_id_of_an_assessment_doubles_the_first(run_of, change, doubles):
    found = twin_of(run_of, an_activity(1), an_activity(2, **change), classes=("c-1", "c-2"))
    assert found == ({("a-2", "c-1"): "a-1"} if doubles else {})


def test_a15_the_older_one_is_the_one_created_first_whatever_its_id(run_of):
    first = an_activity(9, created_at=utc(2026, 10, 1))
    assert twin_of(run_of, an_activity(2), first) == {("a-2", "c-1"): "a-9"}


def test_a15_of_three_the_first_is_the_one_that_passes(run_of):
    found = twin_of(run_of, an_activity(3), an_activity(1), an_activity(2))
    assert found == {("a-2", "c-1"): "a-1", ("a-3", "c-1"): "a-1"}


def test_a15_without_a_due_date_nothing_is_doubled(run_of):
    plain = {"due": None, "assigned_on": None, "created_at": None}
    assert twin_of(run_of, an_activity(1, **plain), an_activity(2, **plain)) == {}


def test_a15_one_that_was_unassigned_does_not_count(run_of):
    assert twin_of(run_of, an_activity(2)) == {}


# ---- C3a: joining linked classes -----------------------------------------------------------------


def a_linked(number, points=TEN, section=None, **assessment):
    """The assessment in class c-N, linked to section 50N of one gradebook."""
    class_ = a_class(id=f"c-{number}", section=section or f"50{number}")
    given = an_assessment(class_id=class_.id, total_points=points, **assessment)
    return judged(assessment=given, class_=class_, section=a_section(id=class_.section))


def columns(*targets, known=()):
    """Owner -> the classes of its column, in their order."""
    groups = shared_columns(targets, {"a-1": list(known)})
    found = {g.owner: [t.candidate.class_.id for t in g.judged] for g in groups}
    assert len(found) == len(groups), "two columns of one owner"
    return found


def owned_by(number, points=TEN):
    return a_known_column(
        owner=f"c-{number}",
        external_id=f"pb-a-1.c-{number}",
        ref=f"ref-{number}",
        seen=some_fields(points=points),
    )


@pytest.mark.parametrize(
    ("targets", "expected"),
    table(
        ("alone", [a_linked(1)], {"c-1": ["c-1"]}),
        ("equal points", [a_linked(2), a_linked(1)], {"c-1": ["c-1", "c-2"]}),
        (
            "equal points, written longer",
            [a_linked(1), a_linked(2, Decimal("10.00"))],
            {"c-1": ["c-1", "c-2"]},
        ),
        ("other points", [a_linked(1), a_linked(2, TWENTY)], {"c-1": ["c-1"], "c-2": ["c-2"]}),
        (
            "two and one",
            [a_linked(3), a_linked(2, TWENTY), a_linked(1)],
            {"c-1": ["c-1", "c-3"], "c-2": ["c-2"]},
        ),
        ("ids are text", [a_linked(9), a_linked(10)], {"c-10": ["c-10", "c-9"]}),
    ),
)
def test_c3a_classes_of_equal_points_share_a_column_of_the_smallest_id(targets, expected):
    assert columns(*targets) == expected


@pytest.mark.parametrize(
    ("targets", "known", "expected"),
    table(
        ("a smaller one joins", [a_linked(1), a_linked(2)], [owned_by(2)], {"c-2": ["c-2", "c-1"]}),
        ("a larger one joins", [a_linked(1), a_linked(2)], [owned_by(1)], {"c-1": ["c-1", "c-2"]}),
        (
            "it stays first of three",
            [a_linked(3), a_linked(1), a_linked(2)],
            [owned_by(2)],
            {"c-2": ["c-2", "c-1", "c-3"]},
        ),
        ("the owner does not pass tonight", [a_linked(2)], [owned_by(1)], {"c-1": ["c-2"]}),
        (
            "the owner does not pass, two do",
            [a_linked(3), a_linked(2)],
            [owned_by(1)],
            {"c-1": ["c-2", "c-3"]},
        ),
        (
            "two that have one each, now equal",
            [a_linked(1), a_linked(2)],
            [owned_by(1), owned_by(2, TWENTY)],
            {"c-1": ["c-1"], "c-2": ["c-2"]},
        ),
        (
            "two that have one each, linked by now, and one that has none",
            [a_linked(1), a_linked(3), a_linked(2)],
            [owned_by(3), owned_by(2)],
            {"c-2": ["c-2", "c-1"], "c-3": ["c-3"]},
        ),
        (
            "two of one section, that has two by a merger, share one again",
            [a_linked(1), a_linked(2, section="501")],
            [owned_by(1), owned_by(2)],
            {"c-1": ["c-1", "c-2"]},
        ),
        (
            "two of one section, of whose two columns the first was deleted",
            [a_linked(1), a_linked(2, section="501")],
            [replace(owned_by(1), deleted=True), owned_by(2)],
            {"c-2": ["c-2", "c-1"]},
        ),
        (
            "one that was never made is no column",
            [a_linked(1), a_linked(2)],
            [owned_by(1), replace(owned_by(2), ref=None)],
            {"c-1": ["c-1", "c-2"]},
        ),
        (
            "the other's points changed",
            [a_linked(1), a_linked(2, TWENTY)],
            [owned_by(1)],
            {"c-1": ["c-1"], "c-2": ["c-2"]},
        ),
        (
            "the owner's points changed",
            [a_linked(1, TWENTY), a_linked(2)],
            [owned_by(1)],
            {"c-1": ["c-1"], "c-2": ["c-2"]},
        ),
        (
            "an absent owner's column goes to the one of its points",
            [a_linked(2), a_linked(3, TWENTY)],
            [owned_by(1, TWENTY)],
            {"c-2": ["c-2"], "c-1": ["c-3"]},
        ),
        (
            "of two columns each keeps its own",
            [a_linked(1), a_linked(2, TWENTY)],
            [owned_by(1), owned_by(2, TWENTY)],
            {"c-1": ["c-1"], "c-2": ["c-2"]},
        ),
    ),
)
def test_c3a_who_owned_a_column_owns_it_still(targets, known, expected):
    assert columns(*targets, known=known) == expected


def test_c3a_a_column_is_known_by_whom_it_was_made():
    (group,) = shared_columns([a_linked(1), a_linked(2)], {"a-1": [owned_by(2)]})
    assert group.known == owned_by(2)
    assert group.main.candidate.class_.id == "c-2"
    assert group.assessment == "a-1"


def test_c3a_assessments_do_not_share_a_column():
    other = judged(assessment=an_assessment(id="a-2", class_id="c-1"))
    groups = shared_columns([a_linked(1), other], {})
    assert sorted((g.assessment, g.owner) for g in groups) == [("a-1", "c-1"), ("a-2", "c-1")]


numbers = st.integers(1, 5)
points = st.sampled_from([TEN, TWENTY, Decimal("10.0")])


@given(st.dictionaries(numbers, points, min_size=1), st.dictionaries(numbers, points))
def test_c3a_every_class_is_in_one_column_and_no_two_columns_have_one_owner(given, before):
    targets = [a_linked(number, worth) for number, worth in given.items()]
    known = [owned_by(number, worth) for number, worth in sorted(before.items())]
    found = columns(*targets, known=known)
    assert sorted(c for group in found.values() for c in group) == sorted(
        f"c-{number}" for number in given
    )


@given(st.dictionaries(numbers, points, min_size=1), st.randoms())
def test_c3a_a_second_night_finds_the_same_columns(given, order):
    targets = [a_linked(number, worth) for number, worth in given.items()]
    first = columns(*targets)
    known = [owned_by(owner.removeprefix("c-")) for owner in sorted(first)]
    order.shuffle(targets)
    assert columns(*targets, known=known) == first


@pytest.mark.parametrize(
    ("others", "elsewhere"),
    table(
        ("nobody else has it", [], set()),
        ("with other points", [a_linked(2, TWENTY)], {"502"}),
        ("two of them", [a_linked(2, TWENTY), a_linked(3, TWENTY)], {"502", "503"}),
        ("not linked", [judged(class_=a_class(id="c-9", section=None), section=None)], set()),
    ),
)
def test_c3a_a_column_knows_which_linked_classes_have_it_elsewhere(others, elsewhere):
    (group, *_) = shared_columns([a_linked(1)], {})
    assert with_other_sections(group, [a_linked(1), *others]).elsewhere == elsewhere


@pytest.mark.parametrize(
    ("change", "differing"),
    table(
        ("alike", {}, ()),
        ("title", {"title": "Fractions B"}, ("title",)),
        ("type", {"type": "Test"}, ("type",)),
        ("assigned date", {"assigned_on": date(2026, 10, 6)}, ("assigned_on",)),
        ("due date", {"due": date(2026, 10, 15)}, ("due",)),
        ("due time", {"due": local(2026, 10, 14, 15)}, ("due",)),
        (
            "several",
            {"type": "Test", "title": "B", "due": date(2026, 10, 15)},
            ("due", "title", "type"),
        ),
        ("who assigned it", {"assigned_by": "t-2"}, ()),
        ("its students", {"students": {"s-2": None}}, ()),
    ),
)
def test_c3a_what_differs_between_linked_classes_is_named(change, differing):
    (group,) = shared_columns([a_linked(1), a_linked(2, **change)], {})
    assert group.differing == differing


def test_c3a_what_differs_is_held_against_the_owner():
    targets = [a_linked(1), a_linked(2, title="B"), a_linked(3)]
    (group,) = shared_columns(targets, {"a-1": [owned_by(2)]})
    assert group.differing == ("title",)
    assert wanted_column(group.main.candidate).data.title == "B"


# ---- the column that the source wants ------------------------------------------------------------


def test_a_column_takes_the_sources_data_mapped_for_the_sis():
    found = wanted_column(a_candidate())
    assert found.source == some_fields()
    assert found.data == some_data()


@pytest.mark.parametrize(
    ("assessment", "change"),
    table(
        ("a long title is shortened", {"title": "x" * 60}, {"title": "x" * 46 + "…"}),
        (
            "no assigned date: the day of creation in the district",
            {"assigned_on": None, "created_at": utc(2026, 10, 4, 3)},
            {"assigned": date(2026, 10, 3)},
        ),
        (
            "created after it was due: the due date",
            {"assigned_on": None, "created_at": utc(2026, 10, 20)},
            {"assigned": DUE},
        ),
        ("neither: the due date", {"assigned_on": None}, {"assigned": DUE}),
        ("a time: its local day", {"due": local(2026, 10, 14, 23, 59)}, {"due": DUE}),
        ("no due date: computed", {"due": None}, {"due": date(2026, 10, 12)}),
        ("another type", {"type": "test"}, {"category": "cat-test"}),
    ),
)
def test_a_columns_data_follow_the_assessment(assessment, change):
    candidate = a_candidate(
        assessment=an_assessment(**assessment),
        policy=a_policy(categories={"Quiz": "QUIZ", "Test": "Test"}),
    )
    assert wanted_column(candidate).data == some_data(**change)


def test_what_is_compared_is_the_sources_own_before_mapping_and_shortening():
    found = wanted_column(a_candidate(assessment=an_assessment(title="x" * 60)))
    assert found.source == SourceFields(
        title="x" * 60, type="Quiz", assigned_on=ASSIGNED, due=DUE, points=TEN
    )


@pytest.mark.parametrize(
    "change",
    table(
        ("no due date", {"due": None}),
        ("no section", {"section": None}),
        ("no mapping", {"policy": a_policy(categories={})}),
        ("no total", {"assessment": an_assessment(total_points=None)}),
    ),
)
def test_nobody_asks_for_the_column_of_a_refused_assessment(change):
    with pytest.raises(AssertionError):
        wanted_column(a_candidate(**change))


# ---- asked again, with the column at hand (A11, A12) ---------------------------------------------

CLOSED_Q1 = a_section(periods=quarters("q1"))
IN_Q2 = date(2026, 11, 10)


@pytest.mark.parametrize(
    ("found", "known", "due", "closed"),
    table(
        ("new, due in the open one", None, None, IN_Q2, False),
        ("new, due in the closed one", None, None, DUE, True),
        ("found in the closed one", a_column(due=DUE), a_known_column(), IN_Q2, True),
        ("moved to the open one", a_column(due=IN_Q2), a_known_column(), DUE, False),
        ("not read, put into the closed one", None, a_known_column(), IN_Q2, True),
        ("never accepted there", None, a_known_column(ref=None), IN_Q2, False),
    ),
)
def test_a12_a_column_that_was_looked_up_is_judged_where_it_is(found, known, due, closed):
    target = JudgedAssessment(
        candidate=a_candidate(section=CLOSED_Q1, due=Due(day=due)),
        refused=(),
    )
    again = judge_column(target, RULES_FOR["skyward"], found, known)
    assert ("grading_period_closed" in {r.code for r in again.barred}) is closed


def test_a12_a_column_that_was_adopted_in_a_now_closed_period_is_in_it():
    adopted = a_known_column(
        seen=some_fields(due=IN_Q2),
        accepted={"title": "Fractions", "due": "2026-10-14", "category": "cat-quiz"},
    )
    target = JudgedAssessment(
        candidate=a_candidate(section=CLOSED_Q1, due=Due(day=IN_Q2)), refused=()
    )
    again = judge_column(target, RULES_FOR["skyward"], None, adopted)
    assert "grading_period_closed" in {r.code for r in again.barred}


GATE = Refusal("due_outside_current_period", "due later")


@pytest.mark.parametrize(
    ("refused", "section", "due", "expected"),
    table(
        ("inside the current period", (), a_section(), DUE, True),
        ("outside the current period", (GATE,), a_section(), IN_Q2, False),
        ("into a closed period", (), CLOSED_Q1, DUE, False),
        ("into no period, ungated", (), CLOSED_Q1, date(2026, 10, 24), True),
        ("barred by something else", (Refusal("x", "y"),), a_section(), DUE, True),
    ),
)
def test_a11_a_due_date_moves_into_the_current_period_and_no_closed_one(
    refused, section, due, expected
):
    candidate = a_candidate(section=section, due=Due(day=due))
    target = JudgedAssessment(candidate=candidate, refused=refused)
    assert target.due_may_change is expected


def test_a12_asking_about_the_column_changes_what_was_said_of_its_period_alone():
    before = (GATE, Refusal("grading_period_closed", "closed"), Refusal("title_missing", "none"))
    order = ["grading_period_closed", "title_missing", "due_outside_current_period"]
    rules = [rule for name in order for rule in RULES_FOR["skyward"] if rule.__name__ == name]
    stale = JudgedAssessment(candidate=a_candidate(), refused=before)
    again = judge_column(stale, rules, a_column(), a_known_column())
    assert [refusal.code for refusal in again.refused] == order[1:]
