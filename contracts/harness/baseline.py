"""Failures that are accepted for a time: one small file, each entry with its reason and its end."""

from datetime import date
from pathlib import Path

import msgspec

FILE = Path(__file__).with_name("baseline.toml")


class KnownFailure(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One check of Schemathesis that some operations need not pass."""

    contract: str
    operations: list[str]
    check: str
    reason: str
    expires: date


class _File(msgspec.Struct, forbid_unknown_fields=True):
    failure: list[KnownFailure]


def baseline(contract: str, on_real: date | None, file: Path = FILE) -> list[KnownFailure]:
    """Entries for the contract file *contract*.

    Args:
        on_real: today, where a real server is asked: what is overdue then counts no more. None for
            mocks: the calendar alone fails no run (contracts/drift/dates.py tells what is overdue).
    """
    mine = [one for one in everything(file) if one.contract == contract]
    return [one for one in mine if on_real is None or one.expires >= on_real]


def everything(file: Path = FILE) -> list[KnownFailure]:
    """In the order of the file."""
    return msgspec.toml.decode(file.read_bytes(), type=_File).failure
