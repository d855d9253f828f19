"""A scenario: steps with a name, the rule that they prove, and what they do to the server."""

import importlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from pathlib import Path

from contracts.scenarios.runner import Step
from contracts.vendors import VENDORS


class Kind(StrEnum):
    """What a scenario does to the server that it runs on."""

    READS = "read-only"
    CLEANS = "self-cleaning"  # writes, touches only what it made, and removes that
    MOCK = "mock-only"  # needs a hand on the clock, the teacher's or the registrar's chair


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One file of this package.

    Attributes:
        rule: the id in docs/reference/rules.md, or "" for what no rule speaks of.
        claim: what it shows, in one sentence.
        root: of the paths of its steps, below the server's root.
        folder: of its file, below this package.
        name: its file's name.
        diverges: entries of the divergences ledger: why a real server may go another way.
    """

    rule: str
    kind: Kind
    claim: str
    steps: tuple[Step, ...]
    root: str = ""
    sis: str = ""
    folder: str = ""
    name: str = ""
    diverges: tuple[str, ...] = ()


@cache
def scenarios() -> tuple[Scenario, ...]:
    """Every scenario, in the order of their names."""
    return tuple(_found())


def _found() -> Iterator[Scenario]:
    for sis in VENDORS:
        paths = (Path(__file__).parent / sis).rglob("*.py")
        for path in sorted(paths, key=lambda path: path.stem):
            folder = path.parent.relative_to(Path(__file__).parent).as_posix()
            home = importlib.import_module(
                f"contracts.scenarios.{folder.replace('/', '.')}.{path.stem}"
            )
            found: Scenario | None = getattr(home, "SCENARIO", None)
            if found is not None:
                yield replace(found, sis=sis, folder=folder, name=path.stem)
