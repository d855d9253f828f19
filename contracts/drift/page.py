"""docs/trust/divergences.md, written from the ledger, the questions and the contracts."""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime

from contracts.drift.checklist import checklist, names
from contracts.drift.dates import due
from contracts.drift.divergences import Divergence, divergences

HEAD = """\
# What the mocks do not copy

Written by `make docs` from two files in `contracts/drift/` (divergences.toml, questions.toml) and
from the `x-confidence` of the contracts; a test holds them together. What is done with it:
[honesty.md](honesty.md#divergences).
"""


def page() -> str:
    """The whole page."""
    lines = [HEAD, "## Known to differ", ""]
    for one in divergences().values():
        lines += [*_entry(one), ""]
    lines += ["## The first day on a real server", ""]
    lines += ["What no public source shows. Until somebody has looked, the mock assumes.", ""]
    for name in names():
        found = list(checklist(name))
        lines += [f"### {name}", "", *found, ""]
    return "\n".join(lines).rstrip() + "\n"


def _entry(one: Divergence) -> Iterator[str]:
    where = ", ".join(f"`{name}`" for name in one.operations) or "nothing in the contract"
    yield f"### {one.what[0].upper()}{one.what[1:]}"
    yield ""
    yield f"`{one.id}`: {one.contract}, {where}; to be looked at again by {one.expires}."
    yield ""
    yield f"- The real system: {one.real} (Source: {one.source}.)"
    yield f"- The mock: {one.mock}"
    yield f"- Accepted because: {one.accepted}"


if __name__ == "__main__":
    sys.stdout.write(page())
    sys.stderr.writelines(f"{line}\n" for line in due(datetime.now(UTC).date()))
