"""The pages on a port, for as long as a `with` block lasts."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any
from wsgiref.types import WSGIApplication

from waitress.server import create_server

THREADS = 8
LARGEST = 2 * 1024 * 1024
"""Bytes of a request that are taken in before the pages are asked; they take half as much."""
CONNECTIONS = 500
IDLE = 30
"""Seconds without a byte after which a slow client loses its connection."""


@contextmanager
def serving(
    app: WSGIApplication, host: str = "127.0.0.1", port: int = 0, *, largest: int = LARGEST
) -> Iterator[str]:
    """Serve *app* in a thread, and yield its URL; port 0 takes a free one.

    Of a request larger than *largest* bytes nothing is kept. OSError: the port is taken.
    """
    channels: dict[int, Any] = {}
    server = create_server(
        app,
        map=channels,
        host=host,
        port=port,
        ipv6=False,
        threads=THREADS,
        ident=None,
        max_request_body_size=largest,
        connection_limit=CONNECTIONS,
        channel_timeout=IDLE,
        cleanup_interval=IDLE // 3,
        asyncore_use_poll=True,
        # What a proxy says reaches the pages, which know whom to believe (`access.people`).
        clear_untrusted_proxy_headers=False,
    )
    thread = Thread(target=server.run, name="pages", daemon=True)
    thread.start()
    try:
        yield f"http://{host}:{server.effective_port}"
    finally:
        # In its own thread, which waits on these connections; without any it ends.
        server.trigger.pull_trigger(lambda: _close_all(channels))
        thread.join()
        server.task_dispatcher.shutdown()


def _close_all(channels: dict[int, Any]) -> None:
    for channel in list(channels.values()):
        channel.close()
