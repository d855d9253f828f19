"""Where the pages listen, and the tokens that open them."""

import ipaddress
from collections.abc import Sequence
from pathlib import Path

from agent.errors import ConfigError


def token_in(file: Path, option: str) -> str:
    """The one token in a file; *option* is what errors call it."""
    try:
        words = file.read_text(encoding="utf-8").split()
    except (OSError, UnicodeDecodeError):
        raise ConfigError(f"{option}: cannot read {file}") from None
    if len(words) != 1:
        raise ConfigError(f"{option}: {file} must hold one token, and nothing else")
    return words[0]


def is_address(host: str) -> bool:
    """Whether *host* is an IP address and no name."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def is_any(host: str) -> bool:
    """Whether *host* stands for every address of this machine."""
    return is_address(host) and ipaddress.ip_address(host).is_unspecified


def reached_at(url: str, host: str, names: Sequence[str]) -> str:
    """*url* as a browser asks for it: no browser elsewhere finds "any address" of this machine."""
    return url.replace(host, names[0] if names else "localhost", 1) if is_any(host) else url


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches what listens on *host*."""
    if is_address(host):
        return ipaddress.ip_address(host).is_loopback
    return host.lower() == "localhost"
