"""`/ws/schema`: rows in which everything is a string, named queries, what changed since."""

import pytest

from tests.mock_sis.powerschool.conftest import (
    HELPER,
    IN_MATH,
    MATH,
    MATH_ID,
    MR_SCIENCE,
    SCIENCE,
    SCIENCE_ID,
    STUDENT_ID,
)

COTEACHERS = "com.powerschool.core.users.coteacher_access_roles"
TYPE = "com.powerschool.core.sections.gradebooktype"
ID_MAP = "com.pearson.core.student.student_dcid_id_map"
GUARDIANS = "com.pearson.core.guardian.student_guardian_detail"


def test_every_value_of_a_row_is_a_string(api):
    answer = api.get("/ws/schema/table/users", projection="dcid", q="dcid==300001").json()

    assert answer == {
        "name": "users",
        "record": [{"id": "300001", "name": "users", "tables": {"users": {"dcid": "300001"}}}],
        "@extensions": "",
    }


def test_a_projection_is_needed_and_a_star_is_all_of_them(api):
    missing = api.get("/ws/schema/table/users")
    everything = api.rows("users", "dcid==300001")[0]

    assert missing.status_code == 400
    assert {"dcid", "email_addr", "teachernumber"} <= everything.keys()


def test_fields_may_carry_the_name_of_their_table(api):
    row = api.rows("users", "users.dcid==300001", projection="users.dcid,Users.Last_Name")[0]

    assert set(row) == {"dcid", "last_name"}


@pytest.mark.parametrize("projection", ["dcid,shoe_size", "password"])
def test_an_unknown_field_is_a_400(api, projection):
    assert api.get("/ws/schema/table/users", projection=projection).status_code == 400


def test_a_table_that_is_shown_to_nobody_is_a_405(api):
    answer = api.get("/ws/schema/table/teachers", projection="*")

    assert answer.status_code == 405
    assert answer.json() == {"message": "GET, POST and PUT are not allowed on table"}


def test_a_number_is_compared_with_numbers_only(api):
    answer = api.get("/ws/schema/table/sections", projection="dcid", q="id=ge=2020-01-01")

    assert answer.status_code == 400
    assert "number field id" in answer.json()["message"]


def test_an_unknown_table_is_a_404(api):
    assert api.get("/ws/schema/table/u_nothing", projection="*").status_code == 404
    assert api.get("/ws/schema/table/u_nothing/count").status_code == 404


def test_a_page_past_the_end_has_an_empty_record(api, setting):
    setting(maxima={"schema_table_query": 4})
    query = {"projection": "dcid", "pagesize": 1000}
    pages = [
        api.get("/ws/schema/table/students", page=page, **query).json()["record"]
        for page in range(1, 6)
    ]

    assert [len(page) for page in pages] == [4, 4, 4, 3, 0]
    assert api.get("/ws/schema/table/students/count").json() == {"count": 15}


def test_sort_and_sortdescending(api):
    rows = api.rows("students", projection="dcid", sort="dcid", sortdescending="true")

    assert [row["dcid"] for row in rows] == [str(400015 - n) for n in range(15)]


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("dcid==400001", 1),
        ("id==1200001", 1),
        ("dcid=gt=400010", 5),
        ("dcid=ge=400010;dcid=le=400012", 3),
        ("student_number==700001", 1),
        ("student_web_id==s12000*", 15),
        ("grade_level==7;enroll_status==0", 15),
        ("dcid==nobody", 0),
    ],
)
def test_fiql_on_tables(api, q, found):
    assert len(api.rows("students", q)) == found
    assert api.get("/ws/schema/table/students/count", q=q).json() == {"count": found}


def test_one_row_by_its_key(api):
    one = api.get(f"/ws/schema/table/students/{IN_MATH}", projection="id").json()

    assert one["tables"] == {"students": {"id": str(STUDENT_ID)}}
    assert api.get("/ws/schema/table/students/1", projection="id").status_code == 404


def test_the_wrong_verb_on_a_table_is_a_404_that_names_the_right_ones(api):
    wrong = [
        api.client.put("/ws/schema/table/students", json={}),
        api.client.post("/ws/schema/table/students/1", json={}),
        api.client.delete("/ws/schema/table/students/1"),
    ]

    assert {answer.status_code for answer in wrong} == {404}
    assert all("POST to insert" in answer.json()["message"] for answer in wrong)


def test_core_tables_are_not_written_as_tables(api):
    insert = api.client.post("/ws/schema/table/students", json={"tables": {"students": {}}})
    update = api.client.put("/ws/schema/table/students/400001", json={"tables": {}})

    assert (insert.status_code, update.status_code) == (403, 403)


