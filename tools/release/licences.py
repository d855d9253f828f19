"""Under which licence each dependency is, and whether Passback may bring it."""

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from tools.release.dependencies import Dependency, dependencies, extras

TABLE = Path(__file__).with_name("licences.toml")
FILES = ("LICEN", "COPYING", "NOTICE", "AUTHORS")
UNKNOWN = "unknown"

INTRO = """\
# Licences of what Passback brings

Written by `make docs` from the packages of `requirements.lock`; a test holds the two together.

Passback itself is Apache-2.0. Its wheel holds no code of others. An installation brings the
packages below, each as its authors made it, and all of them may be used in a product that is sold.
LGPL and MPL ask for one thing more: who *changes* such a package must give the change away. None is
under GPL, AGPL, or a licence that forbids some use. A test refuses those, and any that nobody
looked at (`tools/release/licences.toml`). A release has the full texts:
`THIRD-PARTY-LICENCES.txt`.

| package | licence | comes with |
|---|---|---|"""


@cache
def table() -> dict[str, Any]:
    """What is allowed, and how licences are spelled."""
    return tomllib.loads(TABLE.read_text(encoding="utf-8"))


def licence_of(one: Dependency) -> str:
    """In SPDX's words where it is one that is allowed; else in the first words of its authors."""
    told = one.installed.metadata
    lines = told.get_all("Classifier", [])
    words = [told.get_all(name, [""])[0].strip() for name in ("License-Expression", "License")]
    words += [line.removeprefix("License :: ") for line in lines if line.startswith("License ::")]
    plain = [table()["spelled"].get(word, word) for word in words if word]
    allowed = (word for word in plain if not not_allowed(word))
    return next(allowed, next(iter(plain), UNKNOWN).partition("\n")[0])


def not_allowed(licence: str) -> list[str]:
    """What stands in an expression that nobody allowed, also where it leaves a choice."""
    allowed = {*table()["free"], *table()["unchanged"]}
    return [part for part in re.split(r" AND | OR |[()]", licence) if part and part not in allowed]


def page() -> str:
    """docs/licences.md."""
    return "\n".join([INTRO, *map(_row, dependencies()), ""])


def texts() -> str:
    """Every dependency with its version and the licence's text, as its package has it."""
    return "\n\n".join(_chapter(one) for one in dependencies()) + "\n"


def _row(one: Dependency) -> str:
    everywhere = set(one.extras) == set(extras())
    brought = ", ".join(f"`[{extra}]`" for extra in one.extras) or "the agent"
    return f"| {one.name} | {licence_of(one)} | {'every extra' if everywhere else brought} |"


def _chapter(one: Dependency) -> str:
    title = f"{one.name} {one.version} ({licence_of(one)})"
    found = list(_texts_of(one)) or ["The package brings no text of it."]
    return "\n\n".join([f"{title}\n{'=' * len(title)}", *found])


def _texts_of(one: Dependency) -> Iterator[str]:
    for file in sorted(one.installed.files or (), key=str):
        place = Path(str(file))
        own = place.parts[0].endswith(".dist-info") and place.name.upper().startswith(FILES)
        if own and (text := file.read_text(encoding="utf-8").strip()):
            yield text
