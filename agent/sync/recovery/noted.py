"""The ledger's note of writes that may arrive late."""

from collections.abc import Iterable, Sequence

from agent.ledger import Ledger

NAME = "may_arrive_late"


def may_arrive(ledger: Ledger) -> Sequence[int]:
    """Return the attempts that the next run is to look for."""
    return [int(each) for each in (ledger.get(NAME) or "").split()]


def note(ledger: Ledger, attempts: Iterable[int]) -> None:
    """Have the next run look for these *attempts*, and for no others."""
    text = " ".join(map(str, attempts))
    if text != (ledger.get(NAME) or ""):
        ledger.put(NAME, text)
