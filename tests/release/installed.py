"""An environment in which Passback is installed as a stranger installs it, and its commands."""

import os
import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Timer


class Installed:
    """What stands in one environment.

    Attributes:
        folder: an empty folder that commands are run in; nothing of the checkout is found from it.
    """

    def __init__(self, home: Path) -> None:
        self._bin = home / "env/bin"
        self.folder = home / "folder"
        self.folder.mkdir()

    def run(self, command: str, *args: str) -> subprocess.CompletedProcess[str]:
        """A command to its end."""
        return subprocess.run(
            [self._bin / command, *args],
            cwd=self.folder,
            env=self._environment(),
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )

    @contextmanager
    def serving(self, *args: str, says: str) -> Iterator[str]:
        """`passback` as a server; gives the address that stands after *says* in what it prints."""
        process = subprocess.Popen(
            [self._bin / "passback", *args],
            cwd=self.folder,
            env=self._environment(),
            stdout=subprocess.PIPE,
            text=True,
        )
        late = Timer(120, process.kill)
        late.start()
        try:
            told = (re.match(rf"{says}(http\S+)", line) for line in process.stdout or ())
            yield next(found[1] for found in told if found)
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=60)
            assert process.returncode == 0
        finally:
            late.cancel()
            process.kill()
            process.communicate()

    def _environment(self) -> dict[str, str]:
        """Knows nothing of this run of pytest, nor of this checkout."""
        strange = ("PYTHON", "PYTEST", "PIP", "COV", "PASSBACK")
        mine = {name: value for name, value in os.environ.items() if not name.startswith(strange)}
        secrets = dict.fromkeys(
            ("PASSBACK_SOURCE_SECRET", "PASSBACK_SIS_SECRET"), "passback-secret"
        )
        return {**mine, **secrets, "PATH": f"{self._bin}:{os.environ['PATH']}"}
