"""The gradebook as a SIS keeps it: linked columns, `*`, refusals, closed periods (rules D, E4)."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from mock_sis.districts.factory import WorldFactory
from mock_sis.gradebook.gradebook import Draft, Refused, Unknown
from mock_sis.gradebook.view import averages, teacher_view
from mock_sis.sis import gradebook_of, periods_of, registrar_of
from mock_sis.world.world import World

START = date(2026, 10, 5)
ONE, TWIN, OTHER = "200001", "200002", "200003"
PETRA, OLE, LATER = "400001", "400008", "400015"
"""Students of ONE (and OTHER), of TWIN, and of OTHER only."""
QUIZ, TEST, LAB = "130001", "130002", "130005"
Q1_END = date(2026, 11, 8)


@pytest.fixture
def book(world):
    return gradebook_of(world, "skyward")


def draft(**change):
    plain = {
        "section": ONE,
        "title": "Fractions quiz",
        "points": Decimal(20),
        "category": QUIZ,
        "assigned": date(2026, 10, 1),
        "due": date(2026, 10, 8),
    }
    return Draft(**plain | change)


def post(book, external_id="pb-1", **change):
    return book.put_column(draft(**change), by="api", vendor="passback", external_id=external_id)[0]


def refusal(call, *args, **kwargs):
    with pytest.raises(Refused) as caught:
        call(*args, **kwargs)
    return caught.value.rule


def shown(book, section=ONE):
    view = teacher_view(book, section)
    return {row["student"]: [cell["display"] for cell in row["cells"]] for row in view["rows"]}


# ---- columns ------------------------------------------------------------------------------------


def test_the_same_id_is_the_same_column(book):
    column, created = book.put_column(draft(), by="api", vendor="passback", external_id="pb-1")
    again, created_again = book.put_column(
        draft(title="Fractions, again"), by="api", vendor="passback", external_id="pb-1"
    )

    assert (created, created_again) == (True, False)
    assert again.id == column.id
    assert [c.title for c in book.columns(ONE)] == ["Fractions, again"]


def test_another_vendor_may_use_the_same_id(book):
    post(book)
    book.put_column(draft(), by="api", vendor="someone", external_id="pb-1")

    assert len(book.columns(ONE)) == 2
    assert [book.find_column(who, "pb-1").vendor for who in ("someone", "passback")] == [
        "someone",
        "passback",
    ]


def test_the_other_sis_has_a_gradebook_of_its_own(world, book):
    column = post(book)
    powerschool = gradebook_of(world, "powerschool")

    assert powerschool.columns(ONE) == []
    with pytest.raises(Unknown):
        powerschool.column(column.id)
    assert {r["id"] for r in powerschool.categories(ONE)}.isdisjoint(
        r["id"] for r in book.categories(ONE)
    )


def test_a_linked_column_is_one_column_everywhere(book):
    """D3: posted through either section, shown in both; a different id is a second column."""
    first = post(book)
    same = post(book, section=TWIN, title="Through the twin")
    second = post(book, "pb-2", section=TWIN)

    assert same.id == first.id
    assert same.section == ONE
    for section in (ONE, TWIN):
        assert [c.id for c in book.columns(section)] == [first.id, second.id]
    assert book.columns(OTHER) == []


def test_a_linked_gradebook_shows_the_students_of_all_its_sections(book):
    column = post(book)
    book.put_score(column.id, OLE, Decimal(12), by="api")

    one, twin = teacher_view(book, ONE), teacher_view(book, TWIN)

    assert one["linked"] == [TWIN]
    assert twin["linked"] == [ONE]
    assert [c["id"] for c in one["columns"]] == [c["id"] for c in twin["columns"]]
    assert {r["student"] for r in one["rows"]} == {r["student"] for r in twin["rows"]}
    assert one["rows"][0]["section"] == ONE
    assert twin["rows"][0]["section"] == TWIN
    assert shown(book)[OLE] == ["12"]
    assert shown(book)[PETRA] == ["*"]


def test_an_id_cannot_move_to_another_gradebook(book):
    post(book)

    assert refusal(post, book, section=OTHER) == "C3"


def test_a_deleted_column_is_gone_until_restored_with_its_scores(book):
    column = post(book)
    book.put_score(column.id, PETRA, Decimal(7), by="api")

    book.delete_column(column.id, by="teacher")
    assert book.columns(ONE) == []
    assert book.find_column("passback", "pb-1") is None
    with pytest.raises(Unknown):
        book.put_score(column.id, PETRA, Decimal(8), by="api")

    book.restore_column(column.id, by="teacher")
    assert shown(book)[PETRA] == ["7"]


def test_a_put_after_a_deletion_makes_a_new_column(book):
    old = post(book)
    book.delete_column(old.id, by="teacher")

    new = post(book)

    assert new.id != old.id
    assert refusal(book.restore_column, old.id, by="teacher") == "C3"


def test_a_teacher_edits_only_what_she_names(book):
    column = post(book)

    edited = book.edit_column(column.id, {"category": TEST}, by="teacher")

    assert (edited.category, edited.title, edited.external_id) == (TEST, column.title, "pb-1")
    assert (edited.by, edited.touched_by) == ("api", "teacher")
    with pytest.raises(TypeError, match="colour"):
        book.edit_column(column.id, {"colour": "red"}, by="teacher")


def test_modified_moves_with_every_write(world, book):
    column = post(book)
    cell, _ = book.put_score(column.id, PETRA, Decimal(1), by="api")
    world.advance(timedelta(hours=1))

    later = book.edit_column(column.id, {"title": "New"}, by="teacher")
    rewritten, _ = book.put_score(column.id, PETRA, Decimal(1), by="teacher")

    assert later.modified - column.modified >= timedelta(hours=1)
    assert later.created == column.created
    assert rewritten.modified - cell.modified >= timedelta(hours=1)
    assert (cell.touched_by, rewritten.touched_by) == ("api", "teacher")


# ---- cells --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "display"),
    [
        (Decimal(0), "0"),
        (Decimal("0.00"), "0"),
        (Decimal("8.50"), "8.5"),
        (Decimal("8.125"), "8.125"),
        (Decimal(300), "300"),
        (Decimal("1E+2"), "100"),
        (None, "*"),
    ],
)
def test_a_score_is_shown_exactly_and_none_is_an_asterisk(book, value, display):
    column = post(book)

    cell, _ = book.put_score(column.id, PETRA, value, by="api")

    assert cell.value == value
    assert shown(book)[PETRA] == [display]


def test_every_enrolled_student_without_a_score_shows_an_asterisk(book):
    post(book)

    assert set(map(tuple, shown(book).values())) == {("*",)}
    assert len(shown(book)) == 14


def test_zero_counts_in_the_average_and_an_asterisk_does_not(book):
    """D7."""
    first, second = post(book), post(book, "pb-2", category=TEST, points=Decimal(10))
    book.put_score(first.id, PETRA, Decimal(15), by="api")
    before = averages(book, ONE)[PETRA]
    book.put_score(second.id, PETRA, Decimal(0), by="teacher")

    assert before == {None: 75.0, QUIZ: 75.0, TEST: None}
    assert averages(book, ONE)[PETRA] == {None: 50.0, QUIZ: 75.0, TEST: 0.0}
    row = next(r for r in teacher_view(book, ONE)["rows"] if r["student"] == PETRA)
    assert row["average"] == 50.0


def test_an_exempt_score_is_shown_and_does_not_count(book):
    column = post(book)
    book.put_score(column.id, PETRA, Decimal(3), by="api", status="exempt")

    assert shown(book)[PETRA] == ["3"]
    assert averages(book, ONE)[PETRA][None] is None


def test_a_result_id_is_new_once(book):
    column = post(book)
    said = {"by": "api", "vendor": "passback", "external_id": "r-1"}

    first, created = book.put_score(column.id, PETRA, Decimal(1), **said)
    second, created_again = book.put_score(column.id, PETRA, Decimal(2), **said)

    assert (created, created_again) == (True, False)
    assert first.id == second.id
    assert book.find_cell("passback", "r-1") == second


def test_a_result_id_stays_with_its_cell(book):
    column = post(book)
    book.put_score(column.id, PETRA, Decimal(1), by="api", vendor="v", external_id="r-1")

    assert (
        refusal(book.put_score, column.id, OLE, Decimal(1), by="api", vendor="v", external_id="r-1")
        == "C3"
    )


def test_a_programs_score_takes_over_the_teachers_cell_and_keeps_one(book):
    column = post(book)
    book.put_score(column.id, PETRA, Decimal(5), by="teacher")

    cell, created = book.put_score(
        column.id, PETRA, Decimal(6), by="api", vendor="v", external_id="r-1"
    )

    assert (created, book.cells(column.id)) == (True, [cell])


def test_a_teachers_edit_keeps_the_programs_id(book):
    column = post(book)
    book.put_score(column.id, PETRA, Decimal(5), by="api", vendor="v", external_id="r-1")

    book.put_score(column.id, PETRA, Decimal(9), by="teacher")

    found = book.find_cell("v", "r-1")
    assert (found.value, found.touched_by) == (Decimal(9), "teacher")


def test_a_deleted_result_shows_an_asterisk_and_frees_its_id(book):
    column = post(book)
    cell, _ = book.put_score(column.id, PETRA, Decimal(5), by="api", vendor="v", external_id="r-1")

    book.delete_score(cell)

    assert shown(book)[PETRA] == ["*"]
    assert book.find_cell("v", "r-1") is None


# ---- refusals, and the switch of each -----------------------------------------------------------


COLUMN_REFUSALS = [
    pytest.param("A13", {"section": "999"}, id="unknown class"),
    pytest.param("A10", {"due": None}, id="no due date"),
    pytest.param("A11", {"due": Q1_END + timedelta(days=1)}, id="due the day after the period"),
    pytest.param("A11", {"due": date(2026, 9, 6)}, id="due the day before the period"),
    pytest.param("A5", {"category": "999"}, id="unknown category"),
    pytest.param("A5", {"section": OTHER, "category": LAB}, id="category off for the teacher"),
]


@pytest.mark.parametrize(("rule_", "change"), COLUMN_REFUSALS)
def test_a_column_is_refused_by_its_rule_and_passes_with_the_rule_off(world, book, rule_, change):
    assert refusal(post, book, **change) == rule_
    assert world.db.read("SELECT * FROM assignment") == []

    world.enforcement.set({rule_: False})
    post(book, **change)


@pytest.mark.parametrize("due", [date(2026, 9, 7), START, Q1_END])
def test_a_due_date_on_any_day_of_the_current_period_passes(book, due):
    assert post(book, due=due).due == due


@pytest.mark.parametrize("points", ["10.5", "0", "-1"])
def test_a_total_that_is_not_whole_is_refused_only_where_the_district_says_so(world, book, points):
    world.enforcement.set({"A2": True})
    assert refusal(post, book, points=Decimal(points)) == "A2"
    world.enforcement.set({"A2": False})
    post(book, points=Decimal(points))


def test_the_current_period_is_judged_only_for_new_and_moved_columns(world, book):
    """A11: scores and other edits of what is there go on after the period's last day."""
    registrar_of(world).change_period("120001", grace_days=10)
    column = post(book)
    world.set_clock(datetime(2026, 11, 10, 18, tzinfo=UTC))

    post(book, title="A new title")
    book.put_score(column.id, PETRA, Decimal(3), by="api")

    assert refusal(post, book, due=date(2026, 10, 9)) == "A11"
    assert refusal(post, book, "pb-2") == "A11"


