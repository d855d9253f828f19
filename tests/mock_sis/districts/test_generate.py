"""Generated districts: the same for the same recipe, both sides agree, no gap in the calendar."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_sis.districts.calendar import school_year
from mock_sis.districts.factory import WorldFactory
from mock_sis.districts.sized import schools
from mock_sis.sis import gradebook_of, periods_of

START = date(2026, 10, 5)
TABLES = (
    *("org", "session", "period", "term_period", "course", "section", "section_term", "teacher"),
    *("student", "enrolment", "category", "category_off", "otus", "setting"),
)


def rows(world):
    return {
        table: [tuple(row) for row in world.db.read(f"SELECT * FROM {table}")] for table in TABLES
    }


@pytest.fixture
def make(tmp_path):
    made = []

    def one(**recipe):
        recipe = {"start": START} | recipe
        made.append(WorldFactory().make(tmp_path / f"w{len(made)}.db", **recipe))
        return made[-1]

    yield one
    for world in made:
        world.close()


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    world = WorldFactory().make(
        tmp_path_factory.mktemp("small") / "s.db", size="small", start=START
    )
    yield world
    world.close()


@pytest.mark.parametrize("size", ["tiny", "small"])
def test_the_same_recipe_gives_the_same_bytes(make, size):
    one, other = (make(size=size) for _ in range(2))

    assert rows(one) == rows(other)
    start = [world.path.with_name(f"{world.path.name}.start") for world in (one, other)]
    assert start[0].read_bytes() == start[1].read_bytes()


def test_another_seed_has_other_people_and_the_same_ids(make):
    one, other = make(seed=1), make(seed=2)

    ids = "SELECT id FROM student ORDER BY id"
    assert list(map(tuple, one.db.read(ids))) == list(map(tuple, other.db.read(ids)))
    assert rows(one)["student"] != rows(other)["student"]


def test_another_start_moves_every_date(make):
    one, later = make(), make(start=START + timedelta(days=7))

    def dues(world):
        return [a["classes"][0]["dueDate"] for a in world.feed.records("assessment")]

    moved = [due and (date.fromisoformat(due) + timedelta(days=7)).isoformat() for due in dues(one)]
    assert dues(later) == moved
    assert periods_of(later)[0].start == periods_of(one)[0].start + timedelta(days=7)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_every_school_year_is_contiguous_around_its_start(start):
    year = school_year(start)

    assert year.periods[year.current].start <= start - timedelta(days=28)
    assert start + timedelta(days=27) <= year.periods[year.current].end
    for before, after in zip(year.periods, year.periods[1:], strict=False):
        assert after.start == before.end + timedelta(days=1)
    assert (year.semesters[0].start, year.semesters[1].end) == (year.whole.start, year.whole.end)
    assert year.semesters[0].end + timedelta(days=1) == year.semesters[1].start


def test_tiny_is_what_the_design_says(make):
    world = make()
    book = gradebook_of(world, "skyward")
    assert [row["id"] for row in world.db.read("SELECT id FROM section")] == [
        "200001",
        "200002",
        "200003",
    ]
    assert book.linked("200001") == ("200001", "200002")
    assert book.linked("200003") == ("200003",)
    teachers = world.db.read("SELECT section, person, main FROM enrolment WHERE role = 'teacher'")
    assert [tuple(row) for row in teachers] == [
        ("200001", "300001", 1),
        ("200002", "300001", 1),
        ("200003", "300002", 1),
        ("200003", "300003", 0),
    ]
    spans = world.db.read(
        "SELECT begin, end FROM enrolment WHERE section = '200001' AND person = '400003'"
    )
    assert [tuple(span) for span in spans] == [
        ("2026-09-07", "2026-09-14"),
        ("2026-09-29", "2027-05-16"),
    ]
    assert {t["sisId"] for t in world.feed.records("teacher")} == {
        *("300001", "300002", "300003", None),
    }
    assert [m["teacherId"] for m in world.feed.records("groupMember")] == [
        *("t-2001", "t-2002", "t-2004"),
    ]
    assert [row["title"] for row in book.categories("200001")] == [
        *("Quiz", "Test", "Homework", "Project", "Lab"),
    ]
    assert "Lab" not in [row["title"] for row in book.categories("200003")]


def test_tiny_has_an_assessment_for_each_rule_that_can_bite(make):
    found = {a["title"]: a for a in make().feed.records("assessment")}

    assert found["Reading log"]["gradingScale"] == "standards"
    assert str(found["Ratio quiz"]["totalPoints"]) == "10.5"
    assert found["Participation"]["kind"] == "plus"
    assert found["District benchmark"]["assignedBy"] == "t-2004"
    assert found["Problem set 4"]["classes"][0]["dueDate"] is None
    assert len(found["Ecosystems and energy transfer: observations and conclusions"]["title"]) > 50
    assert [s["studentId"] for s in found["Make-up quiz"]["classes"][0]["students"]] == [
        "s-3002",
        "s-3004",
    ]
    due = {title: a["classes"][0]["dueDate"] for title, a in found.items()}
    assert due["Fractions quiz"] < START.isoformat() < due["Unit 1 test"]


def test_small_is_the_median_district(small):
    counts = {
        table: small.db.read(f"SELECT count(*) FROM {table}")[0][0]
        for table in ("student", "section", "teacher")
    }
    assert counts == {"student": 1200, "section": 343, "teacher": 70}
    seats = small.db.read(
        "SELECT count(DISTINCT section || person) FROM enrolment WHERE role = 'student'"
    )
    assert seats[0][0] == 7200
    sizes = small.db.read(
        "SELECT count(DISTINCT person) AS n FROM enrolment WHERE role = 'student' GROUP BY section"
    )
    assert {row["n"] for row in sizes} <= {20, 21, 22}


@pytest.mark.parametrize(
    ("students", "sections"), [(1_200, 343), (15_000, 4_286), (184_109, 52_603)]
)
def test_a_size_follows_the_arithmetic(students, sections):
    district = schools(students)

    assert district[-1].students.stop == students
    assert district[-1].sections.stop == sections
    assert all(len(set(s.sitting(s.sections.start))) >= 19 for s in district)


@pytest.mark.parametrize("size", ["tiny", "small"])
def test_both_sides_agree(make, size):
    world = make(size=size)
    feed, book = world.feed, gradebook_of(world, "skyward")
    people = {
        kind: {p["id"]: p["sisId"] for p in feed.records(kind)} for kind in ("teacher", "student")
    }
    for kind, known in people.items():
        in_sis = {row["id"] for row in world.db.read(f"SELECT id FROM {kind}")}
        assert in_sis == {sis_id for sis_id in known.values() if sis_id}
    classes = {c["id"]: c for c in feed.records("class")}
    taught = {c["sectionId"]: c for c in classes.values() if c["sectionId"]}
    for section, record in taught.items():
        mine = world.db.read(
            "SELECT person, main FROM enrolment WHERE section = ? AND role = 'teacher'", section
        )
        listed = {(people["teacher"][t["teacherId"]], int(t["main"])) for t in record["teachers"]}
        assert listed == {tuple(row) for row in mine}
        assert sum(main for _, main in listed) == 1
    seats = {
        (r["section"], r["person"]) for r in world.db.read("SELECT section, person FROM enrolment")
    }
    where = {
        a["id"]: [classes[c["classId"]]["sectionId"] for c in a["classes"]]
        for a in feed.records("assessment")
    }
    for sections in where.values():
        assert all(
            book.linked(s) == tuple(sorted(sections)) for s in sections if s and len(sections) > 1
        )
    for score in feed.records("score"):
        sits = [(s, people["student"][score["studentId"]]) for s in where[score["assessmentId"]]]
        assert where[score["assessmentId"]] == [None] or any(seat in seats for seat in sits)


def test_ids_of_different_kinds_never_meet(small):
    seen = {}
    for table in (
        "org",
        "session",
        "period",
        "course",
        "section",
        "teacher",
        "student",
        "enrolment",
    ):
        for row in small.db.read(f"SELECT id FROM {table}"):
            assert row["id"].isdigit()
            assert seen.setdefault(row["id"], table) == table
    for row in small.db.read("SELECT id FROM category"):
        assert row["id"] not in seen


def test_powerschools_two_numbers_of_a_record_differ_and_never_meet(small):
    for table in ("student", "section", "teacher"):
        numbers = small.db.read(f"SELECT id, dcid, table_id FROM {table}")
        assert all(int(row["id"]) == row["dcid"] for row in numbers)
        assert not {row["dcid"] for row in numbers} & {row["table_id"] for row in numbers}
        assert len({row["table_id"] for row in numbers}) == len(numbers)


def test_a_world_may_have_any_number_of_students(tmp_path):
    world = WorldFactory().make(tmp_path / "world.db", size="84", start=START)
    assert world.db.one("SELECT count(*) FROM student")[0] == 84
    assert world.db.one("SELECT count(*) FROM section")[0] == 84 * 6 / 21


@pytest.mark.parametrize("size", ["20", "1000001", "huge", ""])
def test_there_is_no_such_size(tmp_path, size):
    with pytest.raises(ValueError, match="no world of size"):
        WorldFactory().make(tmp_path / "world.db", size=size, start=START)
