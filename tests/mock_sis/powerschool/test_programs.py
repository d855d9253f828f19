"""Sequences that programs written for the real server send, over TLS, unchanged."""

import base64
import json
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from mock_sis.districts.factory import WorldFactory
from mock_sis.serve.certificate import write_certificate
from mock_sis.server import Servers, serving
from tests.mock_sis.conftest import START
from tests.mock_sis.powerschool.conftest import XTE

BASIC = "Basic " + base64.b64encode(b"passback:passback-secret").decode()
FORM = "application/x-www-form-urlencoded;charset=UTF-8"
TEACHER = "t1100001@example.org"
CO_TEACHERS = "com.powerschool.core.users.coteacher_access_roles"
TYPE = "com.powerschool.core.sections.gradebooktype"


@pytest.fixture(scope="module")
def https(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Servers, ssl.SSLContext]]:
    """A mock that speaks https, and what trusts its certificate."""
    folder = tmp_path_factory.mktemp("https")
    world = WorldFactory().make(folder / "world.db", start=START)
    certificate = write_certificate(folder, now=datetime.now(UTC), host="127.0.0.1")
    with serving("powerschool", world=world, certificate=certificate) as servers:
        yield servers, ssl.create_default_context(cafile=certificate[0])
    world.close()


@pytest.fixture
def secure(https: tuple[Servers, ssl.SSLContext]) -> Iterator[httpx.Client]:
    """A client of that mock, over a world that nobody has touched yet."""
    servers, trusted = https
    url = servers.powerschool.url.replace("127.0.0.1", "localhost")
    with httpx.Client(base_url=url, verify=trusted, timeout=60) as client:
        client.post("/_mock/reset", json={}).raise_for_status()
        yield client


def token(client: httpx.Client, path: str) -> None:
    headers = {"Authorization": BASIC, "Content-Type": FORM, "Accept": "application/json"}
    answer = client.post(path, content="grant_type=client_credentials", headers=headers)
    told = answer.json()
    assert float(told["expires_in"]) == 30 * 24 * 3600
    client.headers["Authorization"] = f"Bearer {told['access_token']}"


class SendCheck:
    """A district's check that scores can be sent: finds its way by tables, writes over XTE."""

    def __init__(self, client: httpx.Client) -> None:
        self.client = client
        token(client, "/oauth/access_token/")
        self.teacher = self.table("users", "dcid", f"email_addr=={TEACHER}", 1)[0]["dcid"]
        self.section = self.table("sections", "id,dcid,termid", "dcid==200001", 1)[0]
        self.acting = {"users_dcid": self.teacher}

    def table(self, name: str, projection: str, q: str, size: int = 100) -> list[dict[str, str]]:
        asked = {"projection": projection, "pagesize": str(size), "q": q}
        answer = self.client.get(f"/ws/schema/table/{name}", params=asked)
        assert answer.status_code == 200, answer.text
        return [record["tables"][name] for record in answer.json()["record"]]

    def teaches(self) -> list[dict[str, str]]:
        """The rows that say that the teacher teaches the section."""
        section, names = self.section["id"], "sectionid,teacherid"
        return [
            row
            for staff in self.table("schoolstaff", "id,users_dcid", f"users_dcid=={self.teacher}")
            for row in self.table(
                "sectionteacher", names, f"teacherid=={staff['id']};sectionid=={section}", 5
            )
        ]

    def students(self) -> list[str]:
        """STUDENTS.DCID of the first three of the section."""
        rows = self.table("cc", "sectionid,studentid", f"sectionid=={self.section['id']}")
        ids = list(dict.fromkeys(row["studentid"] for row in rows))
        return [self.table("students", "id,dcid", f"id=={one}", 1)[0]["dcid"] for one in ids[:3]]

    def create(self) -> str:
        """An assignment; its number."""
        year = int(self.section["termid"]) // 100
        asked = {**self.acting, "year_id": str(year)}
        categories = self.client.get("/ws/xte/teacher_category", params=asked).json()
        test = next(one for one in categories if one["isactive"] and one["name"] == "Test")
        association = {"teachercategoryid": test["teachercategoryid"], "isprimary": True}
        part = {
            "sectionsdcid": int(self.section["dcid"]),
            "name": "Check",
            "duedate": "2026-10-08",
            "scoretype": "POINTS",
            "scoreentrypoints": 10,
            "totalpointvalue": 10,
            "weight": 1,
            "iscountedinfinalgrade": True,
            "isscoringneeded": True,
            "publishoption": test["defaultpublishoption"],
            "_assignmentcategoryassociations": [association],
        }
        body = {"_assignmentsections": [part]}
        made = self.client.post(f"{XTE}/", params=self.acting, json=body)
        assert (made.status_code, made.text) == (201, "")
        return made.headers["Location"].rsplit("/", 1)[1]

    def column_of(self, number: str) -> int:
        """The assignment's column, out of the section's list."""
        asked = {**self.acting, "section_ids": self.section["dcid"]}
        listed = self.client.get(f"{XTE}/", params=asked).json()
        mine = next(one for one in listed if str(one["assignmentid"]) == number)
        return mine["_assignmentsections"][0]["assignmentsectionid"]

    def write(self, column: int, marks: dict[str, int]) -> int:
        """Scores; the status of the answer."""
        rows = [
            {
                "_assignmentsection": {"assignmentsectionid": column},
                "studentsdcid": int(student),
                "actualscoreentered": str(points),
                "actualscorekind": "REAL_SCORE",
                "scoretype": "POINTS",
                "scorepoints": points,
            }
            for student, points in marks.items()
        ]
        query = {**self.acting, "status": "A", "term_id": self.section["termid"]}
        body = {"assignment_scores": rows}
        return self.client.put("/ws/xte/score", params=query, json=body).status_code

    def read(self, column: int) -> dict[str, str]:
        """What the table holds of a column."""
        names = "assignmentscoreid,studentsdcid,scorepoints,actualscoreentered,actualscorekind"
        rows = self.table("assignmentscore", names, f"assignmentsectionid=={column}", 50)
        return {row["studentsdcid"]: row["scorepoints"] for row in rows}

    def delete(self, number: str) -> int:
        """Scores included; the status of the answer."""
        asked = {**self.acting, "force": "true"}
        return self.client.delete(f"{XTE}/{number}", params=asked).status_code


