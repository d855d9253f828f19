"""Statuses that chance does not meet: each operation is brought to every one it documents.

For mocks only, since it closes grading periods and lets calls go wrong. The examples of the
contract are played in the order of a record's life; then each status that is still missing is
brought about in its own way. What it does to the world is undone at the end.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import httpx

from contracts.harness.examples.contract_examples import with_real_ids
from contracts.harness.examples.real_ids import learn, values
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

    def __init__(
        self,
        service: Service,
        caller: Caller,
        document: Document,
        chosen: Collection[str] = (),
    ) -> None:
        """*chosen* are looked at; the others only play their part in the life of a record."""
        self._service = service
        self._caller = caller
        self._chosen = list(document.chosen(chosen).values())
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
        for operation in self._chosen:
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
            again = self._caller.again(request, error.request)
            reached.findings.append(Finding(check="answer", reason=why, curl=again))
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
        for operation in self._chosen:
            reached = self.reached[operation.label]
            yield Row(
                part=PART,
                group=operation.group,
                name=operation.label,
                cases=reached.cases,
                statuses=sorted(reached.statuses),
                findings=reached.findings,
            )


def rows(
    service: Service, chosen: Collection[str] = (), say: Callable[[str], None] = lambda _: None
) -> Iterator[Row]:
    """Everything, inside a snapshot of the world; rows of those that were *chosen*."""
    token = service.token()
    plain = Document.read(service.contract)
    known = learn(service, plain, token)
    document = with_real_ids(plain, known)
    caller = Caller(service, document, token, values(known))
    cases = StatusCases(service, caller, document, chosen)
    with undone(service) as back:
        steps = list(_steps(service, cases, back))
        for done, step in enumerate(steps):
            say(f"{PART}: {done} of {len(steps)} steps")
            step()
    yield from cases.rows()


def _steps(
    service: Service, cases: StatusCases, back: Callable[[], Any]
) -> Iterator[Callable[[], Any]]:
    def under(trouble: AbstractContextManager[None], status: int, way: Way) -> None:
        with trouble:
            cases.refuse(status, way)

    yield partial(cases.live, LIFE, between=back)
    for status, way in WAYS.items():
        yield partial(cases.refuse, status, way)
    yield partial(cases.refuse, 410, cases.gone)
    yield back
    yield partial(cases.live, MADE, between=lambda: None)
    yield partial(under, closed_periods(service), 409, forced)
    for status in FAULTS:
        yield partial(under, fault(service, status), status, as_it_is)
    yield partial(under, fault(service, None), 302, as_it_is)


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
