"""The checklist for the first day on a real server: what to ask it, and which shapes to compare."""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from contracts.spec import OURS, contracts, operations

QUESTIONS = Path(__file__).parent / "questions.toml"
UNSURE = ("inferred", "invented")


class Question(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What no public source shows, and what the mock assumes until somebody has looked."""

    contract: str
    operations: list[str]
    ask: str
    assumed: str


class _File(msgspec.Struct, forbid_unknown_fields=True):
    question: list[Question]


def questions(file: Path = QUESTIONS) -> list[Question]:
    """In the order of the file."""
    return msgspec.toml.decode(file.read_bytes(), type=_File).question


def checklist(name: str) -> Iterator[str]:
    """Lines to tick off for the contract *name*: questions, then shapes that nobody showed us."""
    for question in questions():
        if question.contract == name:
            where = ", ".join(f"`{operation}`" for operation in question.operations)
            yield f"- [ ] {question.ask} ({where}) The mock assumes: {question.assumed}"
    unsure = list(_unsure(name))
    if unsure:
        yield "- [ ] Compare the shape of what nobody showed us:"
        for sure, request, named in unsure:
            yield f"    - [ ] {request} ({named}, {sure})"


def names() -> list[str]:
    """The contracts of real systems."""
    return [name for name in contracts() if name != OURS]


def _unsure(name: str) -> Iterator[tuple[str, str, str]]:
    """(how sure, request, operation) of what is not known from outside."""
    contract = contracts()[name]
    for method, path, operation in operations(contract):
        sure, named = operation["x-confidence"], operation["operationId"]
        request = f"`{method.upper()} {path}`"
        if sure in UNSURE:
            yield sure, request, named
    for status, answer in contract.get("components", {}).get("responses", {}).items():
        if answer.get("x-confidence") in UNSURE:
            yield answer["x-confidence"], f"the answer `{status}`", "used by several"
