"""A PowerSchool mock over the test's own tiny world, and a client that speaks as plugins do."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx
import pytest

from mock_sis.server import Servers, serving
from mock_sis.world.world import World
from mock_sis.world.worlds import Hosted

MATH, MATH_TOO, SCIENCE = "200001", "200002", "200003"  # SECTIONS.DCID; Skyward links the first two
MATH_ID, SCIENCE_ID = "1000001", "1000003"  # SECTIONS.ID
IN_MATH, ALSO_IN_MATH, IN_MATH_TOO, ELSEWHERE = 400001, 400002, 400008, 400015
STUDENT_ID = 1200001  # STUDENTS.ID of the first
MS_MATH, MR_SCIENCE, HELPER = "300001", "300002", "300003"  # USERS.DCID
QUIZ, TEST, LAB = 100000001, 100000002, 100000005  # of MS_MATH
SCIENCE_QUIZ = 100010001  # of MR_SCIENCE, for whom Project is off
HELPER_QUIZ = 100020001
PROJECT_OFF = 100010004
YEAR, FALL = 3600, 3601  # TERMS.ID
CURRENT, NEXT = "120001", "120002"
TODAY, DUE, NEXT_QUARTER = "2026-10-01", "2026-10-08", "2026-11-02"
XTE = "/ws/xte/section/assignment"
ROSTER = "/api/ims/oneroster/v1p1"


@dataclass
class Api:
    """A client with a token, and the few calls that the tests send."""

    client: httpx.Client
    teacher: str = MS_MATH

    def get(self, path: str, **query: Any) -> httpx.Response:
        return self.client.get(path, params=query or None)

    def rows(self, table: str, q: str | None = None, **query: Any) -> list[dict[str, str]]:
        asked = {"projection": "*", **({"q": q} if q else {}), **query}
        answer = self.get(f"/ws/schema/table/{table}", **asked)
        assert answer.status_code == 200, answer.text
        return [record["tables"][table] for record in answer.json()["record"]]

    def query(self, name: str, arguments: Any, **query: Any) -> Any:
        return self.client.post(f"/ws/schema/query/{name}", json=arguments, params=query or None)

    def post_assignment(self, *parts: dict[str, Any], **whole: Any) -> httpx.Response:
        body = {"_assignmentsections": list(parts or (part(),)), **whole}
        return self.client.post(f"{XTE}/", params={"users_dcid": self.teacher}, json=body)

    def create(self, *parts: dict[str, Any]) -> dict[str, Any]:
        """An assignment, read back."""
        answer = self.post_assignment(*parts)
        assert answer.status_code == 201, answer.text
        return self.assignment(int(answer.headers["Location"].rsplit("/", 1)[1]))

    def assignment(self, number: int) -> dict[str, Any]:
        answer = self.get(f"{XTE}/{number}", users_dcid=self.teacher)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def assignments(self, *sections: str) -> httpx.Response:
        return self.get(f"{XTE}/", users_dcid=self.teacher, section_ids=",".join(sections))

    def replace(self, changed: dict[str, Any], **query: Any) -> httpx.Response:
        asked = {"users_dcid": self.teacher, **query}
        return self.client.put(f"{XTE}/{changed['assignmentid']}", params=asked, json=changed)

    def delete(self, number: int, **query: Any) -> httpx.Response:
        return self.client.delete(f"{XTE}/{number}", params={"users_dcid": self.teacher, **query})

    def score(self, column: int, *marks: tuple[Any, Any], **query: Any) -> httpx.Response:
        rows = [mark(column, student, points) for student, points in marks]
        return self.put_scores(rows, **query)

    def put_scores(self, rows: list[Any], **query: Any) -> httpx.Response:
        asked = {"users_dcid": self.teacher, "status": "A", "term_id": YEAR, **query}
        return self.client.put("/ws/xte/score", params=asked, json={"assignment_scores": rows})

    def scores(self, column: int) -> dict[str, str]:
        """Points by STUDENTS.DCID, out of the table."""
        found = self.rows("assignmentscore", f"assignmentsectionid=={column}")
        return {row["studentsdcid"]: row["scorepoints"] for row in found}

    def categories(self, teacher: str) -> list[dict[str, Any]]:
        answer = self.get("/ws/xte/teacher_category", users_dcid=teacher, year_id=36)
        assert answer.status_code == 200, answer.text
        return list(answer.json())


def part(**changes: Any) -> dict[str, Any]:
    """A part of an assignment as the smallest body that a real server took. `...` leaves it out."""
    category = changes.pop("category", QUIZ)
    sent = {
        "sectionsdcid": int(MATH),
        "name": "Fractions quiz",
        "duedate": DUE,
        "scoretype": "POINTS",
        "scoreentrypoints": 20,
        "totalpointvalue": 20,
        "weight": 1,
        "iscountedinfinalgrade": True,
        "isscoringneeded": True,
        "publishoption": "Immediately",
        "_assignmentcategoryassociations": [{"teachercategoryid": category, "isprimary": True}],
        **changes,
    }
    return {name: value for name, value in sent.items() if value is not ...}


def mark(column: int, student: Any, points: Any, **changes: Any) -> dict[str, Any]:
    """A row of a batch of scores."""
    return {
        "_assignmentsection": {"assignmentsectionid": column},
        "studentsdcid": student,
        "actualscoreentered": str(points),
        "actualscorekind": "REAL_SCORE",
        "scoretype": "POINTS",
        "scorepoints": points,
        "islate": False,
        "ismissing": False,
        "isexempt": False,
        "iscollected": False,
        "isabsent": False,
        "isincomplete": False,
        **changes,
    }


def column_of(assignment: dict[str, Any]) -> int:
    """assignmentsectionid of an assignment in one section."""
    return int(assignment["_assignmentsections"][0]["assignmentsectionid"])


def fields(answer: httpx.Response) -> list[str]:
    """What an error finds fault with."""
    return [error["field"] for error in answer.json()["errors"]]


@pytest.fixture(scope="session")
def site(shared: Servers) -> Iterator[Servers]:
    """The PowerSchool mock; each test has its own world on it."""
    with serving("powerschool", "skyward", worlds=shared.worlds) as servers:
        yield servers


@pytest.fixture
def url(site: Servers, hosted: Hosted) -> str:
    """The mock over the test's world, below a prefix."""
    return f"{site.powerschool.url}/w/{hosted.name}"


