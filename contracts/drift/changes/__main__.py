"""What the contracts here break of those in another revision.

    python -m contracts.drift.changes --base origin/main
    python -m contracts.drift.changes --base v0.1.0 contracts/skyward.yaml

Exit 0 when the agent feels nothing (other breaking changes are told), 1 when it does, 2 when the
revision or a file cannot be read.
"""

import argparse
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import yaml

from contracts.drift.changes.compare import Change, changes
from contracts.drift.usage import usage
from contracts.spec import CONTRACTS, OURS, Contract, bundled


class Unreadable(Exception):
    """One line: what cannot be read."""


def main(arguments: list[str]) -> int:
    """Print every breaking change."""
    parser = argparse.ArgumentParser(prog="python -m contracts.drift.changes", description=__doc__)
    parser.add_argument("--base", required=True, metavar="REV", help="the earlier revision")
    parser.add_argument("file", nargs="*", type=Path, help="contracts; all, unless named")
    given = parser.parse_args(arguments)
    try:
        found = [line for file in given.file or _all() for line in _compared(given.base, file)]
    except Unreadable as error:
        print(error, file=sys.stderr)
        return 2
    for file, change in found:
        print(f"{file.name}: {change}")
    felt = sum(change.felt for _, change in found)
    print(f"{felt} breaking changes that the agent feels, {len(found) - felt} that it does not")
    return 1 if felt else 0


def _all() -> list[Path]:
    return [file for file in sorted(CONTRACTS.glob("*.yaml")) if file.name != OURS]


def _compared(base: str, file: Path) -> Iterator[tuple[Path, Change]]:
    before = _at(base, file)
    if before is not None:
        after = _parsed(file, Path.read_bytes) if file.is_file() else None
        if after is None:
            raise Unreadable(f"{file} is not there")
        yield from ((file, one) for one in changes(before, after, usage(file.name)))


def _at(base: str, file: Path) -> Contract | None:
    """The contract in revision *base*; None where it had none."""
    folder = file.resolve().parent
    _git(folder, "rev-parse", "--verify", "--quiet", f"{base}^{{commit}}")
    listed = _git(folder, "ls-tree", "--name-only", base, "--", file.name)
    if not listed.strip():
        return None

    def then(path: Path) -> bytes:
        return _git(folder, "show", f"{base}:./{path.relative_to(folder)}")

    return _parsed(file, then)


def _git(folder: Path, *arguments: str) -> bytes:
    try:
        ran = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, check=True)  # noqa: S603, S607
    except (subprocess.CalledProcessError, OSError):
        raise Unreadable(f"git has no revision {arguments[-1].partition('^')[0]}") from None
    return ran.stdout


def _parsed(file: Path, read: Callable[[Path], bytes]) -> Contract:
    try:
        return Contract(bundled(file, read))
    except (yaml.YAMLError, LookupError, TypeError, ValueError, AttributeError):
        raise Unreadable(f"{file.name} is no OpenAPI contract") from None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
