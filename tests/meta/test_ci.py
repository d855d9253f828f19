"""`.ci/run` with stand-ins for what it calls: it ends as the tests do, and ends its engine."""

import shutil
import subprocess

import pytest

from tests.meta.project_files import ROOT

NOTES = 'echo "${0##*/} $*" >>"$CALLS"\n'
TOOLS = dict.fromkeys(
    ("git", "python3", "python3.11", "chromium", "systemd-analyze", "promtool", "initdb"), ""
)
INSTALL, LINT, TEST = (
    "make --no-print-directory install",
    "make --no-print-directory lint",
    "make --no-print-directory test TEST_ARGS=-p no:randomly -n 4",
)


@pytest.fixture
def ci(tmp_path):
    """Runs .ci/run in a project of its own; gives the finished process and what it called."""
    project, tools, shared = (tmp_path / name for name in ("project", "bin", "shared/tools"))
    for folder in (project / ".ci", tools, shared):
        folder.mkdir(parents=True)
    shutil.copy(ROOT / ".ci/run", project / ".ci/run")

    def run(*, answers: bool = False, engine: str | None = "", make: str = "") -> tuple:
        scripts = {**TOOLS, "docker": "" if answers else "exit 1", "make": NOTES + make}
        for name, script in scripts.items():
            (tools / name).write_text(f"#!/bin/sh\n{script}\n")
            (tools / name).chmod(0o755)
        if engine is not None:
            (shared / "docker-engine").write_text(f"{NOTES}{engine}\n")
        calls = tmp_path / "calls"
        done = subprocess.run(
            ["bash", project / ".ci/run"],
            env={"PATH": f"{tools}:/usr/sbin:/usr/bin:/sbin:/bin", "CALLS": str(calls)},
            capture_output=True,
            text=True,
            check=False,
        )
        return done, calls.read_text().splitlines()

    return run


@pytest.fixture(autouse=True)
def _root():
    if subprocess.check_output(["id", "-u"], text=True).strip() != "0":
        pytest.skip("an engine is started by root only")


def test_an_engine_is_started_before_the_tests_and_ended_after_them(ci):
    done, calls = ci()

    assert done.returncode == 0, done.stderr
    assert calls[0] == INSTALL
    assert sorted(calls) == sorted([INSTALL, LINT, "docker-engine up", TEST, "docker-engine down"])
    assert calls.index("docker-engine up") < calls.index(TEST)
    assert calls[-1] == "docker-engine down"


def test_an_engine_that_answers_is_left_alone(ci):
    done, calls = ci(answers=True)

    assert (done.returncode, sorted(calls)) == (0, sorted([INSTALL, LINT, TEST]))


def test_without_any_engine_the_tests_run_all_the_same(ci):
    done, calls = ci(engine=None)

    assert (done.returncode, sorted(calls)) == (0, sorted([INSTALL, LINT, TEST]))


def test_an_engine_that_does_not_come_is_told_and_no_reason_to_fail(ci):
    done, calls = ci(engine='[ "$1" != up ] || { echo no disk left; exit 1; }')

    assert done.returncode == 0
    assert "no disk left" in done.stderr
    assert TEST in calls


def test_the_tests_are_told_that_there_must_be_a_postgresql(ci):
    done, _ = ci(make='[ "$2" != test ] || echo "wanted: $PASSBACK_TESTS_NEED_POSTGRESQL"')

    assert "wanted: 1" in done.stdout


@pytest.mark.parametrize("target", ["lint", "test"])
def test_what_fails_is_the_exit_code(ci, target):
    done, calls = ci(make=f'[ "$2" != {target} ] || {{ echo no good; exit 3; }}')

    assert done.returncode == 3
    assert "no good" in done.stdout + done.stderr
    assert sorted(call for call in calls if call.startswith("make")) == [INSTALL, LINT, TEST]
    assert calls[-1] == "docker-engine down"
