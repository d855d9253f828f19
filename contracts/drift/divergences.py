"""The divergences ledger: what real systems do otherwise, why that is accepted, until when."""

from collections.abc import Iterable, Mapping
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path

import msgspec

LEDGER = Path(__file__).parent / "divergences.toml"


class Uncited(Exception):
    """What cites the ledger cites nothing that counts: no such entry, or an expired one."""


class Divergence(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One entry.

    Attributes:
        contract: the contract's file, or `*` for all.
        operations: where a recorded difference may be this one; empty: it cannot be.
        at: pattern of the place in the answer; see `accepts`.
        expires: the last day on which it excuses anything on a real server.
    """

    id: str
    contract: str
    operations: list[str]
    what: str
    real: str
    source: str
    mock: str
    accepted: str
    expires: date
    at: str = "*"

    def accepts(self, operation: str | None, place: str) -> bool:
        """Whether a difference at *place* of the answer to *operation* is this one."""
        return operation in self.operations and fnmatchcase(place, self.at)


class _File(msgspec.Struct, forbid_unknown_fields=True):
    divergence: list[Divergence] = []


def divergences(file: Path = LEDGER) -> Mapping[str, Divergence]:
    """The ledger by id; ValueError where two entries share one, or the file cannot be read."""
    try:
        listed = msgspec.toml.decode(file.read_bytes(), type=_File).divergence
    except msgspec.DecodeError as error:
        raise ValueError(f"{file.name}: {error}") from None
    found = {one.id: one for one in listed}
    if len(found) != len(listed):
        raise ValueError(f"{file.name}: an id stands there twice")
    return found


def cite(ids: Iterable[str], today: date, file: Path = LEDGER) -> list[Divergence]:
    """The entries that a skip, a baseline or a scenario names; Uncited where one does not count."""
    known = divergences(file)
    found = []
    for name in ids:
        if name not in known:
            raise Uncited(f"{name} is not in {file.name}")
        if known[name].expires < today:
            raise Uncited(f"{name} expired on {known[name].expires}: look again, mend or renew")
        found.append(known[name])
    return found
