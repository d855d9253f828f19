"""A secret by its reference: from the environment, a file, or a credential of systemd's.

No text here shows a secret's value.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

from agent.errors import ConfigError
from agent.settings import Secret

Reread = Callable[[], str]
"""A secret as it stands now: who puts another one in its place need not start anything again."""

CREDENTIALS = "CREDENTIALS_DIRECTORY"
"""The variable in which systemd says where a service's credentials are."""
_LONGEST = 64 * 1024


def secret(reference: Secret | None, environ: Mapping[str, str], where: str) -> str:
    """Look a secret up.

    Raises:
        ConfigError: it is not there, or its file cannot be read.
    """
    if reference is None or reference.places != 1:
        raise ConfigError(
            f'{where}: give the secret as {{ env = "NAME" }}, {{ file = "PATH" }} or'
            ' { credential = "NAME" }'
        )
    if reference.env is not None:
        value = environ.get(reference.env, "")
        if not value:
            raise ConfigError(f"{where}: the environment variable {reference.env} is not set")
        return value
    path = file_of(reference, environ, where)
    value = _text_of(path, where)
    if not value:
        raise ConfigError(f"{where}: the secret's file {path} is empty")
    return value


def rereadable(reference: Secret | None, environ: Mapping[str, str], where: str) -> Reread:
    """A function that reads the secret anew; where it cannot, it gives what was there last.

    A file may be away for a moment while another one takes its place, and that ends no run.

    Raises:
        ConfigError: it cannot be read now.
    """
    last = secret(reference, environ, where)

    def read() -> str:
        nonlocal last
        try:
            last = secret(reference, environ, where)
        except ConfigError:
            return last
        return last

    return read


def file_of(reference: Secret, environ: Mapping[str, str], where: str) -> Path:
    """The file of a secret that does not stand in the environment."""
    if reference.credential is None:
        return Path(reference.file or "")
    folder = environ.get(CREDENTIALS, "")
    if not folder:
        raise ConfigError(
            f"{where}: there is no credential {reference.credential}, since {CREDENTIALS} is not"
            " set; systemd sets it for a service with LoadCredential="
        )
    name = Path(reference.credential)
    if name.name != reference.credential or name.name == "..":
        raise ConfigError(f"{where}: a credential is a name, not a path")
    return Path(folder) / name


def _text_of(path: Path, where: str) -> str:
    """The text of a regular file of a secret's size; anything else may have no end."""
    try:
        if path.exists() and not path.is_file():
            raise ConfigError(f"{where}: the secret's file {path} is no regular file")
        with path.open("rb") as file:
            content = file.read(_LONGEST + 1)
        if len(content) > _LONGEST:
            raise ConfigError(f"{where}: the secret's file {path} is larger than 64 kB")
        return content.decode().strip()
    except (OSError, UnicodeDecodeError):
        raise ConfigError(f"{where}: cannot read the secret's file {path}") from None


def is_exposed(reference: Secret | None, user: int) -> bool:
    """Whether a secret stands in a file of *user* that others can read too.

    A file of somebody else's, as a container engine mounts one, is readable to us only in this way.
    """
    if reference is None or reference.file is None:
        return False
    try:
        found = Path(reference.file).stat()
    except OSError:
        return False
    return found.st_uid == user and bool(found.st_mode & 0o077)
