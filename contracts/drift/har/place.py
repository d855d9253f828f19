"""Where in a contract a recorded request belongs, below what stands before the server's root."""

from collections import Counter
from collections.abc import Iterable, Sequence
from urllib.parse import unquote, urlsplit

from contracts.drift.har.read import Exchange
from contracts.spec import Contract, Match

DEEPEST = 3


def served(contract: Contract, exchanges: Sequence[Exchange]) -> tuple[str, str]:
    """(origin, prefix) of the server that most requests fit; what stands before its paths."""
    counted: Counter[tuple[str, str]] = Counter()
    for one in exchanges:
        for prefix in _prefixes(one.url):
            if find(contract, one, prefix):
                counted[one.origin, prefix] += 1
                break
    if not counted:
        return exchanges[0].origin, ""
    return counted.most_common(1)[0][0]


def find(contract: Contract, exchange: Exchange, prefix: str) -> Match | None:
    """The operation of an exchange; None where the contract has no such path."""
    path = path_of(exchange, prefix)
    return None if path is None else contract.match(exchange.method.lower(), path.rstrip("/"))


def path_of(exchange: Exchange, prefix: str) -> str | None:
    """The path below *prefix*, decoded; None where it does not stand below it."""
    path = unquote(urlsplit(exchange.url).path)
    return path.removeprefix(prefix) if path.startswith(f"{prefix}/") else None


def _prefixes(url: str) -> Iterable[str]:
    parts = urlsplit(url).path.split("/")
    return ("/".join(parts[: depth + 1]) for depth in range(min(DEEPEST, len(parts) - 1)))
