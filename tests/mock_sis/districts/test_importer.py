"""A OneRoster export becomes a world: both sides of it, or a fault that names file and column."""

import csv
import io
import zipfile
from datetime import date, timedelta
from decimal import Decimal
from functools import partial

import pytest

from mock_sis.districts.factory import WorldFactory
from mock_sis.districts.oneroster_csv.row import ImportFault
from mock_sis.sis import gradebook_of, periods_of
from tests.exports import FILES, write_export

START = date(2026, 10, 5)


@pytest.fixture
def export(tmp_path):
    """Writes the plain export, with the files given replaced (None: left out)."""
    return partial(write_export, tmp_path / "export")


@pytest.fixture
def world_of(tmp_path):
    made = []

    def make(source, **recipe):
        recipe = {"start": START} | recipe
        made.append(WorldFactory().make(tmp_path / f"w{len(made)}.db", source=source, **recipe))
        return made[-1]

    yield make
    for world in made:
        world.close()


def only(world, sql, *args):
    return [tuple(row) for row in world.db.read(sql, *args)]


def with_column(name, column, values):
    """A file with one more column."""
    lines = FILES[name]
    return [f"{lines[0]},{column}"] + [
        f"{line},{value}" for line, value in zip(lines[1:], values, strict=True)
    ]


def test_rosters_and_calendar_become_the_sis_and_keep_their_ids(export, world_of):
    world = world_of(export())

    assert only(world, "SELECT id, kind, name, parent FROM org ORDER BY id") == [
        ("o1", "district", "Lake", None),
        ("o2", "school", "North", "o1"),
    ]
    assert only(world, "SELECT id, given, family, number FROM student ORDER BY id") == [
        ("501", "Kim", "Ó", "S1"),
        ("502", "Lee", "Ü", "S2"),
    ]
    assert only(world, "SELECT id FROM teacher ORDER BY id") == [("901",), ("902",)]
    assert only(world, "SELECT id, section, begin, end FROM enrolment WHERE person = '501'") == [
        ("e4", "c1", "2026-08-15", "2026-09-20"),
        ("e5", "c1", "2026-09-28", None),
    ]
    assert only(world, "SELECT section, person FROM enrolment WHERE main = 1 ORDER BY section") == [
        ("c1", "901"),
        ("c2", "902"),
    ]
    assert only(world, "SELECT dcid FROM student ORDER BY id") == [(501,), (502,)]
    assert gradebook_of(world, "skyward").linked("c1") == ("c1", "c2")


def test_a_class_has_the_grading_periods_of_its_terms(export, world_of):
    book = gradebook_of(world_of(export()), "skyward")

    assert [p.id for p in book.periods("c1")] == ["q1", "q2", "q3"]
    assert [p.id for p in book.periods("c2")] == ["q1", "q2"]


def test_without_grading_periods_the_shortest_terms_serve(export, world_of):
    sessions = [line for line in FILES["academicSessions"] if "gradingPeriod" not in line]
    world = world_of(export(academicSessions=sessions))

    assert [(p.id, p.title) for p in periods_of(world)] == [("gp-s1", "Fall"), ("gp-s2", "Spring")]
    assert [p.id for p in gradebook_of(world, "skyward").periods("c2")] == ["gp-s1"]


def test_work_becomes_otus_and_nothing_of_it_is_in_the_gradebook(export, world_of):
    world = world_of(export())

    first, second = world.feed.records("assessment")
    assert first == {
        "id": "a1",
        "activityId": None,
        "title": "Fractions",
        "type": "Quiz",
        "gradingScale": "points",
        "totalPoints": 20,
        "includeInFinalGrade": None,
        "kind": "assessment",
        "assignedBy": "901",
        "createdAt": None,
        "submissionDate": None,
        "classes": [
            {
                "classId": "c1",
                "assignedDate": "2026-09-01",
                "dueDate": "2026-09-08",
                "students": None,
            }
        ],
    }
    assert second["totalPoints"] == Decimal("12.5")
    assert second["classes"][0]["assignedDate"] == "2026-10-01"
    assert second["classes"][0]["dueDate"] == "2026-10-09T02:30:00Z"
    assert [
        (s["assessmentId"], s["studentId"], s["progress"], s["points"], s["marks"])
        for s in world.feed.records("score")
    ] == [
        ("a1", "501", "graded", Decimal("17.50"), []),
        ("a2", "501", "graded", None, ["excused"]),
        ("a2", "502", "turned_in", None, []),
    ]
    assert {m["teacherId"] for m in world.feed.records("groupMember")} == {"901", "902"}
    for sis in ("skyward", "powerschool"):
        assert gradebook_of(world, sis).columns("c1") == []


