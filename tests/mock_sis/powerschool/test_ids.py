"""DCIDs, TABLE.IDs, assignments and their parts: every mix-up is refused."""

from collections import Counter
from itertools import pairwise

import pytest

from mock_sis.districts.factory import WorldFactory
from mock_sis.powerschool.tables.rows import TABLES
from tests.mock_sis.powerschool.conftest import (
    IN_MATH,
    MATH,
    MATH_ID,
    QUIZ,
    STUDENT_ID,
    XTE,
    column_of,
    fields,
    mark,
    part,
)

NUMBERED = (
    "sections", "students", "users", "schoolstaff", "schools", "courses", "terms", "cc",
    "sectionteacher", "assignment", "assignmentsection", "assignmentscore",
    "assignmentcategoryassoc", "teachercategory", "districtteachercategory", "termbins",
)  # fmt: skip
ONES = {
    "assignment": "assignmentid",
    "assignmentsection": "assignmentsectionid",
    "assignmentscore": "assignmentscoreid",
    "assignmentcategoryassoc": "assignmentcategoryassocid",
    "teachercategory": "teachercategoryid",
    "districtteachercategory": "districtteachercategoryid",
}


def test_mixing_dcid_and_id_fails_loudly(api):
    made = api.create(part())
    column = column_of(made)
    staff = api.get(f"/ws/v1/section/{MATH}").json()["section"]["staff_id"]

    mistakes = {
        "SECTIONS.ID for the DCID": api.post_assignment(part(sectionsdcid=int(MATH_ID))),
        "SECTIONS.ID in v1": api.get(f"/ws/v1/section/{MATH_ID}"),
        "STUDENTS.ID for the DCID": api.score(column, (STUDENT_ID, 5)),
        "STUDENTS.ID in v1": api.get(f"/ws/v1/student/{STUDENT_ID}"),
        "SCHOOLSTAFF.DCID for USERS.DCID": api.get(f"{XTE}/", users_dcid=staff, section_ids=MATH),
        "SCHOOLSTAFF.ID for USERS.DCID": api.get(f"{XTE}/", users_dcid=1100001, section_ids=MATH),
        "USERS.DCID for SCHOOLSTAFF.DCID": api.get("/ws/v1/staff/300001"),
        "assignmentid for assignmentsectionid": api.score(made["assignmentid"], (IN_MATH, 5)),
        "assignmentsectionid for assignmentid": api.get(f"{XTE}/{column}", users_dcid=300001),
        "TERMS.DCID for TERMS.ID": api.score(column, (IN_MATH, 5), term_id=15000201),
        "TERMS.ID for TERMS.DCID": api.get("/ws/v1/term/3600"),
        "district category for the teacher's": api.post_assignment(part(category=135001)),
        "school number for the DCID": api.get("/ws/v1/school/1"),
        "student number for the DCID": api.score(column, (700001, 5)),
        "TERMBINS.DCID for anything": api.get("/ws/v1/term/17002001"),
    }

    assert {
        what: answer.status_code for what, answer in mistakes.items() if answer.is_success
    } == {}
    assert all("essage" in answer.text for answer in mistakes.values())
    assert api.scores(column) == {}
    assert len(api.assignments(MATH).json()) == 1


@pytest.mark.parametrize(
    ("table", "q"),
    [
        ("cc", f"sectionid=={MATH}"),
        ("cc", f"studentid=={IN_MATH}"),
        ("sectionteacher", f"sectionid=={MATH}"),
        ("sectionteacher", "teacherid==300001"),
        ("sections", f"dcid=={MATH_ID}"),
        ("students", f"dcid=={STUDENT_ID}"),
        ("termbins", "schoolid==100002"),
        ("termbins", "termid==15000201"),
    ],
)
def test_the_wrong_number_in_a_table_finds_nothing(api, table, q):
    assert api.rows(table, q) == []


def test_every_kind_of_number_has_a_range_of_its_own(api):
    for n in range(3):
        made = api.create(part(name=f"Quiz {n}"))
        api.score(column_of(made), (IN_MATH, n))
    seen: Counter[str] = Counter()
    for table in NUMBERED:
        rows = api.rows(table)
        assert rows, table
        seen.update(
            {row[ONES.get(table, "dcid")] for row in rows if ONES.get(table, "dcid") in row}
        )
        seen.update(
            {row["id"] for row in rows if "id" in row and table not in ONES and table != "terms"}
        )

    assert [number for number, times in seen.items() if times > 1] == []


def test_the_ranges_hold_in_a_district_of_realistic_size(tmp_path):
    world = WorldFactory().make(tmp_path / "small.db", size="small")
    spans = {}
    for kind in ("section", "teacher", "student"):
        row = world.db.one(
            "SELECT min(table_id), max(table_id), min(CAST(id AS INTEGER)),"
            f" max(CAST(id AS INTEGER)) FROM {kind}"
        )
        spans |= {f"{kind}.ID": (row[0], row[1]), f"{kind}.DCID": (row[2], row[3])}
    world.close()

    in_order = sorted(spans.values())
    assert all(left[1] < right[0] for left, right in pairwise(in_order))


def test_a_district_whose_ids_are_no_numbers_is_served_with_its_texts(tmp_path):
    from tests.mock_sis.powerschool.imported import district

    with district(tmp_path) as api:
        section = api.get("/ws/v1/section/c-7").json()["section"]
        enrolled = api.get("/ws/v1/section/c-7/section_enrollment").json()
        staff = api.get(f"/ws/v1/staff/{section['staff_id']}").json()["staff"]
        api.teacher = staff["users_dcid"]
        category = api.categories(api.teacher)[0]["teachercategoryid"]
        made = api.create(part(sectionsdcid="c-7", category=category, duedate="2026-10-01"))
        student = enrolled["section_enrollments"]["section_enrollment"]["student_id"]
        answer = api.put_scores([mark(column_of(made), student, 5)], term_id=3600)

    assert (section["id"], api.teacher, student) == ("c-7", "t-ann", "s-bo")
    assert answer.status_code == 200, answer.text
    assert answer.json()["assignment_scores"][0]["studentsdcid"] == "s-bo"


def test_every_table_names_its_key():
    assert [name for name, table in TABLES.items() if table.key not in table.fields] == []


def test_the_refusal_of_a_foreign_category_names_the_field(api):
    refused = api.post_assignment(part(category=QUIZ + 7))

    assert fields(refused) == ["assignmentcategoryassoc.teachercategoryid"]
