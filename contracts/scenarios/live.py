"""What may be done to a server that is not ours: the allow list, and a guard on every request.

The list is a file that a person wrote, one host a line and what may be done there:

    sandbox.example.org        self-cleaning
    sis.example.org:8443       read-only      # the word may be left out: it is this one
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from contracts.scenarios.kinds import Kind
from contracts.scenarios.runner import Failed
from contracts.spec import Contract

_PORTS = {"http": 80, "https": 443}
_ALLOWED = {Kind.READS: {Kind.READS}, Kind.CLEANS: {Kind.READS, Kind.CLEANS}}


class Refused(Failed):
    """The run may not begin, or a request may not go out; the text is one line for a person."""


@dataclass(frozen=True, slots=True)
class Permit:
    """What may be done to one server. `base` is its root, without a slash at the end."""

    base: str
    up_to: Kind

    def allows(self, kind: Kind) -> bool:
        """Whether a scenario of *kind* may run there."""
        return kind in _ALLOWED[self.up_to]


def permit(url: str, allow_list: Path) -> Permit:
    """What the *allow_list* says of the host of *url*; Refused when it says nothing."""
    parts = urlsplit(url)
    if parts.scheme not in _PORTS or not parts.hostname:
        raise Refused("--sis-url must begin with http:// or https:// and a host")
    if parts.username or parts.query or parts.fragment:
        raise Refused("--sis-url must not hold credentials, a query or a fragment")
    host, port = parts.hostname.lower(), parts.port or _PORTS[parts.scheme]
    listed = _read(allow_list)
    for name in (f"{host}:{port}", host) if port == _PORTS[parts.scheme] else (f"{host}:{port}",):
        if name in listed:
            return Permit(url.rstrip("/"), listed[name])
    raise Refused(f"{host}:{port} is not in {allow_list.name}: add it there, if you may")


def credentials(environment: Mapping[str, str]) -> tuple[str, str]:
    """Client id and secret; Refused when the environment has none."""
    names = ("PASSBACK_LIVE_CLIENT_ID", "PASSBACK_LIVE_CLIENT_SECRET")
    missing = [name for name in names if not environment.get(name)]
    if missing:
        raise Refused(f"a live target needs {' and '.join(missing)} in the environment")
    return environment[names[0]], environment[names[1]]


class Guard(httpx.BaseTransport):
    """Lets through what the contract has and the scenario's kind may, to the one server alone."""

    def __init__(self, permit_: Permit, kind: Kind, contract: Contract) -> None:
        self._base = httpx.URL(permit_.base)
        self._may_write = kind is Kind.CLEANS and permit_.allows(kind)
        self._contract = contract
        self._carrier = httpx.HTTPTransport(trust_env=False)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Pass it on, or raise Refused."""
        place = (request.url.scheme, request.url.host, request.url.port)
        if place != (self._base.scheme, self._base.host, self._base.port):
            raise Refused("a request to another server was kept back")
        path = request.url.path.removeprefix(self._base.path.rstrip("/"))
        match = self._contract.match(request.method.lower(), path.rstrip("/"))
        if match is None or match.operation is None:
            raise Refused("a request that the contract does not have was kept back")
        if match.operation.write and not self._may_write:
            raise Refused(f"a write was kept back: {match.operation.id}")
        return self._carrier.handle_request(request)

    def close(self) -> None:
        """Give the connection back."""
        self._carrier.close()


def _read(allow_list: Path) -> dict[str, Kind]:
    try:
        lines = allow_list.read_text(encoding="utf-8").splitlines()
    except OSError:
        raise Refused(f"no allow list: write the host into {allow_list.name}") from None
    listed = {}
    for number, line in enumerate(lines, 1):
        words = line.partition("#")[0].split()
        if not words:
            continue
        if len(words) > 2 or (words[1:] and words[1] not in {Kind.READS, Kind.CLEANS}):
            raise Refused(
                f"{allow_list.name}, line {number}: a host, then read-only or self-cleaning"
            )
        listed[words[0].lower()] = Kind(words[1]) if words[1:] else Kind.READS
    return listed
