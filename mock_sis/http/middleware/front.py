"""What every request passes before a handler: its world, its journal entry, its operation.

`Front` strips `/w/NAME` into `root_path` and sends a request to the API, the control plane or the
pages; `Journaling` notes API calls; `Gate` finds the operation, answers 404 and 405 itself, and
forgives what real servers forgive: slashes at the end, bodies on GET.
"""

import asyncio
import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace

from mock_sis.http.contract import Contract
from mock_sis.http.errors import Errors
from mock_sis.http.exchange import Asgi, Exchange, Message, Receive, Scope, Send
from mock_sis.http.hosts import Hosts
from mock_sis.http.response import response
from mock_sis.http.types import Call, Problem, problem_json
from mock_sis.world.journal import OLD_MS, Entry, Journal
from mock_sis.world.worlds import DEFAULT, Hosted, Worlds

SECRET = re.compile("secret|password|token", re.IGNORECASE)

CONTENT_TYPE = b"content-type"
BODY_HEADERS = {CONTENT_TYPE, b"content-length", b"transfer-encoding"}


class Front:
    """Chooses the world by prefix and the part of the server by path."""

    def __init__(
        self,
        server: str,
        worlds: Worlds,
        *,
        api: Asgi,
        control: Asgi,
        pages: Asgi,
        hosts: Hosts | None = None,
    ) -> None:
        """*hosts*: the names that it answers to; None, where nothing listens, any."""
        self._server = server
        self._hosts = hosts
        self._worlds = worlds
        self._api, self._control, self._pages = api, control, pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; other scopes are none of ours."""
        if scope["type"] != "http":
            return
        if self._hosts and (misdirected := strange_host(scope, self._hosts)):
            await response(problem_json(misdirected))(scope, receive, send)
            return
        prefix, name, path = split(scope["path"])
        hosted = self._worlds.find(name)
        if hosted is None:
            gone = problem_json(Problem(404, "there is no world of that name here"))
            await response(gone)(scope, receive, send)
            return
        exchange = self._exchange(scope, hosted, prefix, path)
        inner = {**scope, "root_path": prefix, "passback": exchange}
        await self._part(path)(inner, receive, send)

    def _part(self, path: str) -> Asgi:
        if path.startswith("/_mock/") or path == "/_mock":
            return self._control
        if path in {"/", "/pages"} or path.startswith(("/pages/", "/bootstrap/")):
            return self._pages
        return self._api

    def _exchange(self, scope: Scope, hosted: Hosted, prefix: str, path: str) -> Exchange:
        headers = {
            name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]
        }
        host, port = scope.get("server") or ("localhost", 80)
        call = Call(
            server=self._server,
            operation=None,
            method=scope["method"],
            base=f"{scope['scheme']}://{headers.get('host') or f'{host}:{port}'}{prefix}",
            path=path.rstrip("/") or "/",
            query=scope["query_string"].decode("latin-1"),
            client=(scope.get("client") or ("",))[0],
            headers=headers,
        )
        return Exchange(hosted, self._worlds, call)


def strange_host(scope: Scope, hosts: Hosts) -> Problem | None:
    """What is wrong with the Host header of a request; its value is not repeated."""
    given = [value for name, value in scope["headers"] if name == b"host"]
    if len(given) != 1 or not given[0].strip():
        return Problem(400, "a request needs one Host header")
    if hosts.take(given[0]):
        return None
    return Problem(421, "the mock does not answer to this name; --allow-host gives it another one")


def split(path: str) -> tuple[str, str, str]:
    """Prefix, world's name and the path below; without a prefix the default world.

    Of several slashes at the beginning one counts: a base URL often ends in one.
    """
    parts = path.split("/", 3)
    if len(parts) >= 3 and parts[1] == "w" and parts[2]:
        return f"/w/{parts[2]}", parts[2], "/" + (parts[3] if len(parts) > 3 else "").lstrip("/")
    return "", DEFAULT, "/" + path.lstrip("/")


class Journaling:
    """Notes every call, at the latest when its connection is cut."""

    def __init__(self, inner: Asgi) -> None:
        self._inner = inner

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on; the entry is there before the answer is complete."""
        exchange: Exchange = scope["passback"]
        journal = exchange.hosted.journal
        started = time.perf_counter()
        noted, head = False, list[Message]()

        async def noting(message: Message) -> None:
            nonlocal noted
            if message["type"] == "http.response.start":
                exchange.status = message["status"]
                head.append(message)  # an answer without a body is complete with its head
                return
            if not noted and not message.get("more_body"):
                noted = note(journal, exchange, time.perf_counter() - started)
            while head:
                await send(head.pop())
            await send(message)

        exchange.status = None
        try:
            await self._inner(scope, receive, noting)
        finally:
            if not noted:
                exchange.status = None
                note(journal, exchange, time.perf_counter() - started)


