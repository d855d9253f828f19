"""What `check` sees in the answers of both servers beside their content: clocks and throttles."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from agent.commands.events import Events
from agent.domain import Who
from agent.http.responses import Reply
from agent.probe import Probe, doubtful

_TOO_FAST = 429


class Watch(Events):
    """Counts requests, and notes what each answer says of the server's clock and pace.

    Args:
        present: our own clock, to compare with.
    """

    def __init__(self, present: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        super().__init__()
        self.throttled = 0
        self._present = present
        self._offsets: dict[str, timedelta] = {}
        self.answered = self._note

    def _note(self, reply: Reply) -> None:
        self.throttled += reply.system == "sis" and reply.status == _TOO_FAST
        try:
            theirs = parsedate_to_datetime(reply.headers.get("date", ""))
        except (ValueError, TypeError):
            return
        if theirs.tzinfo is not None:
            # Of several the nearest: an answer may have been on its way for long.
            found = theirs - self._present()
            known = self._offsets.get(reply.system, found)
            self._offsets[reply.system] = min(found, known, key=abs)

    def offsets(self) -> Mapping[str, timedelta]:
        """System -> its clock minus ours."""
        return self._offsets

    def throttle_probes(self, connections: int) -> Iterator[Probe]:
        """Whether the SIS takes as many requests at a time as a night sends."""
        if not self.throttled or connections == 1:
            return
        yield doubtful(
            "connections",
            f"the SIS throttled {self.throttled} requests sent one after another, and a night sends"
            f" {connections} at a time",
            Who.OPERATOR,
            "set max_connections = 1 in [sis], or have the SIS take more requests of this client",
            where="[sis] max_connections",
        )