@pytest.mark.parametrize(
    ("instant", "accepted"),
    [
        pytest.param("2026-11-09T11:59:59Z", True, id="just before six in the morning"),
        pytest.param("2026-11-09T12:00:00Z", False, id="six in the morning"),
    ],
)
def test_a_night_that_began_on_the_last_day_may_still_post(world, book, instant, accepted):
    registrar_of(world).change_period("120001", grace_days=10)
    world.set_clock(datetime.fromisoformat(instant))

    if accepted:
        post(book)
    else:
        assert refusal(post, book) == "A11"


def test_a_teacher_may_use_any_period_that_is_not_closed(book):
    column, _ = book.put_column(draft(due=date(2027, 1, 20)), by="teacher")

    assert book.period_of(column.section, column.due).title == "Q3"


def test_a_category_switched_off_later_stays_on_its_columns(world, book):
    column = post(book)
    registrar_of(world).deactivate_category(QUIZ)

    assert post(book, title="Still a quiz").category == QUIZ
    assert refusal(post, book, "pb-2") == "A5"
    assert book.column(column.id).category == QUIZ


@pytest.mark.parametrize("value", ["-0.5", "NaN", "Infinity"])
def test_a_broken_score_is_refused(book, value):
    column = post(book)

    assert refusal(book.put_score, column.id, PETRA, Decimal(value), by="api") == "B9"


