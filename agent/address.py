"""A server's URL read once: where to connect, by which proxy, what stands before each path."""

import re
import ssl
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import quote, unquote, urlsplit

import certifi

from agent.errors import ConfigError

_HOST = re.compile(r"[A-Za-z0-9._-]+|[0-9A-Fa-f:.]+")
_KEPT = "/%?&=:;@!$'()*+,~"  # of a path with its query; the rest is percent-encoded


class Address(NamedTuple):
    """One server; *prefix* is its base URL's path, without a slash at the end."""

    host: str
    port: int
    tls: bool
    prefix: str

    def target(self, path: str) -> str:
        """What to ask for *path*, below the base URL and query included."""
        return quote(self.prefix + path, _KEPT) or "/"


def read_address(url: str, server: str) -> Address:
    """Where *url* leads; *server* is what errors call it."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").encode("idna").decode()
        port = parts.port
    except ValueError:
        raise ConfigError(f"{server}: the url cannot be read") from None
    if parts.scheme not in {"http", "https"} or not host:
        raise ConfigError(f"{server}: the url must begin with http:// or https:// and a host")
    if "@" in parts.netloc or "?" in url or "#" in url:
        raise ConfigError(f"{server}: the url must not hold credentials, a query or a fragment")
    if not _HOST.fullmatch(host) or port == 0:
        raise ConfigError(f"{server}: the url cannot be read")
    tls = parts.scheme == "https"
    return Address(host, port or (443 if tls else 80), tls, parts.path.rstrip("/"))


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy on the way to a server; *credentials* are its Proxy-Authorization, empty for none."""

    host: str
    port: int
    credentials: str = field(default="", repr=False)


def read_proxy(url: str, server: str, user: str = "", password: str = "") -> Proxy:
    """The proxy at *url*, on the way to *server*."""
    server = f"{server} proxy"
    address = read_address(url, server)
    if address.tls or address.prefix:
        raise ConfigError(f"{server}: the url must be http://HOST:PORT; TLS goes through it")
    if ":" in user:
        raise ConfigError(f"{server}: a user with a colon cannot be told to a proxy")
    shown = "Basic " + b64encode(f"{user}:{password}".encode()).decode() if user else ""
    return Proxy(address.host, address.port, shown)


def proxy_of_environment(environ: Mapping[str, str], url: str, server: str) -> Proxy | None:
    """The proxy that HTTPS_PROXY names for *url*, if NO_PROXY does not except it; lower case wins.

    Credentials in it count: the environment is one of the two places where secrets may stand.
    """
    # Imported late: it costs a start 20 ms. typeshed does not know it.
    from urllib.request import proxy_bypass_environment  # type: ignore[attr-defined]

    told, without = (
        environ.get(name) or environ.get(name.upper(), "") for name in ("https_proxy", "no_proxy")
    )
    address = read_address(url, server)
    if not told or proxy_bypass_environment(f"{address.host}:{address.port}", {"no": without}):
        return None
    scheme, _, rest = told.rpartition("://")
    credentials, _, where = rest.rpartition("@")
    user, _, password = credentials.partition(":")
    named = f"{scheme or 'http'}://{where.rstrip('/')}"
    return read_proxy(named, server, unquote(user), unquote(password))


def trust(ca_file: str | None) -> ssl.SSLContext:
    """What verifies a certificate: the usual authorities, or those in *ca_file* alone."""
    try:
        context = ssl.create_default_context(cafile=ca_file or certifi.where())
    except OSError as error:
        raise ConfigError(f"the certificates in ca_file cannot be read: {error.strerror}") from None
    context.set_alpn_protocols(["http/1.1"])
    return context
