"""docs/operations.md, written from the contracts: every operation, how sure we are, and from where.

python -m contracts.operations > docs/operations.md        (that is: make docs)
"""

import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent
METHODS = ("get", "post", "put", "patch", "delete")
CONFIDENCE = {
    "documented": "a published text of the vendor or of the standard says so",
    "observed": "seen on the wire, or in programs that work against the real system",
    "inferred": "follows from what is documented or observed, but nobody showed it to us",
    "invented": "ours: nothing public says how the real system does it",
}

Operation = Mapping[str, Any]


@cache
def contracts() -> Mapping[str, Operation]:
    """File name -> contract, in the order of their names; read once a process."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return {
        file.name: yaml.load(file.read_text(encoding="utf-8"), loader)  # noqa: S506 - both are safe
        for file in sorted(FOLDER.glob("*.yaml"))
    }


def operations(contract: Operation) -> Iterator[tuple[str, str, Operation]]:
    """(method, path, operation) of each operation, in the order of the file."""
    for path, item in contract["paths"].items():
        for method in METHODS:
            if method in item:
                yield method, path, item[method]


def page() -> str:
    """The whole page."""
    lines = [
        "# What the mocks serve, and how sure we are",
        "",
        "Written by `make docs` from the contract files; a test holds the two together.",
        "",
        *(f"- **{name}**: {meaning}." for name, meaning in CONFIDENCE.items()),
    ]
    for name, contract in contracts().items():
        lines += ["", *_section(name, contract)]
    return "\n".join(lines) + "\n"


def _section(name: str, contract: Operation) -> Iterator[str]:
    listed = list(operations(contract))
    counts = Counter(operation["x-confidence"] for _, _, operation in listed)
    told = ", ".join(f"{counts[word]} {word}" for word in CONFIDENCE if counts[word])
    yield f"## contracts/{name}: {contract['info']['title']}"
    yield ""
    yield f"{len(listed)} operations: {told}."
    yield ""
    yield "| operation | request | sure | source |"
    yield "|---|---|---|---|"
    for method, path, operation in listed:
        request = f"`{method.upper()} {path}`"
        sure, source = operation["x-confidence"], _cell(operation["x-source"])
        yield f"| `{operation['operationId']}` | {request} | {sure} | {source} |"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


if __name__ == "__main__":
    sys.stdout.write(page())
