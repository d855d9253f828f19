"""The project's own files, as git sees them: what is tracked, or would be if it were added."""

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
INSTALLED = ("agent", "mock_sis", "contracts", "load")
"""The packages of the distribution."""
PACKAGES = (*INSTALLED, "bench")
BINARY = {".png", ".jpg", ".ico", ".woff2", ".zip", ".gz"}


@cache
def project_files() -> tuple[Path, ...]:
    """Every file that is, or would be, in a commit; relative to the root."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    )
    names = (Path(name) for name in listed.stdout.split("\0") if name)
    return tuple(sorted({name for name in names if (ROOT / name).is_file()}))


def modules() -> tuple[Path, ...]:
    """The Python modules of the packages, without the tests."""
    return tuple(f for f in project_files() if f.suffix == ".py" and f.parts[0] in PACKAGES)


def text_of(file: Path) -> str:
    """A project file's text."""
    return (ROOT / file).read_text(encoding="utf-8")
