"""Packages keep their shape within limits, which only shrink; and what measures it, measures."""

import re
import subprocess
import sys
from collections import Counter
from textwrap import dedent

import pytest

from tests.meta import shape
from tests.meta.project_files import ROOT, project_files, text_of

CHAIN = {"agent": 12, "mock_sis": 11}
"""Modules in the longest chain of imports at most."""
TOP = {"agent": 14, "mock_sis": 6}
"""Python files at the top at most."""
FILES = 14
"""Python files in a folder at most."""


@pytest.fixture(scope="module", params=CHAIN)
def package(request):
    return request.param, shape.measure(ROOT, request.param)


def test_nothing_imports_itself_in_a_circle(package):
    _, found = package
    assert found.circles == []


def test_no_chain_of_imports_is_too_long(package):
    name, found = package
    assert len(found.chain) <= CHAIN[name], found.chain


def test_no_folder_is_a_long_list(package):
    name, found = package
    assert {f: count for f, count in found.folders.items() if count > FILES} == {}
    assert found.top <= TOP[name]


CORE = tuple(f"mock_sis/{name}/" for name in ("world", "gradebook", "http", "serve", "districts"))
VENDORS = re.compile("powerschool|skyward|qmlativ", re.IGNORECASE)


def test_the_core_of_the_mocks_names_no_vendor():
    files = (f for f in project_files() if f.as_posix().startswith(CORE))
    named = {f.as_posix() for f in files if VENDORS.search(text_of(f))}
    assert named == {"mock_sis/districts/ids.py"}  # districts are filled for each SIS


def test_no_folder_of_the_harness_is_a_long_list():
    files = [f for f in project_files() if f.parts[0] in {"contracts", "deploy", "tools"}]
    found = Counter(f.parent.as_posix() for f in files if f.suffix == ".py")
    assert {f: count for f, count in found.items() if count > FILES} == {}


# ---- the measure itself --------------------------------------------------------------------------

TREE = {
    "__init__.py": '"""A package."""\n',
    "a.py": """
        '''A docstring
        of two lines.'''

        x = 1; y = 2  # a remark
        # ---- a line ----
        def f():
            '''Another.'''
            from agent import b
            return (
                b
            )
    """,
    "b.py": """
        from typing import TYPE_CHECKING
        if TYPE_CHECKING:
            from agent.sync import c
    """,
    "sync/__init__.py": "",
    "sync/c.py": "z = 3  # why\n# twice\n",
    "sync/d.py": "from agent.sync import e\n",
    "sync/e.py": "import agent.sync.d\n",
    "decide/__init__.py": "",
}


def measured(tmp_path, tree):
    """What the command prints of a tree; a process of its own, since here `agent` is ours."""
    for name, text in tree.items():
        file = tmp_path / "agent" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(dedent(text).lstrip())
    command = [sys.executable, "-m", "tests.meta.shape", str(tmp_path)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True)
    cells = [line.strip("| ").split(" | ") for line in ran.stdout.splitlines() if "|" in line]
    return dict(cells[2:]), ran.stdout.splitlines()[-1].partition(": ")[2]


def test_it_counts_code_imports_anywhere_circles_and_remarks(tmp_path):
    rows, chain = measured(tmp_path, TREE)
    assert list(rows.values()) == [
        *("8", "13", "3", "agent.sync.d, agent.sync.e"),
        *("3", "4 (agent/sync/)", "8 (5 but `__init__`)", "66.7"),
    ]
    assert chain == "agent.sync.c ← agent.b ← agent.a"
