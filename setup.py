"""Puts each contract in one piece into a wheel, and makes an sdist the same on every machine.

All else that setuptools must know is in pyproject.toml.
"""

import gzip
import json
import os
import sys
import tarfile
from pathlib import Path
from typing import Any

from setuptools import setup
from setuptools.command.build_py import build_py
from setuptools.command.sdist import sdist

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


class Repeatable(sdist):
    """Archives the sources without what differs between machines: times, owners, modes, order.

    Wheels are so already, where SOURCE_DATE_EPOCH is set.
    """

    def make_archive(self, base_name: str, *args: Any, **more: Any) -> str:
        """`python -m build` asks for one archive, a gzipped tar of the folder *base_dir*."""
        epoch, folder = os.environ.get("SOURCE_DATE_EPOCH"), more.get("base_dir")
        if epoch is None or folder is None or args != ("gztar",):
            return super().make_archive(base_name, *args, **more)
        made = Path(f"{base_name}.tar.gz")
        with (
            made.open("wb") as file,
            gzip.GzipFile("", "wb", 9, file, mtime=int(epoch)) as packed,
            tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive,
        ):
            for path in sorted(p for p in Path(folder).rglob("*") if p.is_file()):
                _add(archive, path, int(epoch))
        return str(made)


def _add(archive: tarfile.TarFile, path: Path, epoch: int) -> None:
    entry = tarfile.TarInfo(path.as_posix())
    entry.size, entry.mtime, entry.mode = path.stat().st_size, epoch, 0o644
    with path.open("rb") as content:
        archive.addfile(entry, content)


setup(cmdclass={"build_py": WithContracts, "sdist": Repeatable})