def test_a_negative_score_passes_with_the_rule_off(world, book):
    column = post(book)
    world.enforcement.set({"B9": False})

    book.put_score(column.id, PETRA, Decimal(-1), by="api")


@pytest.mark.parametrize("student", [LATER, "499999"], ids=["other class", "nobody"])
def test_a_student_who_is_not_enrolled_is_refused(world, book, student):
    column = post(book)
    assert refusal(book.put_score, column.id, student, Decimal(1), by="api") == "B6"

    world.enforcement.set({"B6": False})
    book.put_score(column.id, student, Decimal(1), by="api")


@pytest.mark.parametrize(
    ("instant", "accepted"),
    [
        pytest.param("2026-10-06T10:59:59Z", True, id="just before six in the morning"),
        pytest.param("2026-10-06T11:00:00Z", False, id="six in the morning"),
    ],
)
def test_a_night_that_began_on_the_last_day_in_class_may_still_score(
    world, book, instant, accepted
):
    column = post(book)
    with world.db.write() as cursor:
        cursor.execute("UPDATE enrolment SET end = '2026-10-05' WHERE person = ?", (PETRA,))
    world.set_clock(datetime.fromisoformat(instant))

    if accepted:
        book.put_score(column.id, PETRA, Decimal(1), by="api")
    else:
        assert refusal(book.put_score, column.id, PETRA, Decimal(1), by="api") == "B6"


