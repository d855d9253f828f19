"""docs/trust/proofs.md, from the names of the tests: what proves each rule, from which side.

python -m tests.meta.proofs > docs/trust/proofs.md        (that is: make docs)

A test proves the rules whose ids begin its name: `test_a11_...`, `test_c2_c5_...`,
`test_e1_to_e6_and_e9_...`. It runs on the SIS of its folder, or, marked `BOTH`, on each. One that
has `past_the_agent` in it writes to the SIS itself and sees what the SIS says; one that calls
`lenient` takes the mock's refusal away, so that only the agent obeys.
"""

import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
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
SKYWARD_ONLY = {"A7", "A11", "C3a", "D2", "D3"}
"""Rules that a PowerSchool gradebook never meets."""

HOMES = ("tests/e2e/", "tests/mock_sis/skyward/test_rules_d.py", "tests/mock_sis/powerschool/")
POWERSCHOOL = ("tests/e2e/powerschool/", "tests/mock_sis/powerschool/")
ID = re.compile(r"[a-e]\d+a?")

INTRO = """\
# What proves each rule

Written by `make docs` from the names of the tests; a test holds the two together. The rules are in
[rules.md](../reference/rules.md). All of these run over real sockets: mocks on ports, the agent as
its own command. `.venv/bin/pytest tests -k a11_` runs those of one rule.

**The agent alone**: what passes back and what does not; • marks tests in which the mock's own
refusal is switched off, so that only the agent obeys. **Past the agent**: another program writes,
and the SIS refuses, or behaves, by itself. Those in `powerschool/` run on PowerSchool, those marked
⇄ on PowerSchool and on Skyward, all others on Skyward. Tables of cases for each rule, without
sockets, are in `tests/agent/`."""


@dataclass(frozen=True, slots=True, order=True)
class Proof:
    """One test.

    Attributes:
        alone: a refusal of the mock is off.
        past: the agent has no part in it.
        both: it runs on each SIS.
        slow: `make check` leaves it out.
    """

    file: str
    name: str
    alone: bool
    past: bool
    both: bool
    slow: bool

    @property
    def on(self) -> set[str]:
        """The SIS that it runs on."""
        if self.both:
            return {"skyward", "powerschool"}
        return {"powerschool" if self.file.startswith(POWERSCHOOL) else "skyward"}

    @property
    def marks(self) -> str:
        """What the page says of it beside its name."""
        return f"{' •' if self.alone else ''}{' ⇄' if self.both else ''}"


@cache
def proofs() -> dict[str, list[Proof]]:
    """Rule -> its tests over real sockets, in the order of files and names."""
    found: dict[str, list[Proof]] = defaultdict(list)
    for file in project_files():
        if file.as_posix().startswith(HOMES) and file.suffix == ".py":
            for rule, proof in _proofs_in(file):
                found[rule].append(proof)
    return {rule: sorted(found[rule]) for rule in IDS if rule in found}


def _proofs_in(file: Path) -> Iterator[tuple[str, Proof]]:
    body = ast.parse(text_of(file)).body
    marks = [
        ast.unparse(node)
        for node in body
        if isinstance(node, ast.Assign) and ast.unparse(node).startswith("pytestmark = ")
    ]
    all_on_both, all_slow = "pytestmark = BOTH" in marks, any("mark.slow" in m for m in marks)
    for node in body:
        if isinstance(node, ast.FunctionDef):
            names = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
            past = "_past_the_agent_" in node.name or not file.as_posix().startswith("tests/e2e/")
            alone = "lenient" in names and not past
            both = all_on_both or "BOTH" in names
            own = [ast.unparse(decorator) for decorator in node.decorator_list]
            slow = all_slow or "pytest.mark.slow" in own
            for rule in rules_in(node.name):
                yield rule, Proof(file.as_posix(), node.name, alone, past, both, slow)


def rules_in(name: str) -> list[str]:
    """The rules that a test's name begins with, a range filled in."""
    found: list[str] = []
    words = iter(name.removeprefix("test_").split("_") if name.startswith("test_") else ())
    for word in words:
        if ID.fullmatch(word):
            found.append(word.capitalize())
        elif word == "to" and found:
            last = next(words).capitalize()
            found += IDS[IDS.index(found[-1]) + 1 : IDS.index(last) + 1]
        elif word != "and":
            break
    return found


def page() -> str:
    """The whole page."""
    lines = [INTRO]
    found = proofs()
    for rule in IDS:
        lines += ["", f"## {rule}", ""]
        lines += list(_told(found.get(rule, ()), rule))
    return "\n".join(lines).replace("\n\n\n", "\n\n").rstrip() + "\n"


def _told(some: Sequence[Proof], rule: str) -> Iterator[str]:
    if rule in POWERSCHOOL_ONLY and not some:
        yield "PowerSchool only; its end-to-end tests are coming."
    for past, words in ((False, "The agent alone"), (True, "Past the agent")):
        by_file: dict[str, list[Proof]] = defaultdict(list)
        for proof in some:
            if proof.past is past:
                by_file[proof.file].append(proof)
        for file, same in by_file.items():
            yield f"{words}, [{file.removeprefix('tests/')}](../../{file}):"
            yield from (f"- `{p.name}`{p.marks}" for p in same)
            yield ""


if __name__ == "__main__":
    sys.stdout.write(page())
