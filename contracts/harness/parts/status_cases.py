"""Statuses that chance does not meet: each operation is brought to every one it documents.

For mocks only, since it closes grading periods and lets calls go wrong. The examples of the
contract are played in the order of a record's life; then each status that is still missing is
brought about in its own way. What it does to the world is undone at the end.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import httpx

from contracts.harness.examples.contract_examples import ground
from contracts.harness.examples.real_ids import learn
from contracts.harness.parts.calls import Caller, Request
from contracts.harness.parts.wrong_requests import WAYS, Way, as_it_is, forced
from contracts.harness.reports.report import Finding, Row
from contracts.harness.service import Service
from contracts.harness.world_setup import control, first_book
from contracts.spec import Document, Operation

PART = "status cases"
SNAPSHOT = "before-status-cases"
FAULTS = (403, 412, 429, 500, 503)
"""Statuses that a district's settings, an outage or a race cause: a fault of the mock stands in."""

LIFE = ("put", "post", "put", "get", "delete")
MADE = ("put", "post", "put")


@dataclass(slots=True)
class Reached:
    """What an operation has answered here."""

    statuses: list[int] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    cases: int = 0


class StatusCases:
    """Brings operations to statuses, and remembers what came."""

    def __init__(self, service: Service, caller: Caller, document: Document) -> None:
        self._service = service
        self._caller = caller
        self._operations = list(document.operations.values())
        self.reached = {operation.label: Reached() for operation in self._operations}
        self._made: dict[str, str] = {}
        self._cursor = ""

    def live(self, methods: Sequence[str], *, between: Callable[[], Any]) -> None:
        """Play the examples in the order of *methods*, a root after the other."""
        for group in dict.fromkeys(operation.group for operation in self._operations):
            members = [one for one in self._operations if one.group == group]
            for method in methods:
                of_method = [one for one in members if one.method == method]
                for operation in reversed(of_method) if method == "delete" else of_method:
                    self.call(operation)
            between()

    def refuse(self, status: int, way: Way) -> None:
        """Bring about *status* wherever it is documented and was not met here."""
        for operation in self._operations:
            if (
                status in operation.statuses
                and status not in self.reached[operation.label].statuses
            ):
                self.call(operation, way(self._caller.request(operation)))

    def call(self, operation: Operation, request: Request | None = None) -> None:
        """Send one request; by default the example, on the record that was made last."""
        if request is None:
            request = self._caller.request(operation)
            above, _, last = operation.path.rpartition("/")
            if above in self._made and last[1:-1] in request.path:
                request.path[last[1:-1]] = self._made[above]
        reached = self.reached[operation.label]
        reached.cases += 1
        try:
            answer, findings = self._caller.send(request)
        except httpx.HTTPError as error:
            why = f"no answer: {type(error).__name__}"
            reached.findings.append(Finding(check="answer", reason=why))
            return
        reached.findings += findings
        if answer.status_code not in reached.statuses:
            reached.statuses.append(answer.status_code)
        self._learn(operation, answer)

    def gone(self, request: Request) -> Request:
        """With a cursor from before the world was put back."""
        request.query["cursor"] = self._cursor
        return request

    def _learn(self, operation: Operation, answer: httpx.Response) -> None:
        if answer.status_code == 201 and (location := answer.headers.get("location")):
            self._made[operation.path] = location.rsplit("/", 1)[-1]
        if answer.status_code == 200 and operation.id.startswith("createObject"):
            self._made[operation.path] = _member(answer, "AssignmentID")
        if answer.status_code == 200 and operation.id == "listChanges":
            self._cursor = _member(answer, "cursor")

    def rows(self) -> Iterator[Row]:
        """One an operation."""
        for operation in self._operations:
            reached = self.reached[operation.label]
            yield Row(
                part=PART,
                group=operation.group,
                name=operation.label,
                cases=reached.cases,
                statuses=sorted(reached.statuses),
                findings=reached.findings,
            )


def rows(service: Service) -> Iterator[Row]:
    """Everything, inside a snapshot of the world."""
    token = service.token()
    plain = Document.read(service.contract)
    document = ground(plain, learn(service, plain, token))
    caller = Caller(service, document, token)
    cases = StatusCases(service, caller, document)
    with undone(service) as again:
        cases.live(LIFE, between=again)
        for status, way in WAYS.items():
            cases.refuse(status, way)
        cases.refuse(410, cases.gone)
        again()
        cases.live(MADE, between=lambda: None)
        with closed_periods(service):
            cases.refuse(409, forced)
        for status in FAULTS:
            with fault(service, status):
                cases.refuse(status, as_it_is)
        with fault(service, None):
            cases.refuse(302, as_it_is)
    yield from cases.rows()


@contextmanager
def undone(service: Service) -> Iterator[Callable[[], Any]]:
    """What the block does to the world is undone: at its end, and by calling what it is given."""
    back = partial(control, service, "POST", f"/snapshots/{SNAPSHOT}/restore")
    control(service, "PUT", f"/snapshots/{SNAPSHOT}")
    try:
        yield back
    finally:
        back()
        control(service, "DELETE", f"/snapshots/{SNAPSHOT}")


@contextmanager
def closed_periods(service: Service) -> Iterator[None]:
    """Every grading period is closed inside the block."""
    periods = control(service, "GET", f"/gradebooks/{first_book(service)['id']}")["periods"]
    for period in periods:
        control(service, "POST", f"/periods/{period['id']}/close")
    try:
        yield
    finally:
        for period in periods:
            control(service, "POST", f"/periods/{period['id']}/reopen")


@contextmanager
def fault(service: Service, status: int | None) -> Iterator[None]:
    """Every call inside the block meets *status*; None is maintenance."""
    rule = {"action": "status", "status": status} if status else {"action": "maintenance"}
    control(service, "POST", "/faults", rule)
    try:
        yield
    finally:
        control(service, "DELETE", "/faults")


def _member(answer: httpx.Response, name: str) -> str:
    """A member of the answer as text; empty where the answer has none."""
    try:
        body = answer.json()
    except ValueError:
        return ""
    return str(body.get(name, "")) if isinstance(body, dict) else ""