def test_students_of_every_linked_section_are_accepted(book):
    column = post(book)

    for student in (PETRA, OLE):
        book.put_score(column.id, student, Decimal(4), by="api")

    assert [cell.student for cell in book.cells(column.id)] == [PETRA, OLE]


@pytest.mark.parametrize("by", ["api", "teacher"])
def test_nothing_is_written_into_a_closed_period(world, book, by):
    """A12, E4: not by a program, not by a teacher."""
    column, gone = post(book), post(book, "pb-2")
    cell, _ = book.put_score(column.id, PETRA, Decimal(4), by="api")
    book.delete_column(gone.id, by="teacher")
    before = contents(world)
    world.set_clock(datetime.combine(Q1_END + timedelta(days=1), datetime.min.time(), world.zone))

    said = {"vendor": "passback", "external_id": "pb-1"} if by == "api" else {}
    assert refusal(book.put_score, column.id, PETRA, Decimal(5), by=by) == "A12"
    assert refusal(book.put_score, column.id, OLE, Decimal(5), by=by) == "A12"
    assert refusal(book.delete_score, cell) == "A12"
    assert refusal(book.edit_column, column.id, {"title": "New"}, by=by) == "A12"
    assert refusal(book.edit_column, column.id, {"due": date(2026, 12, 1)}, by=by) == "A12"
    assert refusal(book.delete_column, column.id, by=by) == "A12"
    assert refusal(book.restore_column, gone.id, by=by) == "A12"
    assert refusal(book.put_column, draft(), by=by, **said) == "A12"
    assert contents(world) == before


