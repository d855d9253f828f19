"""The one reader of the contracts: their files in one piece, and what their operations owe.

    python -m contracts.spec skyward > skyward.json        the contract as one file for other tools

To which operation a request belongs is asked of the mocks' `Contract`, which this hands on.
"""

import json
import sys
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from mock_sis.http.bundle import CONTRACTS, bundled, by_root, document
from mock_sis.http.contract import METHODS, PARAMETER, Contract, Match, contract, resolved
from mock_sis.http.contract import Operation as Served

__all__ = [
    "CONFIDENCE",
    "CONTRACTS",
    "METHODS",
    "OURS",
    "PARAMETER",
    "Contract",
    "Document",
    "Match",
    "Operation",
    "Served",
    "bundled",
    "contract",
    "contracts",
    "names",
    "operations",
    "resolved",
]
OURS = "control.yaml"
"""The mocks' own control plane, which no real server has."""

CONFIDENCE = {
    "documented": "a published text of the vendor or of the standard says so",
    "observed": "seen on the wire, or in programs that work against the real system",
    "inferred": "follows from what is documented or observed, but nobody showed it to us",
    "invented": "ours: nothing public says how the real system does it",
}
"""How sure we are of an operation, surest first."""

Raw = Mapping[str, Any]


def names() -> list[str]:
    """The contract files, by name."""
    return sorted(path.name for path in CONTRACTS.glob("*.yaml"))


@cache
def contracts() -> Mapping[str, Raw]:
    """File name -> contract in one piece; read once a process."""
    return {name: document(name) for name in names()}


def operations(whole: Raw) -> Iterator[tuple[str, str, Raw]]:
    """(method, path, operation) of each operation under each of its roots, in the file's order.

    Where the root says less surely than the operation that it stands there, that counts.
    """
    for path, item in whole["paths"].items():
        for server in item.get("servers", ({"url": ""},)):
            for method in METHODS:
                if method in item:
                    yield method, server["url"].rstrip("/") + path, _under(server, item[method])


def _under(server: Raw, operation: Raw) -> Raw:
    if "x-confidence" not in server:
        return operation
    sure = max(operation["x-confidence"], server["x-confidence"], key=list(CONFIDENCE).index)
    source = f"{operation['x-source']}; {server['x-source']}"
    return {**operation, "x-confidence": sure, "x-source": source}


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation under one root.

    Attributes:
        parameters: with references resolved.
        statuses: those that it documents by number, each with its response object.
        again: the same operation stands under another root, which the contract names first.
        raw: as it stands in the document.
    """

    id: str
    method: str
    path: str
    parameters: tuple[Mapping[str, Any], ...]
    statuses: Mapping[int, Mapping[str, Any]]
    secured: bool
    again: bool
    raw: dict[str, Any]

    @property
    def label(self) -> str:
        """As Schemathesis names it, "GET /a/{id}"."""
        return f"{self.method.upper()} {self.path}"

    @property
    def group(self) -> str:
        """What a report puts together, and what is played in one go."""
        tag = str((self.raw.get("tags") or ["operations"])[0])
        return f"{tag}, other root" if self.again else tag

    @property
    def by_rule(self) -> list[str]:
        """Statuses that may refuse a request which fits its schema."""
        return [str(code) for code, response in self.statuses.items() if response.get("x-by-rule")]


class Document:
    """A contract with each path once for every root; *raw* may be changed before it is run."""

    def __init__(self, raw: dict[str, Any]) -> None:
        self.raw = raw

    @classmethod
    def read(cls, path: Path) -> "Document":
        """The contract in a file."""
        whole = bundled(path)
        return cls({**whole, "paths": by_root(whole["paths"])})

    @cached_property
    def operations(self) -> dict[str, Operation]:
        """Every operation by its label, in the order of the file."""
        return {operation.label: operation for operation in self._read()}

    def chosen(self, ids: Collection[str]) -> dict[str, Operation]:
        """Those with one of *ids*, by label; every one where none is named."""
        found = self.operations.items()
        return {label: one for label, one in found if not ids or one.id in ids}

    def resolve(self, node: Any) -> Any:
        """What *node* points at; itself when it is no reference."""
        while isinstance(node, dict) and "$ref" in node:
            found: Any = self.raw
            for name in node["$ref"].removeprefix("#/").split("/"):
                found = found[name.replace("~1", "/").replace("~0", "~")]
            node = found
        return node

    def _read(self) -> Iterator[Operation]:
        seen: set[str] = set()
        for path, item in self.raw["paths"].items():
            for method in METHODS:
                if method in item:
                    again = item[method]["operationId"] in seen
                    seen.add(item[method]["operationId"])
                    yield self._operation(method, path, item, again=again)

    def _operation(self, method: str, path: str, item: Any, *, again: bool) -> Operation:
        raw = item[method]
        parameters = [*item.get("parameters", []), *raw.get("parameters", [])]
        return Operation(
            id=raw["operationId"],
            method=method,
            path=path,
            parameters=tuple(self.resolve(one) for one in parameters),
            statuses={
                int(code): self.resolve(response)
                for code, response in raw["responses"].items()
                if str(code).isdigit()
            },
            secured=bool(raw.get("security", self.raw.get("security"))),
            again=again,
            raw=raw,
        )

    def body(self, operation: Operation) -> Any:
        """The example of its request body; None when it takes none."""
        content = self.resolve(operation.raw.get("requestBody", {})).get("content", {})
        for media in content.values():
            if "example" in media:
                return media["example"]
            for example in media.get("examples", {}).values():
                return self.resolve(example)["value"]
        return None


if __name__ == "__main__":
    print(json.dumps(document(f"{Path(sys.argv[1]).stem}.yaml"), indent=1))
