"""A contract file as the mock reads it: its operations, and which of them a request is for."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from mock_sis.http.bundle import by_root, document

METHODS = ("get", "put", "post", "patch", "delete")
PATH_PATTERN = {"integer": r"[+-]?[0-9]+", "number": r"[+-]?[0-9]*(?:\.[0-9]*)?"}
PARAMETER = re.compile(r"\{([^}]*)\}")
UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of a contract.

    Attributes:
        secured: whether it needs credentials.
        write: whether it changes the SIS; a token request does not. `x-write` overrides.
        consumes: media types of the body; empty where it takes none.
        responses: status -> media type -> schema of the body, None where there is none.
    """

    id: str
    method: str
    path: str
    secured: bool
    write: bool
    consumes: tuple[str, ...]
    parameters: frozenset[str]
    responses: Mapping[str, Mapping[str, Mapping[str, Any] | None]]


@dataclass(frozen=True, slots=True)
class Match:
    """What a request is for. `operation` is None when the path takes other methods only.

    Attributes:
        path: as the contract spells it, where the request had it in another case; else empty.
    """

    operation: Operation | None
    allow: tuple[str, ...]
    path_params: Mapping[str, str]
    path: str = ""


Route = tuple[re.Pattern[str], list[str], Mapping[str, Operation]]
"""A path, the names of its parameters, and what it takes by method."""


class Contract:
    """An OpenAPI 3.0 document with its references resolved.

    Attributes:
        document: as it was written, with each path once for every root, literal ones first.
        offered: every operation, once for every root.
        operations: operationId -> the operation under its first root.
        requests: operationId -> what of it concerns requests.
    """

    def __init__(self, document: Mapping[str, Any]) -> None:
        paths = by_root(document["paths"])
        order = sorted(paths, key=_concrete_first)
        self.document = {**document, "paths": {path: paths[path] for path in order}}
        items = resolved(self.document)["paths"]
        methods = {path: dict(self._read(path, item)) for path, item in items.items()}
        self._routes: dict[int, list[Route]] = {}
        for path, item in items.items():
            route = _regex(path, item), PARAMETER.findall(path), methods[path]
            self._routes.setdefault(path.count("/"), []).append(route)
        self._any_case: str | None = document.get("x-paths-in-any-case")
        self.requests = {
            item[method]["operationId"]: _request(item, method)
            for item in items.values()
            for method in METHODS
            if method in item
        }
        self.offered = [operation for path in paths for operation in methods[path].values()]
        self.operations = {operation.id: operation for operation in reversed(self.offered)}

    def match(self, method: str, path: str) -> Match | None:
        """The operation for *path* (below the world's prefix); None when there is no such path."""
        verb = "get" if method == "head" else method
        allow: set[str] = set()
        for regex, names, methods in self._candidates(path):
            values = regex.fullmatch(path)
            if values and verb in methods:
                return Match(methods[verb], (), dict(zip(names, values.groups(), strict=True)))
            if values:
                allow |= methods.keys() | ({"head"} if "get" in methods else set())
        if not allow and self._any_case and path.lower().startswith(self._any_case):
            return self._match_in_any_case(verb, path)
        return Match(None, tuple(sorted(map(str.upper, allow))), {}) if allow else None

    def _match_in_any_case(self, verb: str, path: str) -> Match | None:
        for regex, names, methods in self._candidates(path):
            values = re.fullmatch(regex.pattern, path, re.IGNORECASE)
            if values and verb in methods:
                found = dict(zip(names, values.groups(), strict=True))
                return Match(methods[verb], (), found, methods[verb].path.format_map(found))
        return None

    def _candidates(self, path: str) -> Sequence[Route]:
        """The routes of as many segments: no value of a parameter has a slash."""
        return () if UNPRINTABLE.search(path) else self._routes.get(path.count("/"), ())

    def _read(self, path: str, item: Mapping[str, Any]) -> Iterator[tuple[str, Operation]]:
        for method in METHODS:
            if method in item:
                yield method, self._operation(method, path, item)

    def _operation(self, method: str, path: str, item: Mapping[str, Any]) -> Operation:
        raw = item[method]
        secured = bool(raw.get("security", self.document.get("security")))
        parameters = [*item.get("parameters", []), *raw.get("parameters", [])]
        return Operation(
            id=raw["operationId"],
            method=method,
            path=path,
            secured=secured,
            write=bool(raw.get("x-write", method != "get" and secured)),
            consumes=tuple(raw.get("requestBody", {}).get("content", {})),
            parameters=frozenset(p["name"] for p in parameters if p["in"] in {"path", "query"}),
            responses={
                str(status): {
                    media: content.get("schema")
                    for media, content in response.get("content", {}).items()
                }
                for status, response in raw["responses"].items()
            },
        )


@cache
def contract(name: str) -> Contract:
    """The contract file *name*; read once a process."""
    return Contract(document(name))


def _request(item: Mapping[str, Any], method: str) -> dict[str, Any]:
    """What of an operation concerns requests."""
    raw = item[method]
    parts = ("operationId", "requestBody")
    return {
        **{part: raw[part] for part in parts if part in raw},
        "parameters": [*item.get("parameters", []), *raw.get("parameters", [])],
        "responses": {"default": {"description": ""}},
    }


def resolved(document: Mapping[str, Any]) -> dict[str, Any]:
    """A document with what its references point at in their place."""
    return dict(_Resolver(document).resolve(document))


class _Resolver:
    """Puts what a `$ref` points at in its place; each target once, so they are shared."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document
        self._done: dict[str, Any] = {}

    def resolve(self, node: Any) -> Any:
        if isinstance(node, list):
            return [self.resolve(part) for part in node]
        if not isinstance(node, dict):
            return node
        if "$ref" not in node:
            return {name: self.resolve(part) for name, part in node.items()}
        ref = node["$ref"]
        if ref not in self._done:
            self._done[ref] = self.resolve(self._target(ref))
        return self._done[ref]

    def _target(self, ref: str) -> Any:
        found: Any = self._document
        for name in ref.removeprefix("#/").split("/"):
            found = found[name.replace("~1", "/").replace("~0", "~")]
        return found


def _concrete_first(path: str) -> list[tuple[bool, str]]:
    """Sorts `/a/b` before `/a/{id}`: a literal segment wins, as OpenAPI says."""
    return [("{" in segment, segment) for segment in path.split("/")]


def _regex(path: str, item: Mapping[str, Any]) -> re.Pattern[str]:
    operations = [item[method] for method in METHODS if method in item]
    parameters = [p for holder in (item, *operations) for p in holder.get("parameters", [])]
    types = {p["name"]: p["schema"].get("type") for p in parameters if p["in"] == "path"}

    def pattern(name: str) -> str:
        return PATH_PATTERN.get(types.get(name, "string"), "[^/]+")

    parts = PARAMETER.split(path)
    return re.compile(
        "".join(
            f"({pattern(part)})" if odd % 2 else re.escape(part) for odd, part in enumerate(parts)
        )
    )
