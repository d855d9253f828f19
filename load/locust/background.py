"""What else goes on in a SIS at night: teachers type scores, other integrations poll.

Teachers type into columns of their own, so that what the agent must deliver stays exact. Other
integrations read what the agent does not read, so that its requests can be told apart.
"""

import random
from typing import Any

from locust import FastHttpUser, constant_pacing, task

from contracts.vendors import VENDORS as CONTRACTS
from load.locust.plan import from_environment
from load.vendors import VENDORS
from mock_sis.credentials import CLIENT_SECRET

PLAN = from_environment()
HOST = PLAN.districts[0].sis


class Teacher(FastHttpUser):
    """Types scores into an assignment of their own, one a second."""

    host = HOST
    wait_time = constant_pacing(1)
    fixed_count = PLAN.background

    def on_start(self) -> None:
        """Choose a gradebook and enter an assignment there."""
        books: Any = self.client.get("/_mock/gradebooks", name="teacher: gradebooks").json()
        chosen = random.choice(books)["id"]  # noqa: S311 - any will do
        book: Any = self.client.get(f"/_mock/gradebooks/{chosen}", name="teacher: gradebook").json()
        body = {
            "section": book["id"],
            "title": f"Notebook {id(self)}",
            "due": _inside(book["periods"]),
            "points": 10,
        }
        made: Any = self.client.post(
            "/_mock/columns", json=body, name="teacher: enter an assignment"
        ).json()
        self.column = made["id"]
        self.students = [r["student"] for r in book["rows"] if r["section"] == book["id"]]

    @task
    def type(self) -> None:
        """Type a score."""
        student = random.choice(self.students)  # noqa: S311
        self.client.put(
            f"/_mock/columns/{self.column}/scores/{student}",
            json={"score": random.randint(0, 10)},  # noqa: S311
            name="teacher: type a score",
        )


class OtherIntegration(FastHttpUser):
    """Reads the roster, page by page, twice a second."""

    host = HOST
    wait_time = constant_pacing(0.5)
    fixed_count = PLAN.background

    def on_start(self) -> None:
        """Ask for a token."""
        form = {"grant_type": "client_credentials", "client_id": "passback"}
        form["client_secret"] = CLIENT_SECRET
        answer: Any = self.client.post(
            CONTRACTS[PLAN.sis].oauth, data=form, name="other: token"
        ).json()
        self.token = answer["access_token"]

    @task
    def poll(self) -> None:
        """Read a page of students."""
        head = {"Authorization": f"Bearer {self.token}"}
        self.client.get(VENDORS[PLAN.sis].page, headers=head, name="other: poll students")


def _inside(periods: list[dict[str, Any]]) -> str:
    """A day in the period that is open now."""
    return str(next(p for p in periods if p["state"] == "open")["end"])
