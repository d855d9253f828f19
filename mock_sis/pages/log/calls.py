"""A call of the journal as the sentences need it, what it was for, and the names for both."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol


class Names(Protocol):
    """What things are called; each gives the id itself where nobody knows a name."""

    def section(self, id: str) -> str:  # noqa: A002
        """The title of a section."""

    def assignment(self, id: str) -> str:  # noqa: A002
        """The title of an assignment, by the id that the vendor's API has for it."""

    def score(self, id: str) -> tuple[str, str] | None:  # noqa: A002
        """The student and the assignment's id of a score; None when it is not there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One entry of the journal.

    Attributes:
        params: of the path, by their names in the contract.
        query: by name, the first value of each.
        about: see `mock_sis.world.journal.Entry`.
    """

    server: str
    method: str
    path: str
    operation: str
    status: int | None
    write: bool
    reason: str = ""
    violations: Sequence[Mapping[str, str]] = ()
    params: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    about: Mapping[str, Any] = field(default_factory=dict)

    @property
    def failed(self) -> bool:
        """Whether the status is 400 or more, or the connection was cut."""
        return self.status is None or self.status >= 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """Subject and verb: "Score of student 400003 for Fractions quiz", "saved".

    Attributes:
        plural: whether the subject is several things.
        several: the subject with `{}` for a number, for several such calls in a row; empty where
            they are told as one sentence with a number of times.
    """

    subject: str
    verb: str
    plural: bool = False
    several: str = ""
