"""A plan in a file with a name: its head, a line of JSON a gradebook, and a hash of all of it.

The file holds student values (ids of source and SIS, scores) and no names; its mode is 0600.
"""

import hashlib
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import date, datetime
from itertools import chain
from pathlib import Path
from typing import IO, Literal

import msgspec

from agent.errors import PlanFileError
from agent.records import MovedId
from agent.sync.plan_file import PlanFile


class Basis(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What must be the same when a plan is sent as when it was made, known without a server.

    Attributes:
        release: the version of the program.
        servers, policy: hashes of what the configuration says of them.
        last_run: the last run before it that may have changed anything.
    """

    district: str
    release: str
    servers: str
    policy: str
    night: date
    today: date
    last_run: str | None


class PlanHead(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a plan was made of, and what it comes to.

    Attributes:
        passback_plan: the version of the file's format.
        fingerprint: see `refresh.fingerprint_of`.
        source: the run that last changed the local copy of the source.
        refused: a hash of the changes of a source that is out of proportion, not taken in.
        findings: what the brake says of it.
        moved_ids: whose id in the SIS is another one since the last run.
        counts, refusals: records by state and by code, if all of it is accepted.
        writes: columns and scores together.
    """

    passback_plan: Literal[1] = 1
    made_at: datetime
    basis: Basis
    fingerprint: str
    source: str | None
    refused: str
    findings: tuple[str, ...]
    moved_ids: tuple[MovedId, ...]
    counts: Mapping[str, int]
    refusals: Mapping[str, int]
    writes: int


_BEGINS = b'{"passback_plan":'


class _End(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The last line: the hash of all lines before it."""

    sha256: str


def save(path: Path, head: PlanHead, plan_file: PlanFile) -> None:
    """Write a plan to *path*, in place of one that is there; mode 0600, all of it or nothing.

    Raises:
        PlanFileError: there is no room, no such folder, or something else than a plan there.
    """
    try:
        if path.exists() and not _is_plan(path):
            raise PlanFileError(f"the plan is not written to {path}: what is there is no plan")
        with _in_place_of(path) as file:
            hashed = hashlib.sha256()
            for line in chain([msgspec.json.encode(head) + b"\n"], plan_file.lines()):
                hashed.update(line)
                file.write(line)
            file.write(msgspec.json.encode(_End(hashed.hexdigest())) + b"\n")
    except OSError as error:
        raise PlanFileError(f"the plan cannot be written to {path}: {error.strerror}") from None


def _is_plan(path: Path) -> bool:
    """Whether a file may be written over; a ledger or a configuration must not."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(len(_BEGINS)) in {_BEGINS, b""}


@contextmanager
def _in_place_of(path: Path) -> Iterator[IO[bytes]]:
    """Write beside *path*, and put the file there once it is whole and on the disk."""
    number, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(number, "wb") as file:
            yield file
            file.flush()
            os.fsync(number)
        Path(name).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise


@contextmanager
def opened(path: Path) -> Iterator[tuple[PlanHead, PlanFile]]:
    """Read a plan that `save` wrote, and nothing that was changed or cut off since.

    Raises:
        PlanFileError: the file cannot be read, is no plan, or is not whole.
    """
    try:
        if not path.is_file():
            raise PlanFileError(f"{path} is no file with a plan")
        with path.open("rb") as file:
            yield _read(file, path)
    except OSError as error:
        raise PlanFileError(f"the plan {path} cannot be read: {error.strerror}") from None


def _read(file: IO[bytes], path: Path) -> tuple[PlanHead, PlanFile]:
    first = file.readline()
    try:
        head = msgspec.json.decode(first, type=PlanHead)
    except msgspec.DecodeError:
        raise PlanFileError(
            f"{path} is no plan of this version of Passback; `passback plan --out` writes one"
        ) from None
    hashed, places, last = hashlib.sha256(first), list[int](), b""
    place = file.tell()
    while line := file.readline():
        if last:
            hashed.update(last)
            places.append(place - len(last))
        place, last = place + len(line), line
    try:
        whole = msgspec.json.decode(last, type=_End).sha256 == hashed.hexdigest()
        plans = PlanFile(file)
        for each in places if whole else ():
            plans.find(each)
    except msgspec.DecodeError:
        whole = False
    if not whole:
        raise PlanFileError(f"the plan {path} was changed or cut off since it was written")
    return head, plans
