"""Where this program may keep what it can make again: never beside its own code."""

import os
import stat
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from mock_sis.world.private import private_folder


def own_cache(environment: Mapping[str, str] = os.environ) -> Path | None:
    """The user's: `passback` in `XDG_CACHE_HOME`, else in `~/.cache`; made with mode 0700.

    None where it cannot be made, or where others could write into it: what they put there would be
    read as ours.
    """
    above = Path(environment.get("XDG_CACHE_HOME") or Path(environment.get("HOME", ""), ".cache"))
    folder = above / "passback"
    if not folder.is_absolute():
        return None
    with suppress(OSError):
        private_folder(folder)
        found = folder.stat()
        others_write = found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
        if stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not others_write:
            return folder
    return None
