"""Where in a contract a recorded request belongs, below what stands before the server's root."""

from collections import Counter
from collections.abc import Iterable, Sequence
from urllib.parse import unquote, urlsplit

from contracts.drift.har.read import Exchange
from contracts.spec import Contract, Match

DEEPEST = 3


def served(contract: Contract, exchanges: Sequence[Exchange]) -> tuple[list[Exchange], str]:
    """The exchanges of the server that most requests fit, and what stands before its paths."""
    counted: Counter[tuple[tuple[str, str], str]] = Counter()
    for one in exchanges:
        for prefix in _prefixes(one.request.url):
            if find(contract, one, prefix):
                counted[_origin(one), prefix] += 1
                break
    [((origin, prefix), _)] = counted.most_common(1) or [((_origin(exchanges[0]), ""), 0)]
    return [one for one in exchanges if _origin(one) == origin], prefix


def find(contract: Contract, exchange: Exchange, prefix: str) -> Match | None:
    """The operation of an exchange; None where the contract has no such path."""
    path = path_of(exchange, prefix)
    method = exchange.request.method.lower()
    return None if path is None else contract.match(method, path.rstrip("/"))


def path_of(exchange: Exchange, prefix: str) -> str | None:
    """The path below *prefix*, decoded; None where it does not stand below it."""
    path = unquote(urlsplit(exchange.request.url).path)
    return path.removeprefix(prefix) if path.startswith(f"{prefix}/") else None


def _prefixes(url: str) -> Iterable[str]:
    parts = urlsplit(url).path.split("/")
    return ("/".join(parts[: depth + 1]) for depth in range(min(DEEPEST, len(parts) - 1)))


def _origin(exchange: Exchange) -> tuple[str, str]:
    return urlsplit(exchange.request.url)[:2]
