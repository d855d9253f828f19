"""What the agent uses of each contract: measured, committed, and asked when a contract changes.

For each operation that the agent calls in the story of tests/contracts/drift/usage:

- `parameters`: of path and query, and `sent`: places in the bodies that it sends;
- `statuses`: what it was answered;
- `read`: places in the answers that it reads. A place is read when nonsense in it changes anything
  that a night does or says: how it ends, a record of its report, a request, a gradebook; alone, or
  together with another place that says the same.

What the story does not play is not in here. `make usage` measures anew.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HOME = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Used:
    """What the agent uses of one operation. A place is a JSON pointer, `*` for any position."""

    parameters: frozenset[str]
    sent: frozenset[str]
    statuses: frozenset[str]
    read: frozenset[str]


def usage(contract: str, home: Path = HOME) -> Mapping[str, Used]:
    """What the agent uses, by operationId; empty for a contract that it does not use."""
    file = home / f"{contract.removesuffix('.yaml')}.json"
    if not file.is_file():
        return {}
    rows: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return {
        name: Used(**{part: frozenset(values) for part, values in row.items()})
        for name, row in rows.items()
    }


def written(rows: Mapping[str, Used]) -> str:
    """The file's text."""
    made = {
        name: {part: sorted(getattr(used, part)) for part in Used.__slots__}
        for name, used in sorted(rows.items())
    }
    return json.dumps(made, indent=1) + "\n"
