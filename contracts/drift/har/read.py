"""A HAR file as exchanges: strict about what is needed, indifferent to everything else.

Nothing here is quoted in an error: a recording holds what nobody has scrubbed yet.
"""

import base64
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta, Raw

from agent.errors import ConfigError


class BadHar(ConfigError):
    """The file is no recording; one line says where."""


@dataclass(frozen=True, slots=True)
class Body:
    """What was sent or answered. `json` is the parsed value; None where it is no JSON."""

    media: str
    text: str
    json: Any = None


@dataclass(frozen=True, slots=True)
class Exchange:
    """One recorded request and its answer. `status` 0: no answer came."""

    number: int
    started: datetime
    method: str
    url: str
    sent: Body
    status: int
    headers: Mapping[str, str]
    got: Body
    authorized: bool

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"


# ---- what is read of HAR 1.2 -------------------------------------------------------------------


class _Pair(msgspec.Struct):
    """A header, or a member of a form."""

    name: str
    value: str | None = None


class _Content(msgspec.Struct, rename="camel"):
    mime_type: str | None = None
    text: str | None = None
    encoding: str | None = None
    params: list[_Pair] | None = None


class _Request(msgspec.Struct, rename="camel"):
    method: str
    url: Annotated[str, Meta(pattern="^(?i:https?)://")]
    headers: list[_Pair] | None = None
    post_data: _Content | None = None


class _Response(msgspec.Struct):
    status: int
    headers: list[_Pair] | None = None
    content: _Content | None = None


class _Entry(msgspec.Struct, rename="camel"):
    started_date_time: str
    request: _Request
    response: _Response


class _Log(msgspec.Struct):
    entries: list[Raw]


class _Har(msgspec.Struct):
    log: _Log


MISSING = re.compile(r"missing required field `(\w+)`")


def read(path: Path) -> list[Exchange]:
    """The exchanges of a file, oldest first."""
    try:
        content = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
        entries = msgspec.json.decode(content, type=_Har).log.entries
    except OSError as error:
        raise BadHar(f"{path.name} cannot be read: {error.strerror}") from None
    except ValueError:
        why = "has no log.entries" if _is_json(content) else "is not JSON"
        raise BadHar(f"{path.name} {why}, so it is no HAR file") from None
    if not entries:
        raise BadHar(f"{path.name} has no entries")
    return sorted(_exchanges(path.name, entries), key=lambda one: (one.started, one.number))


def _is_json(content: bytes) -> bool:
    try:
        json.loads(content)
    except (ValueError, RecursionError):
        return False
    return True


def _exchanges(name: str, entries: list[Raw]) -> Iterator[Exchange]:
    for number, entry in enumerate(entries, 1):
        try:
            yield _exchange(number, msgspec.json.decode(entry, type=_Entry, strict=False))
        except ValueError as error:
            missing = MISSING.search(str(error))
            why = f"no {missing[1]}" if missing else "not as HAR 1.2 has it"
            raise BadHar(f"{name}, entry {number}: {why}") from None


def _exchange(number: int, entry: _Entry) -> Exchange:
    request, response = entry.request, entry.response
    started = datetime.fromisoformat(entry.started_date_time)
    if started.tzinfo is None:
        raise ValueError("an instant has an offset")
    return Exchange(
        number=number,
        started=started,
        method=request.method.upper(),
        url=request.url,
        sent=_body(request.post_data or _Content()),
        status=response.status,
        headers=_headers(response.headers),
        got=_body(response.content or _Content()),
        authorized="authorization" in _headers(request.headers),
    )


def _headers(pairs: list[_Pair] | None) -> dict[str, str]:
    return {one.name.lower(): one.value or "" for one in pairs or ()}


def _body(part: _Content) -> Body:
    media = (part.mime_type or "").partition(";")[0].strip().lower()
    text = part.text or ""
    if part.encoding == "base64":
        text = base64.b64decode(text, validate=True).decode("utf-8", "replace")
    if not text and part.params:
        text = "&".join(f"{one.name}={one.value or ''}" for one in part.params)
    return Body(media, text, _parsed(media, text))


def _parsed(media: str, text: str) -> Any:
    if "json" not in media or not text:
        return None
    try:
        return json.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError):
        return None
