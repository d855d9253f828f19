"""How a night is ordered from an agent in another container: by a folder that both see.

No Docker socket, no port of the agent's, nothing of the mocks in its image. The driver writes
`ordered`, an instant. The agent's side, on-order.sh, runs `passback sync --at` for it and answers
with the night's last event, in `report.json`, and then `ended`: the instant and the exit code. An
order stays until it is answered, so an agent that was killed begins the same night again when it
comes back. No student is in any of these files.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from contracts.demo.night import Night

NO_COUNTS = "it ended before it could count; the agent's log says why"


@dataclass(frozen=True, slots=True)
class Orders:
    """The folder shared with one agent."""

    folder: Path

    def give(self, at: datetime) -> None:
        """Order the night of *at*, in place of an order that nobody has taken yet."""
        self.folder.mkdir(parents=True, exist_ok=True)
        part = self.folder / "ordered.part"
        part.write_text(f"{at.isoformat()}\n", encoding="utf-8")
        part.replace(self.folder / "ordered")

    def answer(self, at: datetime) -> Night | None:
        """How the night of *at* ended; None while it has not. Asking takes the answer away."""
        ended = self.folder / "ended"
        words = ended.read_text(encoding="utf-8").split() if ended.is_file() else []
        if words[:1] != [at.isoformat()]:
            return None
        ended.unlink()
        return Night(at=at, code=int(words[1]), report=self._report(), error=NO_COUNTS)

    def _report(self) -> dict[str, object]:
        """The counts; none of a night that ended before it could count."""
        text = (self.folder / "report.json").read_text(encoding="utf-8")
        last = json.loads(text) if text else {}
        return last if last.get("event") == "report" else {}
