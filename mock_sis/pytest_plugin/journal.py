"""What a mock was asked, one value a call; a line of it is fit for a report of a failed test."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request to a mock. Bodies and tokens are not kept.

    Attributes:
        number: counts the calls of the district, over all of its mocks.
        server: "otus", "powerschool" or "skyward".
        at: by the district's clock.
        path: without the query.
        operation: the operationId in the contract; None for an address that it does not have.
        status: None when the connection was cut.
        write: whether it was meant to change something.
        problems: what in the request breaks the contract, one sentence each; never the value.
        reason: why it failed, as an administrator would be told; empty when it did not.
    """

    number: int
    server: str
    at: datetime
    method: str
    path: str
    query: str = field(repr=False)
    operation: str | None
    status: int | None
    write: bool
    problems: tuple[str, ...]
    reason: str

    @property
    def failed(self) -> bool:
        """Whether the status is 400 or more, or the connection was cut."""
        return self.status is None or self.status >= 400

    @property
    def injected(self) -> bool:
        """Whether a fault of the test's own decided how it ended."""
        return self.reason.startswith("fault: ")

    def __str__(self) -> str:
        """Method, path, status, and what went wrong; no query, which may hold a person."""
        told = f"{self.method} {self.path} -> {self.status or 'cut'}"
        if self.operation:
            told += f" ({self.operation})"
        why = "; ".join(self.problems) or self.reason
        return f"{told}: {why}" if why else told


def call_of(entry: Mapping[str, Any]) -> Call:
    """An entry of the control plane's journal."""
    return Call(
        number=entry["seq"],
        server=entry["server"],
        at=datetime.fromisoformat(entry["at"]),
        method=entry["method"],
        path=entry["path"],
        query=entry["query"],
        operation=entry["operation"],
        status=entry["status"],
        write=entry["write"],
        problems=tuple(_sentence(violation) for violation in entry["violations"]),
        reason=entry["reason"],
    )


def _sentence(violation: Mapping[str, str]) -> str:
    return f"{violation['pointer'] or 'the body'}: {violation['message']}"
