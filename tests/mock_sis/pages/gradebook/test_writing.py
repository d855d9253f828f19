"""What a teacher changes by the forms of the gradebook pages, and what is refused, in words."""

import html
import json
from datetime import date
from decimal import Decimal

import pytest

from mock_sis.gradebook.view import roster
from mock_sis.sis import periods_of, registrar_of
from tests.mock_sis.pages.gradebook.conftest import MATH, SCIENCE

GRID = f"/classes/{MATH}"
OF = {
    "powerschool": {"points": "20", "extra_points": "0", "weight": "1"},
    "skyward": {"points": "20", "assigned": "2026-10-02"},
}


def asked(sis, **change):
    """The fields of an assignment's form."""
    category = sis.book.categories(MATH)[0]["id"]
    usual = {"title": "By hand", "category": category, "due": "2026-10-09", "description": "Why"}
    return {**usual, **OF[sis.name], **change}


def scores_of(sis, column, student="400001", **fields):
    """Send the panel of one cell; what is not named stands in it as it does now."""
    return sis.post(f"{GRID}/assignments/{column.id}/scores/{student}", **fields)


def typed(sis, column, text, student="400001"):
    """What the script sends when something is typed into the grid."""
    return scores_of(sis, column, student, typed=text)


def words_of(sis, column, student="400001"):
    cell = sis.book.cell(column.id, student)
    return sis.book.statuses.of(cell.extra, cell.status)


def reason(answer):
    assert answer.status_code == 200  # not led on: the form is shown again
    return html.unescape(answer.text)


# ---- assignments --------------------------------------------------------------------------------


def test_an_assignment_is_added_by_hand(sis):
    assert sis.post(f"{GRID}/assignments/new", **asked(sis)).status_code == 302

    (made,) = sis.book.columns(MATH)
    assert (made.title, made.points, made.due) == ("By hand", 20, date(2026, 10, 9))
    assert (made.description, made.by, made.external_id) == ("Why", "teacher", None)
    assert made.assigned == (date(2026, 10, 2) if sis.name == "skyward" else None)
    assert "By hand was added." in sis.page(GRID)


def test_an_assignment_is_changed_field_by_field(sis):
    column = sis.column(by="api", extra={"createdbyplugin": "p"})
    other = sis.book.categories(MATH)[1]["id"]
    fields = asked(sis, title="Better", category=other, points="12.5", due="2026-10-12")
    sis.post(f"{GRID}/assignments/{column.id}", **fields)

    made = sis.book.column(column.id)
    assert (made.title, made.category, made.points) == ("Better", other, Decimal("12.5"))
    assert (made.due, made.description) == (date(2026, 10, 12), "Why")
    assert (made.by, made.touched_by) == ("api", "teacher")
    assert made.extra["createdbyplugin"] == "p"


def test_powerschool_keeps_weight_and_extra_points(ptp):
    column = ptp.column()
    fields = asked(ptp, weight="2.5", extra_points="3")
    ptp.post(f"{GRID}/assignments/{column.id}", **fields)

    made = ptp.book.column(column.id)
    assert (made.weight, made.extra["extracreditpoints"]) == (Decimal("2.5"), "3")
    assert typed(ptp, column, "23").status_code == 200
    assert "above 23" in typed(ptp, column, "24").json()["error"]


def test_a_form_that_was_left_alone_changes_nothing(sis):
    column = sis.column(by="api", title="Same", description="Why")
    same = {"title": "Same", "points": "10", "due": "2026-10-08", "assigned": ""}
    answer = sis.post(f"{GRID}/assignments/{column.id}", **asked(sis, **same))

    assert answer.status_code == 302
    assert sis.book.column(column.id) == column
    assert "Nothing was changed." in sis.page(GRID)


