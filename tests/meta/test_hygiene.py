"""What the house rules say of files, and a grep or a parse can tell."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from tests.meta.project_files import BINARY, modules, project_files, text_of

MODULE_CAP = 300
FUNCTION_CAP = 45
SAYS_NOTHING = {"utils", "helpers", "manager", "common", "base", "misc"}
MACHINE = "/" + "work" + "/"
LOCKS = (
    *("requirements.lock", "requirements-agent.lock"),
    *("requirements-mock.lock", "requirements-load.lock", "requirements-build.lock"),
    *("requirements-contract.lock", "requirements-fleet.lock", "requirements-uat.lock"),
)
HOSTS = ("python" + "hosted", "py" + "pi.org", "registry." + "npmjs", "deb." + "debian")
BY_VENDOR = (
    *("bench/", "load/matrix.py"),
    *("load/locust/skyward.py", "load/locust/powerschool.py"),
)
"""What measures one of them, or each in its own way."""
VENDORS_AT_HOME = ("agent/sis/", "agent/rules", "agent/settings.py")


def vendors():
    """The vendors of SIS: the folders of agent/sis, but that of the standard."""
    folders = {f.parts[2] for f in modules() if f.parts[:2] == ("agent", "sis") and f.parts[3:]}
    return "|".join(sorted(folders - {"oneroster"}))


def text_files():
    return [file for file in project_files() if file.suffix not in BINARY]


@cache
def trees():
    return [(file, ast.parse(text_of(file))) for file in modules()]


def functions(tree):
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [node for node in ast.walk(tree) if isinstance(node, kinds)]


def test_no_file_names_this_machine_or_a_registry():
    found = [
        f"{file}: {word}"
        for file in text_files()
        for word in (MACHINE, *HOSTS)
        if word in text_of(file)
    ]
    assert found == []


def test_no_file_points_at_papers_that_are_not_here():
    papers = re.compile("RULES" + r"\.md|" + "DESIGN" + " §|facts" + "/")
    assert [str(file) for file in text_files() if papers.search(text_of(file))] == []


def test_no_file_is_named_for_nothing():
    assert [file for file in project_files() if file.stem in SAYS_NOTHING] == []


def test_no_module_is_longer_than_a_person_reads_at_once():
    lengths = {str(file): text_of(file).count("\n") for file in modules()}
    assert {file: n for file, n in lengths.items() if n > MODULE_CAP} == {}


def test_no_function_is_longer_than_a_screen():
    lengths = {
        f"{file}:{node.lineno} {node.name}": node.end_lineno - node.lineno + 1
        for file, tree in trees()
        for node in functions(tree)
    }
    assert {name: n for name, n in lengths.items() if n > FUNCTION_CAP} == {}


def test_every_module_says_what_it_is_for():
    assert [str(file) for file, tree in trees() if not ast.get_docstring(tree)] == []


def test_no_test_reaches_into_a_module_to_replace_a_part():
    patched = re.compile(r"\bunittest\.mock\b|\bmock\.patch\b|\bmocker\.patch\b")
    here = "test_hygiene.py"
    files = [f for f in text_files() if f.suffix == ".py" and f.name != here]
    assert [str(file) for file in files if patched.search(text_of(file))] == []


def test_the_agents_core_does_not_know_who_the_vendor_is():
    core = [f for f in modules() if f.parts[0] == "agent"]
    elsewhere = [f for f in core if not str(f.as_posix()).startswith(VENDORS_AT_HOME)]
    named = re.compile(vendors(), re.IGNORECASE)
    words = {str(file): named.findall(text_of(file)) for file in elsewhere}
    assert {file: found for file, found in words.items() if found} == {}


def test_what_the_harness_and_the_load_know_of_a_vendor_stands_in_one_table_each():
    named = re.compile(f"[\"']({vendors()})[\"']")
    around = [f.as_posix() for f in modules() if f.parts[0] in {"contracts", "load", "bench"}]
    elsewhere = [f for f in around if not f.startswith(BY_VENDOR) and not f.endswith("/vendors.py")]
    assert [file for file in elsewhere if named.search(text_of(Path(file)))] == []


def test_type_ignores_are_few_and_say_which():
    ignores = [
        line.strip()
        for file in modules()
        for line in text_of(file).splitlines()
        if "type: " + "ignore" in line
    ]
    assert len(ignores) <= 5, ignores
    assert all("ignore[" in line for line in ignores), ignores


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_file_holds_names_versions_and_hashes_only(name):
    file = next(f for f in project_files() if str(f) == name)
    lines = [line for line in text_of(file).splitlines() if line and line[0] not in " #"]
    assert lines
    assert [line for line in lines if not re.fullmatch(r"[a-z0-9.-]+==[^ ]+ \\", line)] == []
    assert "://" not in text_of(file)
