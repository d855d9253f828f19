"""Servers that take notices, and some that take them badly; on real sockets."""

import json
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

AUTHORITY = trustme.CA()


class Box:
    """Takes mail, or answers *then* instead, one after the other; "lost" takes it and hangs up."""

    def __init__(self, *then):
        self.mails, self.then, self.signed_in = [], list(then), []

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        said = self.then.pop(0) if self.then else None
        if said in {None, "lost"}:
            self.mails.append(envelope)
        if said == "lost":
            server.transport.abort()
        return said or "250 taken"

    def authenticate(self, server, session, envelope, mechanism, data):
        self.signed_in.append((data.login.decode(), data.password.decode()))
        return AuthResult(success=data.password == b"s3cret", handled=False)


@contextmanager
def smtp(box, security="starttls"):
    """A mail server with a certificate of `AUTHORITY`; its port."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    AUTHORITY.issue_cert("localhost").configure_cert(context)
    more = {
        "starttls": {"tls_context": context, "require_starttls": True},
        "tls": {"ssl_context": context},
        "none": {},
    }[security]
    signs_in = {"authenticator": box.authenticate, "auth_required": False} if more else {}
    signs_in |= {"auth_require_tls": security == "starttls"} if more else {}
    server = Controller(box, hostname="localhost", port=free_port(), **more, **signs_in)
    server.start()
    try:
        yield server.port
    finally:
        server.stop()


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as found:
        return found.getsockname()[1]


@contextmanager
def babbling(line, every=0.05):
    """A server that sends *line*, a byte at a time, and never comes to an end; its port."""
    ended = Event()

    def serve():
        while not ended.is_set():
            with suppress(OSError):
                connection, _ = listening.accept()
                Thread(target=babble, args=(connection,), daemon=True).start()

    def babble(connection):
        with connection, suppress(OSError):
            for byte in line:
                connection.sendall(bytes([byte]))
            while not ended.is_set():
                connection.sendall(b"x")
                time.sleep(every)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        Thread(target=serve, daemon=True).start()
        try:
            yield listening.getsockname()[1]
        finally:
            ended.set()
            with suppress(OSError):
                listening.shutdown(socket.SHUT_RDWR)


class Hook:
    """What a receiver got, and what it answers: statuses, one after the other; then 204."""

    def __init__(self, *then):
        self.then, self.got, self.url = list(then), [], ""

    @property
    def bodies(self):
        return [json.loads(body) for _, _, body in self.got if body]


@contextmanager
def receiving(*then) -> Iterator[Hook]:
    """A receiver of webhooks and pings; "lost" takes the request and hangs up."""
    hook = Hook(*then)

    class Handler(BaseHTTPRequestHandler):
        def handle_any(self):
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            hook.got.append((self.path, dict(self.headers.items()), body))
            answer = hook.then.pop(0) if hook.then else 204
            if answer == "lost":
                self.close_connection = True
                return
            self.send_response(answer)
            self.send_header("content-length", "0")
            self.end_headers()

        do_GET = do_POST = handle_any  # noqa: N815

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    hook.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield hook
    finally:
        server.shutdown()
        server.server_close()
