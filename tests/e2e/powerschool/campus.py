"""The same district over PowerSchool: where its mock differs from Skyward's, for a test's eyes.

A column made over XTE carries no id of ours on the wire but a tag in its description, which the
gradebook that a teacher sees does not show. A second plugin of the district reads the descriptions,
so that tests find a column by assessment here as there.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import httpx

from tests.e2e.support.district import District

CLASSES = ("c-1001", "c-1002", "c-1003", "c-1004")
MATH, MATH_TOO, SCIENCE = (
    "200001",
    "200002",
    "200003",
)  # SECTIONS.DCID; the first two of one teacher
MS_MATH, MR_SCIENCE, HELPER = "300001", "300002", "300003"  # USERS.DCID
QUIZ, TEST, HOMEWORK = "135001", "135002", "135003"  # of the district
Q1, Q2, Q3, Q4 = "120001", "120002", "120003", "120004"
WATCHER = "watcher"


def tag_of(external_id: str) -> str:
    """What stands in the description of the column that goes by *external_id*."""
    return f"[pb:{sha256(external_id.encode()).hexdigest()[:12]}]"


@dataclass
class Plugin:
    """A program of the district with a plugin of its own: reads what it may, as often as needed."""

    url: str
    http: httpx.Client
    client: str = WATCHER
    token: str = "none yet"

    def rows(self, table: str, q: str, *fields: str) -> list[dict[str, str]]:
        """The rows of a table."""
        search = {"projection": ",".join(fields), "q": q, "pagesize": 100}
        answer = self.get(f"/ws/schema/table/{table}", **search)
        return [record["tables"][table] for record in answer.json()["record"]]

    def get(self, path: str, **query: Any) -> httpx.Response:
        """Read *path*, signing in anew and waiting where the server asks for it."""
        for _ in range(20):
            answer = self.http.get(
                self.url + path, params=query, headers={"Authorization": f"Bearer {self.token}"}
            )
            if answer.status_code == 401:
                self._sign_in()
            elif answer.status_code == 429:
                time.sleep(0.1)
            else:
                assert answer.status_code == 200, answer.text
                return answer
        raise AssertionError(f"{path}: no answer")

    def _sign_in(self) -> None:
        answer = self.http.post(
            f"{self.url}/oauth/access_token",
            auth=(self.client, "passback-secret"),
            data={"grant_type": "client_credentials"},
        )
        self.token = answer.json()["access_token"]


@dataclass
class PowerSchoolDistrict(District):
    """One world behind PowerSchool, and one agent.

    Attributes:
        configure: chooses among the ways of this district's PowerSchool; see `settings`.
    """

    kind: str = "powerschool"
    categories: dict[str, str] = field(
        default_factory=lambda: {"Quiz": "Quiz", "Test": "Test", "Homework": "Homework"}
    )
    configure: Callable[..., None] = lambda **_settings: None
    watcher: Plugin = field(init=False)

    def __post_init__(self) -> None:
        """Install the second plugin."""
        self.watcher = Plugin(self.sis, self.http)
        self.settings()

    def as_usual(self) -> None:
        """No ways of its own any more."""
        self.settings()

    def settings(self, **ways: Any) -> None:
        """Set the ways of this PowerSchool (grants, min_interval_ms ...), all others as usual."""
        plugins = {WATCHER: {"secret": "passback-secret"}}
        self.configure(powerschool={**ways, "plugins": plugins})

    def gradebook(self, section: str = MATH) -> dict[str, Any]:
        """One gradebook; the columns that the agent made go by its ids."""
        book = District.gradebook(self, section)
        if any(column["external_id"] is None for column in book["columns"]):
            found = self.descriptions(section)
            ours = {tag_of(name): name for name in self._names()}
            for column in book["columns"]:
                tag = found.get(column["id"], "")[-len(tag_of("")) :]
                column["external_id"] = column["external_id"] or ours.get(tag)
        return book

    def descriptions(self, section: str = MATH) -> dict[str, str]:
        """assignmentsectionid -> description."""
        fields = ("assignmentsectionid", "description")
        rows = self.watcher.rows("assignmentsection", f"sectionsdcid=={section}", *fields)
        return {row["assignmentsectionid"]: row["description"] for row in rows}

    def rostering(self, what: str, listed: str | None = None) -> list[dict[str, Any]]:
        """All classes, users or enrollments, as the SIS tells any program."""
        answer = self.watcher.get(f"/api/ims/oneroster/v1p1/{what}", limit=10000)
        found: list[dict[str, Any]] = answer.json()[listed or what]
        return [row for row in found if row["status"] == "active"]

    def line_items(self, section: str) -> list[dict[str, Any]]:
        """The columns of a gradebook with their scores, as the SIS tells any program."""
        search = f"sectionsdcid=={section}"
        fields = ("assignmentsectionid", "name", "description", "duedate", "scoreentrypoints")
        found = []
        for row in self.watcher.rows("assignmentsection", search, *fields, "whenmodified"):
            mine = f"assignmentsectionid=={row['assignmentsectionid']}"
            marks = ("studentsdcid", "scorepoints", "whenmodified")
            more = {
                "sourcedId": row["assignmentsectionid"],
                "dueDate": row["duedate"],
                "category": self.watcher.rows("assignmentcategoryassoc", mine, "teachercategoryid"),
                "results": self.watcher.rows("assignmentscore", mine, *marks),
            }
            found.append({**row, **more})
        return found

    def _names(self) -> list[str]:
        return [f"pb-{id_}.{class_}" for id_ in self.ours for class_ in CLASSES]