# ---- who sits and teaches where, by TABLE.ID -----------------------------------------------------


def test_tables_refer_by_id_and_not_by_dcid(api):
    by_id = api.rows("cc", f"sectionid=={MATH_ID}")
    by_dcid = api.rows("cc", f"sectionid=={MATH}")

    assert str(STUDENT_ID) in {row["studentid"] for row in by_id}
    assert by_dcid == []


def test_a_dropped_enrolment_has_a_negative_section(api, hand):
    before = len(api.rows("cc", f"sectionid=={MATH_ID}"))
    hand("POST", f"/students/{IN_MATH}/drop", {"section": MATH})

    gone = api.rows("cc", f"sectionid==-{MATH_ID};studentid=={STUDENT_ID}")
    assert [(row["dateleft"], row["termid"]) for row in gone] == [("2026-10-01", "-3600")]
    assert len(api.rows("cc", f"sectionid=={MATH_ID}")) == before - 1


def test_lead_and_co_teacher_stand_in_sectionteacher(api):
    teachers = api.rows("sectionteacher", f"sectionid=={SCIENCE_ID}")
    staff = {row["id"]: row["users_dcid"] for row in api.rows("schoolstaff")}

    assert [staff[row["teacherid"]] for row in teachers] == [MR_SCIENCE, HELPER]
    assert len({row["roleid"] for row in teachers}) == 2


def test_a_section_names_its_lead_by_schoolstaff_id(api):
    row = api.rows("sections", f"dcid=={SCIENCE}")[0]

    assert (row["id"], row["teacher"], row["termid"]) == (SCIENCE_ID, "1100002", "3600")


# ---- named queries -------------------------------------------------------------------------------


def test_the_co_teacher_query_tells_sections_one_does_not_lead(api):
    found = api.query(COTEACHERS, {"users_dcids": [300002, 300003]}).json()

    assert [
        (record["tables"]["users"]["dcid"], record["tables"]["sections"]["dcid"])
        for record in found["record"]
    ] == [(HELPER, SCIENCE)]


def test_an_empty_result_has_no_record_at_all(api):
    none = api.query(COTEACHERS, {"users_dcids": [300001]}).json()

    assert none == {"name": COTEACHERS, "@extensions": ""}
    assert api.query(GUARDIANS, {}).json() == {"name": GUARDIANS, "@extensions": ""}


def test_every_section_has_the_newer_gradebook(api):
    found = api.query(TYPE, {"section_ids": [MATH, 999]}, pagesize=0).json()["record"]

    assert [record["gradebooktype"] for record in found] == ["PTP"]


@pytest.mark.parametrize("arguments", [{"students_dcid": [IN_MATH]}, {"students_id": [STUDENT_ID]}])
def test_the_map_between_a_students_two_numbers(api, arguments):
    found = api.query(ID_MAP, arguments).json()["record"]

    assert found == [{"id": str(STUDENT_ID), "dcid": str(IN_MATH)}]


def test_pages_and_counts_of_a_query(api, setting):
    setting(maxima={"schema_table_query": 2})
    arguments = {"students_dcid": [400001, 400002, 400003]}

    pages = [api.query(ID_MAP, arguments, page=page).json() for page in (1, 2, 3)]
    everything = api.query(ID_MAP, arguments, pagesize=0, count="true").json()
    count = api.client.post(f"/ws/schema/query/{ID_MAP}/count", json=arguments).json()

    assert [len(page.get("record", [])) for page in pages] == [2, 1, 0]
    assert (len(everything["record"]), everything["count"], count) == (3, 3, {"count": 3})


def test_an_unknown_query_is_a_404_and_a_missing_argument_a_400(api):
    assert api.query("com.nobody.knows", {}).status_code == 404
    assert api.query(TYPE, {}).status_code == 400


# ---- what changed --------------------------------------------------------------------------------


def test_data_version_names_the_rows_changed_since(api, world, hand):
    version = api.get("/ws/dataversion/passback/0").json()["$dataversion"]
    world.advance(_minute())
    nothing = api.get(f"/ws/dataversion/passback/{version}").json()
    hand("POST", f"/students/{IN_MATH}/drop", {"section": MATH})

    changed = api.get(f"/ws/dataversion/passback/{version}").json()

    assert nothing["tables"] == []
    assert [table["name"] for table in changed["tables"]] == ["cc"]
    assert changed["$dataversion"] > version


def _minute():
    from datetime import timedelta

    return timedelta(minutes=1)
