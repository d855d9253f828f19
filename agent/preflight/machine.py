"""Findings about this machine: the ledger, room, and who can read what."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from agent.domain import Who
from agent.probe import Probe, bad, doubtful, good

_MB = 1024 * 1024
_FULL, _TIGHT = 100 * _MB, 1024 * _MB


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerFacts:
    """What a ledger shows without being changed.

    Attributes:
        what: it is: a file or a database.
        problem: why no run can use it; empty when one can.
        version, newest: of its schema, and of this program's; 0 where there is no ledger yet.
        ids: of the columns that it knows.
        open_wire: others on the way can read what goes to its database and back.
    """

    path: str
    what: str = "file"
    exists: bool = False
    problem: str = ""
    version: int = 0
    newest: int = 0
    ids: frozenset[str] = frozenset()
    open_wire: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """A folder that a night writes into; *what* it is for; *free*: bytes."""

    what: str
    path: str
    setting: str
    exists: bool
    writable: bool
    free: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposed:
    """A file that other users of this machine can read, or (*changeable*) change."""

    what: str
    path: str
    changeable: bool = False


def ledger_probe(facts: LedgerFacts) -> Probe:
    """Whether a run can use the ledger."""
    where = "[ledger] url"
    if facts.problem:
        return bad(
            facts.what,
            facts.problem,
            Who.OPERATOR,
            "set [ledger] url to this district's ledger, bring back a backup, or use the program"
            " that made it; never start with an empty one in a district that already has columns",
            where,
        )
    if facts.open_wire:
        return doubtful(
            facts.what,
            "scores of students go to the database unencrypted, over a network",
            Who.OPERATOR,
            "put ?sslmode=verify-full&sslrootcert=FILE behind the url",
            where,
        )
    if not facts.exists:
        return good(facts.what, f"{facts.path}: none yet; the first run makes it")
    if facts.version < facts.newest:
        return doubtful(
            facts.what,
            f"of an earlier version ({facts.version} of {facts.newest}); the next run brings it up"
            " to date, and earlier programs cannot use it then",
            Who.OPERATOR,
            "copy the ledger before that run",
            where,
        )
    return good(
        facts.what, f"{facts.path}, columns that it knows: {len(facts.ids)}; opened to read only"
    )


def folder_probes(folders: Iterable[Folder]) -> Iterator[Probe]:
    """Whether a night can write where it must, and has room."""
    for each in folders:
        lacking = _lacking(each)
        if lacking:
            yield bad(each.what, lacking, Who.OPERATOR, _mend(each), each.setting)
        elif each.free < _FULL:
            yield bad(each.what, _room(each), Who.OPERATOR, _mend(each), each.setting)
        elif each.free < _TIGHT:
            yield doubtful(each.what, _room(each), Who.OPERATOR, _mend(each), each.setting)
        else:
            yield good(each.what, f"{each.path}: {_room(each)}")


def _lacking(folder: Folder) -> str:
    if not folder.exists:
        return f"there is no folder {folder.path}"
    return "" if folder.writable else f"{folder.path} cannot be written to"


def _room(folder: Folder) -> str:
    return f"{folder.free // _MB:,} MB free"


def _mend(folder: Folder) -> str:
    return f"make it, let this user write to it and give it room, or change {folder.setting}"


def mode_probe(exposed: Sequence[Exposed]) -> Probe:
    """Whether other users of this machine can read scores and secrets, or change the set-up."""
    if not exposed:
        return good("file modes", "nobody else can read the ledger or a secret's file")
    told = [
        f"others can {'change' if each.changeable else 'read'} {each.what} {each.path}"
        for each in exposed
    ]
    fixes = [f"chmod {'go-w' if e.changeable else '600'} {e.path}" for e in exposed]
    return doubtful("file modes", "; ".join(told), Who.OPERATOR, "; ".join(fixes))
