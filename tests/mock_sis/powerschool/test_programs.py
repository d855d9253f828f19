"""Sequences that programs written for the real server send, over TLS, unchanged."""

import base64
import json
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import pytest

from mock_sis.certificate import write_certificate
from mock_sis.server import serving
from mock_sis.world import World
from tests.mock_sis.conftest import START

BASIC = "Basic " + base64.b64encode(b"passback:passback-secret").decode()
FORM = "application/x-www-form-urlencoded;charset=UTF-8"
TEACHER = "t1100001@example.org"
CO_TEACHERS = "com.powerschool.core.users.coteacher_access_roles"
TYPE = "com.powerschool.core.sections.gradebooktype"


@pytest.fixture
def secure(tmp_path) -> Iterator[httpx.Client]:
    """A client that trusts the certificate of a mock that speaks https."""
    world = World.create(tmp_path / "world.db", start=START)
    certificate = write_certificate(tmp_path, now=datetime.now(UTC), host="127.0.0.1")
    with serving("powerschool", world=world, certificate=certificate) as servers:
        trusted = ssl.create_default_context(cafile=certificate[0])
        url = servers.powerschool.url.replace("127.0.0.1", "localhost")
        with httpx.Client(base_url=url, verify=trusted) as client:
            yield client
    world.close()


def token(client: httpx.Client, path: str) -> None:
    headers = {"Authorization": BASIC, "Content-Type": FORM, "Accept": "application/json"}
    answer = client.post(path, content="grant_type=client_credentials", headers=headers)
    told = answer.json()
    assert float(told["expires_in"]) > 0
    client.headers["Authorization"] = f"Bearer {told['access_token']}"


