"""A recording played to the mock, and how its answers differ in structure.

The mock's district has other ids. Which of its ids stands for a recorded one is learned from the
answers: what stands at the same place of the same answer is the same thing. A world is laid around
the day of the recording, so that dates fit.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import cycle, islice
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

import httpx

from contracts.drift.har.place import find, path_of
from contracts.drift.har.read import Body, Exchange
from contracts.drift.har.shape import differences, shape
from contracts.harness.reports.report import Finding
from contracts.scenarios.normal import ID_NAME
from contracts.spec import PARAMETER, Contract
from contracts.vendors import VENDORS
from mock_sis.credentials import CLIENT_ID, CLIENT_SECRET

SHORTEST = 3


class NotComparable(Exception):
    """The mock cannot be asked the same, since nothing in the recording says what an id is."""


@dataclass(slots=True)
class Replay:
    """The mock's side of a recording.

    Attributes:
        stands_for: recorded id -> the mock's.
        made: ids that the recording's client gave itself.
    """

    contract: Contract
    prefix: str
    client: httpx.Client
    sis: str
    words: frozenset[str]
    stands_for: dict[str, str] = field(default_factory=dict)
    made: set[str] = field(default_factory=set)

    def sign_in(self) -> None:
        """The mock's own credentials, whatever was recorded."""
        answer = self.client.post(
            VENDORS[self.sis].oauth,
            auth=(CLIENT_ID, CLIENT_SECRET),
            data={"grant_type": "client_credentials"},
        )
        token = answer.raise_for_status().json()["access_token"]
        self.client.headers["Authorization"] = f"Bearer {token}"

    def play(self, one: Exchange) -> list[Finding]:
        """Send it to the mock and compare; NotComparable where an id means nothing there."""
        match = find(self.contract, one, self.prefix)
        if match is None or match.operation is None or not match.operation.secured:
            return []
        if one.request.method == "PUT":
            self.made |= {unquote(value) for value in match.path_params.values()}
        answer = self._send(one)
        strangers = self._strangers(one)
        if answer.status_code >= 400 > one.response.status and strangers:
            raise NotComparable
        findings = list(self._compared(one, answer))
        self._learn(one, answer)
        return findings

    def _send(self, one: Exchange) -> httpx.Response:
        path = quote(self._path(one), safe="/")
        query = parse_qsl(urlsplit(one.request.url).query, keep_blank_values=True)
        asked = urlencode([(n, self._inside(v)) for n, v in query], quote_via=quote)
        headers = {} if "authorization" in one.request.headers else {"Authorization": ""}
        body = None if one.request.body.json is None else self._mapped(one.request.body.json)
        content = None if body is None else json.dumps(body, default=float).encode()
        if content is not None:
            headers["Content-Type"] = one.request.body.media
        url = f"{path}?{asked}" if asked else path
        return self.client.request(one.request.method, url, headers=headers, content=content)

    def _path(self, one: Exchange) -> str:
        match = find(self.contract, one, self.prefix)
        if match is None or match.operation is None:
            return path_of(one, self.prefix) or "/"
        values = match.path_params
        mapped = {n: self._id(unquote(v)) if ID_NAME.search(n) else v for n, v in values.items()}
        return PARAMETER.sub(lambda found: mapped[found[1]], match.operation.path)

    def _id(self, text: str) -> str:
        return self.stands_for.get(text, text)

    def _inside(self, text: str) -> str:
        return re.sub(r"[\w-]{3,}", lambda found: self._id(found[0]), text)

    def _mapped(self, value: Any, name: str = "") -> Any:
        match value:
            case dict():
                return {key: self._mapped(inner, key) for key, inner in value.items()}
            case list():
                return [self._mapped(inner, name) for inner in value]
            case int() if not isinstance(value, bool) and ID_NAME.search(name):
                mapped = self._id(str(value))
                return int(mapped) if mapped.isdecimal() else mapped
            case str() if ID_NAME.search(name):
                return self._id(value)
        return value

    def _strangers(self, one: Exchange) -> bool:
        """Whether the request names an id that neither an answer nor its own client told."""
        match = find(self.contract, one, self.prefix)
        values = match.path_params if match else {}
        named = {unquote(v) for n, v in values.items() if ID_NAME.search(n)}
        query = parse_qsl(urlsplit(one.request.url).query)
        named |= {p for n, v in query if ID_NAME.search(n) for p in v.split(",")}
        named |= set(_ids(one.request.body.json))
        return bool({n for n in named if len(n) >= SHORTEST} - self.stands_for.keys() - self.made)

    def _compared(self, one: Exchange, answer: httpx.Response) -> Iterator[Finding]:
        if answer.status_code != one.response.status:
            said = f"recorded {one.response.status}, the mock says {answer.status_code}"
            yield Finding(check="other status", reason=said)
            return
        recorded, mock = one.response.body.json, _answered(answer)
        if recorded is None or mock is None:
            if (recorded is None) != (mock is None):
                told = "no JSON" if recorded is None else "JSON"
                yield Finding(check="other structure", reason=f"recorded {told}, the mock differs")
            return
        pair = shape(recorded, self.words), shape(mock, self.words)
        for at, how in differences(*pair):
            yield Finding(check="other structure", reason=f"{at}: {how}")

    def _learn(self, one: Exchange, answer: httpx.Response) -> None:
        self._pair(one.response.body.json, _answered(answer), "")
        here, there = one.response.headers.get("location"), answer.headers.get("location")
        if here and there:
            self._same(here.rsplit("/", 1)[-1], there.rsplit("/", 1)[-1])

    def _pair(self, recorded: Any, mock: Any, name: str) -> None:
        if isinstance(recorded, dict) and isinstance(mock, dict):
            for key in recorded.keys() & mock.keys():
                self._pair(recorded[key], mock[key], key)
        elif isinstance(recorded, list) and isinstance(mock, list) and mock:
            for here, there in zip(recorded, islice(cycle(mock), len(recorded)), strict=True):
                self._pair(here, there, name)
        elif ID_NAME.search(name) and recorded is not None and mock is not None:
            self._same(str(recorded), str(mock))

    def _same(self, recorded: str, mock: str) -> None:
        if recorded not in self.made:
            self.stands_for.setdefault(recorded, mock)


def day_of(exchanges: Sequence[Exchange]) -> str:
    """The day around which the mock's year is to be laid."""
    return exchanges[0].started.date().isoformat()


def _answered(answer: httpx.Response) -> Any:
    return Body(answer.headers.get("content-type", ""), answer.text).json


def _ids(value: Any, name: str = "") -> Iterator[str]:
    match value:
        case dict():
            for key, inner in value.items():
                yield from _ids(inner, key)
        case list():
            for inner in value:
                yield from _ids(inner, name)
        case None | bool():
            return
        case _ if ID_NAME.search(name):
            yield str(value)
