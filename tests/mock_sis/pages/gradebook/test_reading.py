"""What the gradebook pages show: what is blocked, periods, why a cell is empty, marks of Otus."""

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256

import pytest

from mock_sis.powerschool.gradebook.locks import unlock_section
from mock_sis.sis import periods_of, registrar_of
from tests.mock_sis.pages.gradebook.conftest import MATH, MATH_2, SCIENCE

GRID = f"/classes/{MATH}"


# ---- classes ------------------------------------------------------------------------------------


def test_the_class_list_says_who_is_in_the_group_and_what_is_blocked(ptp, sky):
    outside = "Pavel Sjöberg is not in the Otus teacher group."
    for sis, blocked in (
        (ptp, f"Nothing passes back to this class: {outside}"),
        (sky, f"What Pavel Sjöberg assigns does not pass back: {outside}"),
    ):
        text = sis.page("")
        assert blocked in text
        assert text.count("not in group") == 1
        assert blocked in sis.page(f"/classes/{SCIENCE}")
        assert "not in the Otus teacher group" not in sis.page(GRID)


def test_the_group_is_read_anew_with_every_page(sis):
    sis.world.feed.put("groupMember", "t-2003", {"teacherId": "t-2003"})

    assert "not in group" not in sis.page("")


def test_a_class_that_otus_does_not_know_is_blocked(sis):
    for record in sis.world.feed.classes_of(MATH):
        sis.world.feed.remove("class", record["id"])

    assert "this class is not linked to a class in Otus" in sis.page(GRID)


def test_an_empty_class_shows_its_roster(sis):
    text = sis.page(f"/classes/{SCIENCE}")

    assert text.count('class="name" scope="row"') == 8
    assert sis.name_of("400001") in text
    assert "No assignment yet. Students: 8." in text


def test_the_students_page_has_who_left_too(sis):
    registrar_of(sis.world).drop("400001", MATH)
    text = " ".join(sis.page(f"/classes/{MATH}/students").split())

    row = text[text.index(sis.name_of("400001")) :]
    assert "<td>left</td>" in row[:200]
    assert sis.name_of("400001") not in sis.page(GRID)


# ---- periods ------------------------------------------------------------------------------------


def chips(text):
    found = re.findall(
        r'class="chip (\w+)"[^>]*>.*?</span>([^<]*) <span class="state">([^<]*)</span>'
        r'(?: <span class="more">([^<]*)</span>)?',
        text,
    )
    return {title: (kind, state, more) for kind, title, state, more in found}


def test_powerschool_counts_the_days_until_a_term_is_locked(ptp):
    first = periods_of(ptp.world)[0]
    days = (first.closes.astimezone(ptp.world.zone).date() - ptp.world.today()).days

    assert chips(ptp.page(GRID))["Q1"] == ("open", "open", f"locks in {days} days")
    registrar_of(ptp.world).close_period(first.id)
    assert chips(ptp.page(GRID))["Q1"] == ("closed", "locked", "by hand")
    unlock_section(ptp.world, first.id, MATH)
    assert chips(ptp.page(GRID))["Q1"] == ("open", "unlocked", "for this class, locked for others")


def test_a_period_that_is_over_and_still_open_is_in_its_grace(sky):
    first = periods_of(sky.world)[0]
    registrar_of(sky.world).change_period(first.id, grace_days=3)
    end = datetime.combine(first.end, datetime.min.time(), sky.world.zone)
    sky.world.set_clock((end + timedelta(days=1, hours=12)).astimezone(UTC))

    assert chips(sky.page(GRID))["Q1"] == ("grace", "grace", "closes in 3 days")


# ---- cells --------------------------------------------------------------------------------------


def posted(sis, assessment, class_, **change):
    """A column as Passback makes it: by its id, or where there is none by a tag."""
    id_ = f"pb-{assessment}.{class_}"
    if sis.name == "skyward":
        return sis.column(by="api", external_id=id_, **change)
    tag = f"[pb:{sha256(id_.encode()).hexdigest()[:12]}]"
    return sis.column(by="api", description=f"From Otus {tag}", **change)


def test_an_empty_cell_is_blank_in_powerschool_and_an_asterisk_in_skyward(ptp, sky):
    for sis, shown in ((ptp, '<span class="hidden">no score</span>'), (sky, "*")):
        column = sis.column()
        cell = re.search(f'id="cell-{column.id}-400001"[^>]*><a [^>]*>(.*?)</a>', sis.page(GRID))
        assert cell[1] == shown
        assert "no score yet, or not assigned to this student" in sis.page(GRID)
    assert "A typed <kbd>*</kbd> means Late here" in ptp.page(GRID)


@pytest.mark.parametrize(
    ("assessment", "student", "why"),
    [
        ("a-5001", "400001", "it is graded in Otus, and comes with the next night"),
        ("a-5001", "400004", "turned in, and not all of it is graded in Otus"),
        ("a-5001", "400005", "nothing handed in, and the due date has passed"),
        ("a-5002", "400002", "nothing handed in, and not due before Oct 7"),
        ("a-5013", "400001", "not assigned to this student in Otus"),
    ],
)
def test_a_cell_says_why_it_is_empty(sis, assessment, student, why):
    due = {"a-5002": date(2026, 10, 7)}.get(assessment, date(2026, 9, 24))
    column = posted(sis, assessment, "c-1001", due=due)

    assert why in sis.note(column, student)


