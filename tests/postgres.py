"""A PostgreSQL of the test run's own: started for the first test that asks, gone at the end.

`postgres_url` is what most tests need: a fresh database. `Cluster` is for tests that stop, kill or
restart a server of their own. Neither needs psycopg.
"""

import fcntl
import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

import psutil
import pytest

from load.fleet import cluster
from load.fleet.cluster import NONE, programs

NEEDED = "PASSBACK_TESTS_NEED_POSTGRESQL"
"""Where this environment variable is set, as in CI, a test fails for want of PostgreSQL."""
# Nothing here outlives the run. Text sorts as people sort, since that is what servers come with.
SETTINGS = """
max_connections = 200
shared_buffers = 32MB
fsync = off
synchronous_commit = off
full_page_writes = off
"""
COLLATION = ("--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=en-US")
_FOLDER = pytest.StashKey[Path]()
_WORKERS = "postgresql"


class Cluster(cluster.Cluster):
    """A server that tests may stop, kill and restart."""

    @property
    def running(self) -> bool:
        """Whether a server answers."""
        if not (self.data / "postmaster.pid").exists():
            return False
        with socket.socket() as asked:  # one that was killed leaves the file behind
            return asked.connect_ex(("127.0.0.1", self.port)) == 0

    def create(self) -> None:
        """Make the files of a new cluster; it does not run yet."""
        self.initialize(SETTINGS, "-E", "UTF8", *COLLATION)

    def promote(self) -> None:
        """Have it be a standby that takes over: its history goes on in another way."""
        self.stop("fast")
        (self.data / "standby.signal").touch()
        self.start()
        self.run("pg_ctl", "-D", str(self.data), "-w", "promote")

    def kill(self) -> None:
        """Kill every process of it at once, as when its machine loses power."""
        server = psutil.Process(self.pid)
        for process in [server, *server.children()]:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        # Where nobody reaps the dead, the next server would take the old one to be alive.
        (self.data / "postmaster.pid").unlink()

    @contextmanager
    def database(self) -> Iterator[str]:
        """The URL of a fresh database, dropped at the end with whoever is still connected."""
        name = f"t{uuid4().hex[:12]}"
        self.sql(f"CREATE DATABASE {name}")
        try:
            yield self.url(name)
        finally:
            if self.running:
                self.sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def wanted_programs() -> Path:
    """The folder of the server's programs; without them a test skips, or fails if it needs them."""
    found = programs()
    if found:
        return found
    if os.environ.get(NEEDED):
        pytest.fail(f"{NEEDED} is set, and {NONE}")
    pytest.skip(NONE)


@pytest.fixture(scope="session")
def postgres(request: pytest.FixtureRequest) -> Cluster:
    """The server that all tests share, and all workers of pytest-xdist."""
    shared = Cluster(wanted_programs(), request.config.stash[_FOLDER] / "cluster")
    with (shared.folder.parent / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not shared.running:
            shared.create()
            shared.start()
    return shared


@pytest.fixture
def postgres_url(postgres: Cluster) -> Iterator[str]:
    """A database of the test's own, empty."""
    with postgres.database() as url:
        yield url


def pytest_configure(config: pytest.Config) -> None:
    """The folder of the run: who collects makes it, and its workers are told."""
    told = getattr(config, "workerinput", {}).get(_WORKERS)
    config.stash[_FOLDER] = Path(told or tempfile.mkdtemp(prefix="passback-postgresql-"))


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node) -> None:
    """A worker of pytest-xdist uses the folder of the whole run."""
    node.workerinput[_WORKERS] = str(node.config.stash[_FOLDER])


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the server when the last worker is gone."""
    folder = config.stash.get(_FOLDER, None)
    if folder is None or hasattr(config, "workerinput"):
        return
    for data in folder.glob("cluster/data/postmaster.pid"):
        Cluster(wanted_programs(), data.parent.parent).stop()
    shutil.rmtree(folder, ignore_errors=True)
