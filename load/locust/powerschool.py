"""PowerSchool's mock alone: lists, creates and batches of scores, two to one to one.

`locust -f load/locust/powerschool.py` asks the mock that `passback mock all --world small` serves.
"""

from locust import task

from load.locust.bodies import LISTING, OTHER, TEACHER, XTE, YEAR_ID, assignment, scores
from load.locust.mock_user import NUMBERS, MockUser, host_of

SCORES = 20
"""Scores in a batch: the section has 21 students."""


class PowerSchool(MockUser):
    """A plugin that uses XTE."""

    sis = "powerschool"
    host = host_of(sis)
    own = f"users_dcid={TEACHER}"

    def prepare(self) -> None:
        """Make a column for the scores."""
        path = f"/ws/xte/teacher_category?{self.own}&year_id={YEAR_ID}"
        self.category = self.ask("GET", path, name="categories")[0]["_id"]
        self.post(LISTING, f"Alone {self.number()}", "first column")
        listed = self.ask("GET", f"{XTE}?{self.own}&section_ids={LISTING}", name="first list")
        self.part = int(listed[-1]["_assignmentsections"][0]["assignmentsectionid"])

    def post(self, section: str, title: str, name: str) -> None:
        """Make a column."""
        body = assignment(self.today, self.category, section, title)
        self.ask("POST", f"{XTE}?{self.own}", name=name, json=body)

    @task(2)
    def list(self) -> None:
        """Read the columns of a section."""
        self.ask("GET", f"{XTE}?{self.own}&section_ids={LISTING}", name="list")

    @task
    def create(self) -> None:
        """Make a column."""
        self.post(OTHER, f"Alone {self.number()}", "create")

    @task
    def score(self) -> None:
        """Write a batch of scores."""
        body = scores([(self.part, student) for student in self.students[:SCORES]], next(NUMBERS))
        path = f"/ws/xte/score?{self.own}&status=A"
        self.ask("PUT", path, name=f"{SCORES} scores", json=body)
