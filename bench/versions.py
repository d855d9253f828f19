"""The versions of the agent that a bench runs in turns: this one, and another checkout."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.rig import ENVIRONMENT

TURNS = 2


@dataclass(frozen=True, slots=True)
class Version:
    """A checkout of this project.

    Attributes:
        name: how the tables call it.
        root: its folder; its own `.venv` runs it, where it has one.
    """

    name: str
    root: Path

    def command(self, *arguments: str) -> list[str]:
        """The command for its Python; `-P` keeps the current folder's modules out."""
        own = self.root / ".venv" / "bin" / "python"
        return [str(own) if own.exists() else sys.executable, "-P", *arguments]

    @property
    def benches(self) -> str:
        """The package of its benches, which older versions have below `load`."""
        return "bench" if (self.root / "bench").is_dir() else "load.bench"

    @property
    def environment(self) -> Mapping[str, str]:
        """The environment in which Python finds its modules."""
        return {**ENVIRONMENT, "PYTHONPATH": str(self.root)}


def versions(before: Path | None) -> list[Version]:
    """This checkout, after the one at *before*."""
    here = Version("now", Path(__file__).resolve().parents[1])
    if before is None:
        return [here]
    root = before.resolve()
    if not (root / "agent" / "__main__.py").is_file():
        raise FileNotFoundError(f"no agent in {root}: make a checkout with `git worktree add`")
    return [Version("before", root), here]
