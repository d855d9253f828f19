"""What the users of a mock alone share: a token, a section of students, names of their own.

They show how far a load test measures the agent: nowhere near what the mock can answer.
"""

import os
from datetime import date
from itertools import count
from typing import Any

from locust import FastHttpUser

from contracts.vendors import VENDORS
from load.locust.bodies import LISTING, SCORES
from mock_sis.credentials import CLIENT_SECRET

BASE_PORT = 8100
"""Of `passback mock all`, unless told otherwise."""
NUMBERS = count(1)


def host_of(sis: str) -> str:
    """Where `passback mock all` serves *sis*; `--host` names another place."""
    return f"http://127.0.0.1:{BASE_PORT + VENDORS[sis].port}"


class MockUser(FastHttpUser):
    """Asks the mock of one SIS, in a world of size `small` or larger."""

    abstract = True
    sis = ""

    def on_start(self) -> None:
        """Ask for a token, and read who is in the section."""
        self.head: dict[str, str] = {}
        form = {"grant_type": "client_credentials", "client_id": "passback"}
        form["client_secret"] = CLIENT_SECRET
        answer = self.ask("POST", VENDORS[self.sis].oauth, name="token", data=form)
        self.head = {"Authorization": f"Bearer {answer['access_token']}"}
        self.today = date.fromisoformat(self.ask("GET", "/_mock/clock", name="clock")["now"][:10])
        book = self.ask("GET", f"/_mock/gradebooks/{LISTING}", name="gradebook")
        self.students = [row["student"] for row in book["rows"]][:SCORES]
        self.prepare()

    def prepare(self) -> None:
        """Make what the tasks need first."""

    def ask(self, method: str, path: str, *, name: str, **more: Any) -> Any:
        """The JSON of an answer; None: it has no body."""
        answer = self.client.request(method, path, name=name, headers=self.head, **more)
        return answer.json() if answer.text else None

    def number(self) -> str:
        """A name that no other process uses."""
        return f"{os.getpid()}-{next(NUMBERS)}"
