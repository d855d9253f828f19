"""The OULAD converter: every row accounted for, and the counts that its README states."""

import csv
from collections import Counter
from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

import click
import pytest

from agent.domain import Broken, StatusFlag
from agent.sources import open_source
from mock_sis.districts.factory import WorldFactory
from tests.data_sets import data_set, table
from tools.oulad.read import Presentation, read
from tools.oulad.write import points, write

HAND_MADE = {
    "courses": (
        "code_module,code_presentation,module_presentation_length\nXYZ,2013J,80\nXYZ,2014B,40\n"
    ),
    "assessments": (
        "code_module,code_presentation,id_assessment,assessment_type,date,weight\n"
        "XYZ,2013J,1,TMA,19,12.5\nXYZ,2013J,2,Exam,,100\nXYZ,2013J,3,CMA,40,0\nXYZ,2014B,4,TMA,9,10\n"
    ),
    "studentRegistration": (
        "code_module,code_presentation,id_student,date_registration,date_unregistration\n"
        "XYZ,2013J,7,-20,\nXYZ,2013J,8,-20,-3\nXYZ,2013J,9,,\nXYZ,2013J,10,-5,-5\nXYZ,2014B,7,0,12\n"
    ),
    "studentAssessment": (
        "id_assessment,id_student,date_submitted,is_banked,score\n"
        "1,7,20,0,78\n1,9,18,0,\n2,7,79,0,0\n4,7,9,0,50\n1,99,5,0,50\n3,10,-1,1,33\n"
    ),
}


@pytest.fixture
def source(tmp_path):
    folder = tmp_path / "source"
    folder.mkdir()
    for name, text in HAND_MADE.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


