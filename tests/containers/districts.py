"""A night of its own: a world in the stack's mocks, and the agent's image as a timer runs it."""

import io
import tarfile
from dataclasses import dataclass, field
from typing import Any

from docker.models.containers import Container

from tests.containers.stack import PROJECT, TAG, Stack
from tests.meta.project_files import text_of

START = "2026-10-14"
AT = "2026-10-14T22:00:00-05:00"
STATE = "/var/lib/passback"
UID = 10001


@dataclass(slots=True)
class Night:
    """A world, a ledger's volume, and runs of the agent between them; Skyward."""

    stack: Stack
    name: str
    _made: list[Container] = field(default_factory=list)

    def __post_init__(self) -> None:
        world = {"name": self.name, "size": "tiny", "seed": 1, "start": START}
        self.stack.control("otus", "POST", "/worlds", world)
        self.control("PUT", "/clock", {"now": AT})

    @property
    def world(self) -> str:
        """The prefix of its world."""
        return f"/w/{self.name}"

    @property
    def volume(self) -> str:
        """The volume of its ledger."""
        return f"{self.stack.project}_{self.name}"

    def control(self, method: str, path: str, body: Any = None) -> Any:
        """Ask the SIS's control plane."""
        return self.stack.control("skyward", method, path, body, world=self.world)

    def written(self) -> int:
        """How many writes the SIS has been asked for."""
        return sum(entry["write"] for entry in self.control("GET", "/journal"))

    def scores(self) -> dict[tuple[str, str, str], str]:
        """Every cell."""
        return self.stack.scores("skyward", world=self.world)

    def started(self, *words: str) -> Container:
        """A container of the agent's image, running `passback sync WORDS`."""
        made = self.stack.engine.containers.create(
            f"passback-agent:{TAG}",
            ["sync", "-c", f"{STATE}/passback.toml", "--at", AT, *words],
            network=f"{self.stack.project}_default",
            volumes={self.volume: {"bind": STATE, "mode": "rw"}},
            labels={PROJECT: self.stack.project},
            read_only=True,
            tmpfs={"/tmp": ""},
            cap_drop=["ALL"],
            init=True,
        )
        self._made.append(made)
        made.put_archive(STATE, self._settings())
        made.start()
        return made

    def run(self, *words: str) -> tuple[int, str]:
        """A whole night: exit code, and what it printed."""
        made = self.started(*words)
        code = made.wait(timeout=120)["StatusCode"]
        return code, made.logs().decode()

    def remove(self) -> None:
        """Its containers, its volume, its world."""
        for made in self._made:
            made.remove(force=True, v=True)
        self.stack.engine.volumes.get(self.volume).remove(force=True)
        self.stack.control("otus", "DELETE", f"/worlds/{self.name}")

    def _settings(self) -> bytes:
        """The stack's own configuration, for this world, with its secret beside it."""
        text = text_of("deploy/compose/skyward.toml")
        for address in ("http://otus:8101", "http://skyward:8103"):
            text = text.replace(address, f"{address}{self.world}")
        text = text.replace("/run/secrets/mock_client", "client.secret")
        return tar({"passback.toml": text, "client.secret": "passback-secret\n"})


def tar(files: dict[str, str]) -> bytes:
    """An archive of files that the containers' user alone can read."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, text in files.items():
            info = tarfile.TarInfo(name)
            info.size, info.mode, info.uid, info.gid = len(text.encode()), 0o400, UID, UID
            archive.addfile(info, io.BytesIO(text.encode()))
    return out.getvalue()
