"""URLs of the configuration, read once: a server's, and that of a proxy on the way to it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, unquote, urlsplit

from agent.errors import ConfigError

_HOST = re.compile(r"[A-Za-z0-9._-]+|[0-9A-Fa-f:.]+")
_KEPT = "/%?&=:;@!$'()*+,~"  # of a path with its query; the rest is percent-encoded


def read_base_url(url: str, server: str) -> str:
    """*url* in ASCII, without a slash at its end; *server* is what errors call it."""
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
    named = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{named}{f':{port}' if port else ''}{encoded(parts.path.rstrip('/'))}"


def encoded(path: str) -> str:
    """*path* with its query, percent-encoded where it is not yet."""
    return quote(path, _KEPT)


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy on the way to a server, and the credentials that it asks for, if any."""

    url: str
    user: str = ""
    password: str = field(default="", repr=False)


def read_proxy(url: str, server: str, user: str = "", password: str = "") -> Proxy:
    """The proxy at *url*, on the way to *server*."""
    server = f"{server} proxy"
    base = read_base_url(url, server)
    scheme, _, rest = base.partition("://")
    if scheme != "http" or "/" in rest:
        raise ConfigError(f"{server}: the url must be http://HOST:PORT; TLS goes through it")
    if ":" in user:
        raise ConfigError(f"{server}: a user with a colon cannot be told to a proxy")
    return Proxy(base, user, password)


def proxy_of_environment(environ: Mapping[str, str], url: str, server: str) -> Proxy | None:
    """The proxy that HTTPS_PROXY names for *url*, if NO_PROXY does not except it; lower case wins.

    Credentials in it count: the environment is one of the two places where secrets may stand.
    """
    # Imported late: it costs a start 20 ms. typeshed does not know it.
    from urllib.request import proxy_bypass_environment  # type: ignore[attr-defined]

    told, without = (
        environ.get(name) or environ.get(name.upper(), "") for name in ("https_proxy", "no_proxy")
    )
    parts = urlsplit(read_base_url(url, server))
    host = f"{parts.hostname}:{parts.port or (443 if parts.scheme == 'https' else 80)}"
    if not told or proxy_bypass_environment(host, {"no": without}):
        return None
    scheme, _, rest = told.rpartition("://")
    credentials, _, where = rest.rpartition("@")
    user, _, password = credentials.partition(":")
    named = f"{scheme or 'http'}://{where.rstrip('/')}"
    return read_proxy(named, server, unquote(user), unquote(password))