def test_nothing_moves_into_a_closed_period(world, book):
    world.set_clock(datetime(2026, 11, 20, 18, tzinfo=UTC))
    column = post(book, due=date(2026, 11, 25))

    assert refusal(book.edit_column, column.id, {"due": Q1_END}, by="teacher") == "A12"


def test_a_reopened_period_takes_writes_again(world, book):
    column = post(book)
    registrar_of(world).close_period("120001")
    assert refusal(book.put_score, column.id, PETRA, Decimal(5), by="api") == "A12"

    registrar_of(world).reopen_period("120001")
    book.put_score(column.id, PETRA, Decimal(5), by="api")

    assert shown(book)[PETRA] == ["5"]


def test_a_refusal_names_no_student_and_no_score(book):
    column = post(book)
    for student, value in ((LATER, Decimal("17.25")), (PETRA, Decimal("-17.25"))):
        with pytest.raises(Refused) as caught:
            book.put_score(column.id, student, value, by="api")
        assert student not in str(caught.value)
        assert "17.25" not in str(caught.value)


def test_a_refused_record_in_a_batch_leaves_its_neighbours(world, book):
    column = post(book)
    with world.db.write():
        book.put_score(column.id, PETRA, Decimal(5), by="api")
        assert refusal(book.put_score, column.id, LATER, Decimal(5), by="api") == "B6"
        book.put_score(column.id, OLE, Decimal(6), by="api")

    assert (shown(book)[PETRA], shown(book)[OLE]) == (["5"], ["6"])


def test_unknown_things_are_unknown(book):
    for call in (
        lambda: teacher_view(book, "999"),
        lambda: book.column(5),
        lambda: book.section("999"),
    ):
        with pytest.raises(Unknown):
            call()


def test_the_view_has_the_shape_of_the_control_plane(book):
    column = post(book)
    view = teacher_view(book, ONE)

    assert set(view) == {"id", "linked", "periods", "columns", "rows"}
    assert view["periods"][0] == {
        "id": "120001",
        "title": "Q1",
        "start": "2026-09-07",
        "end": "2026-11-08",
        "state": "open",
    }
    assert view["columns"] == [
        {
            "id": str(column.id),
            "external_id": "pb-1",
            "title": "Fractions quiz",
            "category": QUIZ,
            "assigned": "2026-10-01",
            "due": "2026-10-08",
            "points": Decimal(20),
            "period": "120001",
        }
    ]
    assert set(view["rows"][0]) == {"student", "section", "cells", "average"}
    assert view["rows"][0]["cells"] == [{"column": str(column.id), "score": None, "display": "*"}]


# ---- any sequence of hands ----------------------------------------------------------------------


def contents(world):
    return [
        [tuple(row) for row in world.db.read(f"SELECT * FROM {table} ORDER BY id")]
        for table in ("assignment", "score")
    ]


