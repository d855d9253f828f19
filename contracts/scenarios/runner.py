"""Runs a sequence of calls against any base URL and prints a report card: step, status, latency.

What a sequence makes it registers with `Run.leaves` before it asks for it, so that whatever a
failed step, a lost answer or Ctrl-C left behind is removed at the end.
"""

import json
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import unquote, urlsplit

import httpx


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Whom to ask.

    Attributes:
        token_url: where tokens are given out.
        root: what stands before `/rostering/v1p2` and `/gradebook/v1p2`, or before every path.
        teacher_email: of a teacher with a class; None takes the first teacher there is.
        section: the class to write into; None takes the first of the first teacher.
        base: the server's root; what a recording leaves out of its paths.
        control: root of a mock's control plane; None: a real server, where nobody has one.
    """

    token_url: str
    root: str
    client_id: str
    client_secret: str
    teacher_email: str | None = None
    section: str | None = None
    base: str = ""
    control: str | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """A request and its answer. `path` is below the server's root; the bodies are parsed JSON."""

    method: str
    path: str
    sent: Any
    status: int
    headers: Mapping[str, str]
    body: Any


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the report card. `status` is None when no answer came; `ms` of the last call."""

    step: str
    passed: bool
    status: int | None
    ms: float
    detail: str = ""
    calls: tuple[Call, ...] = ()


class Failed(AssertionError):
    """The answer is not what the partner demands."""


@dataclass(slots=True)
class Run:
    """What a sequence has learned so far.

    Attributes:
        ours: ids that this run made up or was given for what it made; only these are deleted.
        left: what is to be removed in the end, by name.
        sign_in: gets a token; called again before anything is cleaned up.
    """

    client: httpx.Client
    target: Target
    now: datetime
    item: str = field(default_factory=lambda: str(uuid.uuid4()))
    result: str = field(default_factory=lambda: str(uuid.uuid4()))
    known: dict[str, str] = field(default_factory=dict)
    status: int | None = None
    ms: float = 0.0
    headers: Mapping[str, str] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)
    ours: set[str] = field(default_factory=set)
    left: dict[str, Callable[["Run"], Any]] = field(default_factory=dict)
    sign_in: Callable[["Run"], Any] | None = None

    def __post_init__(self) -> None:
        self.ours |= {self.item, self.result}

    def call(self, method: str, path: str, *statuses: int, **sent: Any) -> Any:
        """The JSON of the answer, or None; Failed when its status is none of *statuses*."""
        if method == "DELETE" and not self.ours & _segments(path):
            raise Failed("refusing to delete what this run did not make")
        url = path if "://" in path else self.target.root + path
        self.status, began = None, time.perf_counter()
        try:
            answer = self.client.request(method, url, **sent)
        except httpx.HTTPError as error:
            raise Failed(f"no answer: {type(error).__name__}") from error
        finally:
            self.ms = (time.perf_counter() - began) * 1000
        self.status, self.headers, body = answer.status_code, answer.headers, _parsed(answer)
        headers = {name: _below(self.target.base, text) for name, text in answer.headers.items()}
        where = _below(self.target.base, str(answer.request.url))
        self.calls.append(Call(method, where, sent.get("json"), self.status, headers, body))
        if answer.status_code not in statuses:
            raise Failed(f"expected {' or '.join(map(str, statuses))}")
        return body

    def read(self, path: str, member: str, **sent: Any) -> list[dict[str, Any]]:
        """A whole collection."""
        body = self.call("GET", path, 200, **sent)
        if not isinstance(body, dict) or not isinstance(body.get(member), list):
            raise Failed(f"no list of {member}")
        return list(body[member])

    def hand(self, method: str, path: str, body: Any = None) -> Any:
        """A teacher's, a registrar's or a clock-maker's hand: the mock's control plane.

        It stands in no recording; Failed on a real server.
        """
        if self.target.control is None:
            raise Failed("a real server has no control plane")
        answer = httpx.request(method, self.target.control + path, json=body, timeout=30)
        if not answer.is_success:
            raise Failed(f"the control plane said {answer.status_code}")
        return _parsed(answer)

    def leaves(self, what: str, undo: Callable[["Run"], Any]) -> None:
        """Have *undo* called in the end, unless `removed` says that *what* is gone."""
        self.left[what] = undo

    def removed(self, what: str) -> None:
        """The sequence itself has removed *what*."""
        self.left.pop(what, None)

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
    """Every step in order, whatever became of those before it; then what is left is removed."""
    state = Run(client, target, now or datetime.now(UTC))
    lines: list[Line] = []
    try:
        lines.extend(_line(state, step) for step in steps)
    finally:
        lines += _clean_up(state)
    return lines


def report_card(lines: Sequence[Line]) -> str:
    """The lines as a table."""
    return "\n".join(_table(lines))


def _clean_up(state: Run) -> list[Line]:
    if state.left and state.sign_in is not None:
        _line(state, Step("sign in again", _undoing(state.sign_in)))
    what = list(reversed(state.left.items()))
    return [_line(state, Step(f"clean up: {name}", _undoing(undo))) for name, undo in what]


def _undoing(undo: Callable[[Run], Any]) -> Callable[[Run], str]:
    def do(run: Run) -> str:
        undo(run)
        return "removed at the end"

    return do


def _line(state: Run, step: Step) -> Line:
    state.status, state.ms, began = None, 0.0, len(state.calls)
    passed, detail = True, ""
    try:
        detail = step.do(state)
    except Failed as failed:
        passed, detail = False, str(failed)
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        passed, detail = False, f"the answer has another shape ({type(error).__name__})"
    return Line(step.name, passed, state.status, state.ms, detail, tuple(state.calls[began:]))


def _parsed(answer: httpx.Response) -> Any:
    if not answer.content:
        return None
    if "json" not in answer.headers.get("content-type", ""):
        return answer.text
    try:
        return json.loads(answer.text, parse_float=Decimal)
    except ValueError as error:
        raise Failed("the answer is not JSON") from error


def _below(base: str, text: str) -> str:
    """A URL or a path without the server's root."""
    return text.removeprefix(base).removeprefix(urlsplit(base).path) if base else text


def _segments(path: str) -> set[str]:
    return {unquote(part) for part in urlsplit(path).path.split("/")}


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