def test_a_note_says_that_otus_writes_over_the_same_part(sis):
    column = sis.column(by="api")

    assert "the next night writes over your change" in sis.page(f"{GRID}/assignments/{column.id}")
    assert "the next night" not in sis.page(f"{GRID}/assignments/{sis.column().id}")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"title": " "}, "An assignment needs a name."),
        ({"points": "ten"}, "Type a number."),
        ({"points": "0"}, "Type a number from 0.01 to 9,999."),
        ({"due": ""}, "An assignment needs a due date."),
        ({"category": "nothing"}, "Choose one from the list."),
    ],
)
def test_a_field_that_is_wrong_is_told_beside_it_and_all_that_was_typed_stays(sis, change, why):
    answer = sis.post(f"{GRID}/assignments/new", **asked(sis, description="Long work", **change))

    assert why in reason(answer)
    assert "Long work" in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert sis.book.columns(MATH) == []


def test_a_closed_period_refuses_in_plain_words_and_keeps_what_was_typed(sis):
    column = sis.column()
    registrar_of(sis.world).close_period(periods_of(sis.world)[0].id)
    state = {"powerschool": "reporting term Q1 is locked", "skyward": "grading period Q1 is closed"}

    for path, fields in (
        ("/assignments/new", asked(sis, title="Too late")),
        (f"/assignments/{column.id}", asked(sis, title="Too late")),
        (f"/assignments/{column.id}/scores", {"score-400001": "9", "comment-400001": "Too late"}),
        (f"/assignments/{column.id}/scores/400001", {"score-400001": "9",
                                                     "comment-400001": "Too late"}),
    ):  # fmt: skip
        text = reason(sis.post(f"{GRID}{path}", **fields))
        assert f"Nothing was saved: {state[sis.name]} for this class" in text
        assert "Too late" in text
        assert "class 200001" not in text
    assert state[sis.name] in typed(sis, column, "9").json()["error"]
    sis.post(f"{GRID}/assignments/{column.id}/delete", f"{GRID}/assignments")
    assert state[sis.name] in sis.page(f"{GRID}/assignments")
    assert sis.book.columns(MATH) == [column]
    assert sis.book.cells(column.id) == []


def test_a_name_that_is_too_long_for_powerschool_is_refused(ptp):
    answer = ptp.post(f"{GRID}/assignments/new", **asked(ptp, title="x" * 51))

    assert "the name is longer than 50 characters" in reason(answer)
    assert "x" * 51 in answer.text


def test_a_category_that_was_switched_off_stays_until_another_is_chosen(sis):
    column = sis.column()
    registrar_of(sis.world).deactivate_category(column.category)
    text = sis.page(f"{GRID}/assignments/{column.id}")
    assert "Quiz (switched off)" in text

    fields = asked(sis, category=column.category, title="Renamed")
    sis.post(f"{GRID}/assignments/{column.id}", **fields)

    assert sis.book.column(column.id).title == "Renamed"


def test_an_assignment_is_deleted_restored_and_undone(sis):
    column = sis.column(title="Quiz <7>")
    sis.book.put_score(column.id, "400001", Decimal(3), by="teacher")
    here = f"{GRID}/assignments"
    sis.post(f"{here}/{column.id}/delete", here)
    text = sis.page(here)
    assert "Quiz &lt;7&gt; was deleted." in text
    assert "Restore" in text
    assert sis.book.columns(MATH) == []

    sis.post(f"{here}/{column.id}/restore", here)
    assert sis.book.cell(column.id, "400001").value == 3
    sis.post(f"{GRID}/undo", here)
    assert sis.book.columns(MATH) == []
    sis.post(f"{GRID}/undo", here)
    assert sis.book.columns(MATH)[0].title == "Quiz <7>"


# ---- scores -------------------------------------------------------------------------------------


def test_a_score_a_status_and_a_comment_are_entered_in_the_panel(sis):
    column = sis.column()
    answer = scores_of(sis, column, **{
        "score-400001": "8,5", "words-400001": ["late", "missing"], "comment-400001": "See me",
    })  # fmt: skip

    assert answer.status_code == 302
    cell = sis.book.cell(column.id, "400001")
    assert (cell.value, cell.touched_by) == (Decimal("8.5"), "teacher")
    assert words_of(sis, column) == ["late", "missing"]
    text = sis.page(GRID)
    assert '<span class="flag">Late</span>' in text
    assert "Comment: See me" in text


