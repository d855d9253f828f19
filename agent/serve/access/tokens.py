"""Tokens with which people sign in: long, random, and kept nowhere but as a hash."""

import hashlib
import hmac
import secrets


def new_token() -> tuple[str, str]:
    """A token of 256 random bits, and the hash that stands in the configuration."""
    token = secrets.token_urlsafe(32)
    return token, hash_of(token)


def hash_of(token: str) -> str:
    """SHA-256 in hex.

    A slow hash protects words that people choose; nobody guesses 256 random bits.
    """
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def is_same(one: str, other: str) -> bool:
    """Whether two hashes are the same, in a time that does not depend on where they differ."""
    return hmac.compare_digest(one.encode(), other.encode())
