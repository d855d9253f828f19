"""A HAR file as exchanges: strict about what is needed, indifferent to everything else.

Nothing here is quoted in an error: a recording holds what nobody has scrubbed yet.
"""

import base64
import binascii
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

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


def read(path: Path) -> list[Exchange]:
    """The exchanges of a file, oldest first."""
    try:
        whole = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise BadHar(f"{path.name} cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError):
        raise BadHar(f"{path.name} is not JSON, so it is no HAR file") from None
    entries = whole.get("log", {}) if isinstance(whole, dict) else {}
    entries = entries.get("entries") if isinstance(entries, dict) else None
    if not isinstance(entries, list):
        raise BadHar(f"{path.name} has no log.entries, so it is no HAR file")
    found = list(_exchanges(path.name, entries))
    if not found:
        raise BadHar(f"{path.name} has no entries")
    return sorted(found, key=lambda one: (one.started, one.number))


def _exchanges(name: str, entries: list[Any]) -> Iterator[Exchange]:
    for number, entry in enumerate(entries, 1):
        try:
            yield _exchange(number, entry)
        except KeyError as error:
            raise BadHar(f"{name}, entry {number}: no {error.args[0]}") from None
        except (TypeError, ValueError, AttributeError):
            raise BadHar(f"{name}, entry {number}: not as HAR 1.2 has it") from None


def _exchange(number: int, entry: Any) -> Exchange:
    request, response = entry["request"], entry["response"]
    started = datetime.fromisoformat(entry["startedDateTime"])
    if started.tzinfo is None:
        raise ValueError("an instant has an offset")
    url = str(request["url"])
    if urlsplit(url).scheme not in {"http", "https"}:
        raise ValueError("a URL of the web")
    return Exchange(
        number=number,
        started=started,
        method=str(request["method"]).upper(),
        url=url,
        sent=_body(request.get("postData") or {}),
        status=int(response["status"]),
        headers=_headers(response),
        got=_body(response.get("content") or {}),
        authorized="authorization" in _headers(request),
    )


def _headers(part: Mapping[str, Any]) -> dict[str, str]:
    return {str(h["name"]).lower(): str(h["value"]) for h in part.get("headers") or ()}


def _body(part: Mapping[str, Any]) -> Body:
    media = str(part.get("mimeType") or "").partition(";")[0].strip().lower()
    text = str(part.get("text") or "")
    if part.get("encoding") == "base64":
        try:
            text = base64.b64decode(text, validate=True).decode("utf-8", "replace")
        except binascii.Error:
            raise ValueError("base64") from None
    if not text and part.get("params"):
        text = "&".join(f"{p['name']}={p.get('value', '')}" for p in part["params"])
    return Body(media, text, _parsed(media, text))


def _parsed(media: str, text: str) -> Any:
    if "json" not in media or not text:
        return None
    try:
        return json.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError):
        return None
