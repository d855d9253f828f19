"""The two versions of a contract that are compared: a file, and what it was before."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import yaml

from agent.errors import ConfigError
from contracts.spec import Contract, bundled


class UnreadableError(ConfigError):
    """A version that cannot be read; one line."""


def earlier(base: str, file: Path) -> Contract | None:
    """What *file* was: *base* is a file itself, or a revision of git. None: it was not there."""
    if Path(base).is_file():
        return read(Path(base))
    folder = file.resolve().parent
    _git(folder, "rev-parse", "--verify", "--quiet", f"{base}^{{commit}}")
    listed = _git(folder, "ls-tree", "--name-only", base, "--", file.name)
    if not listed.strip():
        return None

    def then(path: Path) -> bytes:
        return _git(folder, "show", f"{base}:./{path.relative_to(folder)}")

    return _parsed(file, then)


def read(file: Path) -> Contract:
    """The contract in a file, with what it refers to in others."""
    if not file.is_file():
        raise UnreadableError(f"{file} is not there")
    return _parsed(file, Path.read_bytes)


def _git(folder: Path, *arguments: str) -> bytes:
    try:
        ran = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, check=True)  # noqa: S603, S607
    except (subprocess.CalledProcessError, OSError):
        revision = arguments[-1].partition("^")[0]
        raise UnreadableError(f"git has no revision {revision}") from None
    return ran.stdout


def _parsed(file: Path, content: Callable[[Path], bytes]) -> Contract:
    try:
        return Contract(bundled(file, content))
    except OSError as error:
        other = Path(error.filename).name
        raise UnreadableError(f"{file.name} refers to {other}, which cannot be read") from None
    except (yaml.YAMLError, LookupError, TypeError, ValueError, AttributeError):
        raise UnreadableError(f"{file.name} is no OpenAPI contract") from None
