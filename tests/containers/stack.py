"""docker-compose.yml, up: commands as a user types them, looked at through the Docker SDK."""

import io
import os
import re
import socket
import subprocess
import tarfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from typing import Any

import docker
import httpx
from docker.models.containers import Container

from tests.meta.project_files import ROOT

TAG = "test"
SERVICES = ("otus", "powerschool", "skyward", "agent-powerschool", "agent-skyward", "nights")
MOCKS = SERVICES[:3]
PORTS = (*MOCKS, "fleet", "load")
NIGHTS = ("--profile", "nights")
PROJECT = "com.docker.compose.project"
SERVICE = "com.docker.compose.service"


def composes() -> list[list[str]]:
    """The Compose commands of this machine."""
    known = (["docker-compose"], ["docker", "compose"])
    return [words for words in known if _works([*words, "version"])]


def _works(words: Sequence[str]) -> bool:
    try:
        return subprocess.run(words, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def free_ports(number: int) -> range:
    """So many of them, one after the other."""
    while True:
        found = range(first := free_port(), first + number)
        with suppress(OSError, OverflowError), ExitStack() as stack:
            for port in found[1:]:
                stack.enter_context(socket.create_server(("127.0.0.1", port)))
            return found


def until(condition: Callable[[], Any], seconds: float = 60) -> Any:
    """Wait for *condition* to give something true, and give that."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, f"not within {seconds} s: {condition}"
        time.sleep(0.1)
    return found


def ports() -> dict[str, int]:
    """Setting -> port; those of `uat` are a row."""
    row = free_ports(4)
    return {"uat": row[0], "uat_last": row[-1], **{name: free_port() for name in PORTS}}


@dataclass(slots=True)
class Stack:
    """One project of Compose."""

    engine: docker.DockerClient
    command: Sequence[str]
    project: str
    ports: dict[str, int] = field(default_factory=ports)
    took: float = 0
    http: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=60))

    def compose(self, *words: str, check: bool = True, **more: str) -> str:
        """Run `docker-compose WORDS`, with settings; what it printed."""
        settings = {f"PASSBACK_{name.upper()}_PORT": str(port) for name, port in self.ports.items()}
        settings |= {"PASSBACK_TAG": TAG, "PASSBACK_NIGHT_SECONDS": "3600"}
        done = subprocess.run(
            [*self.command, "-p", self.project, *words],
            cwd=ROOT,
            env={**os.environ, **settings, **more},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert done.returncode == 0 or not check, done.stdout[-3000:]
        return done.stdout

    def up(self) -> None:
        """Start driver, mocks and agents, and wait for the night that is played at the start."""
        began = time.monotonic()
        self.compose(*NIGHTS, "up", "-d", "nights")
        until(lambda: len(re.findall("exit code", self.log("nights"))) == 2, 180)
        self.took = time.monotonic() - began

    def remove(self) -> None:
        """Leave nothing behind but the images, which the next run builds on."""
        profiles = (*NIGHTS, "--profile", "fleet", "--profile", "load")
        self.compose(*profiles, "down", "-v", "--remove-orphans", "-t", "1", check=False)
        self.http.close()

    # ---- looking in

    def container(self, service: str) -> Container:
        """The container of a service."""
        labels = [f"{PROJECT}={self.project}", f"{SERVICE}={service}"]
        [found] = self.engine.containers.list(all=True, filters={"label": labels})
        return found

    def containers(self) -> list[Container]:
        """All that this project has, running or not."""
        filters = {"label": [f"{PROJECT}={self.project}"]}
        return self.engine.containers.list(all=True, filters=filters)

    def log(self, service: str) -> str:
        """What a service wrote, both streams."""
        return self.container(service).logs().decode()

    def healthy(self, service: str) -> bool:
        """Whether its health check says so."""
        health = self.container(service).attrs["State"].get("Health", {})
        return health.get("Status") == "healthy"

    def shell(self, service: str, script: str) -> tuple[int, str]:
        """Run a line in a running container: exit code, output."""
        code, out = self.container(service).exec_run(["sh", "-c", script])
        return code, out.decode()

    def file(self, service: str, path: str) -> bytes:
        """A file of a container."""
        chunks, _ = self.container(service).get_archive(path)
        with tarfile.open(fileobj=io.BytesIO(b"".join(chunks))) as tar:
            return tar.extractfile(tar.getmembers()[0]).read()

    # ---- over the published ports

    @property
    def links(self) -> dict[str, str]:
        """Mock -> the link that the driver's log shows."""
        return dict(re.findall(r"^look at (\w+) +(\S+)$", self.log("nights"), re.MULTILINE))

    @property
    def token(self) -> str:
        """What the links end with."""
        return self.links["skyward"].partition("?token=")[2]

    def control(self, mock: str, method: str, path: str, body: Any = None, world: str = "") -> Any:
        """Ask a mock's control plane."""
        answer = self.http.request(
            method,
            f"http://127.0.0.1:{self.ports[mock]}{world}/_mock{path}",
            json=body,
            headers={"Authorization": f"Bearer {self.token}"},
        )
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def scores(self, mock: str, world: str = "") -> dict[tuple[str, str, str], str]:
        """(section, column's title, student) -> what the cell shows."""
        found = {}
        for entry in self.control(mock, "GET", "/gradebooks", world=world):
            book = self.control(mock, "GET", f"/gradebooks/{entry['id']}", world=world)
            titles = {column["id"]: column["title"] for column in book["columns"]}
            for row in book["rows"]:
                for cell in row["cells"]:
                    found[row["section"], titles[cell["column"]], row["student"]] = cell["display"]
        return found
