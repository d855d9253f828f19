"""B4, B5, B6, C3a: who belongs in a column, through which class, and since when."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.decide.gradebook import decide_gradebook
from agent.decide.sharing import JudgedAssessment, shared_columns, with_other_sections
from agent.decide.students import students_of_column
from agent.domain import Student
from agent.records import State
from tests.agent.builders import (
    ASSIGNED,
    DUE,
    TODAY,
    StubSis,
    a_candidate,
    a_class,
    a_context,
    a_gradebook,
    a_ledger,
    a_run,
    a_score,
    a_section,
    a_shared_column,
    an_assessment,
    facts_of,
    sits,
)

FROM_THE_START = ASSIGNED
"""The class's own assigned date, where a list names none."""
DAY = timedelta(days=1)


def table(*rows):
    return [pytest.param(*rest, id=words) for words, *rest in rows]


def a_roster(number, **students):
    """Section 50N; `s1=[spans]` is the student whose SIS id is 9001."""
    enrolments = {f"900{name.removeprefix('s')}": tuple(spans) for name, spans in students.items()}
    return a_section(id=f"50{number}", enrolments=enrolments)


def assigned_in(section, **assessment):
    """The assessment in the class c-N of section 50N."""
    class_ = a_class(id=f"c-{section.id[-1]}", section=section.id)
    given = an_assessment(class_id=class_.id, **assessment)
    candidate = a_candidate(assessment=given, class_=class_, section=section)
    return JudgedAssessment(candidate=candidate, refused=())


@pytest.fixture
def column_of():
    """Makes a column over a ledger of students s-1 to s-5; s-4 has no SIS id.

    *beside* are targets of the same gradebook that are not in this column.
    """
    kits = []

    def make(gradebook, *targets, beside=(), records=()):
        people = [Student(id=f"s-{n}", sis_id=None if n == 4 else f"900{n}") for n in range(1, 6)]
        kits.append(a_run(ledger=a_ledger(*people, *records), sis=StubSis()))
        column = with_other_sections(a_shared_column(*targets), [*targets, *beside])
        return a_context(kits[-1], gradebook, column)

    yield make
    for kit in kits:
        kit.ledger.close()


def placed(column, *scored):
    """Student -> (class that assigned it, where the student sits, since when)."""
    found = students_of_column(*column, scored)
    assert len(found) == len({student.id for student in found})
    return {s.id: (s.judged.candidate.class_.id, s.section, s.assigned_since) for s in found}


HERE = [sits()]
LEFT = [sits(end=TODAY - DAY)]
TO_COME = [sits(start=TODAY + DAY)]


# ---- one class alone -----------------------------------------------------------------------------


def test_everyone_in_the_class_has_a_place_from_the_start(column_of):
    section = a_roster(1, s1=HERE, s2=HERE)
    column = column_of(a_gradebook(section), assigned_in(section))
    whole = ("c-1", "501", FROM_THE_START)
    assert placed(column) == {"s-1": whole, "s-2": whole}
    assert [student.sis_student for student in students_of_column(*column, ())] == ["9001", "9002"]


def test_a_student_whom_the_source_does_not_know_has_none(column_of):
    section = a_roster(1, s1=HERE, s9=HERE)
    assert list(placed(column_of(a_gradebook(section), assigned_in(section)))) == ["s-1"]


@pytest.mark.parametrize(
    ("spans", "today", "when_due"),
    table(
        ("from the first day", HERE, True, True),
        ("since the due date", [sits(start=DUE)], True, True),
        ("since the day after it", [sits(start=DUE + DAY)], True, False),
        ("until today", [sits(end=TODAY)], True, True),
        ("until yesterday", LEFT, False, True),
        ("until the due date", [sits(end=DUE)], False, True),
        ("until the day before it", [sits(end=DUE - DAY)], False, False),
        ("from tomorrow", TO_COME, False, False),
        (
            "away over the due date",
            [sits(end=DUE - DAY), sits(start=DUE + DAY)],
            True,
            False,
        ),
        (
            "away and back in time",
            [sits(end=DUE - DAY * 9), sits(start=DUE)],
            True,
            True,
        ),
    ),
)
def test_b6_a_student_who_comes_and_goes_keeps_the_place(column_of, spans, today, when_due):
    section = a_roster(1, s1=spans)
    gradebook = a_gradebook(section)
    column = column_of(gradebook, assigned_in(section))
    (student,) = students_of_column(*column, ())
    assert (student.section, student.assigned_since) == ("501", FROM_THE_START)
    assert student.enrolled is today
    assert student.assigned_there(column[0], DUE) is when_due


