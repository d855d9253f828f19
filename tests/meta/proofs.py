"""docs/proofs.md, written from the names of the tests: what proves each rule, from which side.

python -m tests.meta.proofs > docs/proofs.md        (that is: make docs)

A test proves the rules whose ids begin its name: `test_a11_...`, `test_c2_c5_...`. One that has
`past_the_agent` in it writes to the SIS itself and sees what the SIS says; one that calls `lenient`
takes the mock's own refusals away, so that the agent is alone.
"""

import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.meta.project_files import project_files, text_of

IDS = (
    *(f"A{n}" for n in range(1, 17)),
    *(f"B{n}" for n in range(1, 10)),
    *("C1", "C2", "C3", "C3a", *(f"C{n}" for n in range(4, 11))),
    *(f"D{n}" for n in range(1, 8)),
    *(f"E{n}" for n in range(1, 10)),
)
POWERSCHOOL_ONLY = {"A8", "A15"}
"""Rules that a Skyward gradebook never meets."""

HOMES = ("tests/e2e/", "tests/mock_sis/skyward/test_rules_d.py")
PREFIX = re.compile(r"test_((?:[a-e]\d+a?_)+)")


@dataclass(frozen=True, slots=True, order=True)
class Proof:
    """One test. `alone`: the mock refuses nothing. `past`: the agent has no part in it."""

    file: str
    name: str
    alone: bool
    past: bool


def proofs() -> dict[str, list[Proof]]:
    """Rule -> its tests over real sockets, in the order of files and names."""
    found: dict[str, list[Proof]] = defaultdict(list)
    for file in project_files():
        if file.as_posix().startswith(HOMES) and file.suffix == ".py":
            for rule, proof in _proofs_in(file):
                found[rule].append(proof)
    return {rule: sorted(found[rule]) for rule in IDS if rule in found}


def _proofs_in(file: Path) -> Iterator[tuple[str, Proof]]:
    for node in ast.parse(text_of(file)).body:
        match = PREFIX.match(getattr(node, "name", ""))
        if isinstance(node, ast.FunctionDef) and match:
            names = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
            past = "_past_the_agent_" in node.name or not file.as_posix().startswith("tests/e2e/")
            proof = Proof(file.as_posix(), node.name, alone="lenient" in names, past=past)
            for rule in match.group(1).strip("_").split("_"):
                yield rule.capitalize(), proof


def page() -> str:
    """The whole page."""
    lines = [
        "# What proves each rule",
        "",
        "Written by `make docs` from the names of the tests; a test holds the two together. The rules",
        "are in [rules.md](rules.md). All of these run over real sockets: mocks on ports, the agent as",
        "its own command. `.venv/bin/pytest tests -k a11_` runs those of one rule.",
        "",
        "**The agent alone**: what passes back and what does not; a • marks tests in which the mock",
        "refuses nothing, so that only the agent obeys. **Past the agent**: another program writes, and",
        "the SIS refuses, or behaves, by itself. Tables of cases for each rule are in `tests/agent/`.",
    ]
    found = proofs()
    for rule in IDS:
        lines += ["", f"## {rule}", ""]
        lines += list(_told(found.get(rule, ()), rule))
    return "\n".join(lines) + "\n"


def _told(some: list[Proof] | tuple[()], rule: str) -> Iterator[str]:
    if not some and rule in POWERSCHOOL_ONLY:
        yield "PowerSchool only: end to end with that SIS, which is coming."
    for past, words in ((False, "The agent alone"), (True, "Past the agent")):
        by_file: dict[str, list[Proof]] = defaultdict(list)
        for proof in some:
            if proof.past is past:
                by_file[proof.file].append(proof)
        for file, same in by_file.items():
            yield f"{words} ([{file.removeprefix('tests/')}](../{file})):"
            yield ""
            yield from (f"- `{p.name}`{' •' if p.alone else ''}" for p in same)
            yield ""


if __name__ == "__main__":
    sys.stdout.write(page())
