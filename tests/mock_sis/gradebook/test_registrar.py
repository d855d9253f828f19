"""The registrar's hand: spans, teachers, links, merges, categories, periods (rules D1, D5)."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from mock_sis.gradebook.gradebook import Draft, Refused, Unknown
from mock_sis.gradebook.view import teacher_view
from mock_sis.sis import gradebook_of, periods_of, registrar_of

START = date(2026, 10, 5)
ONE, TWIN, OTHER = "200001", "200002", "200003"
PETRA, OLE = "400001", "400008"
QUIZ, PROJECT = "130001", "130004"


@pytest.fixture
def registrar(world):
    return registrar_of(world)


@pytest.fixture
def book(world):
    return gradebook_of(world, "skyward")


def post(book, section=ONE, external_id="pb-1", due=date(2026, 10, 20)):
    draft = Draft(section=section, title="Quiz", points=Decimal(10), category=QUIZ, due=due)
    return book.put_column(draft, by="api", vendor="v", external_id=external_id)[0]


def spans(world, student, section=ONE):
    rows = world.db.read(
        "SELECT begin, end, active FROM enrolment WHERE person = ? AND section = ? ORDER BY begin",
        student,
        section,
    )
    return [tuple(row) for row in rows]


def sits(world, student, section=ONE):
    return gradebook_of(world, "skyward").enrolled([section], student, world.today()) is not None


def modified(world, table, id_):
    return world.db.read(f"SELECT modified FROM {table} WHERE id = ?", id_)[0][0]


# ---- students -----------------------------------------------------------------------------------


def test_a_dropped_student_was_last_there_the_day_before(world, registrar):
    assert registrar.drop(PETRA, ONE) == 1

    assert spans(world, PETRA) == [("2026-09-07", "2026-10-04", 1)]
    assert not sits(world, PETRA)
    assert sits(world, PETRA, OTHER)


def test_a_drop_without_a_section_is_from_all_of_them(world, registrar):
    assert registrar.drop(PETRA) == 2
    assert registrar.drop(PETRA) == 0


def test_a_dropped_students_score_is_refused_and_what_was_there_stays(world, registrar, book):
    """D5, B6: who left is out of the grid; the cell is kept for the day of the return."""
    column = post(book)
    book.put_score(column.id, PETRA, Decimal(7), by="api")
    registrar.drop(PETRA, ONE)

    with pytest.raises(Refused, match="B6"):
        book.put_score(column.id, PETRA, Decimal(8), by="api")
    assert PETRA not in [row["student"] for row in teacher_view(book, ONE)["rows"]]

    registrar.enroll(PETRA, ONE)
    row = next(row for row in teacher_view(book, ONE)["rows"] if row["student"] == PETRA)
    assert row["cells"][0]["display"] == "7"


def test_coming_back_is_a_second_span(world, registrar):
    registrar.drop(PETRA, ONE)
    world.advance(timedelta(days=10))

    registrar.enroll(PETRA, ONE)

    assert spans(world, PETRA) == [
        ("2026-09-07", "2026-10-04", 1),
        ("2026-10-15", None, 1),
    ]
    assert sits(world, PETRA)


def test_enrolling_twice_is_one_span(world, registrar):
    first = registrar.enroll(PETRA, ONE)

    assert registrar.enroll(PETRA, ONE) == first
    assert len(spans(world, PETRA)) == 1


def test_who_comes_and_goes_on_one_day_was_never_there(world, registrar):
    registrar.enroll(PETRA, TWIN)
    registrar.drop(PETRA, TWIN)

    assert [active for *_, active in spans(world, PETRA, TWIN)] == [0]


def test_a_transfer_leaves_the_section_of_the_same_course_only(world, registrar):
    registrar.transfer(PETRA, TWIN)

    assert (sits(world, PETRA, ONE), sits(world, PETRA, TWIN), sits(world, PETRA, OTHER)) == (
        False,
        True,
        True,
    )


def test_a_transfer_may_name_what_to_leave(world, registrar):
    registrar.transfer(PETRA, TWIN, leave=OTHER)

    assert (sits(world, PETRA, ONE), sits(world, PETRA, OTHER)) == (True, False)


# ---- teachers -----------------------------------------------------------------------------------


def test_a_new_co_teacher_is_known_on_both_sides(world, registrar):
    registrar.add_teacher(ONE, "300003")

    rows = world.db.read(
        "SELECT person, main FROM enrolment WHERE section = ? AND role = 'teacher'", ONE
    )
    assert [tuple(row) for row in rows] == [("300001", 1), ("300003", 0)]
    assert world.feed.get("class", "c-1001")["teachers"] == [
        {"teacherId": "t-2001", "main": True},
        {"teacherId": "t-2003", "main": False},
    ]


def test_a_section_has_one_main_teacher(world, registrar, book):
    assert "Lab" not in [row["title"] for row in book.categories(OTHER)]

    registrar.add_teacher(OTHER, "300003", main=True)

    mains = world.db.read("SELECT person FROM enrolment WHERE section = ? AND main = 1", OTHER)
    assert [row[0] for row in mains] == ["300003"]
    record = world.feed.get("class", "c-1003")
    assert [t["teacherId"] for t in record["teachers"] if t["main"]] == ["t-2003"]
    assert "Lab" in [row["title"] for row in book.categories(OTHER)]


def test_a_co_teacher_who_leaves_is_gone_on_both_sides_and_may_come_back(world, registrar):
    registrar.add_teacher(ONE, "300003")
    registrar.remove_teacher(ONE, "300003")

    rows = world.db.read(
        "SELECT person FROM enrolment WHERE section = ? AND role = 'teacher' AND active = 1",
        ONE,
    )
    assert [row["person"] for row in rows] == ["300001"]
    assert world.feed.get("class", "c-1001")["teachers"] == [{"teacherId": "t-2001", "main": True}]
    with pytest.raises(Unknown, match="300003"):
        registrar.remove_teacher(ONE, "300003")

    registrar.add_teacher(ONE, "300003")
    assert len(world.feed.get("class", "c-1001")["teachers"]) == 2


def test_the_main_teacher_cannot_leave(world, registrar):
    with pytest.raises(ValueError, match="when another is the main teacher"):
        registrar.remove_teacher(ONE, "300001")

    assert len(world.feed.get("class", "c-1001")["teachers"]) == 1


# ---- sections -----------------------------------------------------------------------------------


def test_linking_shows_the_columns_of_each_in_all(world, registrar, book):
    mine, theirs = post(book), post(book, OTHER, "pb-2")

    registrar.link([OTHER, TWIN])

    assert book.linked(ONE) == (ONE, TWIN, OTHER)
    assert [c.id for c in book.columns(OTHER)] == [mine.id, theirs.id]
    registrar.unlink(OTHER)
    assert [c.id for c in book.columns(OTHER)] == [theirs.id]


def test_a_merge_takes_students_and_columns_along(world, registrar, book):
    registrar.unlink(TWIN)
    column = post(book)
    book.put_score(column.id, PETRA, Decimal(9), by="api")

    registrar.merge(ONE, TWIN)

    assert not book.section(ONE)["active"]
    assert len(teacher_view(book, TWIN)["rows"]) == 14
    assert book.column(column.id).section == TWIN
    row = next(row for row in teacher_view(book, TWIN)["rows"] if row["student"] == PETRA)
    assert row["cells"][0]["display"] == "9"
    with pytest.raises(Refused, match="A13"):
        post(book, ONE, "pb-2")
    with pytest.raises(ValueError, match="itself"):
        registrar.merge(TWIN, TWIN)


def test_a_merge_leaves_a_closed_period_where_it_is(world, registrar, book):
    """E4."""
    registrar.unlink(TWIN)
    column = post(book)
    registrar.close_period("120001")

    registrar.merge(ONE, TWIN)

    assert book.column(column.id) == column


# ---- categories and periods ---------------------------------------------------------------------


def titles(book, section):
    return [row["title"] for row in book.categories(section)]


def test_a_category_goes_for_everyone_or_for_one_teacher(world, registrar, book):
    registrar.deactivate_category(PROJECT, teacher="300001")
    assert "Project" not in titles(book, ONE)
    assert "Project" in titles(book, OTHER)
    registrar.activate_category(PROJECT, teacher="300001")
    assert "Project" in titles(book, ONE)
    registrar.deactivate_category(PROJECT)
    assert "Project" not in titles(book, OTHER)
    registrar.activate_category(PROJECT)
    assert "Project" in titles(book, OTHER)


def test_a_period_cannot_end_before_it_starts(world, registrar):
    with pytest.raises(ValueError, match="before it starts"):
        registrar.change_period("120001", end=date(2026, 9, 6))

    registrar.change_period("120001", end=date(2026, 9, 7))
    assert periods_of(world)[0].end == date(2026, 9, 7)


def test_a_moved_end_moves_columns_into_the_next_period(world, registrar, book):
    column = post(book, due=date(2026, 11, 1))
    registrar.change_period("120001", end=date(2026, 10, 31))
    registrar.change_period("120002", start=date(2026, 11, 1))

    assert book.period_of(column.section, column.due).title == "Q2"


# ---- all of them --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "act",
    [
        lambda r: r.drop("999"),
        lambda r: r.enroll("999", ONE),
        lambda r: r.enroll(PETRA, "999"),
        lambda r: r.transfer(PETRA, "999"),
        lambda r: r.add_teacher("999", "300001"),
        lambda r: r.add_teacher(ONE, "999"),
        lambda r: r.merge(ONE, "999"),
        lambda r: r.link([ONE, "999"]),
        lambda r: r.unlink("999"),
        lambda r: r.deactivate_category("999"),
        lambda r: r.activate_category(QUIZ, teacher="999"),
        lambda r: r.change_period("999", grace_days=1),
        lambda r: r.close_period("999"),
        lambda r: r.reopen_period("999"),
    ],
)
def test_an_unknown_id_is_unknown_and_changes_nothing(world, registrar, act):
    before = world.db.read("SELECT total_changes()")[0][0]

    with pytest.raises(Unknown, match="999"):
        act(registrar)

    assert world.db.read("SELECT total_changes()")[0][0] == before


def test_every_change_moves_the_modified_instant(world, registrar):
    world.set_clock(datetime(2026, 10, 7, 12, tzinfo=UTC), frozen=True)
    registrar.drop(PETRA, ONE)
    registrar.unlink(TWIN)
    registrar.close_period("120001")
    registrar.deactivate_category(QUIZ)
    span = registrar.enroll(PETRA, TWIN)

    now = "2026-10-07T12:00:00Z"
    assert modified(world, "section", TWIN) == now
    assert modified(world, "period", "120001") == now
    assert modified(world, "category", QUIZ) == now
    assert modified(world, "enrolment", span) == now
    assert modified(world, "section", OTHER) < now
    world.set_clock(frozen=False)
