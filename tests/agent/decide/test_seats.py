"""B4, B5, B6, C3a: who belongs in a column, through which class, and since when."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.decide.board import Board
from agent.decide.seats import Desk, seats
from agent.decide.targets import Target, apart, joined, judged
from agent.domain import Student
from agent.records import State
from tests.agent.builders import (
    ASSIGNED,
    DUE,
    TODAY,
    StubSis,
    a_candidate,
    a_class,
    a_gradebook,
    a_group,
    a_ledger,
    a_run,
    a_score,
    a_section,
    an_assessment,
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
    return Target(candidate=candidate, refused=())


@pytest.fixture
def desk_of():
    """Makes a desk over a ledger of students s-1 to s-5; s-4 has no SIS id.

    *beside* are targets of the same gradebook that are not in this column.
    """
    kits = []

    def make(gradebook, *targets, beside=(), records=()):
        people = [Student(id=f"s-{n}", sis_id=None if n == 4 else f"900{n}") for n in range(1, 6)]
        kits.append(a_run(ledger=a_ledger(*people, *records), sis=StubSis()))
        group = apart(a_group(*targets), [*targets, *beside])
        return Desk(kits[-1], gradebook, group)

    yield make
    for kit in kits:
        kit.ledger.close()


def seated(desk, *scored):
    """Student -> (class that assigned it, where the student sits, since when)."""
    found = seats(desk, scored)
    assert len(found) == len({seat.student for seat in found})
    return {s.student: (s.target.candidate.class_.id, s.section, s.assigned_since) for s in found}


HERE = [sits()]
LEFT = [sits(end=TODAY - DAY)]
TO_COME = [sits(start=TODAY + DAY)]


# ---- one class alone -----------------------------------------------------------------------------


def test_everyone_in_the_class_has_a_seat_from_the_start(desk_of):
    section = a_roster(1, s1=HERE, s2=HERE)
    desk = desk_of(a_gradebook(section), assigned_in(section))
    whole = ("c-1", "501", FROM_THE_START)
    assert seated(desk) == {"s-1": whole, "s-2": whole}
    assert [seat.sis_student for seat in seats(desk, ())] == ["9001", "9002"]


def test_a_student_whom_the_source_does_not_know_has_none(desk_of):
    section = a_roster(1, s1=HERE, s9=HERE)
    assert list(seated(desk_of(a_gradebook(section), assigned_in(section)))) == ["s-1"]


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
def test_b6_a_student_who_comes_and_goes_keeps_the_seat(desk_of, spans, today, when_due):
    section = a_roster(1, s1=spans)
    gradebook = a_gradebook(section)
    (seat,) = seats(desk_of(gradebook, assigned_in(section)), ())
    assert (seat.section, seat.assigned_since) == ("501", FROM_THE_START)
    assert seat.enrolled(gradebook, TODAY) is today
    assert seat.assigned_there(gradebook, DUE) is when_due


# ---- a list of students --------------------------------------------------------------------------


def test_b5_a_list_assigns_it_to_those_on_it_and_to_nobody_else(desk_of):
    section = a_roster(1, s1=HERE, s2=HERE, s3=HERE)
    target = assigned_in(section, students={"s-1": None, "s-2": DUE})
    assert seated(desk_of(a_gradebook(section), target)) == {
        "s-1": ("c-1", "501", FROM_THE_START),
        "s-2": ("c-1", "501", DUE),
        "s-3": ("c-1", "501", None),
    }


def test_b5_an_empty_list_assigns_it_to_nobody(desk_of):
    section = a_roster(1, s1=HERE)
    desk = desk_of(a_gradebook(section), assigned_in(section, students={}))
    assert seated(desk) == {"s-1": ("c-1", "501", None)}


def test_b6_a_listed_student_who_never_sat_here_has_a_seat_and_is_not_enrolled(desk_of):
    section = a_roster(1, s1=HERE)
    gradebook = a_gradebook(section)
    desk = desk_of(gradebook, assigned_in(section, students={"s-2": None}))
    found = {seat.student: seat for seat in seats(desk, ())}
    assert found["s-2"].section == "501"
    assert not found["s-2"].enrolled(gradebook, TODAY)
    assert not found["s-2"].assigned_there(gradebook, DUE)


def test_a_list_names_a_student_wherever_they_sit_in_linked_sections(desk_of):
    one, two = a_roster(1, s1=HERE), a_roster(2, s2=HERE)
    gradebook = a_gradebook(one, two)
    desk = desk_of(gradebook, assigned_in(one, students={"s-2": None}))
    found = {seat.student: seat for seat in seats(desk, ())}
    assert (found["s-2"].section, found["s-2"].assigned_since) == ("502", FROM_THE_START)
    assert found["s-2"].assigned_there(gradebook, DUE)


# ---- a score alone -------------------------------------------------------------------------------


def test_a_student_without_sis_id_has_a_seat_and_is_never_enrolled(desk_of):
    section = a_roster(1, s1=HERE)
    gradebook = a_gradebook(section)
    desk = desk_of(gradebook, assigned_in(section))
    found = {seat.student: seat for seat in seats(desk, ["s-4"])}
    assert (found["s-4"].sis_student, found["s-4"].section) == (None, "501")
    assert not found["s-4"].enrolled(gradebook, TODAY)
    assert not found["s-4"].assigned_there(gradebook, DUE)


@pytest.mark.parametrize(
    "students", table(("known to the source", "s-2"), ("unknown even there", "s-77"))
)
def test_b6_a_score_of_who_never_sat_here_has_a_seat_that_is_not_enrolled(desk_of, students):
    section = a_roster(1, s1=HERE)
    gradebook = a_gradebook(section)
    found = {s.student: s for s in seats(desk_of(gradebook, assigned_in(section)), [students])}
    assert found[students].section == "501"
    assert not found[students].enrolled(gradebook, TODAY)


# ---- linked sections (C3a, D3) -------------------------------------------------------------------


def test_c3a_each_student_is_assigned_through_the_class_where_they_sit(desk_of):
    one, two = a_roster(1, s1=HERE), a_roster(2, s2=HERE)
    desk = desk_of(a_gradebook(one, two), assigned_in(one), assigned_in(two))
    assert seated(desk) == {
        "s-1": ("c-1", "501", FROM_THE_START),
        "s-2": ("c-2", "502", FROM_THE_START),
    }


def test_b5_a_student_of_a_linked_section_without_it_is_not_assigned(desk_of):
    one, two = a_roster(1, s1=HERE), a_roster(2, s2=HERE)
    found = seated(desk_of(a_gradebook(one, two), assigned_in(one)))
    assert found["s-2"] == ("c-1", "502", None)


@pytest.mark.parametrize(
    ("scored", "since"), table(("scored", ["s-1"], FROM_THE_START), ("without a score", [], None))
)
def test_c3a_a_transfer_to_a_linked_section_without_it_keeps_a_score_only(desk_of, scored, since):
    one, two = a_roster(1, s1=LEFT), a_roster(2, s1=[sits(start=TODAY)])
    gradebook = a_gradebook(one, two)
    desk = desk_of(gradebook, assigned_in(one))
    assert seated(desk, *scored) == {"s-1": ("c-1", "502", since)}
    assert seats(desk, scored)[0].enrolled(gradebook, TODAY)


def test_c3a_a_transfer_between_linked_sections_belongs_to_the_class_of_today(desk_of):
    one, two = a_roster(1, s1=LEFT), a_roster(2, s1=[sits(start=TODAY)])
    gradebook = a_gradebook(one, two)
    desk = desk_of(gradebook, assigned_in(one), assigned_in(two))
    assert seated(desk) == {"s-1": ("c-2", "502", FROM_THE_START)}
    (seat,) = seats(desk, ())
    assert not seat.assigned_there(gradebook, DUE), "B4 is judged per class"


def test_b6_who_dropped_out_of_both_linked_sections_is_not_enrolled(desk_of):
    one, two = a_roster(1, s1=LEFT), a_roster(2, s1=LEFT)
    gradebook = a_gradebook(one, two)
    (seat,) = seats(desk_of(gradebook, assigned_in(one), assigned_in(two)), ())
    assert not seat.enrolled(gradebook, TODAY)


def test_a_student_of_two_linked_sections_has_one_seat_with_the_owner(desk_of):
    one, two = a_roster(1, s1=HERE), a_roster(2, s1=HERE)
    desk = desk_of(a_gradebook(one, two), assigned_in(two), assigned_in(one))
    assert seated(desk) == {"s-1": ("c-2", "502", FROM_THE_START)}


def test_a_name_on_a_list_goes_before_where_somebody_sits(desk_of):
    one, two = a_roster(1, s1=HERE), a_roster(2, s2=HERE)
    desk = desk_of(a_gradebook(one, two), assigned_in(one), assigned_in(two, students={"s-1": DUE}))
    assert seated(desk)["s-1"] == ("c-2", "501", DUE)


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
def test_everyone_has_one_seat_and_a_place_in_the_gradebook(ledger, first, second, listed, scored):
    sections = a_roster(1, **first), a_roster(2, **second)
    gradebook = a_gradebook(*sections)
    pairs = zip(sections, listed, strict=False)
    targets = [assigned_in(section, students=students) for section, students in pairs]
    desk = Desk(a_run(ledger=ledger), gradebook, a_group(*targets))
    found = seats(desk, scored)
    names = [seat.student for seat in found]
    assert names == sorted(set(names))
    for seat in found:
        assert seat.section in gradebook.sections
        assert seat.target in targets
        if seat.enrolled(gradebook, TODAY):
            assert gradebook.sections[seat.section].enrolled(seat.sis_student, TODAY)
        given_to = seat.target.candidate.assessment.students
        if seat.assigned_since not in {None, FROM_THE_START}:
            assert given_to[seat.student] == seat.assigned_since


def test_e6_a_refused_linked_class_says_nothing_of_the_other_classes_students(desk_of):
    one, two = a_roster(1, s1=HERE), a_roster(2, s2=HERE)
    gradebook = a_gradebook(one, two)
    desk = desk_of(gradebook, assigned_in(one), assigned_in(two))
    candidate = assigned_in(one, assigned_on=date(2026, 8, 1)).candidate
    board = Board()
    board.refuse(desk.kit, gradebook, judged(desk.kit, candidate), known=[])
    assert {(s.student, s.state) for s in board.states} == {
        (None, State.REFUSED),
        ("s-1", State.REFUSED),
    }


# ---- scores of other classes -------------------------------------------------------------------


def test_e6_a_score_of_another_gradebooks_class_has_no_seat_here(desk_of):
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
    desk = desk_of(a_gradebook(section), assigned_in(section), records=records)
    assert list(seated(desk, "s-1", "s-2")) == ["s-1"]


def test_e6_a_student_without_sis_id_is_not_lost_in_a_linked_gradebook(desk_of):
    one, two = a_roster(1, s1=HERE), a_roster(2, s2=HERE)
    desk = desk_of(a_gradebook(one, two), assigned_in(one), assigned_in(two))
    assert "s-4" in seated(desk, "s-4")


@pytest.mark.parametrize(
    "other",
    table(
        ("its total points differ", {"total_points": Decimal(20)}),
        ("it is refused there", {"assigned_on": date(2026, 8, 1)}),
    ),
)
@pytest.mark.parametrize("scored", table(("scored", ["s-1", "s-2"]), ("without a score", [])))
def test_c3a_who_sits_in_a_linked_class_outside_the_column_is_not_in_it(desk_of, other, scored):
    one, two = a_roster(1, s1=HERE), a_roster(2, s2=HERE)
    outside = assigned_in(two, **other)
    records = [a_class(), a_class(id="c-2", section="502")]
    records += [an_assessment(), outside.candidate.assessment]
    desk = desk_of(a_gradebook(one, two), assigned_in(one), beside=[outside], records=records)
    assert seated(desk, *scored) == {"s-1": ("c-1", "501", FROM_THE_START)}


def test_c3a_a_score_that_came_along_from_the_column_stays_out_of_the_other_class(desk_of):
    one, two = a_roster(1, s1=LEFT), a_roster(2, s1=[sits(start=TODAY)])
    outside = assigned_in(two, total_points=Decimal(20))
    desk = desk_of(a_gradebook(one, two), assigned_in(one), beside=[outside])
    assert seated(desk, "s-1") == {}


def test_c3a_the_two_columns_of_unequal_points_are_two_groups():
    one, two = a_roster(1, s1=HERE), a_roster(2, s2=HERE)
    groups = joined([assigned_in(one), assigned_in(two, total_points=Decimal(20))], {})
    assert [group.owner for group in groups] == ["c-1", "c-2"]


def test_e2_two_students_who_claim_one_sis_id_are_told_apart_from_those_who_are_alone(desk_of):
    section = a_roster(1, s1=HERE, s2=HERE)
    twin = Student(id="s-1b", sis_id="9001")
    desk = desk_of(a_gradebook(section), assigned_in(section), records=[twin])
    placed = {seat.student: seat.alone for seat in seats(desk, ["s-1", "s-1b"])}
    assert placed == {"s-1": False, "s-1b": False, "s-2": True}
