"""What other projects take from this repository: the action, as a runner plays it, and the hook."""

import os
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
import yaml

from mock_sis.server import serving
from tests.meta.project_files import ROOT, text_of
from tests.release.conftest import copy_of_the_tree

EXPRESSION = re.compile(r"\$\{\{ (.+?) \}\}")


class Runner:
    """Plays the shell steps of action.yml in a folder of its own."""

    def __init__(self, home, action):
        self.folder = home / "project"
        self.folder.mkdir()
        self._action = yaml.safe_load(text_of(Path("action.yml")))
        (home / "temp").mkdir()
        self._known = {
            "github.action_path": str(action),
            "runner.temp": str(home / "temp"),
            "steps.python.outputs.python-path": sys.executable,
        }

    def given(self, text, inputs):
        """A value with its expressions filled in; one that nobody knows is an error."""
        named = {name: told.get("default", "") for name, told in self._action["inputs"].items()}
        known = self._known | {f"inputs.{n}": v for n, v in (named | inputs).items()}
        return EXPRESSION.sub(lambda found: known[found[1]], text)

    def play(self, step, inputs):
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
            cwd=self.folder,
            env={
                **{n: v for n, v in os.environ.items() if not n.startswith(("PYTEST", "PASSBACK"))},
                **{name: self.given(text, inputs) for name, text in step["env"].items()},
                "PIP_NO_COMPILE": "1",
            },
            capture_output=True,
            text=True,
            check=False,
        )

    def shell_steps(self):
        return [step for step in self._action["runs"]["steps"] if "run" in step]


@pytest.mark.slow
@pytest.mark.share(3)
@pytest.mark.timeout(300)
def test_the_action_installs_itself_and_holds_a_server_to_its_contract(tmp_path):
    runner = Runner(tmp_path, copy_of_the_tree(tmp_path / "action"))
    install, hold = runner.shell_steps()
    done = runner.play(install, {})
    assert done.returncode == 0, done.stdout + done.stderr

    some = {"args": "--operation requestToken --seed 1", "junit": "otus.xml"}
    with serving("otus") as servers:
        held = runner.play(hold, {"sis": "otus", "target": servers.otus.url, **some})
    assert held.returncode == 0, held.stdout + held.stderr
    cases = list(ET.parse(runner.folder / "otus.xml").iter("testcase"))
    assert any("/oauth/token" in case.get("name", "") for case in cases)
    assert [case.get("name") for case in cases if case.find("failure") is not None] == []
    assert (runner.folder / "passback-contract.html").is_file()

    gone = runner.play(hold, {"sis": "otus", "target": servers.otus.url, **some})
    assert gone.returncode == 6


def test_the_hook_stops_a_commit_that_breaks_a_contract(tmp_path):
    [hook] = yaml.safe_load(text_of(Path(".pre-commit-hooks.yaml")))
    contract = tmp_path / "contracts/otus.yaml"
    contract.parent.mkdir()
    shutil.copy(ROOT / "contracts/otus.yaml", contract)
    assert re.search(hook["files"], "contracts/otus.yaml")
    git = ["git", "-c", "user.name=N", "-c", "user.email=n@example.org"]
    for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "first"]):
        subprocess.run([*git, *words], cwd=tmp_path, check=True)

    def entry():
        words = [*hook["entry"].split(), "contracts/otus.yaml"]
        tools = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
        return subprocess.run(
            words, cwd=tmp_path, env=tools, capture_output=True, text=True, check=False
        )

    assert entry().returncode == 0
    text = contract.read_text()
    contract.write_text(text.replace("\n  /v1/changes:", "\n  /v2/changes:"))
    done = entry()
    assert (done.returncode, "listChanges: GET /v1/changes is gone" in done.stdout) == (3, True)
