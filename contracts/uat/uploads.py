"""Exports that came in through the browser, and what was found in each; removed at the end."""

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from contracts.uat.roster.findings import Findings, look

LONGEST_NAME = 100
MOST = 8
"""Kept at a time; the oldest one goes first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """An export that waits for a person's word. `name` is what the browser called it."""

    id: str
    name: str
    path: Path
    found: Findings


class Uploads:
    """A folder for this user alone, which goes with the `with` block."""

    def __init__(self, parent: Path) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="uploads-", dir=parent))  # mode 0700
        self._kept: dict[str, Upload] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        shutil.rmtree(self._folder)

    def take(self, name: str, stream: IO[bytes], *, today: date) -> Upload:
        """Store what comes in, mode 0600, and look at it."""
        id_ = secrets.token_urlsafe(9)
        path = self._folder / f"{id_}.zip"
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            shutil.copyfileobj(stream, file)
        name = name[:LONGEST_NAME]
        found = look(path, today=today, called=name)
        upload = Upload(id=id_, name=name, path=path, found=found)
        self._kept[id_] = upload
        for old in list(self._kept)[:-MOST]:
            self.forget(old)
        return upload

    def find(self, id_: str) -> Upload | None:
        """The upload, unless it was used, forgotten or is too old."""
        return self._kept.get(id_)

    @contextmanager
    def used(self, id_: str) -> Iterator[Upload | None]:
        """The upload, for one user at a time; it is removed unless the block fails."""
        upload = self._kept.pop(id_, None)
        try:
            yield upload
        except BaseException:
            if upload:
                self._kept[id_] = upload
            raise
        if upload:
            upload.path.unlink()

    def forget(self, id_: str) -> None:
        """Remove it; one that is gone already is no error."""
        upload = self._kept.pop(id_, None)
        if upload:
            upload.path.unlink(missing_ok=True)