def test_a_districts_send_check(secure):
    """Teacher by e-mail, staff, section, roster; then create, read back, score, correct, delete."""
    token(secure, "/oauth/access_token/")

    def table(name, projection, q, size=100):
        asked = {"projection": projection, "pagesize": str(size), "q": q}
        answer = secure.get(f"/ws/schema/table/{name}", params=asked)
        assert answer.status_code == 200, answer.text
        return [record["tables"][name] for record in answer.json()["record"]]

    users_dcid = table("users", "dcid", f"email_addr=={TEACHER}", 1)[0]["dcid"]
    section = table("sections", "id,dcid,termid", "dcid==200001", 1)[0]
    year = str(int(section["termid"]) // 100)
    teaches = [
        row
        for staff in table("schoolstaff", "id,users_dcid", f"users_dcid=={users_dcid}", 20)
        for row in table(
            "sectionteacher",
            "sectionid,teacherid",
            f"teacherid=={staff['id']};sectionid=={section['id']}",
            5,
        )
    ]
    roster = table("cc", "sectionid,studentid", f"sectionid=={section['id']}")
    ids = list(dict.fromkeys(row["studentid"] for row in roster))
    students = [table("students", "id,dcid", f"id=={one}", 1)[0]["dcid"] for one in ids[:3]]
    asked = {"users_dcid": users_dcid, "year_id": year}
    categories = secure.get("/ws/xte/teacher_category", params=asked).json()
    category = next(one for one in categories if one["isactive"] and one["name"] == "Test")
    assert teaches
    assert len(students) == 3

    acting = {"users_dcid": users_dcid}
    part = {
        "sectionsdcid": int(section["dcid"]),
        "name": "Check",
        "duedate": "2026-10-08",
        "scoretype": "POINTS",
        "scoreentrypoints": 10,
        "totalpointvalue": 10,
        "weight": 1,
        "iscountedinfinalgrade": True,
        "isscoringneeded": True,
        "publishoption": category["defaultpublishoption"],
        "_assignmentcategoryassociations": [
            {"teachercategoryid": category["teachercategoryid"], "isprimary": True}
        ],
    }
    made = secure.post(
        "/ws/xte/section/assignment/", params=acting, json={"_assignmentsections": [part]}
    )
    number = made.headers["Location"].rsplit("/", 1)[1]
    assert (made.status_code, made.text) == (201, "")
    listed = secure.get(
        "/ws/xte/section/assignment/", params={**acting, "section_ids": section["dcid"]}
    ).json()
    mine = next(one for one in listed if str(one["assignmentid"]) == number)
    column = mine["_assignmentsections"][0]["assignmentsectionid"]

    def write(marks):
        rows = [
            {
                "_assignmentsection": {"assignmentsectionid": column},
                "studentsdcid": int(student),
                "actualscoreentered": str(points),
                "actualscorekind": "REAL_SCORE",
                "scoretype": "POINTS",
                "scorepoints": points,
            }
            for student, points in marks
        ]
        query = {**acting, "status": "A", "term_id": section["termid"]}
        return secure.put("/ws/xte/score", params=query, json={"assignment_scores": rows})

    def read():
        names = "assignmentscoreid,studentsdcid,scorepoints,actualscoreentered,actualscorekind"
        rows = table("assignmentscore", names, f"assignmentsectionid=={column}", 50)
        return {row["studentsdcid"]: row["scorepoints"] for row in rows}

    assert write(zip(students, (9, 8, 7), strict=True)).status_code == 200
    assert read() == dict(zip(students, ("9", "8", "7"), strict=True))
    assert write([(students[0], 10)]).status_code == 200
    assert read() == dict(zip(students, ("10", "8", "7"), strict=True))
    gone = secure.delete(f"/ws/xte/section/assignment/{number}", params={**acting, "force": "true"})
    assert gone.status_code == 204


def test_an_older_gradebook_client(secure):
    """Counts first, asks for pages of 10,000, posts queries with pagesize=0, follows Location."""
    token(secure, "/oauth/access_token")
    secure.headers.update({"Accept": "application/json", "Content-Type": "application/json"})

    def pages(path, plural, single, extra=""):
        total = secure.get(f"{path}/count?{extra}").json()["resource"]["count"]
        found, page = [], 1
        while len(found) < total:
            answer = secure.get(f"{path}?page={page}&pagesize=10000&{extra}").json()
            inner = answer[plural][single]
            found += [inner] if isinstance(inner, dict) else inner
            page += 1
        return found

    schools = pages("/ws/v1/district/school", "schools", "school", "expansions=school_boundary")
    sections = pages(
        f"/ws/v1/school/{schools[0]['id']}/section",
        "sections",
        "section",
        "q=term.start_year==2026",
    )
    staff = pages(f"/ws/v1/school/{schools[0]['id']}/staff", "staffs", "staff", "expansions=emails")
    for section in sections:
        rows = pages(
            f"/ws/v1/section/{section['id']}/section_enrollment",
            "section_enrollments",
            "section_enrollment",
        )
        assert all({"student_id", "dropped"} <= row.keys() for row in rows)
    by_id = {member["id"]: member["users_dcid"] for member in staff}
    lead = by_id[sections[2]["staff_id"]]

    def query(name, data):
        answer = secure.post(f"/ws/schema/query/{name}?pagesize=0", content=json.dumps(data))
        return answer.json().get("record")

    kind = query(TYPE, {"section_ids": [sections[2]["id"]]})[0]["gradebooktype"]
    assert (kind, query(CO_TEACHERS, {"users_dcids": [lead]})) == ("PTP", None)

    categories = secure.get(f"/ws/xte/teacher_category?users_dcid={lead}&year_id=0").json()
    usable = next(one for one in categories if one["isactive"])
    assignment = {
        "_name": "assignment",
        "yearid": 36,
        "standardscoringmethod": "GradeScale",
        "_assignmentsections": [
            {
                "_name": "assignmentsection",
                "sectionsdcid": sections[2]["id"],
                "name": "Essay",
                "duedate": "2026-10-08",
                "scoretype": "POINTS",
                "scoreentrypoints": 10.0,
                "_assignmentcategoryassociations": [
                    {"_name": "assignmentcategoryassoc", "teachercategoryid": usable["_id"]}
                ],
            }
        ],
    }
    path = "/ws/xte/section/assignment"
    location = secure.post(f"{path}?users_dcid={lead}&pagesize=0", json=assignment).headers[
        "location"
    ]
    read = secure.get(f"{path}/{location.rsplit('/', 1)[1]}?users_dcid={lead}").json()
    merged = {**assignment, **read}
    merged["_assignmentsections"][0]["name"] = "Essay 1"
    put = secure.put(f"{path}/{read['_id']}?users_dcid={lead}", json=merged)
    score = {
        "_assignmentsection": {"_id": read["_assignmentsections"][0]["_id"]},
        "studentsdcid": 400001,
        "actualscoreentered": "9.0",
        "scorepoints": 9.0,
    }
    written = secure.put(f"/ws/xte/score?users_dcid={lead}", json={"assignment_scores": [score]})
    back = secure.post(
        f"/ws/xte/assignment_score?users_dcid={lead}&pagesize=0",
        json={"assignment_ids": [read["_id"]], "section_ids": [sections[2]["id"]]},
    ).json()
    assert (put.status_code, written.status_code) == (201, 200)
    assert [(row["studentsdcid"], row["scorepoints"]) for row in back] == [(400001, 9.0)]


def test_a_warehouse_client_counts_and_pages_tables(secure):
    """The grant in the query with an empty JSON-typed body; then pages until one is empty."""
    answer = secure.post(
        "/oauth/access_token",
        params={"grant_type": "client_credentials"},
        headers={"Authorization": BASIC, "Content-Type": "application/json"},
    )
    secure.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
    size = secure.get("/ws/v1/metadata").json()["metadata"]["schema_table_query_max_page_size"]
    total = secure.get("/ws/schema/table/students/count", params={"q": "id=gt=0"}).json()["count"]
    found, page = [], 1
    while True:
        query = {"projection": "*", "q": "id=gt=0", "page": page, "pagesize": size}
        record = secure.get("/ws/schema/table/students", params=query).json()["record"]
        if not record:
            break
        found += [row["tables"]["students"] for row in record]
        page += 1

    assert len(found) == total == 15
    assert all(isinstance(value, str) for row in found for value in row.values())
