"""Runs a sequence of calls against any base URL and prints a report card: step, status, latency."""

import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Whom to ask.

    Attributes:
        token_url: where tokens are given out.
        root: what stands before `/rostering/v1p2` and `/gradebook/v1p2`.
        teacher_email: of a teacher with a class; None takes the first teacher there is.
    """

    token_url: str
    root: str
    client_id: str
    client_secret: str
    teacher_email: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the report card. `status` is None when no answer came; `ms` of the last call."""

    step: str
    passed: bool
    status: int | None
    ms: float
    detail: str = ""


class Failed(AssertionError):
    """The answer is not what the partner demands."""


@dataclass(slots=True)
class Run:
    """What a sequence has learned so far."""

    client: httpx.Client
    target: Target
    now: datetime
    item: str = field(default_factory=lambda: str(uuid.uuid4()))
    result: str = field(default_factory=lambda: str(uuid.uuid4()))
    known: dict[str, str] = field(default_factory=dict)
    status: int | None = None
    ms: float = 0.0

    def call(self, method: str, path: str, *statuses: int, **sent: Any) -> Any:
        """The JSON of the answer, or None; Failed when its status is none of *statuses*."""
        url = path if "://" in path else self.target.root + path
        self.status, began = None, time.perf_counter()
        try:
            answer = self.client.request(method, url, **sent)
        except httpx.HTTPError as error:
            raise Failed(f"no answer: {type(error).__name__}") from error
        finally:
            self.ms = (time.perf_counter() - began) * 1000
        self.status = answer.status_code
        if answer.status_code not in statuses:
            raise Failed(f"expected {' or '.join(map(str, statuses))}")
        return answer.json() if answer.content else None

    def read(self, path: str, member: str, **sent: Any) -> list[dict[str, Any]]:
        """A whole collection."""
        body = self.call("GET", path, 200, **sent)
        if not isinstance(body, dict) or not isinstance(body.get(member), list):
            raise Failed(f"no list of {member}")
        return list(body[member])

    def needs(self, name: str) -> str:
        """What an earlier step should have learned."""
        if name not in self.known:
            raise Failed(f"an earlier step did not find {name}")
        return self.known[name]

    @property
    def stamp(self) -> str:
        """Now, with milliseconds."""
        return self.now.isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass(frozen=True, slots=True)
class Step:
    """One step: it calls, learns, and raises `Failed` when the answer is not what is demanded.

    Attributes:
        do: answers a remark for the report card.
        fails_when_strict: a server that holds the published schema to the letter fails it.
    """

    name: str
    do: Callable[[Run], str]
    fails_when_strict: bool = False


def run(
    steps: Sequence[Step], target: Target, client: httpx.Client, now: datetime | None = None
) -> list[Line]:
    """Every step in order, whatever became of those before it."""
    state = Run(client, target, now or datetime.now(UTC))
    return [_line(state, step) for step in steps]


def report_card(lines: Sequence[Line]) -> str:
    """The lines as a table."""
    return "\n".join(_table(lines))


def _line(state: Run, step: Step) -> Line:
    state.status, state.ms = None, 0.0
    try:
        return Line(step.name, True, detail=step.do(state), status=state.status, ms=state.ms)
    except Failed as failed:
        return Line(step.name, False, state.status, state.ms, str(failed))


def _table(lines: Sequence[Line]) -> Iterator[str]:
    width = max(len(line.step) for line in lines)
    for line in lines:
        outcome = "pass" if line.passed else "FAIL"
        status = "---" if line.status is None else str(line.status)
        cells = (f"{line.step:<{width}}", outcome, status, f"{line.ms:8.1f} ms", line.detail)
        yield "  ".join(cells).rstrip()
    passed = sum(line.passed for line in lines)
    slowest = max(line.ms for line in lines)
    yield f"{passed} of {len(lines)} passed; slowest call {slowest:.1f} ms"