def rows(folder, name):
    with (folder / f"{name}.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def converted(source, tmp_path, *chosen):
    out = tmp_path / "out"
    write(read(source, chosen), out)
    return lambda name: rows(out, name)


# ---- by hand: each quirk once ------------------------------------------------------------------


def test_days_become_dates_of_the_publishers_month():
    j = Presentation(number=1, module="AAA", code="2013J", length=268)
    b = Presentation(number=3, module="DDD", code="2014B", length=241)
    assert (j.day(0), j.day(-1), j.day(268)) == (
        date(2013, 10, 1),
        date(2013, 9, 30),
        date(2014, 6, 26),
    )
    assert b.day(25) == date(2014, 2, 26)


@pytest.mark.parametrize("length", [268, 269, 241, 40, 7])
def test_grading_periods_cover_a_presentation_without_gap_or_overlap(length):
    spans = Presentation(number=1, module="A", code="2013J", length=length).periods
    days = [day for first, last in spans for day in range(first, last + 1)]
    assert days == list(range(length + 1))


def test_points_are_exact():
    assert points("78", Decimal("12.5")) == "9.75"
    assert points("33", Decimal("17.5")) == "5.775"
    assert points("100", Decimal(100)) == "100"
    assert points("0", Decimal(10)) == "0"


def test_totals_that_are_not_whole_stay_as_they_are(source, tmp_path):
    items = converted(source, tmp_path)("lineItems")
    assert {row["metadata.activityId"]: row["resultValueMax"] for row in items} == {
        "1": "12.5",
        "2": "100",
        "3": "100",
        "4": "10",
    }


def test_an_exam_without_a_due_date_stays_without(source, tmp_path):
    exam = next(r for r in converted(source, tmp_path)("lineItems") if r["title"] == "Exam")
    assert exam["dueDate"] == ""
    assert exam["assignDate"] == "2013-12-13"  # with rule A10 it falls due on the last day


def test_attendance_ends_on_the_day_before_unregistration(source, tmp_path):
    spans = {
        row["userSourcedId"]: (row["beginDate"], row["endDate"])
        for row in converted(source, tmp_path, "XYZ-2013J")("enrollments")
        if row["role"] == "student"
    }
    assert spans == {
        "7": ("2013-09-11", ""),
        "8": ("2013-09-11", "2013-09-27"),
        "9": ("", ""),
        "10": ("2013-09-25", "2013-09-25"),
    }


def test_every_submission_is_accounted_for(source, tmp_path):
    book = converted(source, tmp_path, "XYZ-2013J")
    account = [(r["row"], r["result"], r["status"], r["reason"]) for r in book("rows")]
    assert account == [
        ("1", "1-7", "fully graded", ""),
        ("2", "1-9", "submitted", "handed in, no score"),
        ("3", "2-7", "fully graded", ""),
        ("4", "", "", "another presentation"),
        ("5", "", "", "not registered"),
        ("6", "3-10", "fully graded", ""),
    ]
    scores = {r["sourcedId"]: (r["score"], r["scoreDate"], r["late"]) for r in book("results")}
    assert scores["1-7"] == ("9.75", "2013-10-21", "true")
    assert scores["2-7"] == ("0", "2013-12-19", "false")


def test_a_person_in_two_presentations_is_one_user_with_two_enrolments(source, tmp_path):
    book = converted(source, tmp_path)
    assert [r["sourcedId"] for r in book("users")].count("7") == 1
    assert [r["userSourcedId"] for r in book("enrollments")].count("7") == 2


def test_an_unknown_presentation_or_a_missing_table_is_said_plainly(source):
    with pytest.raises(click.UsageError, match="no presentation ZZZ-1999J"):
        read(source, ["ZZZ-1999J"])
    (source / "courses.csv").unlink()
    with pytest.raises(click.UsageError, match=r"has no courses\.csv"):
        read(source)


def test_the_agents_csv_source_reads_every_record_of_it(source, tmp_path):
    converted(source, tmp_path)
    reader = open_source(
        "oneroster-csv", zone=ZoneInfo("Europe/London"), path=str(tmp_path / "out")
    )
    changes = [change for page in reader.pull(None) for change in page.changes]
    assert not any(isinstance(change.value, Broken) for change in changes)
    assert Counter(change.kind for change in changes) == {
        "class": 2,
        "teacher": 2,
        "group_member": 2,
        "student": 4,
        "assessment": 4,
        "score": 5,
    }
    score = next(c.value for c in changes if c.key == ("1-93010001", "7"))
    assert (score.points, score.flags) == (Decimal("9.75"), {StatusFlag.LATE})


def test_a_mock_world_is_made_of_it(source, tmp_path):
    converted(source, tmp_path, "XYZ-2013J")
    world = WorldFactory().make(tmp_path / "w.db", source=tmp_path / "out", start=date(2013, 10, 1))
    counts = [
        world.db.read(f"SELECT count(*) FROM {table}")[0][0]
        for table in ("student", "section", "period")
    ]
    world.close()
    assert counts == [4, 1, 4]


# ---- the real data -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def real(tmp_path_factory):
    out = tmp_path_factory.mktemp("oulad")
    write(read(data_set("oulad")), out)
    return {name: rows(out, name) for name in FILES}


FILES = ("classes", "enrollments", "lineItems", "results", "rows", "users", "academicSessions")

PUBLISHED = {  # presentation: students, withdrew, assessments, submissions, late, no score
    "AAA-2013J": (383, 60, 6, 1633, 384, 2),
    "AAA-2014J": (365, 66, 6, 1516, 428, 1),
    "DDD-2014B": (1228, 489, 7, 4542, 642, 11),
    "EEE-2014B": (694, 173, 5, 1780, 284, 2),
    "GGG-2014J": (749, 124, 10, 4373, 462, 2),
}


def by_presentation(real):
    """Class id -> name of its presentation."""
    return {row["sourcedId"]: row["title"].partition(" ")[0] for row in real["classes"]}


def test_counts_equal_the_published_table(real):
    of = by_presentation(real)
    submissions = {(r["id_assessment"], r["id_student"]): r for r in submitted()}
    counts = {name: Counter() for name in PUBLISHED}
    for row in real["enrollments"]:
        if row["role"] == "student":
            counts[of[row["classSourcedId"]]].update(students=1, withdrew=bool(row["endDate"]))
    for row in real["results"]:
        work, student = row["sourcedId"].split("-")
        banked = submissions[work, student]["is_banked"] == "1"
        counts[of[row["classSourcedId"]]].update(
            submissions=1,
            late=row["late"] == "true" and not banked and row["score"] != "",
            unscored=row["score"] == "",
        )
    works = {name: set() for name in PUBLISHED}
    for row in real["lineItems"]:
        works[of[row["classSourcedId"]]].add(row["metadata.activityId"])
    assert {
        name: (c["students"], c["withdrew"], len(works[name]), *_of(c))
        for name, c in counts.items()
    } == PUBLISHED


def submitted():
    return table("oulad", "studentAssessment.csv")


def _of(counts):
    return counts["submissions"], counts["late"], counts["unscored"]


def test_each_of_13844_rows_has_one_result_with_the_published_points(real):
    published = {
        (row["id_assessment"], row["id_student"]): row
        for row in table("oulad", "points.csv")
        if row["submitted_day"]
    }
    assert len(real["rows"]) == len(real["results"]) == len(published) == 13_844
    results = {row["sourcedId"]: row for row in real["results"]}
    totals = {row["sourcedId"]: row["resultValueMax"] for row in real["lineItems"]}
    for row in real["rows"]:
        known, result = published[row["assessment"], row["student"]], results[row["result"]]
        assert (result["score"], totals[result["lineItemSourcedId"]]) == (
            known["points"],
            known["points_possible"],
        )


def test_sections_hold_24_to_30_students(real):
    sizes = Counter(r["classSourcedId"] for r in real["enrollments"] if r["role"] == "student")
    assert len(sizes) == len(real["classes"])
    assert {size for size in sizes.values() if not 24 <= size <= 30} == set()


def test_no_id_stands_for_two_things(real):
    for name in ("classes", "users", "enrollments", "lineItems", "results", "academicSessions"):
        ids = [row["sourcedId"] for row in real[name]]
        assert len(ids) == len(set(ids)), name


def test_every_due_date_lies_in_the_grading_period_it_names(real):
    sessions = {row["sourcedId"]: row for row in real["academicSessions"]}
    for row in real["lineItems"]:
        period = sessions[row["academicSessionSourcedId"]]
        assert period["type"] == "gradingPeriod"
        assert not row["dueDate"] or period["startDate"] <= row["dueDate"] <= period["endDate"]


def test_one_presentation_alone_still_accounts_for_every_row(tmp_path):
    book = converted(data_set("oulad"), tmp_path, "AAA-2013J")
    reasons = Counter(row["reason"] for row in book("rows"))
    assert reasons == {"another presentation": 12_211, "": 1_631, "handed in, no score": 2}
    assert len(book("classes")) == 13
