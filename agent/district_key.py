"""The key of a district: its name where there is no room for a name."""

import hashlib
import re

_LONGEST = 63
"""Bytes of a name in PostgreSQL."""


def key_of(name: str) -> str:
    """*name* as it can stand in an address, in a metric, and as that of a schema."""
    return re.sub(r"[^A-Za-z0-9_]+", "-", name).strip("-").lower() or "district"


def schema_of(district: str) -> str:
    """The schema in PostgreSQL that holds the ledger of a district."""
    name = f"passback_{key_of(district)}"
    if len(name) <= _LONGEST:
        return name
    return f"{name[: _LONGEST - 9]}_{hashlib.sha256(name.encode()).hexdigest()[:8]}"
