"""The names under which a mock may be asked: what a request's Host header is held against.

A web page of another site can let its own name lead to this machine (DNS rebinding); its browser
then takes a mock for that site and lets the page read it. So a name counts only if it is known.
"""

import ipaddress
import re
from collections.abc import Iterable

LOCALHOST = "localhost"
NAME = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?")
HEADER = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9_.-]+)(?::[0-9]*)?")


class Hosts:
    """The names of one mock."""

    def __init__(self, bound: str, names: Iterable[str] = ()) -> None:
        """*bound* is the address that it listens on; *names* were given besides.

        ValueError: one of *names* is no name.
        """
        self._loopback = is_loopback(bound)
        self._names = {LOCALHOST, *map(plain_name, names)}
        if NAME.fullmatch(bound.lower()):
            self._names.add(plain_name(bound))

    def take(self, header: bytes) -> bool:
        """Whether the value of a Host header is one of them, with whatever port.

        On loopback only loopback addresses count. Elsewhere any address does: it is not looked up,
        so nobody can make it lead to another machine.
        """
        found = HEADER.fullmatch(header.decode("latin-1").strip().lower())
        if found is None:
            return False
        host = found[1]
        if host.removesuffix(".") in self._names:
            return True
        try:
            address = ipaddress.ip_address(host.strip("[]"))
        except ValueError:
            return False
        return address.is_loopback or not self._loopback


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches what listens on *host*."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == LOCALHOST


def plain_name(name: str) -> str:
    """A host's name in lower case, without the dot at its end. ValueError: it is none."""
    if not NAME.fullmatch(name.lower()):
        raise ValueError(f"{name!r} is not a host name (without scheme and port)")
    return name.lower().removesuffix(".")
