"""Where a run may go: loopback, or a host that was named, over TLS, with its own credentials."""

from collections.abc import Mapping, Sequence
from ipaddress import ip_address
from urllib.parse import urlsplit

from agent.errors import ConfigError
from contracts.harness.profiles import Profile
from mock_sis.credentials import CLIENT_ID, CLIENT_SECRET


def admitted(target: str, hosts: Sequence[str], profile: Profile) -> str:
    """*target* without a slash at its end. ConfigError: nothing may be sent there."""
    parts = urlsplit(target)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ConfigError("--target is no http or https address")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise ConfigError("--target holds more than scheme, host, port and path")
    if not is_loopback(parts.hostname):
        if parts.hostname not in {host.lower() for host in hosts}:
            raise ConfigError(
                f"{parts.hostname} is not this machine; if it may be asked, --allow-host names it"
            )
        if profile.reads_only and parts.scheme != "https":
            raise ConfigError(f"{parts.hostname} is not this machine, so it must be https")
    return target.rstrip("/")


def writable(url: str, profile: Profile, *, mock: bool) -> None:
    """ConfigError where a profile that writes at random would meet a server that is no mock."""
    if not (profile.reads_only or mock or is_loopback(urlsplit(url).hostname or "")):
        raise ConfigError(
            f"profile {profile.name} writes at random and this is no mock: use live-readonly"
        )


def credentials(
    environ: Mapping[str, str], id_name: str, secret_name: str, url: str
) -> tuple[str, str]:
    """Client id and secret; on loopback those of the mocks will do. ConfigError: there are none."""
    given = environ.get(id_name), environ.get(secret_name)
    if given[0] and given[1]:
        return given[0], given[1]
    if any(given) or not is_loopback(urlsplit(url).hostname or ""):
        missing = secret_name if given[0] else id_name
        raise ConfigError(f"the environment has no {missing}")
    return CLIENT_ID, CLIENT_SECRET


def is_loopback(host: str) -> bool:
    """Whether it is this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
