"""Installed from a wheel, beside a project whose own packages bear the names of ours."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

from contracts.spec import contracts
from tests.meta.project_files import INSTALLED, ROOT

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

NAMES = ("agent", "contracts", "load")
TESTS = """
import agent
import contracts
import load


def test_of_the_project_alone():
    assert {one.WHOSE for one in (agent, contracts, load)} == {"the project's"}


def test_of_its_program(skyward_mock, powerschool_mock, otus_mock):
    skyward_mock.teacher.add_column("200001", "Quiz", points=10, due="2026-10-16")
    assert skyward_mock.gradebook("200001").titles == ["Quiz"]
    assert len(powerschool_mock.sections()) == 3
    assert otus_mock.url
"""
ALONE = "def test_of_a_project_that_uses_no_fixture():\n    pass\n"


def ran(*words: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    """A command that knows nothing of this run of pytest, nor of this checkout."""
    env = {
        name: value
        for name, value in os.environ.items()
        if name != "PYTHONPATH" and not name.startswith(("PYTEST", "PIP", "COV"))
    }
    return subprocess.run(
        [*map(str, words)],
        cwd=cwd,
        env=env,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the programs are of an environment that has the wheel, and our dependencies."""
    home = tmp_path_factory.mktemp("wheel")
    tree = home / "tree"
    for package in INSTALLED:
        shutil.copytree(
            ROOT / package, tree / package, ignore=shutil.ignore_patterns("__pycache__")
        )
    for name in ("pyproject.toml", "setup.py"):
        shutil.copy2(ROOT / name, tree)
    for name in ("README.md", "LICENSE"):
        (tree / name).write_text("not what is looked at here\n", encoding="utf-8")
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check")
    no_network = ("--no-deps", "--no-index")
    made = ran(*pip, "wheel", *no_network, "--no-build-isolation", "-w", home, tree, cwd=home)
    assert made.returncode == 0, made.stderr
    (wheel,) = home.glob("*.whl")
    env = home / "env"
    assert ran(sys.executable, "-m", "venv", "--without-pip", env, cwd=home).returncode == 0
    there = env / "bin" / "python"
    put = ran(*pip, "--python", there, "install", *no_network, wheel, cwd=home)
    assert put.returncode == 0, put.stderr
    # Only now, so that pip never sees what this environment has installed.
    (packages,) = env.glob("lib/python3*/site-packages")
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    # As pip writes it for pytest, which is not installed there itself.
    starter = "import sys\nfrom pytest import console_main\nsys.exit(console_main())\n"
    (env / "bin" / "pytest").write_text(starter, encoding="utf-8")
    return env / "bin"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with packages of its own, and tests."""
    for name in NAMES:
        (tmp_path / name).mkdir()
        own = 'WHOSE = "the project\'s"\n'
        (tmp_path / name / "__init__.py").write_text(own, encoding="utf-8")
    (tmp_path / "test_own.py").write_text(TESTS, encoding="utf-8")
    (tmp_path / "test_alone.py").write_text(ALONE, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("start", [("-m", "pytest"), ("pytest",)], ids=["as_module", "as_program"])
@pytest.mark.parametrize("file", ["test_own.py", "test_alone.py"])
def test_a_project_with_packages_of_our_names_runs_its_tests(start, file, installed, project):
    words = start if len(start) > 1 else (installed / start[0],)
    quiet = ("-q", "-p", "no:cacheprovider", "-p", "no:randomly", "-W", "error")
    result = ran(installed / "python", *words, *quiet, file, cwd=project)
    passed = "2 passed" if file == "test_own.py" else "1 passed"
    assert (result.returncode, passed in result.stdout) == (0, True), result.stdout + result.stderr


@pytest.fixture
def mock(installed: Path, project: Path) -> Iterator[subprocess.Popen[str]]:
    """`passback mock`, started in the project."""
    env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    process = subprocess.Popen(
        [installed / "passback", "mock", "skyward", "--port", "0"],
        cwd=project,
        env=env,
        stdout=subprocess.PIPE,
        text=True,
    )
    yield process
    process.terminate()
    process.communicate(timeout=60)


def test_the_command_runs_in_such_a_project(mock):
    assert mock.stdout
    ready, name, url = mock.stdout.readline().split()
    assert (ready, name) == ("ready", "skyward")
    with urlopen(f"{url}/_mock/health") as answer:
        assert answer.status == 200


def test_a_wheel_has_each_contract_in_one_piece_and_the_mock_serves_it(mock, installed):
    [folder] = installed.parent.glob("lib/python3*/site-packages/contracts/bundled")
    assert {file.name: json.loads(file.read_bytes()) for file in folder.iterdir()} == {
        f"{name.removesuffix('.yaml')}.json": whole for name, whole in contracts().items()
    }
    assert mock.stdout
    url = mock.stdout.readline().split()[-1]
    with urlopen(f"{url}/_mock/contract") as answer:
        assert json.loads(answer.read()) == contracts()["skyward.yaml"]