@pytest.fixture
def check(secure: httpx.Client) -> SendCheck:
    return SendCheck(secure)


def test_a_districts_send_check_finds_teacher_section_and_roster(check: SendCheck):
    assert check.teaches()
    assert len(set(check.students())) == 3


def test_a_districts_send_check_creates_scores_corrects_and_deletes(check: SendCheck):
    students = check.students()
    number = check.create()
    column = check.column_of(number)

    assert check.write(column, dict(zip(students, (9, 8, 7), strict=True))) == 200
    assert check.read(column) == dict(zip(students, ("9", "8", "7"), strict=True))

    assert check.write(column, {students[0]: 10}) == 200
    assert check.read(column) == dict(zip(students, ("10", "8", "7"), strict=True))

    assert check.delete(number) == 204


class OlderClient:
    """Counts first, asks for pages of 10,000, posts queries with pagesize=0, follows Location."""

    def __init__(self, client: httpx.Client) -> None:
        self.client = client
        token(client, "/oauth/access_token")
        client.headers.update({"Accept": "application/json", "Content-Type": "application/json"})
        schools = self.pages("/ws/v1/district/school", "schools", "expansions=school_boundary")
        self.school = schools[0]["id"]

    def pages(self, path: str, plural: str, extra: str = "") -> list[dict[str, Any]]:
        total = self.client.get(f"{path}/count?{extra}").json()["resource"]["count"]
        found, page = [], 1
        while len(found) < total:
            answer = self.client.get(f"{path}?page={page}&pagesize=10000&{extra}").json()
            inner = answer[plural][plural.removesuffix("s")]
            found += [inner] if isinstance(inner, dict) else inner
            page += 1
        return found

    def sections(self) -> list[dict[str, Any]]:
        path = f"/ws/v1/school/{self.school}/section"
        return self.pages(path, "sections", "q=term.start_year==2026")

    def enrollments(self, section: int) -> list[dict[str, Any]]:
        return self.pages(f"/ws/v1/section/{section}/section_enrollment", "section_enrollments")

    def lead(self, section: dict[str, Any]) -> int:
        """USERS.DCID of the section's teacher."""
        staff = self.pages(f"/ws/v1/school/{self.school}/staff", "staffs", "expansions=emails")
        return {member["id"]: member["users_dcid"] for member in staff}[section["staff_id"]]

    def query(self, name: str, data: Any) -> Any:
        path = f"/ws/schema/query/{name}?pagesize=0"
        return self.client.post(path, content=json.dumps(data)).json().get("record")

    def usable_category(self, lead: int) -> int:
        path = f"/ws/xte/teacher_category?users_dcid={lead}&year_id=0"
        return next(one for one in self.client.get(path).json() if one["isactive"])["_id"]

    def create(self, lead: int, section: int) -> dict[str, Any]:
        """An assignment with the fewest members, merged with what Location leads to."""
        primary = {"_name": "assignmentcategoryassoc"}
        primary["teachercategoryid"] = self.usable_category(lead)
        part = {
            "_name": "assignmentsection",
            "sectionsdcid": section,
            "name": "Essay",
            "duedate": "2026-10-08",
            "scoretype": "POINTS",
            "scoreentrypoints": 10.0,
            "_assignmentcategoryassociations": [primary],
        }
        whole = {"_name": "assignment", "yearid": 36, "standardscoringmethod": "GradeScale"}
        whole["_assignmentsections"] = [part]
        made = self.client.post(f"{XTE}?users_dcid={lead}&pagesize=0", json=whole)
        number = made.headers["location"].rsplit("/", 1)[1]
        return {**whole, **self.client.get(f"{XTE}/{number}?users_dcid={lead}").json()}

    def replace(self, lead: int, whole: dict[str, Any]) -> int:
        return self.client.put(f"{XTE}/{whole['_id']}?users_dcid={lead}", json=whole).status_code

    def score(self, lead: int, whole: dict[str, Any], student: int, points: float) -> int:
        row = {
            "_assignmentsection": {"_id": whole["_assignmentsections"][0]["_id"]},
            "studentsdcid": student,
            "actualscoreentered": str(points),
            "scorepoints": points,
        }
        path = f"/ws/xte/score?users_dcid={lead}"
        return self.client.put(path, json={"assignment_scores": [row]}).status_code

    def scores(self, lead: int, whole: dict[str, Any], section: int) -> list[tuple[int, float]]:
        asked = {"assignment_ids": [whole["_id"]], "section_ids": [section]}
        path = f"/ws/xte/assignment_score?users_dcid={lead}&pagesize=0"
        rows = self.client.post(path, json=asked).json()
        return [(row["studentsdcid"], row["scorepoints"]) for row in rows]