@pytest.fixture
def client(url: str) -> Iterator[httpx.Client]:
    """A client without credentials."""
    with httpx.Client(base_url=url, timeout=60, verify=False) as made:
        yield made


@pytest.fixture
def api(client: httpx.Client) -> Api:
    """A plugin's client."""
    return Api(signed_in(client))


@pytest.fixture
def setting(world: World) -> Any:
    """Chooses among the ways of the test's PowerSchool."""

    def configure(**chosen: Any) -> None:
        world.configure(powerschool={**world.setting("powerschool", {}), **chosen})

    return configure


@pytest.fixture
def hand(client: httpx.Client) -> Any:
    """The control plane: `hand("POST", "/periods/120001/close")`."""

    def call(method: str, path: str, body: Any = None) -> Any:
        answer = client.request(method, f"/_mock{path}", json=body)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    return call


@pytest.fixture
def until(world: World, api: Api) -> Any:
    """Moves the world's clock to noon (UTC 18:00) of a day, and asks for a new token."""

    def move(day: str) -> None:
        world.set_clock(datetime.fromisoformat(f"{day}T18:00:00+00:00"))
        signed_in(api.client)

    return move


def signed_in(client: httpx.Client, plugin: str = "passback", secret: str = "passback-secret"):
    """The client, with a token."""
    form = {"grant_type": "client_credentials"}
    answer = client.post("/oauth/access_token", data=form, auth=(plugin, secret))
    client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
    return client