# ---- a list of students --------------------------------------------------------------------------


def test_b5_a_list_assigns_it_to_those_on_it_and_to_nobody_else(column_of):
    section = a_roster(1, s1=HERE, s2=HERE, s3=HERE)
    target = assigned_in(section, students={"s-1": None, "s-2": DUE})
    assert placed(column_of(a_gradebook(section), target)) == {
        "s-1": ("c-1", "501", FROM_THE_START),
        "s-2": ("c-1", "501", DUE),
        "s-3": ("c-1", "501", None),
    }


def test_b5_an_empty_list_assigns_it_to_nobody(column_of):
    section = a_roster(1, s1=HERE)
    column = column_of(a_gradebook(section), assigned_in(section, students={}))
    assert placed(column) == {"s-1": ("c-1", "501", None)}


def test_b6_a_listed_student_who_never_sat_here_has_a_place_and_is_not_enrolled(column_of):
    section = a_roster(1, s1=HERE)
    gradebook = a_gradebook(section)
    column = column_of(gradebook, assigned_in(section, students={"s-2": None}))
    found = {student.id: student for student in students_of_column(*column, ())}
    assert found["s-2"].section == "501"
    assert not found["s-2"].enrolled
    assert not found["s-2"].assigned_there(column[0], DUE)


def test_a_list_names_a_student_wherever_they_sit_in_linked_sections(column_of):
    one, two = a_roster(1, s1=HERE), a_roster(2, s2=HERE)
    gradebook = a_gradebook(one, two)
    column = column_of(gradebook, assigned_in(one, students={"s-2": None}))
    found = {student.id: student for student in students_of_column(*column, ())}
    assert (found["s-2"].section, found["s-2"].assigned_since) == ("502", FROM_THE_START)
    assert found["s-2"].assigned_there(column[0], DUE)


# ---- a score alone -------------------------------------------------------------------------------


def test_a_student_without_sis_id_has_a_place_and_is_never_enrolled(column_of):
    section = a_roster(1, s1=HERE)
    gradebook = a_gradebook(section)
    column = column_of(gradebook, assigned_in(section))
    found = {student.id: student for student in students_of_column(*column, ["s-4"])}
    assert (found["s-4"].sis_student, found["s-4"].section) == (None, "501")
    assert not found["s-4"].enrolled
    assert not found["s-4"].assigned_there(column[0], DUE)


@pytest.mark.parametrize(
    "students", table(("known to the source", "s-2"), ("unknown even there", "s-77"))
)
def test_b6_a_score_of_who_never_sat_here_has_a_place_that_is_not_enrolled(column_of, students):
    section = a_roster(1, s1=HERE)
    gradebook = a_gradebook(section)
    found = {
        s.id: s for s in students_of_column(*column_of(gradebook, assigned_in(section)), [students])
    }
    assert found[students].section == "501"
    assert not found[students].enrolled


# ---- linked sections (C3a, D3) -------------------------------------------------------------------


def test_c3a_each_student_is_assigned_through_the_class_where_they_sit(column_of):
    one, two = a_roster(1, s1=HERE), a_roster(2, s2=HERE)
    column = column_of(a_gradebook(one, two), assigned_in(one), assigned_in(two))
    assert placed(column) == {
        "s-1": ("c-1", "501", FROM_THE_START),
        "s-2": ("c-2", "502", FROM_THE_START),
    }


