"""How a decision of a person ended, as a value."""

from typing import Literal

import msgspec


class EndedDecision(msgspec.Struct, frozen=True, kw_only=True):
    """How a decision of a person came to its end, and why."""

    id: int
    how: Literal["carried_out", "released", "replaced", "lapsed"]
    why: str = ""
