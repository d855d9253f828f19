"""The pages on a port, for as long as a `with` block lasts."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

import flask
from waitress.server import create_server

THREADS = 8


@contextmanager
def serving(app: flask.Flask, host: str = "127.0.0.1", port: int = 0) -> Iterator[str]:
    """Serve *app* in a thread, and yield its URL; port 0 takes a free one.

    OSError: the port is taken.
    """
    channels: dict[int, Any] = {}
    server = create_server(
        app, map=channels, host=host, port=port, ipv6=False, threads=THREADS, ident=None
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
