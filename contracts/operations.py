"""docs/trust/operations.md, from the contracts: every operation, how sure we are, and from where.

python -m contracts.operations > docs/trust/operations.md        (that is: make docs)
"""

import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from contracts.sources import CITED
from contracts.spec import CONFIDENCE, contracts, operations


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


def _section(name: str, contract: Mapping[str, Any]) -> Iterator[str]:
    listed = list(operations(contract))
    named = {operation["operationId"] for _, _, operation in listed}
    counts = Counter(operation["x-confidence"] for _, _, operation in listed)
    told = ", ".join(f"{counts[word]} {word}" for word in CONFIDENCE if counts[word])
    yield f"## contracts/{name}: {contract['info']['title']}"
    yield ""
    where = f" at {len(listed)} addresses" if len(listed) > len(named) else ""
    yield f"{len(named)} operations{where}: {told}."
    yield ""
    yield "| operation | request | sure | source |"
    yield "|---|---|---|---|"
    for method, path, operation in listed:
        request = f"`{method.upper()} {path}`"
        sure, source = operation["x-confidence"], _cell(operation["x-source"])
        yield f"| `{operation['operationId']}` | {request} | {sure} | {source} |"


def _cell(text: str) -> str:
    return CITED.sub(r"[\1](sources.md#\1) §", " ".join(text.split()).replace("|", "\\|"))


if __name__ == "__main__":
    sys.stdout.write(page())