class AnyHands(RuleBasedStateMachine):
    """Programs, teachers and the registrar in any order, against a model of two dictionaries."""

    world: World

    @initialize()
    def begin(self):
        WorldFactory().reset(self.world)
        self.book = gradebook_of(self.world, "skyward")
        self.columns = {}
        self.cells = {}
        self.frozen = {}

    def attempt(self, call, *args, **kwargs):
        try:
            return call(*args, **kwargs)
        except Refused:
            return None

    @rule(
        name=st.sampled_from("abcd"),
        section=st.sampled_from([ONE, TWIN, OTHER]),
        due=st.dates(date(2026, 9, 1), date(2027, 2, 1)),
        title=st.sampled_from(["x", "y"]),
    )
    def a_program_posts(self, name, section, due, title):
        done = self.attempt(post, self.book, name, section=section, due=due, title=title)
        if done:
            self.columns[name] = done.id

    @precondition(lambda self: self.columns)
    @rule(
        data=st.data(),
        student=st.sampled_from([PETRA, OLE, LATER, "400003"]),
        value=st.none() | st.decimals(0, 30, places=2),
        by=st.sampled_from(["api", "teacher"]),
    )
    def somebody_scores(self, data, student, value, by):
        column = data.draw(st.sampled_from(sorted(self.columns.values())))
        done = self.attempt(self.book.put_score, column, student, value, by=by)
        if done:
            self.cells[column, student] = value

    @precondition(lambda self: self.columns)
    @rule(data=st.data(), due=st.dates(date(2026, 9, 1), date(2027, 2, 1)))
    def a_teacher_moves(self, data, due):
        column = data.draw(st.sampled_from(sorted(self.columns.values())))
        self.attempt(self.book.edit_column, column, {"due": due}, by="teacher")

    @precondition(lambda self: self.columns)
    @rule(data=st.data())
    def a_teacher_deletes(self, data):
        name = data.draw(st.sampled_from(sorted(self.columns)))
        try:
            self.book.delete_column(self.columns[name], by="teacher")
        except Refused:
            return
        del self.columns[name]

    @rule(student=st.sampled_from([PETRA, OLE]), section=st.sampled_from([ONE, TWIN]))
    def the_registrar_moves(self, student, section):
        registrar_of(self.world).transfer(student, section)

    @rule(linked=st.booleans())
    def the_registrar_links(self, linked):
        if linked:
            registrar_of(self.world).link([ONE, TWIN])
        else:
            registrar_of(self.world).unlink(TWIN)

    @rule(days=st.integers(1, 40))
    def time_passes(self, days):
        self.world.advance(timedelta(days=days))

    @rule(period=st.sampled_from(["120001", "120002"]))
    def the_registrar_closes(self, period):
        registrar_of(self.world).close_period(period)

    @invariant()
    def linked_sections_show_the_same_columns_and_cells(self):
        if not hasattr(self, "book") or TWIN not in self.book.linked(ONE):
            return
        one, twin = teacher_view(self.book, ONE), teacher_view(self.book, TWIN)
        assert one["columns"] == twin["columns"]
        by_student = [
            sorted(v["rows"], key=lambda r: (r["student"], r["section"])) for v in (one, twin)
        ]
        assert by_student[0] == by_student[1]

    @invariant()
    def a_cell_holds_what_was_last_accepted_and_never_a_zero_of_its_own(self):
        if not hasattr(self, "book"):
            return
        for section in (ONE, TWIN, OTHER):
            for row in teacher_view(self.book, section)["rows"]:
                for cell in row["cells"]:
                    expected = self.cells.get((int(cell["column"]), row["student"]))
                    assert cell["score"] == expected
                    assert (cell["display"] == "*") == (expected is None)

    @invariant()
    def a_closed_period_stays_as_it_was_when_it_closed(self):
        if not hasattr(self, "book"):
            return
        for period in periods_of(self.world):
            if period.state.value != "closed":
                continue
            now = self.in_period(period)
            assert self.frozen.setdefault(period.id, now) == now

    def in_period(self, period):
        columns = self.world.db.read(
            "SELECT * FROM assignment WHERE due BETWEEN ? AND ? ORDER BY id",
            period.start.isoformat(),
            period.end.isoformat(),
        )
        return [
            (tuple(column), [tuple(cell) for cell in self.cells_of(column["id"])])
            for column in columns
        ]

    def cells_of(self, column):
        return self.world.db.read("SELECT * FROM score WHERE assignment = ? ORDER BY id", column)


@pytest.mark.slow
def test_any_sequence_of_hands_keeps_the_gradebook_true(district):
    machine = type("Machine", (AnyHands,), {"world": district})
    case = machine.TestCase
    case.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
    case().runTest()
