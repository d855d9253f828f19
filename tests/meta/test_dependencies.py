"""The agent stays lean, and what a package imports is declared in the extra that it belongs to."""

import ast
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.meta.project_files import ROOT, text_of

LEAN = {
    "click",
    "httpcore2",
    "httpx2",
    "msgspec",
    "sqlite-utils",
    "stamina",
    "structlog",
    "tzdata",
}
FOREIGN = {
    *("mock_sis", "contracts", "load", "bench", "connexion", "flask", "uvicorn", "starlette"),
    *("jsonschema_rs", "orjson", "cryptography", "yaml", "pytest", "schemathesis", "locust"),
    *("httpx", "psycopg", "procrastinate"),
}

OURS = {"agent", "mock_sis", "contracts", "load", "bench", "tests"}
USERS_OWN = {"mock_sis": {"pytest"}}
"""What a package imports only where its user has it: fixtures are used under pytest alone."""


@pytest.fixture(scope="module")
def project():
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def locked(name):
    pins = re.findall(r"^([a-z0-9.-]+)==(\S+) \\$", text_of(ROOT / name), re.MULTILINE)
    return {canonicalize_name(package): version for package, version in pins}


def requirements(project, extra):
    """What an extra asks for, with the extras of our own that it names."""
    for text in project["optional-dependencies"][extra]:
        requirement = Requirement(text)
        if requirement.name == project["name"]:
            for other in requirement.extras:
                yield from requirements(project, other)
        else:
            yield requirement


def unsatisfied(wanted, pins):
    return [
        str(requirement)
        for requirement in wanted
        if not requirement.specifier.contains(
            pins.get(canonicalize_name(requirement.name), "0"), prereleases=True
        )
    ]


def test_the_agent_needs_exactly_these(project):
    assert {Requirement(text).name for text in project["dependencies"]} == LEAN


def imported(package, without=()):
    """The top names of what the files of a package import that is neither ours nor Python's.

    *without*: folders in it that have an extra of their own.
    """
    names = set()
    for path in (ROOT / package).rglob("*.py"):
        if any(path.is_relative_to(ROOT / package / folder) for folder in without):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                names.add(node.module.partition(".")[0])
    return names - OURS - sys.stdlib_module_names


@pytest.mark.parametrize(
    ("package", "extra", "without"),
    [
        *(
            ("agent", None, ("fleet", "ledger/postgres", "serve", "traces")),
            ("agent/serve", "serve", ()),
        ),
        *(("agent/fleet", "fleet", ()), ("agent/ledger/postgres", "fleet", ())),
        *(("agent/traces", "otel", ()), ("mock_sis", "mock", ())),
        *(("contracts", "contract", ("uat",)), ("contracts/uat", "uat", ())),
        *(("load", "load", ()), ("bench", "load", ())),
    ],
)
def test_what_a_package_imports_its_extra_declares(project, package, extra, without):
    wanted = [Requirement(text) for text in project["dependencies"]]
    wanted += requirements(project, extra) if extra else []
    declared = {canonicalize_name(requirement.name) for requirement in wanted}
    homes = packages_distributions()
    found = {
        name: {canonicalize_name(home) for home in homes[name]}
        for name in imported(package, without)
    }
    assert {n for n, home in found.items() if not home & declared} <= USERS_OWN.get(package, set())


def test_the_agents_lock_satisfies_its_dependencies(project):
    wanted = [Requirement(text) for text in project["dependencies"]]
    wanted += requirements(project, "serve")
    assert unsatisfied(wanted, locked("requirements-agent.lock")) == []


def test_the_lock_satisfies_the_dev_extra(project):
    wanted = [Requirement(text) for text in project["dependencies"]]
    wanted += requirements(project, "dev")
    assert unsatisfied(wanted, locked("requirements.lock")) == []


@pytest.mark.parametrize("extra", ["contract", "fleet", "mock", "uat", "load"])
def test_the_lock_of_an_image_or_of_the_action_satisfies_its_extra(project, extra):
    wanted = [Requirement(text) for text in project["dependencies"]]
    wanted += requirements(project, extra)
    assert unsatisfied(wanted, locked(f"requirements-{extra}.lock")) == []


def test_the_build_lock_satisfies_what_a_wheel_is_built_with(project):
    build = tomllib.loads(text_of(ROOT / "pyproject.toml"))["build-system"]["requires"]
    assert unsatisfied(map(Requirement, build), locked("requirements-build.lock")) == []


@pytest.mark.parametrize("part", ["agent", "contract", "fleet", "mock", "uat", "load", "build"])
def test_the_locks_agree(part):
    everything = locked("requirements.lock")
    some = locked(f"requirements-{part}.lock")
    assert {name: everything[name] for name in some} == some


def test_the_agents_lock_has_nothing_of_the_mocks():
    names = {name.replace("-", "_") for name in locked("requirements-agent.lock")}
    assert names & FOREIGN == {"flask"}


@pytest.mark.parametrize(("extra", "foreign"), [(False, FOREIGN), (True, FOREIGN - {"flask"})])
def test_the_agents_commands_import_nothing_of_the_mocks(extra, foreign):
    """*extra*: also the commands of `[serve]`."""
    code = (
        "import sys; from agent import cli\n"
        "for name in cli.OWN:\n"
        f" if {extra} or name not in cli.EXTRAS: cli.passback.get_command(None, name)\n"
        "print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True, text=True
    )
    assert set(ran.stdout.split()) & foreign == set()
