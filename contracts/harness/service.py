"""The server under test: where it is, which contract it owes, and how to be let in."""

import re
import time
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import httpx

from contracts.vendors import VENDORS

CONTRACTS = Path(__file__).resolve().parent.parent
GRANT = {"grant_type": "client_credentials"}


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
        target: what a person gave, where *url* is below it, in a world of the run's own.
        pause: seconds to wait before each request of our own, where a server must be spared.
    """

    sis: str
    url: str
    client: httpx.Client
    client_id: str
    client_secret: str
    app: Any = None
    ca_file: Path | None = None
    target: str = ""
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
        path = VENDORS[self.sis].oauth
        try:
            answer = self.client.post(
                path,
                data=GRANT,
                auth=(self.client_id, self.client_secret),
            )
        except httpx.HTTPError as error:
            raise NotServing(f"no answer from {self.url}: {_why(error)}") from error
        try:
            return str(answer.raise_for_status().json()["access_token"])
        except (httpx.HTTPStatusError, ValueError, KeyError, TypeError):
            raise NotServing(f"POST {path} answered {self._no_token(answer)}") from None

    def _no_token(self, answer: httpx.Response) -> str:
        """What came in place of a token, and what that hints at."""
        if answer.status_code in {400, 401, 403}:
            return f"{answer.status_code}, not a token: are client id and secret right?"
        if answer.is_server_error:
            return f"{answer.status_code}, not a token"
        kind = answer.headers.get("content-type", "nothing").partition(";")[0]
        served = f" with {kind}" if answer.is_success else ""
        return f"{answer.status_code}{served}: is this the root of a {self.sis} server?"

    @cached_property
    def mock(self) -> bool:
        """Whether it has our control plane."""
        try:
            return bool(self.client.get("/_mock/health").json().get("status") == "ok")
        except (httpx.HTTPError, ValueError, AttributeError):
            return False


def _why(error: httpx.HTTPError) -> str:
    """The system's own words, without its number."""
    return re.sub(r"^\[Errno -?\d+\] ", "", str(error)) or type(error).__name__
