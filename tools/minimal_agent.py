"""Count the lines of ARCHITECTURE's minimal agent: `python -m tools.minimal_agent [--write]`.

Prints the tables of that section with the lines that their files have now, docstrings and comments
included; `--write` puts them into the page. Then it runs three nights of a tiny Skyward district
with the Otus feed, records with `sys.setprofile` which files have a function that is called, and
prints those that stand in no table of files to read or to skip.
"""

import inspect
import re
import sys
import threading
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType

import stamina

from mock_sis.server import serving
from tests.e2e.support.district import START
from tests.e2e.support.opening import opened

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "ARCHITECTURE.md"
HOME = ROOT / "agent"
SECTION = re.compile(r"^## The minimal agent$.*?(?=^## )", re.MULTILINE | re.DOTALL)
ROW = re.compile(r"^(\|.*\| )([\d,]+)( \|)$", re.MULTILINE)
ADDS = "### What everything else adds"


def files_of(row: str) -> list[Path]:
    """The files that a row names in its last cell: modules, and all of a folder with a slash."""
    found: list[Path] = []
    for name in re.findall(r"`([\w/]+)`", row.split("|")[-2]):
        if name.endswith("/"):
            found += sorted((HOME / name).rglob("*.py"))
        else:
            found.append(HOME / f"{name}.py")
    return found


def files_in(text: str) -> list[Path]:
    """The files in all rows of some tables."""
    return [file for row in ROW.finditer(text) for file in files_of(row[1])]


def counted(text: str) -> str:
    """The same text with the lines that the files have now; a row without files sums its table."""
    above: list[Path] = []

    def row_now(row: re.Match[str]) -> str:
        files = files_of(row[1])
        lines = lines_of(files or above)
        above.extend(files)
        if not files:
            above.clear()
        return f"{row[1]}{lines:,}{row[3]}"

    return ROW.sub(row_now, text)


def lines_of(files: list[Path]) -> int:
    """Lines of some files."""
    return sum(len(file.read_text(encoding="utf-8").splitlines()) for file in files)


def used() -> set[Path]:
    """The files of which three nights call a function; `__init__` only where it has some."""
    found: set[Path] = set()

    def notice(frame: FrameType, event: str, _result: object) -> None:
        code = frame.f_code
        if event == "call" and code.co_flags & inspect.CO_OPTIMIZED:
            found.add(Path(code.co_filename))

    stamina.set_testing(True)
    with serving("otus", "skyward") as servers, TemporaryDirectory() as folder:
        district = opened(servers, "skyward", Path(folder), "minimal")
        district.clear_otus()
        district.assess("a-1")
        for night, points in enumerate((17, 18, 18)):
            district.score("a-1", "s-3001", points)
            district.evening(START + timedelta(days=2 * night))
            threading.setprofile(notice)
            sys.setprofile(notice)
            ended = district.sync()
            sys.setprofile(None)
            threading.setprofile(None)
            assert ended.code == 0, ended.err
    return {file for file in found if file.is_relative_to(HOME)}


def main() -> None:
    """Count, run, and say what is missing."""
    page = PAGE.read_text(encoding="utf-8")
    found = SECTION.search(page)
    assert found, "ARCHITECTURE.md has no minimal agent"
    section = counted(found[0])
    if "--write" in sys.argv:
        PAGE.write_text(page.replace(found[0], section), encoding="utf-8")
    read, adds = section.split(ADDS)
    missing = sorted(used() - set(files_in(read)))
    both = sorted(set(files_in(read)) & set(files_in(adds)))
    sys.stdout.write(section)
    for title, files in (("run, but not in the tables", missing), ("named twice", both)):
        names = [file.relative_to(HOME).with_suffix("").as_posix() for file in files]
        sys.stdout.write(f"{title}: {', '.join(names) or 'none'}\n")
    sys.stdout.write(f"to read and to skip: {lines_of(files_in(read)):,} lines\n")


if __name__ == "__main__":
    main()
