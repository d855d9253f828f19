"""Builds what is uploaded, from the files that git has, the same on every machine: into dist/."""

import os
import shutil
import subprocess
import sys
import tomllib
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from tools.release.licences import texts
from tools.release.sbom import sbom

ROOT = Path(__file__).resolve().parents[2]


def release(into: Path) -> list[Path]:
    """Wheel, sdist, SBOM, licences and checksums of the last commit; older ones in *into* go."""
    if changed := _git("status", "--porcelain"):
        print(f"not in the last commit, and so not in the release:\n{changed}", file=sys.stderr)
    epoch = int(_git("log", "-1", "--format=%ct"))
    with TemporaryDirectory() as folder:
        source, made = Path(folder, "source"), Path(folder, "made")
        unpacked(source)
        build(source, made, epoch)
        version = version_of(source)
        (made / f"passback-{version}.cdx.json").write_text(sbom(version, epoch), encoding="utf-8")
        (made / "THIRD-PARTY-LICENCES.txt").write_text(texts(), encoding="utf-8")
        (made / "SHA256SUMS").write_text(_checksums(made), encoding="utf-8")
        shutil.rmtree(into, ignore_errors=True)
        shutil.copytree(made, into)
    return sorted(into.iterdir())


def unpacked(into: Path, revision: str = "HEAD") -> None:
    """The files of a revision, without anything that lies about in the working tree."""
    into.mkdir(parents=True)
    archive = subprocess.run(
        ["git", "archive", revision], cwd=ROOT, capture_output=True, check=True
    )
    subprocess.run(["tar", "-x"], cwd=into, input=archive.stdout, check=True)


def build(source: Path, into: Path, epoch: int) -> None:
    """An sdist, and a wheel from that sdist, whose files have no times and modes of their own.

    The tools are those of this environment, so of the lock.
    """
    subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", into, source],
        env={**os.environ, "SOURCE_DATE_EPOCH": str(epoch)},
        capture_output=True,
        check=True,
    )


def version_of(source: Path) -> str:
    """The version of a tree: pyproject.toml is the one place of it."""
    text = (source / "pyproject.toml").read_text(encoding="utf-8")
    return str(tomllib.loads(text)["project"]["version"])


def _checksums(folder: Path) -> str:
    files = sorted(folder.iterdir())
    return "".join(f"{sha256(f.read_bytes()).hexdigest()}  {f.name}\n" for f in files)


def _git(*words: str) -> str:
    ran = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, check=True, text=True)
    return ran.stdout.strip()
