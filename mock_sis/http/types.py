"""What a handler sees of HTTP: the call, the answer, and the problem that it may raise instead."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypedDict

JSON = {"Content-Type": "application/json"}
PROBLEM_JSON = {"Content-Type": "application/problem+json"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request, as far as a handler may care.

    Attributes:
        base: scheme, host and the world's prefix, without a slash at the end; every link that an
            answer carries starts with it.
        path: below `base`, decoded, without trailing slashes.
        query: as it was sent, undecoded.
        client: the peer's address.
        headers: names in lower case; of a repeated header the last one.
        target: the path as it was sent, undecoded, with the world's prefix; of a signed call.
        form: a form in the body, undecoded; of a signed call.
    """

    server: str
    operation: str | None
    method: str
    base: str
    path: str
    query: str = ""
    client: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    target: str = ""
    form: str = ""

    @property
    def url(self) -> str:
        """The absolute address without the query."""
        return self.base + self.path

    @property
    def signed(self) -> bool:
        """Whether it claims to be signed, as OAuth 1.0a has it."""
        return self.headers.get("authorization", "").partition(" ")[0].lower() == "oauth"


class Violation(TypedDict):
    """Where a request breaks its contract; never quotes the value."""

    pointer: str
    rule: str
    message: str


class Answer(NamedTuple):
    """Body, status and headers. JSON bodies are dicts or lists; their Decimals print exactly."""

    body: Any = None
    status: int = 200
    headers: Mapping[str, str] = {}


class Problem(Exception):
    """Ends a call with an error; the vendor's `problem` method gives it the vendor's shape.

    Attributes:
        detail: the reason an administrator can act on; it goes into the journal too.
        rule: the id in docs/reference/rules.md behind a refusal, if any.
        headers: to be added to the answer (Allow, Retry-After, ...).
    """

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        title: str = "",
        rule: str | None = None,
        violations: Sequence[Violation] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.title = title or TITLES.get(status, "Error")
        self.rule = rule
        self.violations = list(violations)
        self.headers = dict(headers or {})


TITLES = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    409: "Conflict",
    410: "Gone",
    415: "Unsupported Media Type",
    421: "Misdirected Request",
    422: "Unprocessable Content",
    429: "Too Many Requests",
    500: "Internal Server Error",
    503: "Service Unavailable",
}


def problem_json(problem: Problem) -> Answer:
    """The shape of RFC 9457, for those who have no shape of their own."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
    }
    if problem.rule:
        body["rule"] = problem.rule
    if problem.violations:
        body["violations"] = problem.violations
    return Answer(body, problem.status, PROBLEM_JSON)
