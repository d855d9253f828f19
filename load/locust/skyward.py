"""Skyward's mock alone: pages, creates and batches of scores, two to one to one.

`locust -f load/locust/skyward.py` asks the mock that `passback mock all --world small` serves.
"""

from locust import task

from load.locust.bodies import LISTING, ONE_ROSTER, OTHER, SCORES, line_item, results
from load.locust.mock_user import NUMBERS, MockUser, host_of


class Skyward(MockUser):
    """A program that uses OneRoster."""

    sis = "skyward"
    host = host_of(sis)

    def prepare(self) -> None:
        """Make a column for the scores."""
        path = f"{ONE_ROSTER}/classes/{LISTING}/categories"
        found = self.ask("GET", path, name="categories")["categories"]
        self.category = found[0]["sourcedId"]
        self.column = f"alone-{self.number()}"
        self.put(self.column, LISTING, "first column")

    def put(self, column: str, section: str, name: str) -> None:
        """Make a column under our own id."""
        body = line_item(self.today, self.category, column, section)
        self.ask("PUT", f"{ONE_ROSTER}/lineItems/{column}", name=name, json=body)

    @task(2)
    def list(self) -> None:
        """Read a page of columns."""
        self.ask("GET", f"{ONE_ROSTER}/classes/{LISTING}/lineItems?limit=25", name="list")

    @task
    def create(self) -> None:
        """Make a column."""
        self.put(f"alone-{self.number()}", OTHER, "create")

    @task
    def score(self) -> None:
        """Write a batch of scores."""
        body = results(self.today, self.column, self.students, next(NUMBERS))
        path = f"{ONE_ROSTER}/lineItems/{self.column}/results"
        self.ask("POST", path, name=f"{SCORES} scores", json=body)