def note(journal: Journal, exchange: Exchange, seconds: float) -> bool:
    """Put the call into the journal; it is written within a tenth of a second."""
    call, operation = exchange.call, exchange.operation
    entry = Entry(
        at=exchange.at or journal.stamp(),
        real_ms=time.time_ns() // 1_000_000,
        server=call.server,
        method=call.method,
        path=call.path,
        query=masked(call.query, everything=operation is None or not operation.secured),
        operation=operation.id if operation else None,
        status=exchange.status,
        duration_ms=round(seconds * 1000, 3),
        write=operation.write if operation else False,
        violations=exchange.violations,
        reason=exchange.reason,
        client=exchange.client or call.client,
        about=exchange.about,
    )
    if journal.add(entry):
        asyncio.get_running_loop().call_later(OLD_MS / 1000, journal.flush)
    return True


def masked(query: str, *, everything: bool) -> str:
    """A query without secrets: one dialect of the token request sends them there."""
    return "&".join(_masked(part, everything=everything) for part in query.split("&"))


def _masked(part: str, *, everything: bool) -> str:
    name, equals, _ = part.partition("=")
    return f"{name}=***" if equals and (everything or SECRET.search(name)) else part


class Gate:
    """Finds the operation of a request, or answers that there is none.

    connexion would route all this too, but not in any case, nor with slashes at the end, and its
    405 names one method of a path.
    """

    def __init__(self, inner: Asgi, *, contract: Contract, errors: Errors) -> None:
        self._inner = inner
        self._contract = contract
        self._errors = errors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what the contract knows."""
        exchange: Exchange = scope["passback"]
        call = exchange.call
        match = self._contract.match(call.method.lower(), call.path)
        if match and match.operation:
            exchange.operation = match.operation
            exchange.call = replace(
                call, operation=match.operation.id, path=match.path or call.path
            )
            await self._inner(tidy(scope, exchange), receive, send)
            return
        problem = (
            Problem(
                405,
                f"{call.method} is not possible here",
                headers={"Allow": ", ".join(match.allow)},
            )
            if match
            else Problem(404, "there is nothing at this address")
        )
        await self._errors.refuse(problem, exchange)(scope, receive, send)


def tidy(scope: Scope, exchange: Exchange) -> Scope:
    """The request as the contract spells it: HEAD is GET, and a body stands only where it may."""
    assert exchange.operation is not None
    headers = scope["headers"]
    if not exchange.operation.consumes:
        headers = [pair for pair in headers if pair[0] not in BODY_HEADERS]
    return {
        **scope,
        "method": exchange.operation.method.upper(),
        "path": scope["root_path"] + exchange.call.path,
        "headers": list(known_headers(headers)),
        "extensions": {**scope.get("extensions", {}), "connexion_context": {"exchange": exchange}},
    }


def known_headers(headers: Iterable[tuple[bytes, bytes]]) -> Iterator[tuple[bytes, bytes]]:
    """Headers with the type of the body as the contract names it; an empty one is none."""
    for name, value in headers:
        if name != CONTENT_TYPE:
            yield name, value
        elif media := known_media(value):
            yield name, media


def known_media(content_type: bytes) -> bytes:
    """The media type that a body is read as; what is JSON by its name is JSON."""
    media = content_type.partition(b";")[0].strip().lower()
    return b"application/json" if media == b"text/json" or media.endswith(b"+json") else media
