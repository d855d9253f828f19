"""A recording without anything of a person, so that it can be kept, sent and looked at.

Not a list of what is dangerous but a list of what is harmless: words of the contract, dates that
are no birthdays, true, false, null and 0 stay; everything else gets a stand-in of the same kind and
length. The same value gets the same stand-in, so that what belongs together still does. At the end
all that was replaced is looked for again in what is about to be written.
"""

import json
import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from contracts.drift.har.place import find, path_of
from contracts.drift.har.read import BadHar, Body, Exchange
from contracts.scenarios.normal import DATE, EMAIL, ID_NAME, INSTANT, NUMBER, UUID
from contracts.spec import PARAMETER, Contract

HEADERS = ("content-type", "location", "link", "retry-after", "x-total-count", "www-authenticate")
PAGING = {"limit", "offset", "page", "pagesize", "sort", "orderBy", "order"}
SELECTING = {"fields", "projection", "expansions", "extensions", "status", "searchFields"}
PLAIN_QUERY = PAGING | SELECTING | {"force", "grant_type", "update_scores"}
BIRTH = re.compile(r"birth|dob", re.IGNORECASE)
KEY = re.compile(r"[A-Za-z_$@][A-Za-z_$-]{0,60}")
STAND_IN = re.compile(
    r"text \d+ ?x*|(https://sis\.invalid/.*)|person\d+@example\.invalid|0{8}-(0{4}-){3}\d{12}"
)
HARMLESS = {"", "0", "1", "true", "false", "null"}
SUSPECT = {
    "an e-mail address": re.compile(r"[\w.+-]+@(?!example\.invalid)[\w-]+\.\w+"),
    "a bearer token": re.compile(r"bearer\s+[\w.-]{8,}", re.IGNORECASE),
    "a web token": re.compile(r"eyJ[\w-]{8,}\.[\w-]+"),
    "a telephone number": re.compile(r"\b\d{3}[-. ]\d{3}[-. ]\d{4}\b"),
    "a social security number": re.compile(r"\b\d{3}-\d{2}-\d{4}\b"),
}
SCAFFOLD = frozenset(
    {"log", "version", "creator", "entries", "startedDateTime", "request", "response", "method"}
    | {"headers", "name", "value", "postData", "content", "mimeType", "text", "removed", "segment"}
    | {"application", "json", "authorization", "next", "https", "sis.invalid", "example.invalid"}
)
SHORTEST = 4  # a leftover of fewer characters cannot be told from chance


