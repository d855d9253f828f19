"""Where `passback uat` listens, by which name a browser finds it, and who may enter."""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass, field

from mock_sis.control.token import new_token
from mock_sis.http.hosts import is_loopback

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bind:
    """An address of this machine, for the pages and the mocks alike.

    Attributes:
        host: an IPv4 address or a name to listen on; the wildcard is every address.
        names: under which others ask, besides the loopback ones; the first is in every link.
        token: what the pages ask for.
    """

    host: str = LOOPBACK
    names: Sequence[str] = ()
    token: str = field(default_factory=new_token, repr=False)

    @property
    def mocks_token(self) -> str | None:
        """What the mocks ask for: nothing where only this machine reaches them."""
        return None if is_loopback(self.host) else self.token

    @property
    def inside(self) -> str:
        """The host by which the agents reach the mocks."""
        return LOOPBACK if _every_address(self.host) else self.host

    @property
    def shown(self) -> str:
        """The host in links, which a browser follows."""
        return self.names[0] if self.names else self.inside

    @property
    def hosts(self) -> list[str]:
        """The hosts under which the pages may be asked."""
        return [*self.names, self.inside]


def _every_address(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_unspecified
    except ValueError:
        return False