def test_marks_of_otus_say_why_a_cell_is_empty(sky):
    column = posted(sky, "a-5001", "c-1001", due=date(2026, 9, 24))

    assert "excluded in Otus" in sky.note(column, "400009")
    assert "excused in Otus" in sky.note(column, "400010")


def test_a_student_who_came_after_the_due_date_is_told_of(sis):
    column = posted(sis, "a-5001", "c-1001", due=date(2026, 9, 24))
    registrar_of(sis.world).enroll("400015", MATH)

    assert "joined the class on Oct 1, after the due date" in sis.note(column, "400015")


def test_a_cell_of_the_teachers_own_column_has_no_score_yet(sis):
    assert sis.note(sis.column(), "400001") == "No score yet."


def test_an_assessment_that_otus_lost_is_told_of(sis):
    assert "not in Otus, or no longer" in sis.note(posted(sis, "a-9", "c-1001"), "400001")


def test_a_cell_says_who_wrote_it_and_when(sis):
    column = posted(sis, "a-5001", "c-1001", due=date(2026, 9, 24))
    for student, value, by in (
        ("400001", "18", "api"), ("400005", "0", "api"), ("400006", "0", "api"),
        ("400002", "7", "teacher"),
    ):  # fmt: skip
        sis.book.put_score(column.id, student, Decimal(value), by=by)
    sis.book.put_score(column.id, "400003", None, by="teacher")

    assert sis.note(column, "400001").startswith("Sent by Otus, Oct 1, 12:0")
    assert sis.note(column, "400005").startswith("A 0 for missing work, sent by Otus, Oct 1")
    assert sis.note(column, "400006").startswith("Sent by Otus")  # a 0 that was graded
    assert sis.note(column, "400002").startswith("Entered by the teacher, Oct 1")
    assert sis.note(column, "400003").startswith("No score: left empty by the teacher")
    assert f'class="score score own" id="cell-{column.id}-400002"' in sis.page(GRID)


def test_a_computed_due_date_and_a_shortened_title_are_marked(sis):
    posted(sis, "a-5010", "c-1001", title="Problem set 4")
    text = sis.page(GRID)
    assert text.count(">computed</abbr>") == 1
    assert "shortened title" not in text

    whole = "Ecosystems and energy transfer: observations and conclusions"
    posted(sis, "a-5017", "c-1003", title=f"{whole[:46]}…", section=SCIENCE)
    assert f'<abbr title="{whole}">shortened title</abbr>' in sis.page(f"/classes/{SCIENCE}")


def test_a_weight_is_shown_and_counts(ptp):
    column = ptp.column(extra={"weight": "2"})
    other = ptp.column(title="Other")
    ptp.book.put_score(column.id, "400001", Decimal(10), by="teacher")
    ptp.book.put_score(other.id, "400001", Decimal(7), by="teacher")
    text = ptp.page(GRID)

    assert "· weight 2" in text
    assert ">90.0</td>" in text


def test_linked_sections_stand_in_one_grid_of_skyward_alone(ptp, sky):
    for sis, there in ((ptp, False), (sky, True)):
        assert (sis.name_of("400008") in sis.page(GRID)) == there
        assert ("Math 7, period 2 <span" in sis.page(GRID)) == there


@pytest.mark.parametrize(
    "path",
    [
        "/assignments/1", "/assignments/1/scores", "/assignments/1/scores/400001",
        "/assignments/{other}", "/assignments/{other}/scores", "/assignments/{own}/scores/9",
        "/assignments/{own}/scores/400015",
    ],
)  # fmt: skip
def test_what_is_not_in_the_class_is_not_there(sis, path):
    own, other = sis.column(), sis.column(section=SCIENCE)
    path = path.format(own=own.id, other=other.id)

    assert sis.client.get(f"/pages/classes/{MATH}{path}").status_code == 404


EVIL = "<script>alert('x')</script>\"onload=\"x"


def test_what_people_typed_is_escaped_on_every_page(sis):
    column = sis.column(title=EVIL[:40], description=EVIL)
    extra = sis.book.statuses.with_words({"comment": EVIL}, ["late"])
    sis.book.put_score(column.id, "400001", Decimal(1), by="teacher", extra=extra)
    sis.column(title="gone" + EVIL[:30])
    with sis.world.db.write() as cursor:
        for table in ("section", "category", "period"):
            cursor.execute(f"UPDATE {table} SET title = ?", (EVIL,))
        for table, name in (("student", "family"), ("teacher", "family"), ("org", "name")):
            cursor.execute(f"UPDATE {table} SET {name} = ?", (EVIL,))

    for path in (
        "", GRID, f"{GRID}/students", f"{GRID}/assignments", f"{GRID}/assignments/new",
        f"{GRID}/assignments/{column.id}", f"{GRID}/assignments/{column.id}/scores",
        f"{GRID}/assignments/{column.id}/scores/400001", f"/classes/{MATH_2}",
    ):  # fmt: skip
        text = sis.page(path)
        assert "<script>" not in text
        assert '"onload=' not in text
        assert "style=" not in text