def test_metadata_columns_say_what_the_standard_cannot(export, world_of):
    header = FILES["lineItems"][0] + ",metadata.type,metadata.gradingScale,metadata.kind"
    header += ",metadata.includeInFinalGrade,metadata.assignedBy,metadata.assignerInSis"
    header += ",metadata.students,metadata.submissionDate,metadata.createdAt"
    item = "a1,Log,2026-09-01,,c1,g1,0,20,Journal,standards,plus,false,boss,false,501 502"
    world = world_of(export(lineItems=[header, f"{item},2026-09-03,2026-09-01"]))

    record = world.feed.get("assessment", "a1")
    assert record["type"] == "Journal"
    assert record["gradingScale"] == "standards"
    assert (record["kind"], record["includeInFinalGrade"]) == ("plus", False)
    assert (record["assignedBy"], record["submissionDate"]) == ("boss", "2026-09-03")
    assert record["createdAt"] == "2026-09-01T00:00:00Z"
    assert [s["studentId"] for s in record["classes"][0]["students"]] == ["501", "502"]
    assert record["classes"][0]["dueDate"] is None
    assert world.feed.get("teacher", "boss") == {"id": "boss", "sisId": None}


def test_a_group_file_names_the_teacher_group(export, world_of):
    world = world_of(export(passbackGroup=["userSourcedId", "902"]))

    assert [m["teacherId"] for m in world.feed.records("groupMember")] == ["902"]


def test_a_one_point_two_export_has_roles_in_their_own_file(export, world_of):
    users = ["sourcedId,enabledUser,givenName,familyName,primaryOrgSourcedId"]
    users += ["901,true,Ada,Ng,o2", "501,true,Kim,Ó,o2"]
    roles = ["sourcedId,userSourcedId,roleType,role,orgSourcedId"]
    roles += ["1,901,secondary,parent,o2", "2,901,primary,teacher,o2", "3,501,primary,student,o2"]
    world = world_of(export(users=users, roles=roles))

    assert only(world, "SELECT id, school FROM teacher") == [("901", "o2")]
    assert only(world, "SELECT id FROM student") == [("501",)]


def test_a_zip_is_as_good_as_a_folder_even_with_a_folder_inside(export, world_of, tmp_path):
    folder = export()
    packed = tmp_path / "export.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for path in folder.iterdir():
            archive.write(path, f"export/{path.name}")

    one, other = world_of(folder), world_of(packed)

    for table in ("otus", "enrolment", "section", "period"):
        assert only(one, f"SELECT * FROM {table}") == only(other, f"SELECT * FROM {table}")


def test_deleted_rows_are_left_out(export, world_of):
    users = with_column("users", "status", ["", "active", "tobedeleted", "", ""])
    world = world_of(export(users=users))

    assert only(world, "SELECT id FROM student") == [("502",)]


def test_values_that_cannot_be_used_reach_the_feed_as_they_are(export, world_of):
    """The agent must refuse such a record by itself, and its neighbours must not suffer."""
    items = [FILES["lineItems"][0], "a1,Fractions,2026-09-01,soon,c1,g1,0,many"]
    results = [FILES["results"][0], "r1,a1,501,fully graded,abc,2026-09-09"]
    results += ["r2,a1,502,fully graded,-3,not a day", "r3,a2,501,later,,", "r4,a2,502,,7,"]
    world = world_of(export(lineItems=items, results=results))

    record = world.feed.get("assessment", "a1")
    assert (record["totalPoints"], record["classes"][0]["dueDate"]) == ("many", "soon")
    scores = [(s["progress"], s["points"]) for s in world.feed.records("score")]
    assert scores == [("graded", "abc"), ("graded", -3), ("later", None), ("graded", 7)]


@pytest.mark.parametrize(
    "name", ["orgs", "academicSessions", "courses", "classes", "users", "enrollments"]
)
def test_a_missing_file_is_named(export, world_of, name):
    with pytest.raises(ImportFault, match=rf"^{name}\.csv: the file is missing"):
        world_of(export(**{name: None}))


