"""A HAR file as exchanges: strict about what is needed, indifferent to everything else.

No error quotes what was read: nobody has scrubbed a recording yet.
"""

import base64
import json
import re
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any

from httpx import Headers
from msgspec import Meta, Struct, ValidationError, convert, field

from agent.errors import ConfigError

MISSING = re.compile(r"missing required field `(\w+)`")


class BadHar(ConfigError):
    """The file is no recording; one line says where."""


class _Pair(Struct):  # a header, or a member of a form
    name: str
    value: str = ""


class Body(Struct, dict=True):
    """What was sent or answered."""

    media: str = field(default="", name="mimeType")
    text: str = ""
    encoding: str = ""
    params: list[_Pair] = []

    def __post_init__(self) -> None:
        self.media = self.media.partition(";")[0].strip().lower()
        if self.encoding == "base64":
            self.text = base64.b64decode(self.text, validate=True).decode("utf-8", "replace")
        self.text = self.text or "&".join(f"{one.name}={one.value}" for one in self.params)

    @cached_property
    def json(self) -> Any:
        """The parsed value; None where it is no JSON."""
        try:
            return json.loads(self.text, parse_float=Decimal) if "json" in self.media else None
        except (ValueError, RecursionError):
            return None


class Request(Struct):
    """What was asked."""

    method: str
    url: Annotated[str, Meta(pattern="^(?i:https?)://")]
    headers: Headers = field(default_factory=Headers)
    body: Body = field(default_factory=Body, name="postData")

    def __post_init__(self) -> None:
        self.method = self.method.upper()


class Response(Struct):
    """What was answered. `status` 0: nothing was."""

    status: int
    headers: Headers = field(default_factory=Headers)
    body: Body = field(default_factory=Body, name="content")


class Exchange(Struct):
    """One recorded request and its answer."""

    started: Annotated[datetime, Meta(tz=True)] = field(name="startedDateTime")
    request: Request
    response: Response


def read(path: Path) -> list[Exchange]:
    """The exchanges of a file, oldest first."""
    try:
        document = json.loads(path.read_bytes(), object_hook=_without_nulls)
    except OSError as error:
        raise BadHar(f"{path.name} cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError):
        raise BadHar(f"{path.name} is not JSON, so it is no HAR file") from None
    match document:
        case {"log": {"entries": [_, *_] as entries}}:
            found = [_exchange(path.name, number, one) for number, one in enumerate(entries, 1)]
            return sorted(found, key=lambda one: one.started)
        case {"log": {"entries": []}}:
            raise BadHar(f"{path.name} has no entries")
    raise BadHar(f"{path.name} has no log.entries, so it is no HAR file")


def _without_nulls(members: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None}


def _exchange(name: str, number: int, entry: Any) -> Exchange:
    try:
        return convert(entry, Exchange, strict=False, dec_hook=_headers)
    except ValidationError as error:
        missing = MISSING.search(str(error))
        why = f"no {missing[1]}" if missing else "not as HAR 1.2 has it"
        raise BadHar(f"{name}, entry {number}: {why}") from None


def _headers(_kind: type, pairs: Any) -> Headers:
    named = [(one.name, one.value) for one in convert(pairs, list[_Pair])]
    return Headers(named, encoding="utf-8")