def test_save_and_next_leads_to_the_next_student(sis):
    column = sis.column()
    students = [row["id"] for row in roster(sis.book, MATH)]
    answer = scores_of(sis, column, students[0], **{f"score-{students[0]}": "1", "next": "1"})

    assert f"/scores/{students[1]}#cell-{column.id}-{students[1]}" in answer.headers["location"]


def test_an_exempt_score_is_no_count_in_skyward(sky, ptp):
    for sis, label in ((sky, "No Count"), (ptp, "Exempt")):
        column = sis.column()
        scores_of(sis, column, **{"score-400001": "", "words-400001": "exempt"})
        assert sis.book.cell(column.id, "400001").status == "exempt"
        assert f'<span class="flag">{label}</span>' in sis.page(GRID)


def test_a_whole_column_is_scored_at_once(sis):
    column = sis.column()
    sis.book.put_score(column.id, "400003", Decimal(3), by="api")
    path = f"{GRID}/assignments/{column.id}/scores"
    sis.post(path, **{"score-400001": "1", "score-400002": "0", "score-400003": "3"})

    values = {cell.student: cell.value for cell in sis.book.cells(column.id)}
    assert values == {"400001": 1, "400002": 0, "400003": 3}
    assert sis.book.cell(column.id, "400003").touched_by == "api"  # it was left alone
    assert "2 scores saved." in sis.page(path)
    sis.post(f"{GRID}/undo", GRID)
    assert [cell.student for cell in sis.book.cells(column.id)] == ["400003"]


def test_one_wrong_score_saves_none_and_keeps_all_that_was_typed(sis):
    column = sis.column()
    path = f"{GRID}/assignments/{column.id}/scores"
    text = reason(sis.post(path, **{"score-400001": "7", "score-400002": "seven"}))

    assert f"{sis.name_of('400002')}: “seven” is no score." in text
    assert 'name="score-400001" value="7"' in text
    assert 'name="score-400002" value="seven"' in text
    assert sis.book.cells(column.id) == []


def test_fill_puts_a_score_into_every_empty_field_and_saves_nothing_yet(ptp):
    column = ptp.column()
    path = f"{GRID}/assignments/{column.id}/scores"
    sent = {f"score-40000{n}": "" for n in range(1, 8)} | {"score-400002": "4"}
    answer = ptp.post(path, **sent, fill="10", filling="1")

    assert answer.text.count('value="10"') == 6
    assert 'name="score-400002" value="4"' in answer.text
    assert ptp.book.cells(column.id) == []


def test_what_otus_wrote_since_the_form_was_opened_stays(sis):
    column = sis.column(by="api")
    opened = json.dumps(["", [], ""])
    sis.book.put_score(column.id, "400001", Decimal(9), by="api")
    sis.book.put_score(column.id, "400002", Decimal(9), by="api")
    sis.post(f"{GRID}/assignments/{column.id}/scores", **{
        "score-400001": "", "was-400001": opened, "comment-400001": "well done",
        "score-400002": "", "was-400002": opened,
    })  # fmt: skip

    cells = {cell.student: cell for cell in sis.book.cells(column.id)}
    assert (cells["400001"].value, cells["400001"].extra["comment"]) == (9, "well done")
    assert (cells["400002"].value, cells["400002"].touched_by) == (9, "api")


@pytest.mark.parametrize(
    ("code", "word"),
    [("*", "late"), ("la", "late"), ("MI", "missing"), ("/", "missing"), ("EX", "exempt"),
     ("COL", "collected"), (".", "collected"), ("AB", "absent"), ("in", "incomplete")],
)  # fmt: skip
def test_a_hot_key_of_powerschool_sets_its_flag_and_takes_it_back(ptp, code, word):
    column = ptp.column()
    ptp.book.put_score(column.id, "400001", Decimal(8), by="teacher")
    typed(ptp, column, code)
    assert words_of(ptp, column) == [word]
    assert ptp.book.cell(column.id, "400001").value == 8
    typed(ptp, column, code)
    assert words_of(ptp, column) == []


def test_an_asterisk_empties_a_cell_of_skyward(sky):
    column = sky.column()
    sky.book.put_score(column.id, "400001", Decimal(0), by="teacher")
    told = typed(sky, column, "*").json()

    assert sky.book.cell(column.id, "400001").value is None
    assert (told["text"], told["kind"], told["average"]) == ("*", "none", "")


