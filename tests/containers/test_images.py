"""What is in the images, and what is not."""

import re

import pytest

from tests.containers.stack import TAG
from tests.meta.test_dependencies import FOREIGN

IMAGES = ("agent", "mock")
INSTALLERS = ("pip", "setuptools", "wheel", "ensurepip")
COMPILERS = ("gcc", "cc", "c++", "make", "rustc", "pip", "pip3")


def python(stack, image, code):
    """Run Python in a container of *image*; what it printed."""
    return stack.engine.containers.run(
        f"passback-{image}:{TAG}", ["-c", code], entrypoint="python", remove=True, read_only=True
    ).decode()


def importable(stack, image, names):
    code = f"import importlib.util as u; print(*[n for n in {names!r} if u.find_spec(n)])"
    return python(stack, image, code).split()


def test_the_agents_image_holds_nothing_of_the_mocks(stack):
    assert importable(stack, "agent", sorted(FOREIGN)) == ["flask"]  # its own pages
    assert importable(stack, "agent", ["agent", "msgspec"]) == ["agent", "msgspec"]


def test_the_mocks_image_holds_mocks_and_driver_but_no_tests_and_no_load(stack):
    names = [
        "mock_sis",
        "deploy.compose.driver",
        "tests",
        "load",
        "locust",
        "pytest",
        "schemathesis",
    ]
    assert importable(stack, "mock", names) == ["mock_sis", "deploy.compose.driver"]


@pytest.mark.parametrize("image", IMAGES)
def test_nothing_is_left_to_install_or_compile_with(stack, image):
    code = f"import shutil; print(*[n for n in {COMPILERS!r} if shutil.which(n)])"
    assert importable(stack, image, INSTALLERS) == []
    assert python(stack, image, code).split() == []


@pytest.mark.parametrize("image", IMAGES)
def test_an_image_names_its_user_its_command_and_its_health_check(stack, image):
    config = stack.engine.images.get(f"passback-{image}:{TAG}").attrs["Config"]
    assert config["User"] == "10001:10001"
    assert config["Entrypoint"] == ["passback"]
    assert config["Healthcheck"]["Test"][0] == "CMD"


@pytest.mark.parametrize("image", IMAGES)
def test_no_secret_is_in_an_image(stack, image):
    told = stack.engine.images.get(f"passback-{image}:{TAG}").history()
    assert not [layer for layer in told if "passback-secret" in layer["CreatedBy"]]
    code = "import os; print(*os.listdir('/var/lib/passback'), *os.listdir('/var/spool/passback'))"
    assert python(stack, image, code).split() == []


def test_the_agents_image_alone_says_what_it_can_do(stack):
    out = stack.engine.containers.run(
        f"passback-agent:{TAG}", remove=True, read_only=True, network_mode="none"
    ).decode()
    assert re.search(r"^  sync +Send what changed to the SIS", out, re.MULTILINE)
    assert re.search(r"^  mock +\(not installed\)$", out, re.MULTILINE)
