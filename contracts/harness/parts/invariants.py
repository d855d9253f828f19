"""What no request may do to a gradebook, whatever it says: looked at while generated cases run.

- a closed grading period is what it was when it was closed
- a `*` becomes 0 only by a request that holds a 0
- a column of one section stands in every section that is linked to it
- an error names no student and no teacher

The first three look after every few accepted writes and at the end, through the control plane.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from schemathesis.checks import CHECKS

from contracts.harness.reports.report import Finding, Row
from contracts.harness.service import Service
from contracts.harness.world_setup import control

PART = "gradebook"
EVERY = 15
PERSON_MEMBERS = ("givenName", "familyName", "first_name", "last_name", "middleName")
SHORTEST = 4
"""A shorter name can be part of any word."""

Books = dict[str, Any]


@dataclass
class Invariants:
    """Looks at one world.

    Attributes:
        said: complaints that no check has told yet, by the name of the check.
        looks: how often it looked.
    """

    service: Service
    names: set[str] = field(default_factory=set)
    said: dict[str, str] = field(default_factory=dict)
    looks: int = 0
    _writes: int = 0
    _zeros: list[str] = field(default_factory=list)
    _before: Books = field(default_factory=dict)
    _heard: Any = None

    def begin(self) -> None:
        """Remember how things are."""
        if self.service.sis != "otus":
            self._before = self._books()

    def hear(self, method: str, sent: str, status: int, answer: object) -> None:
        """One request and its answer; a second call for the same answer is overlooked."""
        if answer is self._heard:
            return
        self._heard = answer
        if method in {"GET", "HEAD", "OPTIONS"} or status >= 300:
            return
        self._writes += 1
        if "0" in sent:
            self._zeros.append(sent)
        if self._writes % EVERY == 0:
            self.look()

    def look(self) -> None:
        """Compare with the last look."""
        if not self._before:
            return
        now = self._books()
        self.looks += 1
        for name, complaint in (
            ("closed_period_never_changes", changed_closed(self._before, now)),
            ("star_never_becomes_zero", unasked_zero(self._before, now, self._zeros)),
            ("linked_column_everywhere", unlinked(now)),
        ):
            if complaint:
                self.said[name] = complaint
        self._before, self._zeros = now, []

    def named(self, status: int, sent: str, body: str) -> str:
        """Whom an error names that the request did not."""
        if status < 400 or not self.names:
            return ""
        told = sorted(name for name in self.names if name in body and name not in sent)
        return f"an answer {status} names a person of the district" if told else ""

    def rows(self) -> Iterator[Row]:
        """What came of it, after the last look."""
        self.look()
        for name in CHECK_NAMES:
            found = [Finding(check=name, reason=self.said[name])] if name in self.said else []
            looks = self.looks if name != "error_names_nobody" else 0
            yield Row(part=PART, group=PART, name=name, cases=looks, findings=found)

    def _books(self) -> Books:
        listed = control(self.service, "GET", "/gradebooks")
        return {
            one["id"]: control(self.service, "GET", f"/gradebooks/{one['id']}") for one in listed
        }


CHECK_NAMES = (
    "closed_period_never_changes",
    "star_never_becomes_zero",
    "linked_column_everywhere",
    "error_names_nobody",
)


@contextmanager
def checking(invariants: Invariants) -> Iterator[None]:
    """The checks belong to Schemathesis inside the block; a complaint is told of one request."""

    def make(name: str) -> Any:
        def check(_context: Any, response: Any, case: Any) -> None:
            sent = request_text(response)
            invariants.hear(case.method, sent, response.status_code, response)
            if name == "error_names_nobody":
                complaint = invariants.named(response.status_code, sent, response.text)
            else:
                complaint = invariants.said.pop(name, "")
            if complaint:
                raise AssertionError(complaint)

        check.__name__ = name
        return check

    for name in CHECK_NAMES:
        CHECKS.register(make(name))
    try:
        yield
    finally:
        for name in CHECK_NAMES:
            CHECKS.unregister(name)


def request_text(response: Any) -> str:
    """Address and body of the request behind *response*."""
    body = response.request.body or ""
    text = body.decode("utf-8", "replace") if isinstance(body, bytes) else str(body)
    return f"{response.request.url}\n{text}"


def names_in_rosters(service: Service, token: str) -> set[str]:
    """Names of the district's people, as far as the rosters of this SIS show them."""
    found: set[str] = set()
    for path in ("/ims/oneroster/v1p1/users", "/api/ims/oneroster/v1p1/users"):
        answer = service.get(path, headers={"Authorization": f"Bearer {token}"})
        with suppress(ValueError):  # no JSON: that is a finding elsewhere
            found |= set(_names(answer.json() if answer.is_success else None))
    return {name for name in found if len(name) >= SHORTEST}


def _names(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        yield from (node[key] for key in PERSON_MEMBERS if isinstance(node.get(key), str))
        for part in node.values():
            yield from _names(part)
    elif isinstance(node, list):
        for part in node:
            yield from _names(part)


def changed_closed(before: Books, now: Books) -> str:
    """What of a closed grading period is not as it was."""
    for id_, book in before.items():
        closed = {one["id"] for one in book["periods"] if one["state"] == "closed"}
        if _of_periods(book, closed) != _of_periods(now.get(id_, book), closed):
            return f"gradebook {id_}: a closed grading period changed"
    return ""


def unasked_zero(before: Books, now: Books, sent: list[str]) -> str:
    """A cell that went from `*` to 0 although no request since the last look spoke of it."""
    for id_, book in now.items():
        known = _cells(before.get(id_, {"rows": []}))
        for (student, column), cell in _cells(book).items():
            was = known.get((student, column))
            fresh = cell["score"] == 0 and (was is None or was["score"] is None)
            if fresh and not any(student in text or "StudentAssignment" in text for text in sent):
                return f"gradebook {id_}: a `*` became 0, and no request said so"
    return ""


def unlinked(now: Books) -> str:
    """A section that lacks a column of one that it is linked to."""
    for id_, book in now.items():
        mine = {one["id"] for one in book["columns"]}
        for other in book["linked"]:
            if other in now and {one["id"] for one in now[other]["columns"]} != mine:
                return f"gradebooks {id_} and {other} are linked and show different columns"
    return ""


def _of_periods(book: Any, periods: set[str]) -> str:
    columns = [one for one in book["columns"] if one["period"] in periods]
    ids = {one["id"] for one in columns}
    cells = sorted(
        (student, column, cell["score"], cell["display"])
        for (student, column), cell in _cells(book).items()
        if column in ids
    )
    return json.dumps([columns, cells], default=str)


def _cells(book: Any) -> dict[tuple[str, str], Any]:
    return {(row["student"], cell["column"]): cell for row in book["rows"] for cell in row["cells"]}
