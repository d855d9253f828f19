"""The wheel, with each extra by itself, in an environment that has nothing else."""

import shutil
from importlib.metadata import version

import httpx
import pytest

from agent.cli import EXTRAS
from tests.meta.project_files import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


def answered(url):
    with httpx.Client(follow_redirects=True, timeout=60, verify=False) as browser:
        answer = browser.get(url)
    return answer.status_code, answer.text


def helps(installed, command):
    done = installed.run("passback", command, "--help")
    assert done.returncode == 0, done.stderr
    assert f"Usage: passback {command} [OPTIONS]" in done.stdout


def check_the_mocks(installed):
    arguments = ("mock", "skyward", "--port", "0", "--tls")
    with installed.serving(*arguments, says="ready skyward ") as url:
        health, page = answered(f"{url}/_mock/health"), answered(url)
    assert (health[0], '"skyward"' in health[1]) == (200, True)
    assert (page[0], "<html" in page[1]) == (200, True)


def check_the_harness(installed):
    told = installed.run("passback", "contract", "list", "operations", "--sis", "otus")
    assert "requestToken" in told.stdout
    with installed.serving("mock", "otus", "--port", "0", says="ready otus ") as url:
        some = ("--operation", "requestToken", "--junit", "report.xml")
        held = installed.run("passback", "contract", "--target", url, "--sis", "otus", *some)
    assert held.returncode == 0, held.stdout + held.stderr
    assert (installed.folder / "report.xml").read_text().startswith("<?xml")


def check_a_district_to_try(installed):
    with installed.serving("uat", "--port", "0", says="open ") as url:
        status, text = answered(url)
    assert (status, "Passback" in text) == (200, True)


def check_every_night(installed):
    shutil.copy(ROOT / "docs/passback.toml", installed.folder)
    arguments = ("serve", "-c", "passback.toml", "--port", "0")
    with installed.serving(*arguments, says="open ") as url:
        status, _ = answered(url)
    assert status == 200


def check_traces(installed):
    code = (
        "from agent.settings import LogSettings; from agent.traces import spans\n"
        "spans.set_up(LogSettings(traces=True))"
    )
    done = installed.run("python", "-c", code)
    assert (done.returncode, done.stderr) == (0, "")


CHECKS = {
    "contract": check_the_harness,
    "fleet": lambda installed: helps(installed, "fleet"),
    "load": lambda installed: helps(installed, "load"),
    "mock": check_the_mocks,
    "otel": check_traces,
    "serve": check_every_night,
    "uat": check_a_district_to_try,
}


@pytest.mark.share(3)
@pytest.mark.parametrize("extra", sorted(CHECKS))
def test_each_extra_brings_all_that_its_commands_need(install, extra):
    CHECKS[extra](install(extra))


def test_the_agent_alone_runs_and_names_the_extra_that_a_command_lacks(install):
    agent = install("")

    assert agent.run("python", "-c", "import agent").returncode == 0
    assert agent.run("passback", "--version").stdout == f"passback, version {version('passback')}\n"
    assert agent.run("passback", "--help").returncode == 0
    helps(agent, "check")
    for command in ("mock", "contract", "uat", "serve", "load"):
        done = agent.run("passback", command, *(["all"] if command == "mock" else []))
        needed = f"pip install 'passback[{EXTRAS.get(command, 'contract')}]'"
        assert (done.returncode, needed in done.stderr) == (2, True), (command, done.stderr)
