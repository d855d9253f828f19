"""One request on its way through the layers of a mock."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mock_sis.http.contract import Operation
from mock_sis.http.types import Call, Violation
from mock_sis.world.world import World
from mock_sis.world.worlds import Hosted, Worlds


@dataclass(slots=True)
class Exchange:
    """One request on its way through the stack, as `scope["passback"]`; each layer adds to it.

    Attributes:
        hosted: the world whose data answers.
        worlds: all that this server has.
        body: of the request, parsed and checked.
        status: of the answer; None until there is one.
        at: the world's time when its handler was done; empty when none was asked.
        reason: why it failed, for the journal.
    """

    hosted: Hosted
    worlds: Worlds
    call: Call
    operation: Operation | None = None
    path_params: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    status: int | None = None
    at: str = ""
    reason: str = ""
    violations: list[Violation] = field(default_factory=list)
    client: str = ""

    @property
    def world(self) -> World:
        """The district itself."""
        return self.hosted.world

    def handler(self, kind: type) -> Any:
        """The handlers of class *kind* for this world; made once."""
        made = self.hosted.handlers
        if kind not in made:
            made[kind] = kind(self.world)
        return made[kind]
