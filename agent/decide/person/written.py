"""What a run wrote, as a value: what undoing it starts from."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from agent.records import Intent


@dataclass(frozen=True, slots=True, kw_only=True)
class DoneAttempt:
    """A write of a run that the SIS accepted, or was found to hold.

    Attributes:
        later: the record was written once more since then, or a write to it is still open.
        earlier: what the write before it had sent, if there was one that was accepted.
    """

    id: int
    intent: Intent
    later: bool
    earlier: Mapping[str, Any] | None
