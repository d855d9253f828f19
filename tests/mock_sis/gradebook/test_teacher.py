"""The teacher's hand: what is entered, what the last act was, and how it is taken back."""

from datetime import date
from decimal import Decimal

import pytest

from mock_sis.gradebook.acts import last_act
from mock_sis.gradebook.entry import Entry, StrangeWordError
from mock_sis.gradebook.gradebook import Draft, Refused, Unknown
from mock_sis.gradebook.teacher import Teacher
from mock_sis.gradebook.view import average
from mock_sis.sis import gradebook_of, periods_of, registrar_of

ONE, TWIN, OTHER = "200001", "200002", "200003"
PETRA, TALIA = "400001", "400002"


@pytest.fixture(params=["skyward", "powerschool"])
def book(request, world):
    return gradebook_of(world, request.param)


@pytest.fixture
def teacher(book):
    return Teacher(book)


def draft(book, **change):
    category = book.categories(ONE)[0]["id"]
    plain = {"section": ONE, "title": "Quiz", "points": Decimal(20), "category": category}
    return Draft(**plain | {"due": date(2026, 10, 8)} | change)


def undone(teacher):
    return teacher.undo(last_act(teacher.book, ONE))


def test_without_an_act_there_is_nothing_to_undo(book):
    assert last_act(book, ONE) is None


def test_an_entered_score_is_taken_back_to_what_the_program_had_sent(book, teacher):
    column, _ = book.put_column(draft(book), by="api")
    book.put_score(column.id, PETRA, Decimal(18), by="api", external_id="r-1", vendor="v")
    before = book.cell(column.id, PETRA)
    teacher.enter(column.id, [Entry(PETRA, Decimal(12), ["late"], "again"), Entry(TALIA, None)])
    assert last_act(book, ONE).sentence == "2 scores were entered for Quiz"

    assert undone(teacher)

    after = book.cell(column.id, PETRA)
    assert (after.value, after.extra, after.touched_by) == (Decimal(18), {}, "api")
    assert after.external_id == before.external_id
    assert book.cell(column.id, TALIA) is None
    assert last_act(book, ONE) is None


def test_acts_are_taken_back_one_after_the_other(book, teacher):
    column = teacher.add(draft(book))
    teacher.edit(column.id, {"title": "Better"})
    teacher.enter(column.id, [Entry(PETRA, Decimal(1))])
    teacher.delete(column.id)

    assert undone(teacher)
    assert book.column(column.id).title == "Better"
    assert undone(teacher)
    assert book.cells(column.id) == []
    assert undone(teacher)
    assert book.column(column.id).title == "Quiz"
    assert undone(teacher)
    with pytest.raises(Unknown):
        book.column(column.id)


def test_a_restored_assignment_goes_away_again(book, teacher):
    column = teacher.add(draft(book))
    teacher.delete(column.id)
    teacher.restore(column.id)

    assert undone(teacher)
    with pytest.raises(Unknown):
        book.column(column.id)


def test_what_a_program_wrote_since_stays_and_the_act_is_forgotten(book, teacher):
    column, _ = book.put_column(draft(book), by="api")
    teacher.enter(column.id, [Entry(PETRA, Decimal(12))])
    book.put_score(column.id, PETRA, Decimal(19), by="api")

    assert not undone(teacher)

    assert book.cell(column.id, PETRA).value == 19
    assert last_act(book, ONE) is None


def test_nothing_is_taken_back_in_a_closed_period(book, teacher, world):
    column = teacher.add(draft(book))
    teacher.enter(column.id, [Entry(PETRA, Decimal(12))])
    registrar_of(world).close_period(periods_of(world)[0].id)

    with pytest.raises(Refused) as refused:
        undone(teacher)

    assert refused.value.rule == "A12"
    assert book.cell(column.id, PETRA).value == 12
    assert last_act(book, ONE) is not None


def test_a_deleted_assignment_that_came_again_is_not_restored_by_undo(book, teacher):
    column, _ = book.put_column(draft(book), by="api", vendor="v", external_id="x")
    teacher.delete(column.id)
    book.put_column(draft(book), by="api", vendor="v", external_id="x")

    with pytest.raises(Refused) as refused:
        undone(teacher)

    assert refused.value.rule == "C3"


def test_an_act_belongs_to_its_gradebook(book, teacher):
    teacher.add(draft(book))

    assert last_act(book, OTHER) is None
    assert (last_act(book, TWIN) is not None) == book.links  # linked sections share it


def test_a_refused_entry_is_no_act(book, teacher):
    column = teacher.add(draft(book))
    for entry, error in (
        (Entry(PETRA, Decimal(-1)), Refused),
        (Entry("400015", Decimal(1)), Refused),
        (Entry(PETRA, Decimal(1), ["asleep"]), StrangeWordError),
    ):
        with pytest.raises(error):
            teacher.enter(column.id, [Entry(TALIA, Decimal(1)), entry])
    assert last_act(book, ONE).sentence == "Quiz was added"
    assert book.cells(column.id) == []


def test_what_an_entry_does_not_name_stays(book, teacher):
    column = teacher.add(draft(book))
    teacher.enter(column.id, [Entry(PETRA, Decimal(5), ["late"], "see me")])
    teacher.enter(column.id, [Entry(PETRA, Decimal(6))])
    cell = book.cell(column.id, PETRA)

    assert book.statuses.of(cell.extra, cell.status) == ["late"]
    assert cell.extra["comment"] == "see me"


@pytest.mark.parametrize(("sis", "taken"), [("skyward", True), ("powerschool", False)])
def test_only_powerschool_refuses_a_teacher_more_than_the_most(world, sis, taken):
    book = gradebook_of(world, sis)
    teacher = Teacher(book)
    column = teacher.add(draft(book))
    book.put_score(column.id, TALIA, Decimal(22), by="api")  # a program may: extra credit

    if taken:
        teacher.enter(column.id, [Entry(PETRA, Decimal(22))])
        return
    with pytest.raises(Refused, match="above 20"):
        teacher.enter(column.id, [Entry(PETRA, Decimal(22))])
    teacher.edit(column.id, {"extra": {"extracreditpoints": "2"}})
    teacher.enter(column.id, [Entry(PETRA, Decimal(22))])


def test_a_weight_counts_in_the_average(book, teacher):
    one = teacher.add(draft(book, points=Decimal(10)))
    two = teacher.add(draft(book, points=Decimal(10), extra={"weight": "3"}))
    teacher.enter(one.id, [Entry(PETRA, Decimal(10))])
    teacher.enter(two.id, [Entry(PETRA, Decimal(6))])
    cells = {c.id: book.cell(c.id, PETRA) for c in (one, two)}

    assert average([one, two], cells) == 70.0
