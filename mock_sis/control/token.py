"""The token of the control plane: new at every start, or kept in a file that mocks share."""

import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path

VARIABLE = "PASSBACK_CONTROL_TOKEN_FILE"
"""The environment variable that may name the file."""


def new_token() -> str:
    """A token that nobody can guess."""
    return secrets.token_urlsafe(24)


def kept_token(path: Path) -> str:
    """The token in *path*; made there, with mode 0600, when there is none yet.

    Several mocks may start at once: the first to finish its file wins, the others read it.

    Raises:
        OSError: the file cannot be read or made.
        ValueError: it is empty, or holds more than a token.
    """
    if not path.exists():
        _make(path)
    words = path.read_text(encoding="utf-8").split()
    if len(words) != 1:
        raise ValueError(f"{path}: one token was expected in this file, and nothing else")
    return words[0]


def _make(path: Path) -> None:
    number, part = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # mode 0600
    try:
        with os.fdopen(number, "w", encoding="utf-8") as file:
            file.write(new_token() + "\n")
        with suppress(FileExistsError):
            path.hardlink_to(part)  # unlike a rename, never replaces the one that was first
    finally:
        Path(part).unlink()
