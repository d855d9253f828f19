"""Made-up people: nothing of a real one is in what is written, and it is the same every time."""

import csv

import pytest

from contracts.uat.roster.clean import write_clean
from mock_sis.districts.oneroster_csv.files import CsvFiles
from mock_sis.districts.oneroster_csv.row import ImportFault
from mock_sis.districts.oneroster_csv.rules import faults
from tests.exports import FILES

USERS = [
    FILES["users"][0],
    "t-pemberton,true,o2,teacher,dpemberton,Dorothea,Pemberton,dp@lake.example,E4711,",
    "t-la,true,o2,teacher,rdlv,Ruth,de la Vega,rdlv@lake.example,E4712,",
    "S-88001,true,o2,student,zquill,Zebulon,Quill,zq@lake.example,88001,07",
    "S-88002,true,o2,student,aquill,Araminta,Quill-Stone,aq@lake.example,88002,07",
]
REAL = {
    *("pemberton", "dorothea", "vega", "ruth", "zebulon", "quill", "araminta", "stone"),
    *("88001", "88002", "e4711", "e4712", "lake.example", "rdlv"),
}
TITLE = "Pemberton, D: Math 7 (PEMBERTON), Dorothea's"
EXPORT = {
    "users": USERS,
    "classes": [
        FILES["classes"][0],
        f'c-pemberton-1,"{TITLE}",k1,PEMBERTON-7,o2,s1,1,pemberton',
        "c2,Science de la Vega / Stone age,k1,S-1,o2,s1,2,pemberton",
    ],
    "courses": [FILES["courses"][0], "k1,Math with Dorothea Pemberton,MA,o2"],
    "enrollments": [
        FILES["enrollments"][0],
        "e-S-88001,c-pemberton-1,o2,S-88001,student,false,,",
        "e2,c-pemberton-1,o2,t-pemberton,teacher,true,,",
        "e3,c2,o2,t-la,teacher,true,,",
        "e4,c2,o2,S-88002,student,false,,",
    ],
    "lineItems": [
        FILES["lineItems"][0] + ",metadata.assignedBy,metadata.students,metadata.activityId",
        (
            "pemberton-quiz,Retake for Zebulon Quill,2026-09-01,2026-09-08,c-pemberton-1,g1,0,20,"
            "t-pemberton,S-88001,act-pemberton"
        ),
        "a2,Stone age quiz,2026-09-01,2026-09-08,c2,g1,0,20,boss.pemberton,nobody,",
    ],
    "results": [
        FILES["results"][0],
        "r-88001,pemberton-quiz,S-88001,fully graded,17.50,2026-09-09",
    ],
    "passbackGroup": ["userSourcedId", "t-pemberton"],
    "demographics": ["sourcedId,birthDate", "S-88001,2014-02-03"],
}


def texts(folder):
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.iterdir())}


def rows(folder, name):
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_nothing_of_a_real_person_is_written(export, tmp_path):
    clean = write_clean(export(**EXPORT), tmp_path / "clean", named=False)

    for name, text in texts(clean).items():
        words = text.casefold().replace("stone age", "")
        assert [real for real in REAL if real in words] == [], name
    assert "demographics.csv" not in texts(clean)
    assert list(faults(CsvFiles(clean))) == []


def test_rows_still_belong_together(export, tmp_path):
    clean = write_clean(export(**EXPORT), tmp_path / "clean", named=False)

    teacher, _, student, _ = rows(clean, "users")
    math, science = rows(clean, "classes")
    quiz, other = rows(clean, "lineItems")
    [result] = rows(clean, "results")
    first, second, *_ = rows(clean, "enrollments")
    family = teacher["familyName"]
    given = teacher["givenName"]
    assert math["title"] == f"{family}, D: Math 7 ({family}), {given}'s"
    assert math["classCode"] == f"{family}-7"
    assert science["title"] == f"Science {rows(clean, 'users')[1]['familyName']} / Stone age"
    assert math["metadata.link"] == science["metadata.link"] == "link-1"
    assert quiz["title"] == f"Retake for {student['givenName']} {student['familyName']}"
    assert other["title"] == "Stone age quiz"
    assert (result["lineItemSourcedId"], result["studentSourcedId"]) == (
        quiz["sourcedId"],
        student["sourcedId"],
    )
    assert (quiz["metadata.assignedBy"], quiz["metadata.students"]) == (
        teacher["sourcedId"],
        student["sourcedId"],
    )
    assert (other["metadata.assignedBy"], other["metadata.students"]) == ("otus-person-1", "none")
    assert [first["userSourcedId"], second["userSourcedId"]] == [
        student["sourcedId"],
        teacher["sourcedId"],
    ]
    assert first["classSourcedId"] == math["sourcedId"] == quiz["classSourcedId"]
    assert all(one["sourcedId"].isdigit() for one in (teacher, student, math, first))


def test_the_same_export_gives_the_same_people(export, tmp_path):
    source = export(**EXPORT)
    one = write_clean(source, tmp_path / "one", named=False)
    other = write_clean(source, tmp_path / "other", named=False)

    assert texts(one) == texts(other)


def test_names_are_kept_where_that_is_asked_for(export, tmp_path):
    clean = write_clean(export(**EXPORT), tmp_path / "clean", named=True)

    teacher, *_ = rows(clean, "users")
    assert (teacher["givenName"], teacher["familyName"]) == ("Dorothea", "Pemberton")
    assert (teacher["identifier"], teacher["sourcedId"].isdigit()) == ("E4711", True)
    assert rows(clean, "classes")[0]["title"] == TITLE


def test_what_is_written_is_for_this_user_alone(export, tmp_path):
    clean = write_clean(export(), tmp_path / "clean", named=True)

    assert clean.stat().st_mode & 0o077 == 0
    assert {path.stat().st_mode & 0o777 for path in clean.iterdir()} == {0o600}


def test_categories_come_from_the_policy_where_the_export_has_none(export, tmp_path):
    given = ["QUIZ", "Test", "QUIZ"]
    none = write_clean(export(categories=None), tmp_path / "none", named=False, categories=given)
    own = write_clean(export(), tmp_path / "own", named=False, categories=given)

    assert [row["title"] for row in rows(none, "categories")] == ["QUIZ", "Test"]
    assert [row["title"] for row in rows(own, "categories")] == ["Quiz", "Test"]


def test_an_export_with_a_fault_leaves_nothing(export, tmp_path):
    with pytest.raises(ImportFault, match=r"^courses\.csv: the file is missing$"):
        write_clean(export(courses=None), tmp_path / "clean", named=False)
    assert not (tmp_path / "clean").exists()


def test_two_people_of_a_school_hardly_ever_have_the_same_made_up_name(export, tmp_path):
    users = [f"s{n},true,o2,student,u{n},Real{n},Name{n},,{n},07" for n in range(1_000)]
    clean = write_clean(export(users=[*FILES["users"], *users]), tmp_path / "clean", named=False)

    names = [(row["givenName"], row["familyName"]) for row in rows(clean, "users")]
    assert len(set(names)) == len(names) == 1_004
