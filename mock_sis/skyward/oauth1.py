"""OAuth 1.0a (RFC 5849) for calls that two parties sign: the consumer's key and secret, no token.

A call is signed over its method, its address as it was sent, and the parameters of its header, its
query and a form in its body. Time is the district's clock; nonces are kept in the world's file, so
that all processes of a mock share them.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, quote, unquote_to_bytes, urlsplit

from mock_sis.http.types import Call, Problem
from mock_sis.world.clock import text
from mock_sis.world.world import World

DIGESTS = {"HMAC-SHA1": hashlib.sha1, "HMAC-SHA256": hashlib.sha256}
DEFAULT_PORTS = {"http": ":80", "https": ":443"}
WINDOW = timedelta(minutes=5)
PART = re.compile(r'\s*([^\s=",]+)\s*=\s*"([^"]*)"\s*(?:,|$)')
SECONDS = re.compile(r"[1-9][0-9]{0,10}")
NEEDED = ("consumer_key", "signature_method", "timestamp", "nonce", "signature")
LONGEST_NONCE = 255
TABLE = (
    "CREATE TABLE IF NOT EXISTS oauth_nonce (client TEXT NOT NULL, at TEXT NOT NULL,"
    " nonce TEXT NOT NULL, PRIMARY KEY (client, at, nonce)) STRICT, WITHOUT ROWID"
)
Pairs = Iterable[tuple[str, str]]


class Unsigned(Problem):
    """A 401: the call is not signed as it must be."""

    def __init__(self, detail: str) -> None:
        super().__init__(401, detail, headers={"WWW-Authenticate": 'OAuth realm="Skyward"'})


class Signatures:
    """Checks the signed calls of one world.

    Args:
        secrets: of the consumers, by their keys.
    """

    def __init__(self, world: World, secrets: Mapping[str, str]) -> None:
        self._world = world
        self._secrets = secrets

    def consumer(self, call: Call) -> str:
        """The consumer key behind a call; Unsigned when anything about its signature is wrong."""
        sent = header_parameters(call.headers.get("authorization", ""))
        if missing := [name for name in NEEDED if not sent.get(f"oauth_{name}")]:
            raise Unsigned(f"oauth_{missing[0]} is missing")
        key, method = sent["oauth_consumer_key"], sent["oauth_signature_method"]
        if sent.get("oauth_version", "1.0") != "1.0":
            raise Unsigned("oauth_version is not 1.0")
        if method not in DIGESTS:
            raise Unsigned(f"oauth_signature_method is to be {' or '.join(DIGESTS)}")
        if key not in self._secrets or sent.get("oauth_token"):
            raise Unsigned("the consumer key or the token is unknown")
        at = self._in_time(sent["oauth_timestamp"])
        wanted = signature(base_string(call, sent), method, self._secrets[key])
        if not hmac.compare_digest(wanted.encode(), sent["oauth_signature"].encode()):
            raise Unsigned("the signature does not match the call")
        self._use_once(key, at, sent["oauth_nonce"])
        return key

    def _in_time(self, seconds: str) -> datetime:
        if SECONDS.fullmatch(seconds):
            at = datetime.fromtimestamp(int(seconds), UTC)
            if abs(at - self._world.now()) <= WINDOW:
                return at
        raise Unsigned("oauth_timestamp is not within five minutes of the district's clock")

    def _use_once(self, key: str, at: datetime, nonce: str) -> None:
        """Note a nonce; one that was used at that second is refused. Old ones are forgotten."""
        if len(nonce) > LONGEST_NONCE:
            raise Unsigned("oauth_nonce is too long")
        with self._world.db.write() as cursor:
            cursor.execute(TABLE)
            cursor.execute(
                "DELETE FROM oauth_nonce WHERE at < ?", (text(self._world.now() - WINDOW),)
            )
            cursor.execute(
                "INSERT OR IGNORE INTO oauth_nonce VALUES (?, ?, ?)", (key, text(at), nonce)
            )
            if not cursor.rowcount:
                raise Unsigned("oauth_nonce was used before")


def header_parameters(header: str) -> dict[str, str]:
    """The parameters of an `OAuth` header, decoded, without its realm; Unsigned if it has none."""
    scheme, _, rest = header.partition(" ")
    found: dict[str, str] = {}
    while rest:
        match = PART.match(rest)
        name = _decoded(match[1]) if match else ""
        if scheme.lower() != "oauth" or match is None or name in found:
            raise Unsigned("the Authorization header cannot be read")
        found[name], rest = _decoded(match[2]), rest[match.end() :]
    return {name: value for name, value in found.items() if name.lower() != "realm"}


def base_string(call: Call, sent: Mapping[str, str]) -> str:
    """What is signed: RFC 5849, section 3.4.1."""
    address = urlsplit(call.base)
    host = address.netloc.lower().removesuffix(DEFAULT_PORTS.get(address.scheme, ":"))
    uri = f"{address.scheme}://{host}{call.target}"
    own = ((name, value) for name, value in sent.items() if name != "oauth_signature")
    pairs = sorted(
        (_encoded(name), _encoded(value))
        for name, value in (*own, *_pairs(call.query), *_pairs(call.form))
    )
    parameters = "&".join(f"{name}={value}" for name, value in pairs)
    return "&".join((call.method.upper(), _encoded(uri), _encoded(parameters)))


def signature(base: str, method: str, secret: str, token_secret: str = "") -> str:
    """The signature of a base string: RFC 5849, section 3.4.2."""
    key = f"{_encoded(secret)}&{_encoded(token_secret)}"
    made = hmac.new(key.encode(), base.encode(), DIGESTS[method]).digest()
    return base64.b64encode(made).decode()


def _pairs(encoded: str) -> Pairs:
    """Bytes stand as Latin-1, so that what is no UTF-8 is signed as it is."""
    return parse_qsl(encoded, keep_blank_values=True, encoding="latin-1")


def _decoded(value: str) -> str:
    return unquote_to_bytes(value.encode("latin-1")).decode("latin-1")


def _encoded(value: str) -> str:
    return quote(value.encode("latin-1"), safe="")
