"""Asks for credentials before a request is looked at, as real servers do."""

from dataclasses import replace

from mock_sis.http.exchange import Asgi, Exchange, Receive, Scope, Send, again, whole
from mock_sis.http.types import Call

FORM = "application/x-www-form-urlencoded"


class Authorize:
    """Calls `authorize` of the world's handlers where the contract secures an operation.

    A form that a signature covers is read for it, and again for the handler: RFC 5849, section
    3.4.1.3.1.
    """

    def __init__(self, inner: Asgi, *, operations: type) -> None:
        self._inner = inner
        self._operations = operations

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on who may call; a `Problem` says that somebody may not."""
        exchange: Exchange = scope["passback"]
        if exchange.call.signed:
            form = b""
            if _has_form(exchange.call):
                form = await whole(receive)
                receive = again(form, receive)
            exchange.call = replace(
                exchange.call,
                target=scope["raw_path"].decode("latin-1"),
                form=form.decode("latin-1"),
            )
        assert exchange.operation is not None
        check = getattr(exchange.handler(self._operations), "authorize", None)
        if check and exchange.operation.secured:
            exchange.client = check(exchange.call) or ""
        await self._inner(scope, receive, send)


def _has_form(call: Call) -> bool:
    return call.headers.get("content-type", "").partition(";")[0].strip().lower() == FORM
