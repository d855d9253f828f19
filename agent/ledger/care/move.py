"""`ledger move`: a district's ledger goes on in another store, and the old one is used no more.

Two ledgers of one district would each send what the other has sent. So the old one is marked before
the new one is there at all: whatever is cut off in between leaves a ledger that no run uses, and an
empty one, and the same move again goes on from there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from agent.errors import LedgerError
from agent.ledger.care.last_run import SET, distrust_if_older, note_identity
from agent.ledger.care.note_file import BEGAN, ENDED, note_run
from agent.ledger.care.signs import MOVED
from agent.ledger.moving import carry, compared
from agent.ledger.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """What a move carried.

    Attributes:
        rows: how many, by table.
        again: all of it was there already: the same move was cut off at its very end.
    """

    rows: Mapping[str, int]
    again: bool


def move(source: Store, target: Store, to: str, now: datetime) -> Moved:
    """Carry a whole ledger, compare it, and mark the old one; the caller holds both run locks.

    Args:
        to: the URL of the *target*, which people are told later.

    Raises:
        LedgerError: it was moved elsewhere, the target holds a ledger, or did not take all of it.
    """
    before = moved_to(source)
    if before not in (None, to):
        refuse_moved(source)
    if _is_empty(target):
        distrust_if_older(source)
        with target.write(durable=True) as into, source.write(durable=True) as out:
            rows = carry(source, target, into)
            out.execute(SET, (MOVED, to))
    elif before is None:
        raise LedgerError(f"{target.name} holds a ledger already; a move overwrites nothing")
    else:
        rows = _finished(source, target)
    _note(source, target, now)
    return Moved(rows=rows, again=before is not None)


def refuse_moved(store: Store) -> None:
    """Raise `LedgerError` for a ledger that goes on elsewhere."""
    if moved := moved_to(store):
        raise LedgerError(
            f"the ledger {store.name} was moved and is used no more: set ledger.url to {moved!r}"
            " (two ledgers of a district would send scores twice)"
        )


def moved_to(store: Store) -> str | None:
    """The URL under which a ledger goes on; None: it was not moved."""
    rows = store.read("SELECT value FROM setting WHERE name = ?", MOVED)
    return rows[0][0] if rows else None


def _finished(source: Store, target: Store) -> Mapping[str, int]:
    """What a move carried that was cut off when all was there, and that nobody has used since."""
    try:
        return compared(source, target)
    except LedgerError:
        refuse_moved(source)
        raise


def _is_empty(store: Store) -> bool:
    anything = " OR ".join(f"EXISTS (SELECT 1 FROM {table})" for table in USED)
    return not store.read(f"SELECT {anything}")[0][0]


USED = ("run", "record", "known_column", "known_score", "attempt", "class", "decision", "slot")
"""A ledger that was used for anything has a row in one of these."""


def _note(source: Store, target: Store, now: datetime) -> None:
    """Have what knows the last run outside of either ledger fit to where it is now.

    An earlier copy of the old file knows of no such run, so that it is put in doubt.
    """
    note_identity(target)
    last = target.read("SELECT id, ended IS NOT NULL FROM run ORDER BY rowid DESC LIMIT 1")
    if target.file and last:
        note_run(target.file, last[0][0], ENDED if last[0][1] else BEGAN)
    if source.file:
        note_run(source.file, f"moved-{now:%Y%m%dT%H%M%SZ}", ENDED)