@pytest.fixture
def older(secure: httpx.Client) -> OlderClient:
    return OlderClient(secure)


def test_an_older_client_pages_through_sections_and_their_enrollments(older: OlderClient):
    sections = older.sections()

    assert [section["id"] for section in sections] == [200001, 200002, 200003]
    for section in sections:
        rows = older.enrollments(section["id"])
        assert all({"student_id", "dropped"} <= row.keys() for row in rows)


def test_an_older_client_asks_for_gradebook_types_and_co_teachers(older: OlderClient):
    section = older.sections()[2]

    [kind] = older.query(TYPE, {"section_ids": [section["id"]]})
    assert kind["gradebooktype"] == "PTP"
    assert older.query(CO_TEACHERS, {"users_dcids": [older.lead(section)]}) is None


def test_an_older_client_creates_renames_and_scores(older: OlderClient):
    section = older.sections()[2]
    lead = older.lead(section)
    whole = older.create(lead, section["id"])
    whole["_assignmentsections"][0]["name"] = "Essay 1"

    assert older.replace(lead, whole) == 201
    assert older.score(lead, whole, 400001, 9.0) == 200
    assert older.scores(lead, whole, section["id"]) == [(400001, 9.0)]


def test_an_older_client_takes_the_random_member_in_categories_and_scores_alone(older: OlderClient):
    """It strips it from scores, has a place for it in categories, and none in assignments."""
    section = older.sections()[2]
    lead = older.lead(section)
    whole = older.create(lead, section["id"])
    older.score(lead, whole, 400001, 9.0)
    listed = f"{XTE}?users_dcid={lead}&section_ids={section['id']}"
    asked = {"assignment_ids": [whole["_id"]], "section_ids": [section["id"]]}

    read = older.client.get(f"{XTE}/{whole['_id']}?users_dcid={lead}").json()
    [found] = older.client.get(listed).json()
    categories = older.client.get(f"/ws/xte/teacher_category?users_dcid={lead}&year_id=0").json()
    path = f"/ws/xte/assignment_score?users_dcid={lead}&pagesize=0"
    scores = older.client.post(path, json=asked).json()

    assert "$breach_mitigation" not in read.keys() | found.keys()
    assert [(one["studentsdcid"], one["scorepoints"]) for one in scores] == [(400001, 9.0)]
    assert all(one["$breach_mitigation"] for one in [*categories, *scores])


def test_a_grade_export_scores_by_text_alone_for_every_status_and_no_term(older: OlderClient):
    """It reads the id of the part from a header where there is one, else from the assignment."""
    older.client.put("/_mock/settings", json={"assignment_section_ids_header": True})
    section = older.sections()[2]
    lead = older.lead(section)
    part = {
        "sectionsdcid": section["id"],
        "name": "Export",
        "duedate": "2026-10-08",
        "scoretype": "POINTS",
        "scoreentrypoints": 10,
        "_assignmentcategoryassociations": [{"teachercategoryid": older.usable_category(lead)}],
    }
    body = {"_assignmentsections": [part]}
    made = older.client.post(f"{XTE}?users_dcid={lead}", json=body)
    [column] = json.loads(made.headers["AssignmentSectionIds"])
    row = {
        "_assignmentsection": {"assignmentsectionid": column},
        "studentsdcid": 400001,
        "actualscoreentered": "8.5",
    }
    path = f"/ws/xte/score?users_dcid={lead}&status=A,I,P"
    written = older.client.put(path, json={"assignment_scores": [row]})
    assert written.status_code == 200, written.text
    whole = older.client.get(
        f"{XTE}/{made.headers['location'].rsplit('/', 1)[1]}?users_dcid={lead}"
    )
    assert older.scores(lead, whole.json(), section["id"]) == [(400001, 8.5)]


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
