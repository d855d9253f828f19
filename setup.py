"""Puts into a wheel what is made from other files: each contract in one piece, as JSON.

All else that setuptools must know is in pyproject.toml.
"""

import json
import sys
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

HERE = Path(__file__).resolve().parent


class WithContracts(build_py):
    """Builds the packages, and the contracts beside the files that they are put together from."""

    def run(self) -> None:
        """A checkout that is installed to be edited has no such files: they would grow old."""
        super().run()
        if not self.editable_mode:
            self._bundle(Path(self.build_lib, "contracts"))

    def _bundle(self, folder: Path) -> None:
        sys.path.insert(0, str(HERE))
        from mock_sis.http.bundle import READY, bundled

        (folder / READY).mkdir(exist_ok=True)
        for file in sorted(folder.glob("*.yaml")):
            text = json.dumps(bundled(file), separators=(",", ":"))
            (folder / READY / file.name).with_suffix(".json").write_text(text, encoding="utf-8")


setup(cmdclass={"build_py": WithContracts})
