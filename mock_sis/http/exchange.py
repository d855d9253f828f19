"""One request on its way through a mock."""

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any

from mock_sis.http.contract import Operation
from mock_sis.http.types import Call, Violation
from mock_sis.world.world import World
from mock_sis.world.worlds import Hosted, Worlds

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Asgi = Callable[[Scope, Receive, Send], Awaitable[None]]


class CutError(Exception):
    """The connection must end here, with what was sent so far and nothing more."""


@dataclass(slots=True)
class Exchange:
    """A request with what each layer finds out about it, as `scope["passback"]`.

    Attributes:
        hosted: the world whose data answers.
        worlds: all that this server has.
        body: of the request, parsed and checked.
        status: of the answer; None until there is one.
        at: the world's time when its handler was done; empty when none was asked.
        reason: why it failed, for the journal.
        about: ids of what a write is about, for the journal.
    """

    hosted: Hosted
    worlds: Worlds
    call: Call
    operation: Operation | None = None
    body: Any = None
    status: int | None = None
    at: str = ""
    reason: str = ""
    violations: list[Violation] = field(default_factory=list)
    client: str = ""
    about: Mapping[str, object] = field(default_factory=dict)

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


async def whole(receive: Receive) -> bytes:
    """Everything that is sent of a body."""
    message = await receive()
    first: bytes = message.get("body", b"")
    if not message.get("more_body", False):
        return first
    parts, more = [first], True
    while more:
        message = await receive()
        more = message.get("more_body", False)
        parts.append(message.get("body", b""))
    return b"".join(parts)


def again(raw: bytes, receive: Receive) -> Receive:
    """A channel that gives a body that was read once more, then whatever *receive* gives."""
    left: list[Message] = [{"type": "http.request", "body": raw, "more_body": False}]

    async def replayed() -> Message:
        return left.pop() if left else await receive()

    return replayed
