"""The blocks of a page, typed into a shell in their order, as its reader would.

Addresses with the ports 8100 to 8103 become those of a free range, so that two of these go on
beside each other.
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from tests.docs.shown import Block
from tests.meta.project_files import ROOT

LIMIT = 120
"""Seconds within which no machine is too busy to end a block or to be ready."""


class Shell:
    """A folder that looks like a checkout, and the terminals in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.base = free_ports()
        self._going_on: list[tuple[Block, subprocess.Popen[bytes]]] = []
        (folder / ".venv").mkdir()
        (folder / ".venv/bin").symlink_to(Path(sys.executable).parent)
        (folder / "docs").mkdir()
        for file in (ROOT / "docs").glob("*.toml"):
            (folder / "docs" / file.name).write_text(self.moved(file.read_text()))
        shutil.copytree(ROOT / "docs/uat/example", folder / "docs/uat/example")

    def moved(self, text: str) -> str:
        """*text* with the ports of this shell."""
        text = re.sub(r"\b810([0-3])\b", lambda port: str(self.base + int(port[1])), text)
        return re.sub(
            r"(passback (?:mock (all)|uat)\b)",
            lambda c: f"{c[1]} --{'base-' if c[2] else ''}port {self.base}",
            text,
        )

    def types(self, page: Sequence[Block]) -> None:
        """Type the blocks; each must end with 0, and those that go on must still be there then."""
        try:
            for number, block in enumerate(page):
                if "until stopped" in block.says:
                    self._goes_on(block, number)
                else:
                    self._ends(block, number)
        finally:
            codes = [(block.line, self._stopped(process)) for block, process in self._going_on]
        assert [each for each in codes if each[1] != 0] == [], self._told()

    def _script(self, block: Block) -> str:
        before = ". ./.exported 2>/dev/null; " if (self.folder / ".exported").exists() else ""
        typed = self.moved("\n".join(block.commands))
        return f"set -e; {before}\n{typed}\nexport -p > .exported"

    def _start(self, block: Block, number: int, script: str) -> subprocess.Popen[bytes]:
        with (self.folder / f"{number}.log").open("wb") as log:
            return subprocess.Popen(
                ["bash", "-c", script],
                cwd=self.folder,
                env=os.environ | {"PATH": f"{self.folder}/.venv/bin:{os.environ['PATH']}"},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def _ends(self, block: Block, number: int) -> None:
        process = self._start(block, number, self._script(block))
        try:
            code = process.wait(LIMIT)
        except subprocess.TimeoutExpired:
            self._stopped(process)
            raise
        assert code == 0, f"{block.page}:{block.line}\n{self._told()}"

    def _goes_on(self, block: Block, number: int) -> None:
        (command,) = block.commands
        alone = Block(block.page, block.line, block.language, f"exec {command}", block.says)
        script = self._script(alone).rpartition("\n")[0]
        process = self._start(block, number, script)
        self._going_on.append((block, process))
        log = self.folder / f"{number}.log"
        until = time.monotonic() + LIMIT
        while "http" not in log.read_text():
            assert process.poll() is None, f"{block.page}:{block.line}\n{self._told()}"
            assert time.monotonic() < until, f"{command} is not ready"
            time.sleep(0.05)

    @staticmethod
    def _stopped(process: subprocess.Popen[bytes]) -> int:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGINT)
        return process.wait(LIMIT)

    def _told(self) -> str:
        logs = sorted(self.folder.glob("*.log"))
        return "\n".join(f"{log.name}: {log.read_text()[-2000:]}" for log in logs)


def free_ports() -> int:
    """The first of four ports in a row that nothing listens on; each process begins elsewhere."""
    for base in range(20100 + os.getpid() % 1000 * 10, 32000, 10):
        try:
            for port in range(base, base + 4):
                with socket.socket() as tried:
                    tried.bind(("127.0.0.1", port))
        except OSError:
            continue
        return base
    message = "no four free ports in a row"
    raise AssertionError(message)
