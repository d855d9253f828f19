"""The stack as a user starts it: one for all of these tests, on ports of its own, then removed."""

import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

import docker
import pytest
from docker.errors import DockerException

from tests.containers.districts import Night
from tests.containers.stack import NIGHTS, Stack, composes

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items):
    """All of these need an engine, and minutes; one stack serves them all (tests/conftest.py)."""
    for item in items:
        if item.path.is_relative_to(HERE):
            for mark in ("containers", "slow"):
                item.add_marker(mark)
            item.add_marker(pytest.mark.timeout(600))


@pytest.fixture(scope="package")
def engine() -> Iterator[docker.DockerClient]:
    try:
        client = docker.from_env(timeout=120)
        client.ping()
    except DockerException as error:
        pytest.skip(f"no Docker engine answers: {str(error)[:120]}")
    yield client
    client.close()


@pytest.fixture(scope="package")
def project(engine: docker.DockerClient) -> Callable[[], Stack]:
    """Makes a project of Compose, with nothing in it yet."""
    if not composes():
        pytest.skip("neither docker-compose nor docker compose is installed")
    return lambda: Stack(engine, composes()[0], f"passback-test-{secrets.token_hex(3)}")


@pytest.fixture(scope="package")
def stack(project: Callable[[], Stack]) -> Iterator[Stack]:
    """The driver, its mocks and its agents."""
    made = project()
    try:
        made.compose(*NIGHTS, "build", "--quiet", "otus", "agent-skyward")
        made.up()
        yield made
    finally:
        made.remove()


@pytest.fixture
def night(stack: Stack, request: pytest.FixtureRequest) -> Iterator[Night]:
    """A world of its own in the stack's mocks, and an agent's container for it."""
    made = Night(stack, f"n{secrets.token_hex(3)}")
    yield made
    made.remove()
