"""The way of a score through the agent is no longer than it was; `tools/trace_score` records it."""

import re
import subprocess
import sys

import pytest

from tests.meta.project_files import ROOT

MODULES, RETURNS = 39, 16
"""At most: neither may rise."""


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["skyward", "powerschool"])
def test_a_score_enters_few_modules_and_seldom_comes_back_into_one(kind):
    command = [sys.executable, "-m", "tools.trace_score", "--kind", kind]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True)
    modules, returns = map(int, re.search(r"entered: (\d+)\nreturns: (\d+)", ran.stdout).groups())
    assert "`report`" in ran.stdout
    assert (modules <= MODULES, returns <= RETURNS) == (True, True), ran.stdout
