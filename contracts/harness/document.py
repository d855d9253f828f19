"""A contract file as the harness reads it: its operations, and what each owes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

METHODS = ("get", "put", "post", "patch", "delete")


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation.

    Attributes:
        label: as Schemathesis names it, "GET /a/{id}".
        parameters: with references resolved.
        statuses: those that it documents by number, each with its response object.
        raw: as it stands in the document.
    """

    id: str
    method: str
    path: str
    parameters: tuple[Mapping[str, Any], ...]
    statuses: Mapping[int, Mapping[str, Any]]
    secured: bool
    raw: dict[str, Any]

    @property
    def label(self) -> str:
        """As Schemathesis names it."""
        return f"{self.method.upper()} {self.path}"

    @property
    def group(self) -> str:
        """What a report puts together."""
        return str((self.raw.get("tags") or ["operations"])[0])

    @property
    def by_rule(self) -> list[str]:
        """Statuses that may refuse a request which fits its schema."""
        return [str(code) for code, response in self.statuses.items() if response.get("x-by-rule")]


class Document:
    """A contract, not yet resolved; *raw* may be changed before it is run."""

    def __init__(self, raw: dict[str, Any]) -> None:
        self.raw = raw

    @classmethod
    def read(cls, path: Path) -> "Document":
        """The contract in a file."""
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        return cls(yaml.load(path.read_text(encoding="utf-8"), loader))  # noqa: S506 - both are safe

    @cached_property
    def operations(self) -> dict[str, Operation]:
        """Every operation by its label, in the order of the file."""
        return {operation.label: operation for operation in self._read()}

    def resolve(self, node: Any) -> Any:
        """What *node* points at; itself when it is no reference."""
        while isinstance(node, dict) and "$ref" in node:
            found: Any = self.raw
            for name in node["$ref"].removeprefix("#/").split("/"):
                found = found[name.replace("~1", "/").replace("~0", "~")]
            node = found
        return node

    def _read(self) -> Iterator[Operation]:
        for path, item in self.raw["paths"].items():
            for method in METHODS:
                if method in item:
                    yield self._operation(method, path, item, item[method])

    def _operation(self, method: str, path: str, item: Any, raw: dict[str, Any]) -> Operation:
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