def test_b5_a_student_of_a_linked_section_without_it_is_not_assigned(column_of):
    one, two = a_roster(1, s1=HERE), a_roster(2, s2=HERE)
    found = placed(column_of(a_gradebook(one, two), assigned_in(one)))
    assert found["s-2"] == ("c-1", "502", None)


@pytest.mark.parametrize(
    ("scored", "since"), table(("scored", ["s-1"], FROM_THE_START), ("without a score", [], None))
)
def test_c3a_a_transfer_to_a_linked_section_without_it_keeps_a_score_only(column_of, scored, since):
    one, two = a_roster(1, s1=LEFT), a_roster(2, s1=[sits(start=TODAY)])
    gradebook = a_gradebook(one, two)
    column = column_of(gradebook, assigned_in(one))
    assert placed(column, *scored) == {"s-1": ("c-1", "502", since)}
    assert students_of_column(*column, scored)[0].enrolled


def test_c3a_a_transfer_between_linked_sections_belongs_to_the_class_of_today(column_of):
    one, two = a_roster(1, s1=LEFT), a_roster(2, s1=[sits(start=TODAY)])
    gradebook = a_gradebook(one, two)
    column = column_of(gradebook, assigned_in(one), assigned_in(two))
    assert placed(column) == {"s-1": ("c-2", "502", FROM_THE_START)}
    (student,) = students_of_column(*column, ())
    assert not student.assigned_there(column[0], DUE), "B4 is judged per class"


def test_b6_who_dropped_out_of_both_linked_sections_is_not_enrolled(column_of):
    one, two = a_roster(1, s1=LEFT), a_roster(2, s1=LEFT)
    gradebook = a_gradebook(one, two)
    (student,) = students_of_column(*column_of(gradebook, assigned_in(one), assigned_in(two)), ())
    assert not student.enrolled


def test_a_student_of_two_linked_sections_has_one_place_with_the_owner(column_of):
    one, two = a_roster(1, s1=HERE), a_roster(2, s1=HERE)
    column = column_of(a_gradebook(one, two), assigned_in(two), assigned_in(one))
    assert placed(column) == {"s-1": ("c-2", "502", FROM_THE_START)}


def test_a_name_on_a_list_goes_before_where_somebody_sits(column_of):
    one, two = a_roster(1, s1=HERE), a_roster(2, s2=HERE)
    column = column_of(
        a_gradebook(one, two), assigned_in(one), assigned_in(two, students={"s-1": DUE})
    )
    assert placed(column)["s-1"] == ("c-2", "501", DUE)


people = st.sampled_from(["s1", "s2", "s3", "s5"])
spans = st.sampled_from([HERE, LEFT, TO_COME, [sits(end=DUE - DAY), sits(start=TODAY)]])
rosters = st.dictionaries(people, spans)
lists = st.none() | st.dictionaries(
    st.sampled_from(["s-1", "s-4", "s-5"]), st.none() | st.just(DUE)
)
LEDGERED = [Student(id=f"s-{n}", sis_id=None if n == 4 else f"900{n}") for n in range(1, 6)]


@pytest.fixture(scope="module")
def ledger():
    found = a_ledger(*LEDGERED)
    yield found
    found.close()


@given(
    first=rosters,
    second=rosters,
    listed=st.lists(lists, min_size=1, max_size=2),
    scored=st.sets(st.sampled_from(["s-1", "s-2", "s-4"])),
)
def test_everyone_has_one_place_in_the_gradebook(ledger, first, second, listed, scored):
    sections = a_roster(1, **first), a_roster(2, **second)
    gradebook = a_gradebook(*sections)
    pairs = zip(sections, listed, strict=False)
    targets = [assigned_in(section, students=students) for section, students in pairs]
    column = a_context(a_run(ledger=ledger), gradebook, a_shared_column(*targets))
    found = students_of_column(*column, scored)
    names = [student.id for student in found]
    assert names == sorted(set(names))
    for student in found:
        assert student.section in gradebook.sections
        assert student.judged in targets
        if student.enrolled:
            assert gradebook.sections[student.section].enrolled(student.sis_student, TODAY)
        given_to = student.judged.candidate.assessment.students
        if student.assigned_since not in {None, FROM_THE_START}:
            assert given_to[student.id] == student.assigned_since


