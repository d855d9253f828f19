"""A contract in one piece: what it refers to in other files is put into it.

Needs PyYAML and nothing else, since it also runs where the wheel is built.
"""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import yaml

CONTRACTS = Path(__file__).resolve().parents[2] / "contracts"
READY = "bundled"
"""Folder in a wheel's `contracts`: each contract in one piece, as JSON."""


def document(name: str) -> dict[str, Any]:
    """The contract file *name* in one piece: as the wheel has it, else put together here."""
    ready = (CONTRACTS / READY / name).with_suffix(".json")
    if ready.is_file():
        return dict(json.loads(ready.read_bytes()))
    return bundled(CONTRACTS / name)


def bundled(file: Path, read: Callable[[Path], bytes] = Path.read_bytes) -> dict[str, Any]:
    """The contract in *file* with the paths and components of other files that it refers to.

    ValueError when two files have different components of one name.

    Args:
        read: gives the content of a file, for instance as another revision had it.
    """
    return _Bundle(file.resolve(), read).document


def by_root(paths: Mapping[str, Any]) -> dict[str, Any]:
    """Paths as they are asked for: each once for every root that its `servers` name."""
    return {
        server["url"].rstrip("/") + path: {k: v for k, v in item.items() if k != "servers"}
        for path, item in paths.items()
        for server in item.get("servers", ({"url": ""},))
    }


class _Bundle:
    def __init__(self, file: Path, read: Callable[[Path], bytes]) -> None:
        self._read = read
        self._files: dict[Path, Any] = {}
        self._homes: dict[str, Path] = {}
        self._parts: dict[str, dict[str, Any]] = {}
        whole = self._file(file)
        for kind, parts in whole.get("components", {}).items():
            for name in parts:
                self._reference(f"#/components/{kind}/{name}", file)
        paths = {path: self._item(item, file) for path, item in whole["paths"].items()}
        self.document = {**whole, "paths": paths, "components": self._parts}

    def _item(self, item: Mapping[str, Any], file: Path) -> dict[str, Any]:
        """A path with what it refers to; what stands beside the reference stays."""
        own = {name: self._moved(part, file) for name, part in item.items() if name != "$ref"}
        if "$ref" not in item:
            return own
        place, pointer = _split(item["$ref"], file)
        return {**own, **self._moved(self._at(place, pointer), place)}

    def _moved(self, node: Any, file: Path) -> Any:
        """A part of *file*, with references that hold in the bundle."""
        if isinstance(node, list):
            return [self._moved(part, file) for part in node]
        if not isinstance(node, dict):
            return node
        if isinstance(node.get("$ref"), str):
            return {"$ref": self._reference(node["$ref"], file)}
        return {name: self._moved(part, file) for name, part in node.items()}

    def _reference(self, ref: str, file: Path) -> str:
        """Where in the bundle *ref* points; the component is put there once."""
        place, pointer = _split(ref, file)
        if self._homes.setdefault(pointer, place) != place:
            raise ValueError(f"{pointer} stands in {self._homes[pointer].name} and {place.name}")
        _, _, kind, name = pointer.split("/")
        parts = self._parts.setdefault(kind, {})
        if name not in parts:
            parts[name] = None  # taken, also while it refers to itself
            parts[name] = self._moved(self._at(place, pointer), place)
        return f"#{pointer}"

    def _at(self, file: Path, pointer: str) -> Any:
        found = self._file(file)
        for name in pointer.split("/")[1:]:
            found = found[name.replace("~1", "/").replace("~0", "~")]
        return found

    def _file(self, file: Path) -> Any:
        if file not in self._files:
            loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
            self._files[file] = yaml.load(self._read(file), loader)  # noqa: S506 - safe
        return self._files[file]


def _split(ref: str, file: Path) -> tuple[Path, str]:
    name, _, pointer = ref.partition("#")
    return (file.parent / name if name else file), pointer
