"""Carries out faults: what a struck call meets instead of, or on top of, its handler."""

import asyncio

from starlette.responses import Response

from mock_sis.http.errors import Errors
from mock_sis.http.exchange import Asgi, CutError, Exchange, Message, Receive, Scope, Send
from mock_sis.http.response import response
from mock_sis.http.tokens import Tokens
from mock_sis.http.types import Answer, Problem
from mock_sis.world.faults import Action, Fault, Faults, When

PAGE = "<!doctype html><html lang=en><title>Maintenance</title><h1>Down for maintenance</h1></html>"


class Faulty:
    """Strikes calls by the rules of their world; adds the latency that the server was given."""

    def __init__(self, inner: Asgi, *, errors: Errors, latency: float = 0) -> None:
        self._inner = inner
        self._errors = errors
        self._latency = latency

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, after, before or without what the rules say."""
        exchange: Exchange = scope["passback"]
        operation = exchange.operation.id if exchange.operation else ""
        struck = Faults(exchange.world).strike(exchange.call.server, operation)
        await asyncio.sleep(self._latency + delay(struck)) if self._latency or struck else None
        if any(fault.action is Action.REVOKE for fault in struck):
            Tokens(exchange.world, exchange.call.server).revoke()
        last = next((f for f in struck if f.action not in {Action.DELAY, Action.REVOKE}), None)
        if last is None:
            await self._inner(scope, receive, send)
        elif last.action in {Action.DROP_BEFORE, Action.DROP_AFTER, Action.TRUNCATE}:
            await self._cut(last.action, scope, receive, send)
        else:
            if last.when is When.AFTER:
                await self._carried_out(scope, receive)
            await self._answer(last, exchange)(scope, receive, send)

    async def _cut(self, action: Action, scope: Scope, receive: Receive, send: Send) -> None:
        exchange: Exchange = scope["passback"]
        exchange.reason = f"fault: {action}"
        if action is not Action.DROP_BEFORE:
            kept = await self._carried_out(scope, receive)
            exchange.reason = f"fault: {action}"
            if action is Action.TRUNCATE:
                await send_half(kept, send)
        raise CutError(str(action))

    async def _carried_out(self, scope: Scope, receive: Receive) -> list[Message]:
        """Have a call done; its answer, which nobody has heard yet."""
        kept: list[Message] = []

        async def keep(message: Message) -> None:
            kept.append(message)

        await self._inner(scope, receive, keep)
        return kept

    def _answer(self, fault: Fault, exchange: Exchange) -> Response:
        wait = {} if fault.seconds is None else {"Retry-After": f"{fault.seconds:.0f}"}
        if fault.action is Action.MAINTENANCE:
            answer = self._errors.page("maintenance", exchange) or Answer(
                PAGE, 503, {"Content-Type": "text/html", "Retry-After": "3600", **wait}
            )
            exchange.reason = "fault: maintenance"
            return response(answer)
        if fault.action is Action.THROTTLE:
            problem = throttled(fault)
        else:
            problem = Problem(fault.status or 500, f"fault: {fault.action}", headers=wait)
        reply = self._errors.refuse(problem, exchange)
        exchange.reason = f"fault: {fault.action}"
        return reply


def throttled(fault: Fault) -> Problem:
    """What a throttle says: that it was too much, and how long to wait."""
    wait = f"{1 if fault.seconds is None else fault.seconds:.0f}"
    words = f"Too many requests. Wait {wait} seconds before the next one."
    return Problem(fault.status or 429, words, headers={"Retry-After": wait})


def delay(struck: list[Fault]) -> float:
    """How long a struck call waits first."""
    return sum(fault.seconds or 0 for fault in struck if fault.action is Action.DELAY)


async def send_half(messages: list[Message], send: Send) -> None:
    """Send headers that promise the whole body, and half of the body."""
    body = b"".join(message.get("body", b"") for message in messages)
    await send(messages[0])
    await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
