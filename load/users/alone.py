"""The mock alone: pages, creates and batches of scores, two to one to one, as fast as it answers.

It says how far a load test measures the agent: nowhere near what the mock can do.
"""

import os
from datetime import date
from itertools import count
from typing import Any

from locust import FastHttpUser, task

from contracts.configuration import SECRET
from contracts.vendors import VENDORS
from load.locust.bodies import (
    LISTING,
    ONE_ROSTER,
    OTHER,
    SCORES,
    TEACHER,
    XTE,
    YEAR_ID,
    assignment,
    line_item,
    results,
    scores,
)
from load.programme import from_environment

PROGRAMME = from_environment()
NUMBERS = count(1)


class _Alone(FastHttpUser):
    """What both have in common: a token, a section of 21 students, numbers of their own."""

    abstract = True
    host = PROGRAMME.parts[0].sis
    fixed_count = PROGRAMME.alone

    def on_start(self) -> None:
        """Ask for a token, and look who sits where."""
        self.head: dict[str, str] = {}
        form = {"grant_type": "client_credentials", "client_id": "passback"}
        form["client_secret"] = SECRET
        told = self.ask("POST", VENDORS[PROGRAMME.sis].oauth, name="token", data=form)
        self.head = {"Authorization": f"Bearer {told['access_token']}"}
        self.today = date.fromisoformat(self.ask("GET", "/_mock/clock", name="clock")["now"][:10])
        book = self.ask("GET", f"/_mock/gradebooks/{LISTING}", name="gradebook")
        self.students = [row["student"] for row in book["rows"]][:SCORES]
        self.prepare()

    def prepare(self) -> None:
        """What the SIS needs first."""

    def ask(self, method: str, path: str, *, name: str, **more: Any) -> Any:
        """The JSON of an answer."""
        answer = self.client.request(method, path, name=name, headers=self.head, **more)
        return answer.json() if answer.text else None

    def number(self) -> str:
        """Of this process and nobody else's."""
        return f"{os.getpid()}-{next(NUMBERS)}"


class Skyward(_Alone):
    """OneRoster."""

    abstract = PROGRAMME.sis != "skyward"

    def prepare(self) -> None:
        """A column for the scores."""
        path = f"{ONE_ROSTER}/classes/{LISTING}/categories"
        found = self.ask("GET", path, name="categories")["categories"]
        self.category = found[0]["sourcedId"]
        self.column = f"alone-{self.number()}"
        self.put(self.column, LISTING, "first column")

    def put(self, column: str, section: str, name: str) -> None:
        """A column under our own id."""
        body = line_item(self.today, self.category, column, section)
        self.ask("PUT", f"{ONE_ROSTER}/lineItems/{column}", name=name, json=body)

    @task(2)
    def list(self) -> None:
        """A page."""
        self.ask("GET", f"{ONE_ROSTER}/classes/{LISTING}/lineItems?limit=25", name="list")

    @task
    def create(self) -> None:
        """A column."""
        self.put(f"alone-{self.number()}", OTHER, "create")

    @task
    def score(self) -> None:
        """A batch."""
        body = results(self.today, self.column, self.students, next(NUMBERS))
        path = f"{ONE_ROSTER}/lineItems/{self.column}/results"
        self.ask("POST", path, name=f"{SCORES} scores", json=body)


class PowerSchool(_Alone):
    """XTE."""

    abstract = PROGRAMME.sis != "powerschool"
    own = f"users_dcid={TEACHER}"

    def prepare(self) -> None:
        """A column for the scores."""
        path = f"/ws/xte/teacher_category?{self.own}&year_id={YEAR_ID}"
        self.category = self.ask("GET", path, name="categories")[0]["_id"]
        self.post(LISTING, f"Alone {self.number()}", "first column")
        listed = self.ask("GET", f"{XTE}?{self.own}&section_ids={LISTING}", name="first list")
        self.part = int(listed[-1]["_assignmentsections"][0]["assignmentsectionid"])

    def post(self, section: str, title: str, name: str) -> None:
        """A column."""
        body = assignment(self.today, self.category, section, title)
        self.ask("POST", f"{XTE}?{self.own}", name=name, json=body)

    @task(2)
    def list(self) -> None:
        """What a section has."""
        self.ask("GET", f"{XTE}?{self.own}&section_ids={LISTING}", name="list")

    @task
    def create(self) -> None:
        """A column."""
        self.post(OTHER, f"Alone {self.number()}", "create")

    @task
    def score(self) -> None:
        """A batch, of as many as sit in the section."""
        cells = [(self.part, student) for student in self.students[:20]]
        body = scores(cells, next(NUMBERS))
        self.ask("PUT", f"/ws/xte/score?{self.own}&status=A", name="20 scores", json=body)
