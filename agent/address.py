"""A server's URL read once: where to connect, what stands before each path, whom to trust."""

import re
import ssl
from typing import NamedTuple
from urllib.parse import quote, urlsplit

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


def trust(ca_file: str | None) -> ssl.SSLContext:
    """What verifies a certificate: the usual authorities, or those in *ca_file* alone."""
    try:
        context = ssl.create_default_context(cafile=ca_file or certifi.where())
    except OSError as error:
        raise ConfigError(f"the certificates in ca_file cannot be read: {error.strerror}") from None
    context.set_alpn_protocols(["http/1.1"])
    return context