@pytest.mark.parametrize("name", ["categories", "lineItems", "results"])
def test_a_roster_without_work_is_enough(export, world_of, name):
    world_of(export(**{name: None}))


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("orgs", "type"),
        ("academicSessions", "endDate"),
        ("classes", "termSourcedIds"),
        ("users", "role"),
        ("enrollments", "userSourcedId"),
        ("categories", "title"),
        ("lineItems", "resultValueMax"),
        ("results", "score"),
    ],
)
def test_a_missing_column_is_named_with_its_file(export, world_of, name, column):
    rows = list(csv.DictReader(FILES[name]))
    text = io.StringIO()
    writer = csv.DictWriter(text, [c for c in rows[0] if c != column], extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)

    with pytest.raises(ImportFault, match=rf"^{name}\.csv, column {column}: the column is missing"):
        world_of(export(**{name: text.getvalue().splitlines()}))


@pytest.mark.parametrize(
    ("name", "line", "message"),
    [
        (
            "academicSessions",
            "q9,Q9,gradingPeriod,2026-99-01,2027-06-10,s1,2027",
            r"^academicSessions\.csv, line 8, column startDate: is not a date",
        ),
        (
            "enrollments",
            "e9,c1,o2,501,student,false,yesterday,",
            r"^enrollments\.csv, line 8, column beginDate: is not a date",
        ),
        (
            "enrollments",
            "e9,,o2,501,student,false,,",
            r"^enrollments\.csv, line 8, column classSourcedId: is empty",
        ),
        ("orgs", ",Nowhere,school,,", r"^orgs\.csv, line 4, column sourcedId: is empty"),
    ],
)
def test_a_roster_value_that_cannot_be_used_is_placed(export, world_of, name, line, message):
    with pytest.raises(ImportFault, match=message):
        world_of(export(**{name: [*FILES[name], line]}))


def test_what_is_no_export_says_so(world_of, tmp_path):
    text = tmp_path / "notes.txt"
    text.write_text("hello")
    for source, message in ((tmp_path / "nowhere", "no such"), (text, "neither")):
        with pytest.raises(ImportFault, match=message):
            world_of(source)


def test_another_encoding_is_named(export, world_of):
    folder = export()
    (folder / "users.csv").write_bytes(
        "sourcedId,role,givenName,familyName\n1,student,Zoë,x\n".encode("latin-1")
    )

    with pytest.raises(ImportFault, match=r"^users\.csv, line 2: is not UTF-8"):
        world_of(folder)


def test_a_dated_import_releases_work_day_by_day(export, world_of):
    world = world_of(export(), dated=True, start=date(2026, 8, 31))

    def held():
        return [r["id"] for r in world.feed.records("assessment")], sum(
            1 for _ in world.feed.records("score")
        )

    assert held() == ([], 0)
    world.advance(timedelta(days=1))
    assert held() == (["a1"], 0)
    seen = world.feed.head()
    world.advance(timedelta(days=40))
    assert held() == (["a1", "a2"], 2)
    assert [c.id for c in world.feed.since(seen, 10)] == ["a1:501", "a2", "a2:502"]
    assert world.release(date(2026, 10, 20)) == 1
    WorldFactory().reset(world)
    assert held() == ([], 0)


@pytest.mark.slow
def test_twenty_thousand_results_take_a_few_seconds(export, world_of):
    students = [f"{n},true,o2,student,u{n},A,B,u{n}@example.org,{n},07" for n in range(1000, 2000)]
    seats = [f"x{n},c1,o2,{n},student,false,," for n in range(1000, 2000)]
    items = [f"i{n},Quiz {n},2026-09-01,2026-09-08,c1,g1,0,20" for n in range(20)]
    results = [
        f"{i}-{n},i{i},{n},fully graded,{n % 40 / 2},2026-09-09"
        for i in range(20)
        for n in range(1000, 2000)
    ]
    source = export(
        users=[*FILES["users"], *students],
        enrollments=[*FILES["enrollments"], *seats],
        lineItems=[FILES["lineItems"][0], *items],
        results=[FILES["results"][0], *results],
    )

    world = world_of(source)

    assert sum(1 for _ in world.feed.records("score")) == 20_000


def test_an_export_without_categories_gets_the_mocks_own(export, world_of):
    roster = {"categories": None, "lineItems": None, "results": None}
    made = world_of(export(**roster))

    found = only(made, "SELECT sis, title FROM category WHERE active = 1 ORDER BY sis, position")
    own = ["Quiz", "Test", "Homework", "Project", "Lab"]
    assert found == [(sis, title) for sis in ("powerschool", "skyward") for title in own]
    WorldFactory().reset(made)


def test_an_exports_own_categories_are_the_only_ones(export, world_of):
    found = only(world_of(export()), "SELECT title FROM category WHERE sis = 'skyward'")

    assert found == [("Quiz",), ("Test",)]
