"""An export is looked at as a whole before anything is imported."""

from datetime import date
from pathlib import Path

import pytest

from contracts.uat.roster.findings import look
from contracts.uat.roster.start import start_in
from mock_sis.districts.oneroster_csv.sessions import Session
from tests.exports import FILES

TODAY = date(2026, 10, 5)


def told(found):
    return [f"{one.place}: {one.what}: {one.effect}" for one in found.problems]


def test_what_is_there_is_counted(export):
    found = look(export(demographics=["sourcedId", "501"]), today=TODAY)

    assert found.usable
    assert {file.name: file.rows for file in found.files if file.present} == {
        "orgs.csv": 2,
        "academicSessions.csv": 6,
        "courses.csv": 1,
        "classes.csv": 2,
        "users.csv": 4,
        "enrollments.csv": 6,
        "categories.csv": 2,
        "lineItems.csv": 2,
        "results.csv": 3,
    }
    assert found.people == {"teacher": 2, "student": 2}
    assert (found.district, found.schools) == ("Lake", ["North"])
    assert next((one.title, one.start, one.end) for one in found.periods) == (
        "Q1",
        date(2026, 8, 15),
        date(2026, 10, 15),
    )
    assert found.others == ["demographics.csv"]
    assert found.problems == []
    [users] = [file for file in found.files if file.name == "users.csv"]
    assert users.unused == 1
    assert "parents" in users.means


def test_what_is_missing_says_what_that_means(export):
    absent = {"categories": None, "lineItems": None, "results": None}
    found = look(export(**absent), today=TODAY)

    means = {file.name: file.means for file in found.files if not file.present}
    assert found.usable
    assert means.keys() == {
        *("manifest.csv", "roles.csv", "categories.csv", "lineItems.csv", "results.csv"),
        "passbackGroup.csv",
    }
    assert all(means.values())


def test_every_fault_is_listed_and_stops_the_import(export):
    found = look(
        export(
            orgs=[*FILES["orgs"], ",Nowhere,school,,"],
            courses=["sourcedId", "k1"],
            enrollments=[*FILES["enrollments"], "e1,c1,o2,501,student,false,soon,"],
        ),
        today=TODAY,
    )

    assert not found.usable
    assert found.stopping == 4
    assert told(found) == [
        "orgs.csv, line 4, column sourcedId: is empty: must be corrected first",
        "courses.csv, column title: the column is missing: must be corrected first",
        "enrollments.csv, line 8, column beginDate: is not a date: must be corrected first",
        (
            "enrollments.csv, line 8, column sourcedId: is the same as in line 2: must be corrected"
            " first"
        ),
    ]


def test_rows_that_refer_to_nothing_are_told_and_left_out(export):
    found = look(
        export(
            classes=[*FILES["classes"], "c3,Art,k9,A,o2,s1,1,", "c4,Music,k1,M,o2,s9,1,"],
            enrollments=[
                *FILES["enrollments"],
                "e7,c3,o2,501,student,false,,",
                "e8,c1,o2,601,student,false,,",
            ],
            results=[*FILES["results"], "r9,a9,999,fully graded,1,2026-09-09"],
        ),
        today=TODAY,
    )

    assert found.usable
    assert told(found) == [
        (
            "classes.csv, line 4, column courseSourcedId: names a course that is not in"
            " courses.csv: the row is left out"
        ),
        (
            "classes.csv, line 5, column termSourcedIds: names no term that is in"
            " academicSessions.csv: it counts as taught all year"
        ),
        (
            "enrollments.csv, line 8, column classSourcedId: names a class that is not in"
            " classes.csv, or is left out: the row is left out"
        ),
        (
            "enrollments.csv, line 9, column userSourcedId: names nobody in users.csv who is a"
            " student or works here: the row is left out"
        ),
        (
            "results.csv, line 5, column lineItemSourcedId: names nothing in lineItems.csv, or what"
            " is left out: the row is left out"
        ),
        (
            "results.csv, line 5, column studentSourcedId: names no student in users.csv: the"
            " row is left out"
        ),
    ]
    assert found.numbers["classes"] == 3
    assert found.numbers["classes without a teacher"] == 1


def test_an_export_of_which_no_class_is_left_cannot_be_used(export):
    found = look(export(courses=FILES["courses"][:1]), today=TODAY)

    assert not found.usable
    assert told(found)[-1] == "classes.csv: has no class that can be used: must be corrected first"


@pytest.mark.parametrize("content", [b"", b"hello", b"PK\x05\x06"])
def test_what_is_no_zip_says_so_and_not_where_it_stands(tmp_path: Path, content: bytes):
    path = tmp_path / "upload.zip"
    path.write_bytes(content)

    found = look(path, today=TODAY)

    assert not found.usable
    assert told(found) == ["upload.zip: is neither a folder nor a zip: must be corrected first"]


def period(title: str, start: date, end: date) -> Session:
    return Session(
        id=title, kind="gradingPeriod", title=title, start=start, end=end, parent=None, year=2027
    )


Q1 = period("Q1", date(2026, 8, 15), date(2026, 10, 15))
Q2 = period("Q2", date(2026, 11, 1), date(2026, 11, 21))


@pytest.mark.parametrize(
    ("today", "day", "title", "why"),
    [
        (date(2026, 8, 15), date(2026, 8, 15), "Q1", "That is today, in Q1."),
        (date(2026, 10, 15), date(2026, 10, 15), "Q1", "That is today, in Q1."),
        (date(2026, 10, 16), date(2026, 9, 12), "Q1", "No grading period holds today"),
        (date(2030, 1, 1), date(2026, 11, 11), "Q2", "The calendar of this export is over"),
        (date(2026, 8, 14), date(2026, 9, 12), "Q1", "has not begun yet"),
    ],
)
def test_the_clock_starts_inside_a_grading_period(today, day, title, why):
    start = start_in([Q1, Q2], today)

    assert (start.day, start.period, start.moved) == (day, title, day != today)
    assert why in start.why
