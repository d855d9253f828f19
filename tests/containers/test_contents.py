"""What is in each of the five images: looked at from inside, package by package."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.containers.stack import TAG, Stack
from tests.containers.test_images import COMPILERS
from tests.meta.project_files import text_of

EXTRAS = {"agent": "serve", "fleet": "fleet", "mock": "mock", "uat": "uat", "load": "load"}
"""Image -> the extra of passback that its lock file was made for."""
LEFT_OUT = {"pip"}
"""What sqlite-utils asks for, and no image has."""
PROBE = """
import importlib.util, importlib.metadata as m, json, os, pathlib, shutil, sys
here = pathlib.Path(sys.prefix)
cached = importlib.util.cache_from_source
ours = [p for p in here.rglob("*.py") if p.parent.name in MAIN]
print(json.dumps({
    "packages": {d.name: d.requires or [] for d in m.distributions()},
    "tests": [str(p) for p in here.rglob("*") if p.is_dir() and p.name == "tests"],
    "sources": [str(p) for p in here.rglob("*.c")],
    "themes": [str(p) for p in here.rglob("bootswatch")],
    "not compiled": [str(p) for p in ours if not os.path.exists(cached(str(p)))],
    "programs": [name for name in COMPILERS if shutil.which(name)],
    "user": [os.getuid(), os.getgid()],
    "writable": [str(p) for p in here.rglob("*") if os.access(p, os.W_OK) and not p.is_symlink()],
}))
"""
TOLD = dict(
    re.findall(r"^\| (\w+) \| (\d+) MB \|", text_of("docs/run/containers.md"), re.MULTILINE)
)
MB = 1_000_000
MAIN = ("agent", "click", "flask", "sis")
"""Folders of the program and of what it needs, whose modules are looked at."""


@pytest.fixture(scope="module")
def built(project) -> Iterator[Stack]:
    """A project that has built every image, and nothing else."""
    made = project()
    profiles = [word for name in ("nights", "fleet", "load") for word in ("--profile", name)]
    made.compose(*profiles, "build", "--quiet")
    yield made
    made.http.close()


@pytest.fixture(scope="module", params=sorted(EXTRAS))
def image(request) -> str:
    return request.param


@pytest.fixture(scope="module")
def inside(built, image) -> dict[str, Any]:
    """What the probe found in it."""
    code = PROBE.replace("COMPILERS", repr(COMPILERS)).replace("MAIN", repr(MAIN))
    return json.loads(run(built, image, "-c", code, entrypoint="python"))


def run(built: Stack, image: str, *words: str, **more: str) -> str:
    """What a container of it prints, as locked down as in the stack."""
    options = {"remove": True, "read_only": True, "network_mode": "none", "cap_drop": ["ALL"]}
    name = f"passback-{image}:{TAG}"
    return built.engine.containers.run(name, [*words], **options, **more).decode()


def asked_for(packages: dict[str, list[str]], extra: str) -> set[str]:
    """What passback with *extra* asks for, and what that asks for, and so on."""
    known = {canonicalize_name(name): requires for name, requires in packages.items()}
    found: set[tuple[str, str]] = set()
    todo = [("passback", ""), ("passback", extra)]
    while todo:
        name, wanted = one = todo.pop()
        if one in found:
            continue
        found.add(one)
        for line in known.get(name, ()):
            need = Requirement(line)
            if need.marker is None or need.marker.evaluate({"extra": wanted}):
                todo += [(canonicalize_name(need.name), e) for e in ("", *need.extras)]
    return {name for name, _ in found}


def test_every_package_is_asked_for_and_none_is_missing(inside, image):
    asked = asked_for(inside["packages"], EXTRAS[image])
    there = {canonicalize_name(name) for name in inside["packages"]}
    assert (there - asked, asked - there) == (set(), LEFT_OUT)


def test_a_package_that_nobody_asks_for_is_found():
    packages = {"passback": ['Flask>=3; extra == "serve"'], "flask": [], "stray": []}
    assert asked_for(packages, "serve") == {"passback", "flask"}
    assert asked_for(packages, "mock") == {"passback"}


@pytest.mark.parametrize(
    "kind", ["tests", "sources", "themes", "programs", "writable", "not compiled"]
)
def test_nothing_is_there_or_missing_that_costs_space_or_time(inside, kind):
    assert inside[kind] == []


def test_it_runs_as_its_own_user_and_says_its_version(built, image, inside):
    assert inside["user"] == [10001, 10001]
    version = re.search(r'^version = "(.+)"$', text_of("pyproject.toml"), re.MULTILINE)[1]
    assert run(built, image, "--version") == f"passback, version {version}\n"


def test_its_labels_say_what_it_is(built, image):
    labels = built.engine.images.get(f"passback-{image}:{TAG}").labels
    told = {
        key.rpartition(".")[2]: value for key, value in labels.items() if "opencontainers" in key
    }
    assert told["licenses"] == "Apache-2.0"
    assert re.fullmatch(r"\d+\.\d+\.\d+", told["version"])
    assert told["title"].startswith("passback ")
    assert len(told["description"]) > len(told["title"])
    assert built.engine.images.get(told["name"])  # the base image


def test_it_is_about_as_large_as_the_page_says(built, image):
    made = built.engine.images.get(f"passback-{image}:{TAG}")
    base = built.engine.images.get(made.labels["org.opencontainers.image.base.name"])
    size = (made.attrs["Size"] - base.attrs["Size"]) / MB
    assert 0.75 * int(TOLD[image]) < size < 1.25 * int(TOLD[image])
