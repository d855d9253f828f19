"""Dates by which an entry of a ledger is to be looked at again: told 60 days ahead, and after.

A date that has passed turns no test of a checkout red. On a real server, and on a recording of one,
an entry that is overdue excuses nothing.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from contracts.drift.divergences import divergences
from contracts.harness.baseline import everything

AHEAD = timedelta(days=60)
SHOWN = 3

Entries = dict[tuple[str, date], list[str]]
"""(file, date) -> the names of entries."""


def due(today: date, contract: str | None = None) -> Iterator[str]:
    """A line for each file and date that is near or has passed; of one contract, if named."""
    for (file, day), names in sorted(_entries(contract).items()):
        if day - AHEAD <= today:
            yield f"{file}: {_counted(names)} to be looked at again by {day}{_when(day, today)}"


def _entries(contract: str | None) -> Entries:
    found: Entries = {}
    for one in divergences().values():
        if contract is None or one.contract in {contract, "*"}:
            found.setdefault(("contracts/drift/divergences.toml", one.expires), []).append(one.id)
    for known in everything():
        if contract in {None, known.contract}:
            place = "contracts/harness/baseline.toml", known.expires
            found.setdefault(place, []).append(f"{known.contract} {known.check}")
    return found


def _counted(names: list[str]) -> str:
    more = ", ..." if len(names) > SHOWN else ""
    return f"{len(names)} entries ({', '.join(names[:SHOWN])}{more})"


def _when(day: date, today: date) -> str:
    if day < today:
        return f": OVERDUE for {(today - day).days} days"
    return f", in {(day - today).days} days"
