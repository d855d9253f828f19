"""Read what `check` must know of this machine: files, folders, modes. Nothing is written."""

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from agent.ledger import file_of
from agent.preflight.machine import Exposed, Folder
from agent.secrets.lookup import is_exposed
from agent.settings import Settings


def folders(settings: Settings, environ: Mapping[str, str]) -> Iterator[Folder]:
    """Where a night writes: beside the ledger, and the plan's temporary file."""
    if (ledger := file_of(settings.ledger.url)) is not None:
        yield _folder("folder of the ledger", ledger.parent, "[ledger] url")
    wanted = environ.get("TMPDIR") or tempfile.gettempdir()
    yield _folder("temporary files", Path(wanted), "TMPDIR")


def _folder(what: str, path: Path, setting: str) -> Folder:
    there = path.is_dir()
    return Folder(
        what=what,
        path=str(path),
        setting=setting,
        exists=there,
        writable=there and os.access(path, os.W_OK | os.X_OK),
        free=shutil.disk_usage(path).free if there else 0,
    )


def exposed_files(settings: Settings, file: Path, user: int) -> list[Exposed]:
    """Files of *user* that others of this machine can read, or change, and should not."""
    ledger = file_of(settings.ledger.url)
    ledgers = [Path(f"{ledger}{end}") for end in ("", "-wal", "-shm") if ledger]
    parts = (settings.source, settings.sis)
    secrets = [each for part in parts for each in (part.client_secret, part.proxy_password)]
    return [
        *(
            Exposed(what="the ledger", path=str(path))
            for path in ledgers
            if _open_to_others(path, 0o077, user)
        ),
        *(
            Exposed(what="a secret's file", path=str(secret.file))
            for secret in secrets
            if secret is not None and is_exposed(secret, user)
        ),
        *(
            Exposed(what="the configuration", path=str(path), changeable=True)
            for path in [file]
            if _open_to_others(path, 0o022, user)
        ),
    ]


def _open_to_others(path: Path, bits: int, user: int) -> bool:
    try:
        found = path.stat()
    except OSError:
        return False
    return found.st_uid == user and bool(found.st_mode & bits)


def age_of_export(settings: Settings, now: datetime) -> timedelta | None:
    """How old the newest file of a CSV source is; None: there is none."""
    path = Path(settings.source.path or "")
    if settings.source.kind != "oneroster-csv" or not path.exists():
        return None
    files = [each for each in path.iterdir() if each.is_file()] if path.is_dir() else [path]
    newest = max((each.stat().st_mtime for each in files), default=None)
    return None if newest is None else now - datetime.fromtimestamp(newest, UTC)
