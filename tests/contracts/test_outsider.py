"""A stranger's project: the wheel elsewhere, the example of docs/ci/index.md, no network."""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import venv
import xml.etree.ElementTree as ET
from pathlib import Path
from zipfile import ZipFile

import pytest
import yaml

from tests.meta.project_files import INSTALLED, ROOT, project_files, text_of

pytestmark = pytest.mark.timeout(300)  # builds, installs, and starts Python many times

EXAMPLE = ROOT / "docs/examples/quiz-push"
OURS = {".md", ".sh", ".secret"}
"""Files for readers of the repository, and for docker-compose, which mounts them from there."""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy of what git has, so that nothing lying about gets in."""
    source = tmp_path_factory.mktemp("source")
    for file in project_files():
        if file.parts[0] in INSTALLED or len(file.parts) == 1:
            (source / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / file, source / file)
    out = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*pip, "--no-index", "--wheel-dir", out, source], check=True)
    (made,) = out.glob("*.whl")
    return made


@pytest.fixture(scope="module")
def bin_of(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The commands of an environment in which only the wheel is passback.

    It sees this one's packages, but not its editable install: that needs a file which Python reads
    in an environment's own folder only.
    """
    home = tmp_path_factory.mktemp("env")
    venv.create(home, symlinks=True)
    bin_ = home / "bin"
    (site,) = home.glob("lib/python*/site-packages")
    (site / "here.pth").write_text(sysconfig.get_path("purelib") + "\n")
    pip = [sys.executable, "-m", "pip", "--quiet", "--python", bin_ / "python", "install"]
    subprocess.run([*pip, "--no-deps", "--no-index", "--force-reinstall", wheel], check=True)
    return bin_


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the example, outside the repository."""
    return Path(shutil.copytree(EXAMPLE, tmp_path / "quiz-push"))


def run(bin_: Path, project: Path, *args: str) -> subprocess.CompletedProcess[str]:
    command = [bin_ / "python", "-m", "pytest", "-q", "-p", "no:randomly", "-p", "no:cacheprovider"]
    # As for the person who reads the page: where CI is set, pytest tells more.
    calm = {name: value for name, value in os.environ.items() if name not in {"CI", "BUILD_NUMBER"}}
    return subprocess.run(
        [*command, *args], check=False, cwd=project, capture_output=True, text=True, env=calm
    )


def shown(after: str) -> list[str]:
    """The lines of the block that follows the block *after* in docs/ci/index.md."""
    page = text_of(Path("docs/ci/index.md"))
    found = re.search(re.escape(f"```sh\n{after}\n```\n") + r"```text\n(.*?)```", page, re.DOTALL)
    assert found, after
    return found[1].splitlines()


def settled(line: str) -> str:
    """Without what is never the same twice: ports, seconds, the program's random ids."""
    line = re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:N", line)
    line = re.sub(r"quiz-7-(?!4)[0-9a-f-]{36}|quiz-7-[0-9a-f]{4}\b", "quiz-7-N", line)
    line = re.sub(r"quiz-7-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "quiz-7-N", line)
    return re.sub(r"in [\d.]+s", "in N s", line)


@pytest.mark.slow
def test_the_wheel_has_every_module_and_all_data(wheel: Path):
    with ZipFile(wheel) as opened:
        there = set(opened.namelist())
    wanted = {
        f.as_posix() for f in project_files() if f.parts[0] in INSTALLED and f.suffix not in OURS
    }
    assert {Path(name).suffix for name in wanted} > {".py", ".yaml", ".sql", ".html", ".css"}
    assert wanted - there == set()
    assert [name for name in there if name.startswith(("tests/", "bench/"))] == []


@pytest.mark.slow
def test_everything_comes_from_the_wheel(bin_of: Path, tmp_path: Path):
    code = "import {0}; print(*(p.__path__[0] for p in ({0})))".format(", ".join(INSTALLED))
    command = [bin_of / "python", "-c", code]
    told = subprocess.run(command, cwd=tmp_path, capture_output=True, check=True, text=True).stdout
    home = bin_of.parent.resolve()
    assert [Path(p).resolve().is_relative_to(home) for p in told.split()] == [True] * len(INSTALLED)
    helped = subprocess.run(
        [bin_of / "passback", "--help"], check=False, capture_output=True, text=True
    )
    assert (helped.returncode, "not installed" in helped.stdout) == (0, False)
    assert "demo" in helped.stdout


@pytest.mark.slow
def test_the_example_fails_as_the_docs_show_and_passes_with_the_mend(bin_of: Path, project: Path):
    failed = run(bin_of, project)
    assert failed.returncode == 1, failed.stdout + failed.stderr
    assert list(map(settled, failed.stdout.splitlines())) == list(map(settled, shown("pytest -q")))
    subprocess.run(["git", "apply", "mend.patch"], cwd=project, check=True)
    passed = run(bin_of, project, "-n", "2", "--junitxml=report.xml")
    assert passed.returncode == 0, passed.stdout + passed.stderr
    told = shown("git apply mend.patch\npytest -q")[-1]
    assert settled(passed.stdout.splitlines()[-1]) == settled(told)
    suite = ET.parse(project / "report.xml").getroot()[0]
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("2", "0", "0")


def test_the_page_shows_the_example_as_it_is():
    page = text_of(Path("docs/ci/index.md"))
    tests = text_of(EXAMPLE.relative_to(ROOT) / "test_quiz_push.py")
    assert f"```python\n{tests[tests.index('def test_scores') :]}```" in page
    assert f"```diff\n{text_of(EXAMPLE.relative_to(ROOT) / 'mend.patch')}```" in page


@pytest.mark.slow
@pytest.mark.parametrize(
    ("page", "tests"), [("break-the-server.md", 8), ("strict.md", 2), ("fixtures.md", 1)]
)
def test_the_tests_on_a_page_run_beside_the_example(
    page: str, tests: int, bin_of: Path, project: Path
):
    subprocess.run(["git", "apply", "mend.patch"], cwd=project, check=True)
    blocks = re.findall(r"```python\n(.*?)```", text_of(Path("docs/ci") / page), re.DOTALL)
    code = "\n\n".join(["import pytest", *blocks])
    (project / "test_page.py").write_text(code, encoding="utf-8")
    ran = run(bin_of, project, "test_page.py")
    assert f"{tests} passed" in ran.stdout.splitlines()[-1], ran.stdout


def test_the_workflow_is_one_and_runs_what_the_page_says():
    flow = yaml.safe_load(text_of(EXAMPLE.relative_to(ROOT) / "ci-workflow.yml"))
    steps = [step["run"] for step in flow["jobs"]["tests"]["steps"] if "run" in step]
    assert steps[-1] == "pytest -n auto --junitxml=report.xml"
    (install,) = re.findall(
        r"install (\"passback\[contract\].*?\")", text_of(Path("docs/ci/index.md"))
    )
    assert install in steps[0]
    assert f"```yaml\n{text_of(EXAMPLE.relative_to(ROOT) / 'ci-workflow.yml')}```" in text_of(
        Path("docs/ci/in-a-workflow.md")
    )