def test_the_script_is_told_the_cell_the_averages_and_what_can_be_undone(sis):
    column = sis.column(by="api")
    told = typed(sis, column, "7.50").json()

    assert (told["text"], told["kind"], told["own"]) == ("7.5", "score", True)
    assert (told["average"], told["averages"]) == ("75.0", ["75.0"])
    assert told["undo"] == "a score was entered for Warm-up"
    assert told["note"].startswith("Entered by the teacher")


@pytest.mark.parametrize("text", ["seven", "NaN", "1e9", "-1", "9" * 30, "<b>", "--"])
def test_what_is_no_score_is_refused(sis, text):
    column = sis.column()
    answer = typed(sis, column, text)

    assert answer.json()["error"].startswith("Nothing was saved: ")
    assert sis.book.cells(column.id) == []


def test_more_than_the_most_is_refused_by_powerschool_alone(ptp, sky):
    assert "above 10, the most" in typed(ptp, ptp.column(), "11").json()["error"]
    assert typed(sky, sky.column(), "11").json()["kind"] == "extra"


# ---- undo, tokens -------------------------------------------------------------------------------


def test_undo_says_what_it_took_back(sis):
    column = sis.column()
    typed(sis, column, "9")
    assert "a score was entered for Warm-up" in sis.page(GRID)
    sis.post(f"{GRID}/undo", GRID)

    assert sis.book.cells(column.id) == []
    assert "Undone: a score was entered for Warm-up." in sis.page(GRID)
    sis.post(f"{GRID}/undo", GRID)
    assert "There is nothing to undo." in sis.page(GRID)


def test_undo_leaves_what_otus_wrote_since(sis):
    column = sis.column(by="api")
    typed(sis, column, "9")
    sis.book.put_score(column.id, "400001", Decimal(10), by="api")
    sis.post(f"{GRID}/undo", GRID)

    assert sis.book.cell(column.id, "400001").value == 10
    assert "Not undone, because it was changed since" in sis.page(GRID)


def test_no_form_without_its_token_changes_anything(sis):
    column = sis.column()
    sis.book.delete_column(gone := sis.column(title="Gone").id, by="teacher")
    typed(sis, column, "9")
    before = sis.world.db.read("SELECT * FROM assignment"), sis.world.db.read("SELECT * FROM score")
    here = f"/pages{GRID}/assignments"
    for path, fields in (
        (f"{here}/new", asked(sis)),
        (f"{here}/{column.id}", asked(sis)),
        (f"{here}/{column.id}/delete", {}),
        (f"{here}/{gone}/restore", {}),
        (f"{here}/{column.id}/scores", {"score-400001": "1"}),
        (f"{here}/{column.id}/scores/400001", {"score-400001": "1"}),
        (f"{here}/{column.id}/scores/400001", {"typed": "1"}),
        (f"/pages{GRID}/undo", {}),
    ):
        assert sis.client.post(path, data=fields).status_code == 400
        elsewhere = {"Origin": "https://else.example"}
        assert sis.client.post(path, data=fields, headers=elsewhere).status_code == 403
    after = sis.world.db.read("SELECT * FROM assignment"), sis.world.db.read("SELECT * FROM score")
    assert [list(map(dict, rows)) for rows in after] == [list(map(dict, rows)) for rows in before]


def test_a_link_writes_nothing(sis):
    column = sis.column()
    for path in ("delete", "restore"):
        answer = sis.client.get(f"/pages{GRID}/assignments/{column.id}/{path}")
        assert answer.status_code in {404, 405}
    assert sis.client.get(f"/pages{GRID}/undo").status_code in {404, 405}


def test_a_column_of_another_class_is_out_of_reach(sis):
    column = sis.column(section=SCIENCE)
    for path, fields in (("", asked(sis)), ("/delete", {}), ("/scores", {"score-400001": "1"})):
        answer = sis.post(f"{GRID}/assignments/{column.id}{path}", f"{GRID}/assignments/new",
                          **fields)  # fmt: skip
        assert answer.status_code == 404
    assert sis.book.column(column.id) == column
