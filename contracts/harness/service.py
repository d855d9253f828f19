"""The server under test: where it is, which contract it owes, and how to be let in."""

import time
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import httpx

CONTRACTS = Path(__file__).resolve().parent.parent
GRANT = {"grant_type": "client_credentials"}
TOKENS = {
    "otus": "/oauth/token",
    "powerschool": "/oauth/access_token",
    "skyward": "/token",
}
"""SIS -> where it gives tokens out."""


class NotServing(Exception):
    """The server cannot be asked: no answer, or no token. One sentence."""


@dataclass
class Service:
    """A server of one contract.

    Attributes:
        sis: names the contract file.
        url: of its root, a mock's `/w/{world}` included; no slash at the end.
        client: asks it; its base URL is *url*.
        app: the server itself where it is an ASGI app of this process.
        ca_file: certificates to trust instead of the usual ones.
        pause: seconds to wait before each request of our own, where a server must be spared.
    """

    sis: str
    url: str
    client: httpx.Client
    client_id: str
    client_secret: str
    app: Any = None
    ca_file: Path | None = None
    pause: float = 0.0

    @property
    def contract(self) -> Path:
        """The contract file."""
        return CONTRACTS / f"{self.sis}.yaml"

    @property
    def secret(self) -> dict[str, str]:
        """What lets this client in, as members of a form."""
        return {"client_id": self.client_id, "client_secret": self.client_secret}

    def get(self, path: str, **sent: Any) -> httpx.Response:
        """One read of our own; httpx.HTTPError when no answer comes."""
        time.sleep(self.pause)
        return self.client.get(path, **sent)

    def token(self) -> str:
        """A fresh one, asked for as every client does; NotServing says why there is none."""
        path = TOKENS[self.sis]
        try:
            answer = self.client.post(
                path,
                data=GRANT,
                auth=(self.client_id, self.client_secret),
            )
        except httpx.HTTPError as error:
            raise NotServing(f"no answer from {self.url}: {type(error).__name__}") from error
        try:
            return str(answer.raise_for_status().json()["access_token"])
        except (httpx.HTTPStatusError, ValueError, KeyError, TypeError):
            said = f"POST {path} answered {answer.status_code}, not a token"
            raise NotServing(f"{said}: are client id and secret right?") from None

    @cached_property
    def mock(self) -> bool:
        """Whether it has our control plane."""
        try:
            return bool(self.client.get("/_mock/health").json().get("status") == "ok")
        except (httpx.HTTPError, ValueError, AttributeError):
            return False