def test_e6_a_refused_linked_class_says_nothing_of_the_other_classes_students(ledger):
    one, two = a_roster(1, s1=HERE), a_roster(2, s2=HERE)
    gradebook = a_gradebook(one, two)
    refused = assigned_in(one, assigned_on=date(2026, 8, 1)).candidate
    run, facts, reads = facts_of(a_run(ledger=ledger), [refused.class_], gradebook)
    facts = replace(facts, assessments=[refused.assessment], assigned={"a-1": frozenset({"c-1"})})
    plan = decide_gradebook(run, facts, reads)
    assert {(s.student, s.state) for s in plan.states} == {
        (None, State.REFUSED),
        ("s-1", State.REFUSED),
    }


# ---- scores of other classes -------------------------------------------------------------------


def test_e6_a_score_of_another_gradebooks_class_has_no_place_here(column_of):
    section = a_roster(1, s1=HERE)
    elsewhere = a_class(id="c-2", section="502")
    records = (
        a_class(),
        elsewhere,
        an_assessment(),
        an_assessment(class_id="c-2"),
        a_score(student="s-1"),
        a_score(student="s-2"),
    )
    column = column_of(a_gradebook(section), assigned_in(section), records=records)
    assert list(placed(column, "s-1", "s-2")) == ["s-1"]


def test_e6_a_student_without_sis_id_is_not_lost_in_a_linked_gradebook(column_of):
    one, two = a_roster(1, s1=HERE), a_roster(2, s2=HERE)
    column = column_of(a_gradebook(one, two), assigned_in(one), assigned_in(two))
    assert "s-4" in placed(column, "s-4")


@pytest.mark.parametrize(
    "other",
    table(
        ("its total points differ", {"total_points": Decimal(20)}),
        ("it is refused there", {"assigned_on": date(2026, 8, 1)}),
    ),
)
@pytest.mark.parametrize("scored", table(("scored", ["s-1", "s-2"]), ("without a score", [])))
def test_c3a_who_sits_in_a_linked_class_outside_the_column_is_not_in_it(column_of, other, scored):
    one, two = a_roster(1, s1=HERE), a_roster(2, s2=HERE)
    outside = assigned_in(two, **other)
    records = [a_class(), a_class(id="c-2", section="502")]
    records += [an_assessment(), outside.candidate.assessment]
    column = column_of(a_gradebook(one, two), assigned_in(one), beside=[outside], records=records)
    assert placed(column, *scored) == {"s-1": ("c-1", "501", FROM_THE_START)}


def test_c3a_a_score_that_came_along_from_the_column_stays_out_of_the_other_class(column_of):
    one, two = a_roster(1, s1=LEFT), a_roster(2, s1=[sits(start=TODAY)])
    outside = assigned_in(two, total_points=Decimal(20))
    column = column_of(a_gradebook(one, two), assigned_in(one), beside=[outside])
    assert placed(column, "s-1") == {}


def test_c3a_the_two_columns_of_unequal_points_are_two_groups():
    one, two = a_roster(1, s1=HERE), a_roster(2, s2=HERE)
    groups = shared_columns([assigned_in(one), assigned_in(two, total_points=Decimal(20))], {})
    assert [group.owner for group in groups] == ["c-1", "c-2"]


def test_e2_two_students_who_claim_one_sis_id_are_told_apart_from_those_who_are_alone(column_of):
    section = a_roster(1, s1=HERE, s2=HERE)
    twin = Student(id="s-1b", sis_id="9001")
    column = column_of(a_gradebook(section), assigned_in(section), records=[twin])
    placed = {student.id: student.alone for student in students_of_column(*column, ["s-1", "s-1b"])}
    assert placed == {"s-1": False, "s-1b": False, "s-2": True}
