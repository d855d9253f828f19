"""The tests are tested: each planted fault makes the test that is named for it fail."""

import ast
import os
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.meta.faults import Fault, faults, page
from tests.meta.project_files import PACKAGES, ROOT, text_of

LEAST = 25
PLUGINS = "pytest_timeout,mock_sis.pytest_plugin.plugin"
"""What the tests need; to load all the others would take longer than most of the tests."""

BADLY_PLANTED = ("NameError", "ImportError", "ModuleNotFoundError", "AttributeError", "TypeError")
"""How a test fails where the change is no fault but no program either."""

HALF_WRITTEN = shutil.ignore_patterns("*.pyc.*")
"""What other processes are about to rename."""

BY_NAME = [pytest.param(fault, id=fault.name.replace(" ", "-")) for fault in faults()]


class Copy:
    """The sources and the tests, compiled parts included, where they may be broken.

    Attributes:
        env: of a process that takes everything from here.
    """

    def __init__(self, home: Path) -> None:
        self.home = home
        for part in (*PACKAGES, "deploy", "tools", "tests"):
            shutil.copytree(ROOT / part, home / part, ignore=HALF_WRITTEN)
        for name in ("pyproject.toml", "setup.py"):
            shutil.copy2(ROOT / name, home)
        only = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_PLUGINS": PLUGINS}
        self.env = os.environ | only | {"PYTHONPATH": str(home)}
        self._forks: dict[str, subprocess.Popen[str]] = {}

    def forks(self, file: str) -> subprocess.Popen[str]:
        """The process that runs tests of a fault in *file*: all is loaded but what that may reach.

        Agent and mocks import nothing of each other, and what imports both is not loaded.
        """
        part = file.partition("/")[0]
        sound = [one for one in ("agent", "mock_sis") if one != part]
        if part not in self._forks:
            self._forks[part] = subprocess.Popen(
                [sys.executable, "-W", "ignore", "tests/meta/forks.py", self.home, *sound],
                cwd=self.home,
                env=self.env,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        return self._forks[part]

    def close(self) -> None:
        """End the processes that run the tests."""
        for process in self._forks.values():
            process.communicate()

    @contextmanager
    def planted(self, fault: Fault) -> Iterator[None]:
        """The fault is in it until the block ends."""
        file = self.home / fault.file
        sound = file.read_text(encoding="utf-8")
        self._write(file, fault.planted(sound))
        try:
            yield
        finally:
            self._write(file, sound)

    @staticmethod
    def _write(file: Path, text: str) -> None:
        """Nothing compiled may pass for it: of the same second and size, it would."""
        file.write_text(text, encoding="utf-8")
        for compiled in file.parent.glob(f"__pycache__/{file.stem}.*"):
            compiled.unlink()

    def run(self, test: str, file: str = "") -> tuple[int, ET.Element]:
        """Exit code and report of one test, run from here with a fault in *file*."""
        report = self.home / "r.xml"
        report.unlink(missing_ok=True)
        forks = self.forks(file)
        sent, told = forks.stdin, forks.stdout
        assert sent
        assert told
        print(test, file=sent, flush=True)
        # A run that nobody waited for to the end answers before.
        answers = (line.strip().partition(" ") for line in told)
        code = next(code for code, _, asked in answers if asked == test)
        assert report.is_file(), self.output()
        return int(code), ET.parse(report).getroot()[0]

    def output(self) -> str:
        """What the last run printed."""
        return (self.home / "r.txt").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copy]:
    """One for all faults that this process plants, one after the other."""
    made = Copy(tmp_path_factory.mktemp("planted"))
    yield made
    made.close()


@pytest.mark.share(3)
@pytest.mark.slow
@pytest.mark.parametrize("fault", BY_NAME)
def test_the_fault_is_caught(fault: Fault, copy: Copy):
    with copy.planted(fault):
        code, suite = copy.run(fault.caught_by, fault.file)
    assert code == 1, f"not caught by {fault.caught_by}\n{copy.output()}"
    assert suite.get("errors") == "0"
    failures = [failure.get("message", "") for failure in suite.iter("failure")]
    assert not [told for told in failures if told.startswith(BADLY_PLANTED)]


@pytest.mark.slow
def test_a_copy_without_a_fault_passes(copy: Copy):
    code, suite = copy.run("tests/mock_sis/http/test_faults.py")
    assert (code, suite.get("failures"), suite.get("errors")) == (0, "0", "0")
    told = subprocess.run(
        [sys.executable, "-c", "import agent, mock_sis; print(agent.__file__, mock_sis.__file__)"],
        cwd="/",
        env=copy.env,
        capture_output=True,
        check=True,
        text=True,
    ).stdout.split()
    assert [Path(name).is_relative_to(copy.home) for name in told] == [True, True]


@pytest.mark.parametrize("fault", BY_NAME)
def test_the_fault_can_be_planted(fault: Fault):
    sound = text_of(Path(fault.file))
    times = sound.count(fault.old)
    assert times == 1, f"stands {times} times in {fault.file}: move its entry along with the code"
    ast.parse(fault.planted(sound))
    file, *names = fault.caught_by.partition("[")[0].split("::")
    tree = ast.parse(text_of(Path(file)))
    found: ast.AST = tree
    for name in names:
        there = {getattr(node, "name", ""): node for node in members(found, tree)}
        assert name in there, fault.caught_by
        found = there[name]


def members(found: ast.AST, tree: ast.Module) -> Iterator[ast.AST]:
    """What stands in a module or a class; of a class also what it has from those of other files."""
    yield from ast.iter_child_nodes(found)
    imports = [node for node in tree.body if isinstance(node, ast.ImportFrom)]
    homes = {alias.name: node.module for node in imports for alias in node.names}
    for base in found.bases if isinstance(found, ast.ClassDef) else ():
        if (home := homes.get(getattr(base, "id", ""))) is not None:
            other = ast.parse(text_of(Path(*home.split(".")).with_suffix(".py")))
            named = (node for node in other.body if getattr(node, "name", "") == base.id)
            yield from (part for node in named for part in members(node, other))


def test_there_are_enough_of_them_and_each_is_another():
    assert len(faults()) >= LEAST
    assert Counter(fault.name for fault in faults()).most_common(1)[0][1] == 1
    sides = {fault.file.partition("/")[0] for fault in faults()}
    assert sides >= {"agent", "mock_sis"}


def test_the_page_lists_the_faults_that_there_are():
    assert text_of(Path("docs/trust/faults.md")) == page(), "run: make docs"
