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


def baseline(contract: str, today: date, file: Path = FILE) -> list[KnownFailure]:
    """Entries for the contract file *contract* that have not come to their end."""
    return [one for one in everything(file) if one.contract == contract and one.expires >= today]


def everything(file: Path = FILE) -> list[KnownFailure]:
    """In the order of the file."""
    return msgspec.toml.decode(file.read_bytes(), type=_File).failure