@dataclass(slots=True)
class Scrubber:
    """Stand-ins for one recording.

    Attributes:
        words: of the contract: enum values and names of members, which are nobody's.
        stand_ins: original -> what stands for it.
    """

    contract: Contract
    prefix: str
    words: frozenset[str]
    stand_ins: dict[str, str] = field(default_factory=dict)

    def exchange(self, one: Exchange) -> dict[str, Any]:
        """One entry of a HAR file."""
        sent = {n: "removed" for n in one.request.headers if n == "authorization"}
        got = {n: self._header(n, v) for n, v in one.response.headers.items() if n in HEADERS}
        return {
            "startedDateTime": one.started.isoformat(),
            "request": {
                "method": one.request.method,
                "url": f"https://sis.invalid{self.url(one)}",
                "headers": _named(sent),
                **self._content("postData", one.request.body),
            },
            "response": {
                "status": one.response.status,
                "headers": _named(got),
                **self._content("content", one.response.body),
            },
        }

    def url(self, one: Exchange) -> str:
        """Path and query below the server's root."""
        query = parse_qsl(urlsplit(one.request.url).query, keep_blank_values=True)
        asked = urlencode([(self.key(n), self._asked(n, v)) for n, v in query], quote_via=quote)
        return self.path(one) + (f"?{asked}" if asked else "")

    def path(self, one: Exchange) -> str:
        """The path; of one that the contract does not have, only words that it does have."""
        path = path_of(one, self.prefix) or urlsplit(one.request.url).path
        match = find(self.contract, one, self.prefix)
        if match is None or match.operation is None:
            known = {
                part for op in self.contract.operations.values() for part in op.path.split("/")
            }
            return "/".join(p if p in known else "segment" for p in path.split("/"))
        values = match.path_params

        def shown(found: re.Match[str]) -> str:
            name, value = found[1], values[found[1]]
            if not ID_NAME.search(name) and KEY.fullmatch(value):
                self.words |= {value}  # of a table, a query, a module: the schema's own word
                return value
            return quote(str(self.value(value, name)), safe="")

        return PARAMETER.sub(shown, match.operation.path)

    def key(self, name: str) -> str:
        """A member's name: a name, unless it looks like a value."""
        return name if name in self.words or KEY.fullmatch(name) else self._text(name)

    def value(self, value: Any, name: str = "") -> Any:
        """A value that stands under the member *name*."""
        match value:
            case None | bool():
                return value
            case dict():
                return {self.key(str(k)): self.value(v, str(k)) for k, v in value.items()}
            case list():
                return [self.value(one, name) for one in value]
            case int() | float() | Decimal():
                return self._number(value, name)
            case _:
                return self._string(str(value), name)

    def said(self, text: str) -> str:
        """A sentence of ours without what may have come into it: a member named like a value."""
        for pattern in SUSPECT.values():
            text = pattern.sub("...", text)
        return re.sub(r"[\w@.+-]+", lambda found: self._unsaid(found[0]), text)

    def leftovers(self, text: str, *, told: bool = False) -> list[str]:
        """What of the originals, or of what looks like a person's data, is still in *text*.

        In a sentence of ours (*told*) a common word proves nothing.
        """
        found = [what for what, pattern in SUSPECT.items() if pattern.search(text)]
        there = set(re.findall(r"[\w@.+-]+", text))
        harmless = {*self.stand_ins.values(), *self.words, *SCAFFOLD}
        originals = [one for one in self.stand_ins if len(one) >= SHORTEST]
        if told:
            originals = [one for one in originals if not _common(one)]
        if any(one not in harmless and _stands(one, text, there) for one in originals):
            found.append("a value that was to be replaced")
        return found

    def _unsaid(self, word: str) -> str:
        known = len(word) >= SHORTEST and word in self.stand_ins and word not in self.words
        return self.stand_ins[word] if known and not _common(word) else word

    def _string(self, text: str, name: str) -> str:
        if text in HARMLESS or text in self.words or STAND_IN.fullmatch(text):
            return text
        if BIRTH.search(name):
            return "2010-01-01"
        if INSTANT.fullmatch(text) or DATE.fullmatch(text):
            return text
        if text.startswith(("http://", "https://")):
            return "https://sis.invalid/" + self._text(text)
        return self._text(text)

    def _text(self, text: str) -> str:
        if text not in self.stand_ins:
            self.stand_ins[text] = self._made(text, len(self.stand_ins) + 1)
        return self.stand_ins[text]

    def _made(self, text: str, count: int) -> str:
        if EMAIL.fullmatch(text):
            return f"person{count}@example.invalid"
        if UUID.fullmatch(text):
            return str(uuid.UUID(int=count))
        if NUMBER.fullmatch(text):
            whole, dot, rest = text.lstrip("+-").partition(".")
            return str(count).rjust(len(whole), "9")[-len(whole) :] + dot + "5" * len(rest)
        return f"text {count} {'x' * len(text)}"[: max(len(text), 1)]

    def _number(self, value: Any, name: str) -> Any:
        if value == 0:
            return value
        text = self._text(format(abs(Decimal(str(value))), "f"))
        made = Decimal(text) * (-1 if value < 0 else 1)
        return int(made) if isinstance(value, int) or ID_NAME.search(name) else float(made)

    def _asked(self, name: str, value: str) -> str:
        if name in PLAIN_QUERY and re.fullmatch(r"[\w,.*-]*", value):
            return value
        if name in {"filter", "q"}:
            return re.sub(r"(=[a-z]*=|[=<>~]+)'?([^;']*)'?", self._condition, value)
        return ",".join(str(self.value(part, name)) for part in value.split(","))

    def _condition(self, found: re.Match[str]) -> str:
        return found[0].replace(found[2], self._string(found[2], "")) if found[2] else found[0]

    def _header(self, name: str, value: str) -> str:
        match name:
            case "content-type":
                return value.partition(";")[0]
            case "location":
                return "/" + self._text(value.rstrip("/").rsplit("/", 1)[-1])
            case "link":
                return ", ".join(f'</next>; rel="{r}"' for r in re.findall(r'rel="?(\w+)', value))
            case "www-authenticate":
                return value.strip().partition(" ")[0]
            case _:
                return value if value.isdecimal() else "removed"

    def _content(self, name: str, body: Body) -> dict[str, Any]:
        if not body.text:
            return {}
        text = "" if body.json is None else json.dumps(self.value(body.json), default=str)
        if body.media == "application/x-www-form-urlencoded":
            pairs = parse_qsl(body.text)
            text = urlencode(
                [(self.key(k), v if k in PLAIN_QUERY else "removed") for k, v in pairs]
            )
        return {name: {"mimeType": body.media, "text": text}}


def scrubbed(scrubber: Scrubber, exchanges: Iterable[Exchange]) -> str:
    """The recording as a HAR file's text; BadHar where something of a person would be left."""
    entries = [scrubber.exchange(one) for one in exchanges]
    creator = {"name": "passback contract --har", "version": "1"}
    text = json.dumps({"log": {"version": "1.2", "creator": creator, "entries": entries}}, indent=1)
    left = scrubber.leftovers(text)
    if left:
        raise BadHar(f"nothing was written: after scrubbing there was still {left[0]}")
    return text + "\n"


def _named(headers: dict[str, str]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in headers.items()]


def _common(word: str) -> bool:
    return word.isalpha() and word.islower()


def _stands(original: str, text: str, words: set[str]) -> bool:
    return original in words if re.fullmatch(r"[\w@.+-]+", original) else original in text
