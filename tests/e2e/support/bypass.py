"""Past the agent: writes straight to the Skyward mock's OneRoster API, as any other program might.

Every body is valid by default, so that a test spoils exactly one thing and sees the SIS refuse it.
"""

from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.e2e.support.district import District

QUIZ = "130001"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the SIS said: its status, and the sentence of its status info ("" when it did it)."""

    status: int
    words: str

    @property
    def done(self) -> bool:
        """Whether it was written."""
        return 200 <= self.status < 300


@dataclass(slots=True)
class Bypass:
    """A program with credentials of its own token; `version` is "1.1" or "1.2"."""

    district: District
    version: str = "1.2"
    token: str = field(init=False)

    def __post_init__(self) -> None:
        """Sign in."""
        answer = self.district.http.post(
            f"{self.district.sis}/token",
            auth=("passback", "passback-secret"),
            data={"grant_type": "client_credentials"},
        )
        self.token = answer.json()["access_token"]

    def put_column(self, sourced_id: str = "x-1", **members: Any) -> Answer:
        """Make or replace a line item; a member given as None is left out."""
        body = {"lineItem": self._item(sourced_id, members)}
        return self._call("PUT", f"lineItems/{sourced_id}", body)

    def post_columns(self, *items: dict[str, Any], section: str = "200001") -> Answer:
        """Make line items of one class in one batch, all or none."""
        body = {"lineItems": [self._item(f"n-{n}", item) for n, item in enumerate(items)]}
        return self._call("POST", f"classes/{section}/lineItems", body)

    def delete_column(self, sourced_id: str) -> Answer:
        """Delete a line item."""
        return self._call("DELETE", f"lineItems/{sourced_id}")

    def put_score(
        self, line_item: str, student: str, score: float | None, sourced_id: str | None = None
    ) -> Answer:
        """Write a result."""
        name = sourced_id or f"r-{line_item}-{student}"
        result = {
            "sourcedId": name,
            "lineItem": {"sourcedId": line_item},
            "student": {"sourcedId": student},
            "scoreStatus": "fully graded",
            "score": score,
            "scoreDate": "2026-10-14",
        }
        return self._call("PUT", f"results/{name}", {"result": result})

    def change_result(self, result: dict[str, Any], **members: Any) -> Answer:
        """Write a result that was read, with other members."""
        return self._call("PUT", f"results/{result['sourcedId']}", {"result": result | members})

    def change_column(self, item: dict[str, Any], **members: Any) -> Answer:
        """Write a line item that was read, with other members."""
        body = {name: told for name, told in item.items() if name != "results"} | members
        return self._call("PUT", f"lineItems/{item['sourcedId']}", {"lineItem": body})

    def delete_score(self, line_item: str, student: str) -> Answer:
        """Empty the cell that `put_score` wrote."""
        return self._call("DELETE", f"results/r-{line_item}-{student}")

    def _item(self, sourced_id: str, members: dict[str, Any]) -> dict[str, Any]:
        item = {
            "sourcedId": sourced_id,
            "title": "Typed past the agent",
            "assignDate": "2026-10-12T17:00:00Z",
            "dueDate": "2026-10-16T17:00:00Z",
            "class": {"sourcedId": "200001"},
            "category": {"sourcedId": QUIZ},
            "resultValueMin": 0,
            "resultValueMax": 20,
            **members,
        }
        return {name: value for name, value in item.items() if value is not None}

    def _call(self, method: str, path: str, body: Any = None) -> Answer:
        root = "/ims/oneroster/gradebook/v1p2" if self.version == "1.2" else "/ims/oneroster/v1p1"
        answer = self.district.http.request(
            method,
            f"{self.district.sis}{root}/{path}",
            json=body,
            headers={"Authorization": f"Bearer {self.token}"},
        )
        return Answer(answer.status_code, "" if answer.is_success else _words(answer))


def _words(answer: httpx.Response) -> str:
    """The description of 1.2's status info, or of the first one in 1.1's set."""
    info = answer.json()
    info = info["statusInfoSet"][0] if "statusInfoSet" in info else info
    assert info["imsx_codeMajor"] == "failure", info
    return str(info["imsx_description"])
