"""docs/trust/faults.md, from the table of planted faults: what each is, and what catches it.

python -m tests.meta.faults > docs/trust/faults.md        (that is: make docs)
"""

import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import groupby

from tests.meta.project_files import ROOT

TABLE = ROOT / "tests/meta/planted_faults.toml"
PARTS = {
    "mock_sis": "In the mocks",
    "agent": "In the agent",
    "contracts": "In the harness",
}

INTRO = """\
# Planted faults

Written by `make docs` from `tests/meta/planted_faults.toml`; a test holds the two together.

Tests are worth what they catch. Each fault below is planted, by itself, in a copy of the sources,
and the test that is named beside it must fail there; that is a test too
(`tests/meta/test_planted_faults.py`, slow). A fault that nothing catches is a missing test."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One change to one file.

    Attributes:
        name: what the fault would do, as a user would see it.
        old, new: the text that occurs exactly once in the file, and what takes its place.
        caught_by: the id of the test that must fail.
    """

    name: str
    file: str
    old: str
    new: str
    caught_by: str

    def planted(self, text: str) -> str:
        """The file's *text* with the fault in it."""
        return text.replace(self.old, self.new)


@cache
def faults() -> tuple[Fault, ...]:
    """Every one, in the order of the table."""
    table = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    return tuple(Fault(**entry) for entry in table["fault"])


def page() -> str:
    """The whole page."""
    return INTRO + "\n\n" + "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield f"There are {len(faults())}."
    for part, some in groupby(faults(), lambda fault: fault.file.partition("/")[0]):
        yield from ("", f"## {PARTS[part]}")
        by_file: dict[str, list[Fault]] = {}
        for fault in some:
            by_file.setdefault(fault.file, []).append(fault)
        for file, planted in by_file.items():
            yield from ("", f"Planted in [{file}](../../{file}):", "")
            yield from map(_line, planted)


def _line(fault: Fault) -> str:
    file, _, test = fault.caught_by.partition("::")
    name = test.replace("::", ".")
    return f"- {fault.name}: caught by `{name}` in [{file}](../../{file})"


if __name__ == "__main__":
    sys.stdout.write(page())
