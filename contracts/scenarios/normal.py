"""A recording with everything taken out that differs from server to server and from day to day.

What stays is what the scenario itself sent, the words of the contract (members, enum values),
true, false, null, and the structure. The rest becomes a token by its kind: `<id>`, `<date>`,
`<instant>`, `<email>`, `<number>`, `<text>`. So nothing of a person can stay.

An id or a date that the scenario *sent* is numbered, `<id:2>`, in the order of first use: that two
calls speak of the same thing survives. Lists become the distinct shapes of their elements, since a
class here has 7 students and there 31.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from contracts.scenarios.runner import Call
from contracts.spec import METHODS, Contract, Match

HEADERS = ("content-type", "location", "link", "x-total-count", "retry-after", "www-authenticate")
INSTANT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?")
DATE = re.compile(r"\d{4}-\d\d-\d\d")
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
EMAIL = re.compile(r"[^\s@'\"]+@[^\s@'\"]+")
NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
DOTTED = re.compile(r"[a-z_]+(\.[a-z_]+)+")
ID_NAME = re.compile(r"(^|_)(id|ids|dcid|dcids)$|[a-z](Id|ID|Ids|IDs|id|ids|dcid)$|^(id|cursor)$")
SECRET = re.compile(r"(access|refresh)_token|secret|password|breach|cursor", re.IGNORECASE)


def words_of(contract: Contract) -> frozenset[str]:
    """Every enum value of a contract: they may stand in a recording as they are."""
    found: set[str] = set()

    def collect(node: Any) -> None:
        if isinstance(node, list):
            for part in node:
                collect(part)
        elif isinstance(node, Mapping):
            found.update(str(word) for word in node.get("enum", ()) if isinstance(word, str))
            for part in node.values():
                collect(part)

    collect(contract.document)
    return frozenset(found)


@dataclass(slots=True)
class Normal:
    """The rewriting of one scenario's calls.

    Attributes:
        sent: (member, text) of what the scenario itself wrote into a body; a text that is no
            number may come back under any member.
        numbers: what was sent as an id, an instant or a date -> its token.
    """

    contract: Contract
    words: frozenset[str]
    sent: set[tuple[str, str]] = field(default_factory=set)
    numbers: dict[str, str] = field(default_factory=dict)

    def note(self, calls: Sequence[Call]) -> None:
        """Learn from all requests what the scenario sent, before anything is rewritten."""
        for call in calls:
            for value in self._path_ids(call.path):
                self._number("id", value)
            for name, value in parse_qsl(urlsplit(call.path).query):
                if ID_NAME.search(name):
                    for part in value.split(","):
                        self._number("id", part)
            self._note_body(call.sent, "")

    def call(self, call: Call) -> dict[str, Any]:
        """One call as it stands in a snapshot."""
        match = self._match(call.method, urlsplit(call.path).path)
        made: dict[str, Any] = {
            "request": f"{call.method} {self.path(call.path)}",
            "operation": match.operation.id if match and match.operation else None,
        }
        if call.sent is not None:
            made["sent"] = self.value(call.sent)
        made["status"] = call.status
        headers = {name: call.headers[name] for name in HEADERS if name in call.headers}
        made["headers"] = {name: self._header(name, text) for name, text in headers.items()}
        made["body"] = self.value(call.body)
        return made

    def path(self, path: str) -> str:
        """A path with its ids and dates as tokens; the query sorted."""
        parts = urlsplit(path)
        query = sorted(parse_qsl(parts.query, keep_blank_values=True))
        asked = "&".join(f"{name}={self._inside(value, name)}" for name, value in query)
        place = self._place(parts.path)
        return f"{place}?{asked}" if asked else place

    def value(self, value: Any, name: str = "") -> Any:
        """A value of a body; *name* is the member that it stands under."""
        match value:
            case None | bool():
                return value
            case dict():
                return {key: self.value(inner, key) for key, inner in sorted(value.items())}
            case list():
                return self._shapes(value, name)
            case int() | float() | Decimal():
                return self._scalar(_text(value), name, value, "<number>")
            case _:
                return self._scalar(str(value), name, value, "<text>")

    def _scalar(self, text: str, name: str, value: Any, otherwise: str) -> Any:
        if text in self.numbers and (ID_NAME.search(name) or len(text) > 3):
            return self.numbers[text]
        if SECRET.search(name) and text:
            return "<secret>"
        if ID_NAME.search(name) and text:
            return "<id>"
        if (name, text) in self.sent or ("", text) in self.sent or text in self.words or text == "":
            return float(value) if isinstance(value, Decimal) else value
        return _kind(text) or otherwise

    def _shapes(self, values: list[Any], name: str) -> list[Any]:
        made = [self.value(value, name) for value in values]
        distinct = {json.dumps(one, sort_keys=True): one for one in made}
        return [distinct[key] for key in sorted(distinct)]

    def _header(self, name: str, text: str) -> str:
        match name:
            case "link":
                return ", ".join(sorted(re.findall(r'rel="?(\w+)', text)))
            case "location":
                return self.path(urlsplit(text).path)
            case "x-total-count" | "retry-after":
                return "<number>"
            case _:
                return text.partition(";")[0]

    def _inside(self, text: str, name: str) -> str:
        if SECRET.search(name) and text:
            return "<secret>"
        pattern = "|".join(sorted(map(re.escape, (n for n in self.numbers if len(n) > 3)), key=len))
        if text in self.numbers and ID_NAME.search(name):
            return self.numbers[text]
        if pattern:
            text = re.sub(rf"\b({pattern})\b", lambda found: self.numbers[found.group()], text)
        return EMAIL.sub("<email>", text)

    def _place(self, path: str) -> str:
        match = self._match("GET", path)
        if match is None or match.operation is None:
            return "/".join(self.numbers.get(unquote(part), part) for part in path.split("/"))
        shown = {
            name: self.numbers.get(value, "<id>") if ID_NAME.search(name) else value
            for name, value in _unquoted(match).items()
        }
        return re.sub(r"{(.*?)}", lambda found: shown[found[1]], match.operation.path)

    def _path_ids(self, path: str) -> Iterator[str]:
        match = self._match("GET", urlsplit(path).path)
        if match is not None:
            yield from (v for k, v in _unquoted(match).items() if ID_NAME.search(k))

    def _match(self, method: str, path: str) -> Match | None:
        """The operation at *path*: that of *method*, or else any that the path has."""
        place = path.rstrip("/")
        found = [self.contract.match(m, place) for m in (method.lower(), *METHODS)]
        return next((one for one in found if one and one.operation), None)

    def _note_body(self, value: Any, name: str) -> None:
        match value:
            case None | bool():
                return
            case dict():
                for key, inner in value.items():
                    self._note_body(inner, key)
            case list():
                for inner in value:
                    self._note_body(inner, name)
            case _:
                text = _text(value)
                if ID_NAME.search(name) or UUID.search(text):
                    self._number("id", text)
                elif _kind(text) in {"<date>", "<instant>"}:
                    self._number(str(_kind(text)).strip("<>"), text)
                else:
                    self.sent.add((name if NUMBER.fullmatch(text) else "", text))

    def _number(self, kind: str, text: str) -> None:
        if text and text not in self.numbers:
            count = sum(token.startswith(f"<{kind}:") for token in self.numbers.values())
            self.numbers[text] = f"<{kind}:{count + 1}>"


def _unquoted(match: Match) -> dict[str, str]:
    return {name: unquote(value) for name, value in match.path_params.items()}


def _text(value: Any) -> str:
    if isinstance(value, float | Decimal):
        return format(Decimal(str(value)).normalize(), "f")
    return str(value)


def _kind(text: str) -> str | None:
    for pattern, token in (
        (INSTANT, "<instant>"),
        (DATE, "<date>"),
        (UUID, "<id>"),
        (NUMBER, "<number>"),
        (EMAIL, "<email>"),
    ):
        if pattern.fullmatch(text):
            return token
    if text.startswith(("http://", "https://")):
        return "<url>"
    return text if DOTTED.fullmatch(text) else None
