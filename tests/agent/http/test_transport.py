"""Requests over real sockets: what an answer is read as, and what a failure says of the request."""

import gzip
import logging
import socket
import ssl
import threading
import time
import zlib
from contextlib import contextmanager, suppress
from datetime import UTC, datetime

import httpx2
import pytest

from agent.errors import ConfigError, NotUnderstoodError
from agent.http.base_url import Proxy
from agent.http.responses import FailedError, Operation
from agent.http.transport import Transport
from agent.http.waiting import RateLimiter
from mock_sis.serve.certificate import write_certificate
from tests.proxy import connect_proxy, nobody
from tests.transports import mocked

READ = Operation("getThing")
MAKE = Operation("makeThing", "POST", write=True, repeatable=False)

HANG_UP = object()
"""In a script: close the connection here."""

HEAD = b"HTTP/1.1 200 OK\r\n"
OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"


class Scripted:
    """A server that says each connection's pieces in turn: an answer a request, or `HANG_UP`."""

    def __init__(self, *connections, family=socket.AF_INET, wrap=None):
        self.asked, self.connections = [], 0
        self._scripts = list(connections)
        self._wrap = wrap or (lambda link: link)
        self._listening = socket.create_server(
            ("::1" if family == socket.AF_INET6 else "127.0.0.1", 0), family=family
        )
        self.host, self.port = self._listening.getsockname()[:2]
        self.hung_up = threading.Event()
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        for script in self._scripts:
            try:
                link = self._wrap(self._listening.accept()[0])
            except OSError:
                continue
            self.connections += 1
            with link, suppress(OSError):  # a client may have enough
                self._play(link, script)
            self.hung_up.set()

    def _play(self, link, script):
        for answer in script:
            if answer is HANG_UP:
                return
            request = _request(link)
            if request is None:
                return
            self.asked.append(request)
            for piece in [answer] if isinstance(answer, bytes) else answer:
                link.sendall(piece)
        link.recv(1)  # until the client hangs up

    def close(self):
        self._listening.close()


def _request(link):
    data = b""
    while b"\r\n\r\n" not in data:
        piece = link.recv(65536)
        if not piece:
            return None
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    length = [line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length: ")]
    while length and len(body) < int(length[0].split()[1]):
        body += link.recv(65536)
    return head.decode().split("\r\n"), body


@contextmanager
def scripted(*connections, **more):
    server = Scripted(*connections, **more)
    try:
        yield server
    finally:
        server.close()


class Sent:
    """A `Transport` to a server, and what it told of each request."""

    def __init__(self, url, **more):
        self.url, self.events, self.slept = url, [], []
        limiter = RateLimiter(self.slept.append, time.monotonic)
        settings = {"connections": 1, "observe": self.events.append, "max_seconds": 20.0} | more
        self.transport = Transport(url, "sis", rate_limiter=limiter, **settings)

    def get(self, path="/x", **headers):
        return self.transport.send(READ, self.url + path, headers, None, 1)

    def post(self, content=b"{}", path="/x", **headers):
        return self.transport.send(MAKE, self.url + path, headers, content, 1)

    def failure(self, content=b"{}", **headers):
        """What is known of a POST that got no answer: why, again, lost."""
        with pytest.raises(FailedError) as caught:
            self.post(content, **headers)
        assert [event["status"] for event in self.events] == [None]
        failed = caught.value
        return failed.why, failed.again, failed.lost


@contextmanager
def to(server, **more):
    url = server if isinstance(server, str) else f"http://{named(server.host)}:{server.port}"
    sent = Sent(url, **more)
    try:
        yield sent
    finally:
        sent.transport.close()


def named(host):
    return f"[{host}]" if ":" in host else host


def answer_to(raw, **more):
    """What *raw*, after which the server hangs up, is read as."""
    with scripted([raw, HANG_UP]) as server, to(server, **more) as sent:
        return sent.get()


BROKE = ("the connection broke", True, True)
LATE = ("no answer in time", True, True)


class TestRequest:
    def test_head_and_body_go_out_with_the_host_and_the_length(self):
        with scripted([OK]) as server, to(server) as sent:
            sent.post(b'{"d":1}', "/a?b=c", accept="application/json")
        head, body = server.asked[0]
        assert head[0] == "POST /a?b=c HTTP/1.1"
        assert {line.lower() for line in head[1:]} == {
            f"host: 127.0.0.1:{server.port}",
            "accept: application/json",
            "content-length: 7",
        }
        assert body == b'{"d":1}'

    def test_they_go_out_in_one_piece(self):
        with socket.create_server(("127.0.0.1", 0)) as listening:
            pieces = []

            def serve():
                link, _ = listening.accept()
                pieces.append(link.recv(65536))
                link.sendall(OK)
                link.close()

            threading.Thread(target=serve, daemon=True).start()
            with to(f"http://127.0.0.1:{listening.getsockname()[1]}") as sent:
                sent.post(b'{"d":1}')
        assert pieces[0].endswith(b'\r\n\r\n{"d":1}')

    def test_a_token_may_be_asked_for_at_another_server(self):
        with scripted([OK], [OK]) as server, scripted([OK]) as other, to(server) as sent:
            sent.get("/x")
            sent.transport.send(MAKE, f"http://127.0.0.1:{other.port}/token", {}, b"", 1)
            sent.get("/y")
        assert [head[0] for head, _ in other.asked] == ["POST /token HTTP/1.1"]
        assert [head[0].split()[1] for head, _ in server.asked] == ["/x", "/y"]

    @pytest.mark.parametrize("family", [socket.AF_INET, socket.AF_INET6])
    def test_a_large_body_arrives_whole(self, family):
        body = bytes(range(256)) * 20_000
        with scripted([OK], family=family) as server, to(server) as sent:
            sent.post(body)
        assert server.asked[0][1] == body

    @pytest.mark.parametrize(
        "headers",
        [{"authorization": "Bearer a\r\nb: c"}, {"authorization": "Bearer \x00"}],
    )
    def test_what_would_be_no_http_is_not_sent(self, headers):
        with scripted([OK]) as server, to(server) as sent:
            assert sent.failure(**headers) == ("the request cannot be sent as it is", False, False)
        assert server.asked == []

    def test_neither_cookies_nor_redirects_nor_the_environment_count(self, monkeypatch):
        monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
        raw = b"HTTP/1.1 302 Found\r\nlocation: /y\r\nset-cookie: a=b\r\ncontent-length: 0\r\n\r\n"
        with scripted([raw, OK]) as server, to(server) as sent:
            assert sent.get().status == 302
            sent.get()
        assert [head[0] for head, _ in server.asked] == ["GET /x HTTP/1.1"] * 2
        assert not any(line.lower().startswith("cookie") for line in server.asked[1][0])

    def test_the_librarys_loggers_are_silent_about_urls(self, caplog):
        caplog.set_level(logging.DEBUG)
        with scripted([OK]) as server, to(server) as sent:
            sent.get("/students/700001")
        assert "700001" not in caplog.text
        assert {logging.getLogger(name).level for name in ("httpx2", "httpcore2")} == {
            logging.WARNING
        }


class TestEvents:
    def test_each_request_on_the_wire_is_one_event_failed_ones_too(self):
        with scripted([OK, b"", HANG_UP]) as server, to(server) as sent:
            sent.get()
            with pytest.raises(FailedError):
                sent.post()
        first, second = sent.events
        assert first["ms"] >= 0
        assert {**first, "ms": 0} == {
            "system": "sis",
            "operation": "getThing",
            "method": "GET",
            "status": 200,
            "ms": 0,
            "attempt": 1,
            "write": False,
        }
        assert (second["operation"], second["status"], second["write"]) == ("makeThing", None, True)

    def test_requests_wait_for_their_turn(self):
        inside, most = [], []

        def handle(_request):
            inside.append(1)
            most.append(len(inside))
            time.sleep(0.01)
            inside.pop()
            return httpx2.Response(200)

        sent = Sent("http://sis.example", connections=3, connect=lambda: mocked(handle))
        threads = [threading.Thread(target=sent.get) for _ in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert max(most) <= 3
        assert len(sent.events) == 12

    def test_a_pause_that_was_asked_for_spaces_what_follows(self):
        with scripted([OK] * 3) as server, to(server) as sent:
            sent.transport._rate_limiter.pause(7.0, throttled=True)
            sent.get()
            sent.get()
        assert sent.slept[0] == 7.0
        assert 0 < sent.slept[1] <= 0.1


class TestAnswer:
    def test_by_its_length(self):
        raw = (
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}more"
        )
        answer = answer_to(raw)
        assert (answer.status, answer.content) == (200, b"{}")
        assert answer.headers["content-type"] == "application/json"

    def test_in_chunks_with_a_trailer(self):
        raw = CHUNKS + b'3;a=b\r\n{"a\r\nA\r\n":"bcdefg"\r\n1\r\n}\r\n0\r\nx: y\r\n\r\n'
        assert answer_to(raw).content == b'{"a":"bcdefg"}'

    @pytest.mark.parametrize("version", [b"1.0", b"1.1"])
    def test_until_the_server_hangs_up(self, version):
        assert answer_to(b"HTTP/" + version + b" 200 OK\r\n\r\n[1]").content == b"[1]"

    @pytest.mark.parametrize("status", [204, 304])
    def test_without_a_body_is_at_its_end(self, status):
        raw = b"HTTP/1.1 %d \r\netag: x\r\n\r\n" % status
        with scripted([raw, OK]) as server, to(server) as sent:
            first = sent.get()
            assert (first.status, first.content) == (status, b"")
            assert sent.get().content == b"{}"
        assert server.connections == 1

    @pytest.mark.parametrize(
        "interim",
        [
            b"HTTP/1.1 100 Continue\r\n\r\n",
            b"HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n",
        ],
    )
    def test_comes_after_interim_ones(self, interim):
        answer = answer_to(interim + OK)
        assert (answer.status, answer.content, "link" in answer.headers) == (200, b"{}", False)

    def test_names_in_lower_case_and_repeated_headers_joined(self):
        raw = b"HTTP/1.1 200 OK\r\nLINK: <a>\r\nlink:\t<b> \r\nX: \r\ncontent-length: 0\r\n\r\n"
        assert answer_to(raw).headers == {"link": "<a>, <b>", "x": "", "content-length": "0"}

    def test_in_many_small_pieces(self):
        raw = b"HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n" + OK
        pieces = [raw[i : i + 1] for i in range(len(raw))]
        with scripted([pieces]) as server, to(server) as sent:
            assert sent.get().content == b"{}"

    def test_a_byte_order_mark_is_no_part_of_it(self):
        raw = HEAD + b"content-length: 5\r\n\r\n\xef\xbb\xbf{}"
        assert answer_to(raw).content == b"{}"

    def test_given_before_all_was_taken_counts(self):
        refused = b"HTTP/1.1 413 Too Large\r\ncontent-length: 0\r\n\r\n"
        with socket.create_server(("127.0.0.1", 0)) as listening:

            def serve():
                link, _ = listening.accept()
                link.recv(100)
                link.sendall(refused)
                link.shutdown(socket.SHUT_RDWR)
                link.close()

            threading.Thread(target=serve, daemon=True).start()
            with to(f"http://127.0.0.1:{listening.getsockname()[1]}") as sent:
                try:
                    outcome = sent.post(bytes(50_000_000)).status
                except FailedError as failed:
                    # Where the network's own refusal overtook the answer.
                    outcome = (failed.why, failed.again, failed.lost)
        assert outcome in {413, BROKE}


PACKED = HEAD + b"content-encoding: %s\r\ncontent-length: %d\r\n\r\n"


def packed(coding, content):
    return PACKED % (coding, len(content)) + content


class TestPacked:
    @pytest.mark.parametrize("coding", [b"gzip", b"GZIP"])
    def test_by_gzip(self, coding):
        assert answer_to(packed(coding, gzip.compress(b"[1]"))).content == b"[1]"

    def test_by_deflate_with_and_without_its_wrapper(self):
        wrapped = zlib.compress(b"[1]")
        assert answer_to(packed(b"deflate", wrapped)).content == b"[1]"
        assert answer_to(packed(b"deflate", wrapped[2:-4])).content == b"[1]"

    @pytest.mark.parametrize(
        ("coding", "content"),
        [(b"gzip", b"{}"), (b"deflate", b"no"), (b"br", b"{}"), (b"gzip, gzip", b"{}")],
    )
    def test_what_cannot_be_unpacked_is_no_answer(self, coding, content):
        with scripted([packed(coding, content)]) as server, to(server) as sent:
            assert sent.failure() == BROKE


MB = 1024 * 1024
LARGE = ("the answer is larger than 1 MB (max_answer_mb)", False, True)


class TestTooLarge:
    @pytest.mark.parametrize("size", [MB, MB + 1])
    def test_an_answer_of_just_the_bound_is_read(self, size):
        raw = HEAD + b"content-length: %d\r\n\r\n" % size + bytes(size)
        with scripted([raw, OK], [OK]) as server, to(server, max_answer_mb=1) as sent:
            if size == MB:
                assert len(sent.get().content) == MB
            else:
                assert sent.failure() == LARGE
            assert sent.get().content == b"{}"
        assert server.connections == (1 if size == MB else 2)

    def test_that_it_is_too_large_is_an_answer_that_is_not_understood(self):
        raw = HEAD + b"content-length: %d\r\n\r\n" % (2 * MB) + bytes(2 * MB)
        with (
            scripted([raw]) as server,
            to(server, max_answer_mb=1) as sent,
            pytest.raises(FailedError) as caught,
        ):
            sent.get()
        assert isinstance(caught.value.error, NotUnderstoodError)

    @pytest.mark.parametrize("coding", [b"gzip", b"deflate"])
    def test_it_is_counted_while_it_is_unpacked(self, coding):
        bomb = (gzip if coding == b"gzip" else zlib).compress(bytes(20 * MB))
        assert len(bomb) < MB
        with scripted([packed(coding, bomb)]) as server, to(server, max_answer_mb=1) as sent:
            assert sent.failure() == LARGE

    def test_and_while_it_comes_in_whatever_it_unpacks_to(self):
        begun = []

        def pieces():
            yield HEAD + b"content-encoding: gzip\r\n\r\n" + gzip.compress(b"[1]")
            for megabyte in range(1000):
                begun.append(megabyte)
                yield bytes(MB)

        with scripted([pieces()]) as server, to(server, max_answer_mb=1) as sent:
            assert sent.failure() == LARGE
        assert len(begun) < 100


CHUNKS = HEAD + b"transfer-encoding: chunked\r\n\r\n"
BROKEN = {
    "silence": b"",
    "half a line": b"HTTP/1.1 200",
    "half a head": HEAD + b"content-length: 0",
    "a head without its end": HEAD + b"content-length: 0\r\n",
    "another protocol": b"\x16\x03\x01 no HTTP at all\r\n\r\n",
    "a protocol that is much alike": b"RTSP/1.0 200 OK\r\n\r\n",
    "no status": b"HTTP/1.1 2OO OK\r\n\r\n",
    "a status below all": b"HTTP/1.1 007 OK\r\n\r\n",
    "nothing but an interim one": b"HTTP/1.1 100 Continue\r\n\r\n",
    "another protocol from here on": b"HTTP/1.1 101 Switching\r\nupgrade: x\r\n"
    b"connection: upgrade\r\n\r\n" + OK,
    "cut off": HEAD + b"content-length: 5\r\n\r\n{}",
    "two lengths": HEAD + b"content-length: 2\r\ncontent-length: 7\r\n\r\n{}",
    "no length": HEAD + b"content-length: two\r\n\r\n{}",
    "an empty length": HEAD + b"content-length:\r\n\r\n{}",
    "a huge length": HEAD + b"content-length: 99999999999999999999\r\n\r\n{}",
    "cut off in chunks": CHUNKS + b"2\r\n{}\r\n",
    "no chunk": CHUNKS + b"zz\r\n{}\r\n0\r\n\r\n",
    "a huge chunk": CHUNKS + b"fffffffffffffffffff\r\n{}",
    "a chunk below nothing": CHUNKS + b"-5\r\n{}",
    "cut off in what trails": CHUNKS + b"2\r\n{}\r\n0\r\na: b\r\n",
    "packed in transfer": HEAD + b"transfer-encoding: gzip, chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    "in no known coding": HEAD + b"transfer-encoding: identity\r\n\r\n{}",
    "no header": HEAD + b"no header\r\ncontent-length: 2\r\n\r\n{}",
    "a header without end": HEAD + b"a: %s" % (b"x" * 700_000),
    "not packed": HEAD + b"content-encoding: gzip\r\ncontent-length: 2\r\n\r\n{}",
}
"""What is no answer, or not all of one."""
FORGIVEN = {
    "interim ones without end": b"HTTP/1.1 102 Processing\r\na: b\r\n\r\n" * 101 + OK,
    "a length and chunks": HEAD
    + b"content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    "a folded header": HEAD + b"a: b\r\n c\r\ncontent-length: 2\r\n\r\n{}",
    "lines that end otherwise": b"HTTP/1.1 200 OK\ncontent-length: 2\n\n{}",
    "a huge header": HEAD + b"a: %s\r\n\r\n" % (b"x" * 70_000),
    "many headers": HEAD + b"a: b\r\n" * 101 + b"\r\n",
    "packed and cut off": HEAD + b"content-encoding: gzip\r\n\r\n" + gzip.compress(b"[1]")[:-3],
}
"""What a stricter reader refuses; each has a whole head."""


class TestLost:
    """The request went out, at least in part: what became of it is unknown."""

    @pytest.mark.parametrize("raw", BROKEN.values(), ids=BROKEN)
    def test_whatever_is_not_a_whole_answer(self, raw):
        with scripted([raw, HANG_UP]) as server, to(server) as sent:
            assert sent.failure() == BROKE

    @pytest.mark.parametrize("raw", FORGIVEN.values(), ids=FORGIVEN)
    def test_what_is_odd_and_whole_is_an_answer(self, raw):
        assert answer_to(raw).status == 200

    @pytest.mark.parametrize("size", [0, 300_000])
    def test_hung_up_on_and_the_next_request_connects_anew(self, size):
        with scripted([b"", HANG_UP], [OK]) as server, to(server) as sent:
            assert sent.failure(bytes(size)) == BROKE
            assert sent.get().status == 200
        assert (server.connections, len(server.asked)) == (2, 2)

    def test_hung_up_on_with_the_request_unread(self):
        with socket.create_server(("127.0.0.1", 0)) as listening:

            def serve():
                link, _ = listening.accept()
                link.recv(10)
                link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
                link.close()

            threading.Thread(target=serve, daemon=True).start()
            with to(f"http://127.0.0.1:{listening.getsockname()[1]}") as sent:
                assert sent.failure(bytes(100)) == BROKE

    @pytest.mark.parametrize("raw", [b"", HEAD, HEAD + b"content-length: 5\r\n\r\n{}"])
    def test_no_answer_in_time(self, raw):
        with scripted([raw], [OK]) as server:
            with to(server, max_seconds=0.2) as sent:
                assert sent.failure() == LATE
            with to(server) as sent:
                assert sent.get().status == 200

    def test_a_server_that_takes_nothing_in(self):
        with (
            socket.create_server(("127.0.0.1", 0)) as deaf,
            to(f"http://127.0.0.1:{deaf.getsockname()[1]}", max_seconds=0.2) as sent,
        ):
            assert sent.failure(bytes(50_000_000)) == LATE

    @pytest.mark.parametrize(
        ("start", "drop"),
        [
            (HEAD + b"x: ", b"y"),
            (HEAD + b"content-length: 100000\r\n\r\n", b"y"),
            (CHUNKS, b"1\r\ny\r\n"),
            (b"", b"HTTP/1.1 102 Processing\r\n\r\n"),
        ],
        ids=["in the head", "in the content", "in chunks", "in interim answers"],
    )
    def test_an_answer_that_drips_in_without_end(self, start, drop):
        def pieces():
            yield start
            until = time.monotonic() + 4
            while time.monotonic() < until:
                yield drop
                time.sleep(0.002)

        began = time.monotonic()
        with scripted([pieces()]) as server, to(server, max_seconds=0.4) as sent:
            assert sent.failure() == LATE
        assert time.monotonic() - began < 3.5


class TestNotSent:
    """Nothing arrived: a repeat is safe, whatever was asked."""

    def test_refused(self):
        with to(nobody()) as sent:
            assert sent.failure() == ("no connection: connection refused", True, False)

    @pytest.mark.parametrize("host", ["no-such-host.invalid", "255.255.255.255"])
    def test_no_such_server(self, host):
        with to(f"http://{host}:9", max_seconds=5.0) as sent:
            why, again, lost = sent.failure()
        assert why == "no connection" + (": unknown host" if "invalid" in host else "")
        assert (again, lost) == (True, False)

    def test_nobody_accepts_in_time(self):
        with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
            waiting = [socket.socket() for _ in range(4)]
            for one in waiting:
                one.setblocking(False)
                one.connect_ex(full.getsockname())
            with to(f"http://127.0.0.1:{full.getsockname()[1]}", max_seconds=0.3) as sent:
                assert sent.failure() == ("no connection", True, False)
            for one in waiting:
                one.close()

    def test_a_server_that_never_begins_with_tls(self):
        with (
            scripted([]) as server,
            to(f"https://127.0.0.1:{server.port}", max_seconds=0.5) as sent,
        ):
            assert sent.failure() == ("no connection", True, False)

    def test_a_server_without_tls_was_never_reached(self):
        with (
            scripted([b"HTTP/1.1 400 Bad Request\r\n\r\n", HANG_UP]) as server,
            to(f"https://127.0.0.1:{server.port}", max_seconds=0.5) as sent,
        ):
            assert sent.failure() == ("no connection", True, False)

    @pytest.mark.parametrize(
        ("error", "known"),
        [
            (httpx2.PoolTimeout("full"), ("no connection", True, False)),
            (httpx2.WriteTimeout("late"), LATE),
            (
                httpx2.UnsupportedProtocol("x"),
                ("the request cannot be sent as it is", False, False),
            ),
            (httpx2.InvalidURL("x"), ("the request cannot be sent as it is", False, False)),
            (httpx2.WriteError("x"), BROKE),
            (httpx2.CloseError("x"), BROKE),
            (httpx2.DecodingError("x"), BROKE),
            (MemoryError(), BROKE),
        ],
        ids=lambda value: type(value).__name__,
    )
    def test_what_no_server_brings_about_at_will(self, error, known):
        def handle(_request):
            raise error

        assert Sent("https://sis.example", connect=lambda: mocked(handle)).failure() == known

    def test_what_is_not_the_servers_doing_is_not_blamed_on_it(self):
        def handle(_request):
            raise KeyError

        with pytest.raises(KeyError):
            Sent("https://sis.example", connect=lambda: mocked(handle)).get()


class TestKept:
    def test_one_connection_serves_many_requests(self):
        with scripted([OK] * 5) as server, to(server) as sent:
            for _ in range(5):
                assert sent.get().content == b"{}"
        assert (server.connections, len(server.asked)) == (1, 5)

    def test_not_where_the_server_says_that_it_closes(self):
        closing = OK.replace(b"200 OK", b"200 OK\r\nConnection: close")
        with scripted([closing], [OK]) as server, to(server) as sent:
            sent.get()
            assert sent.post().status == 200
        assert server.connections == 2

    def test_what_was_said_beyond_an_answer_is_never_the_next_one(self):
        with scripted([OK + OK.replace(b"200", b"201")], [OK]) as server, to(server) as sent:
            assert sent.get().status == 200
            with pytest.raises(FailedError) as caught:
                sent.post()
            assert sent.post().status == 200
        assert (caught.value.why, caught.value.lost) == ("the connection broke", True)
        assert server.connections == 2

    def test_one_that_was_hung_up_meanwhile_is_replaced_before_anything_is_sent(self):
        with scripted([OK, HANG_UP], [OK]) as server, to(server) as sent:
            sent.get()
            assert server.hung_up.wait(60)
            _until_readable(sent)
            assert sent.post().status == 200
        assert (server.connections, len(server.asked)) == (2, 2)

    def test_one_that_said_something_unasked_is_replaced(self):
        late = b"HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\n\r\n"
        go = threading.Event()

        def pieces():
            yield OK
            go.wait(60)
            yield late

        with scripted([pieces()], [OK]) as server, to(server) as sent:
            assert sent.get().status == 200
            go.set()
            _until_readable(sent)
            assert sent.get().status == 200
        assert server.connections == 2

    def test_not_after_being_idle_for_longer_than_servers_wait(self):
        with scripted([OK]) as server, to(server) as sent:
            sent.get()
            pool = sent.transport._idle[0]._pool
            assert 0 < pool._keepalive_expiry < 5

    def test_closing_hangs_up(self):
        with scripted([OK]) as server:
            with to(server) as sent:
                sent.get()
            assert server.hung_up.wait(60)


def _until_readable(sent):
    until = time.monotonic() + 60
    while not sent.transport._idle[0]._socket._socket.get_extra_info("is_readable"):
        assert time.monotonic() < until
        time.sleep(0.001)


# ---- TLS, and proxies on the way -----------------------------------------------------------------

UNTRUSTED = ("its TLS certificate was not accepted (ca_file?)", False, False)


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    return write_certificate(tmp_path_factory.mktemp("tls"), now=datetime.now(UTC))


@pytest.fixture(scope="module")
def wrap(pair):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*pair)
    return lambda link: context.wrap_socket(link, server_side=True)


class TestTrust:
    def test_what_vouches_for_the_server_lets_it_answer(self, pair, wrap):
        with (
            scripted([OK, OK], wrap=wrap) as server,
            to(f"https://localhost:{server.port}", ca_file=str(pair[0])) as sent,
        ):
            assert sent.get().content == b"{}"
            assert sent.get().content == b"{}"
        assert server.connections == 1

    def test_a_stranger_is_not_spoken_to(self, wrap):
        with (
            scripted([OK], wrap=wrap) as server,
            to(f"https://localhost:{server.port}") as sent,
        ):
            assert sent.failure() == UNTRUSTED
        assert server.asked == []

    def test_nor_one_whose_certificate_is_anothers(self, pair, wrap):
        with (
            scripted([OK], wrap=wrap) as server,
            to(f"https://127.1:{server.port}", ca_file=str(pair[0])) as sent,
        ):
            assert sent.failure() == UNTRUSTED
        assert server.asked == []

    @pytest.mark.parametrize("content", [None, b"", b"no certificate"])
    def test_authorities_that_cannot_be_read_are_a_configuration_error(self, tmp_path, content):
        file = tmp_path / "ca.pem"
        if content is not None:
            file.write_bytes(content)
        with pytest.raises(ConfigError, match="ca_file"):
            Sent("https://sis.example", ca_file=str(file))


NO_PROXY = ("no connection to the proxy", True, False)


class TestProxy:
    def test_tls_goes_through_its_tunnel_and_is_verified(self, pair, wrap):
        with (
            scripted([OK], [OK], wrap=wrap) as server,
            connect_proxy("passback:a b ü") as proxy,
        ):
            url = f"https://localhost:{server.port}"
            way = Proxy(proxy.url, "passback", "a b ü")
            with to(url, ca_file=str(pair[0]), proxy=way) as sent:
                assert sent.get().content == b"{}"
            with to(url, proxy=way) as sent:
                assert sent.failure() == UNTRUSTED
        assert proxy.asked[0][0] == f"CONNECT localhost:{server.port} HTTP/1.1"
        assert proxy.carried > 0

    @pytest.mark.parametrize(
        ("refusal", "known"),
        [
            (
                b"407 Who\r\ncontent-length: 9\r\n\r\n",
                ("the proxy wants credentials, or other ones (407)", False, False),
            ),
            (b"403 No\r\n\r\n", ("the proxy does not let it through (403)", False, False)),
            (
                b"302 Log in\r\nlocation: /\r\n\r\n",
                ("the proxy does not let it through (302)", False, False),
            ),
            (b"502 No\r\n\r\n", ("the proxy cannot reach it (502)", True, False)),
            (b"200 O", NO_PROXY),
            (b"nonsense\r\n\r\n", NO_PROXY),
            (b"200 OK\r\nx: " + b"y" * 200_000, NO_PROXY),
        ],
    )
    def test_one_that_makes_no_tunnel_sends_nothing(self, refusal, known):
        with connect_proxy() as proxy:
            proxy.refuse = b"HTTP/1.1 " + refusal
            with to("https://sis.invalid", proxy=Proxy(proxy.url)) as sent:
                assert sent.failure() == known
        assert (len(proxy.asked), proxy.carried) == (1, 0)

    def test_one_that_says_nothing_is_not_waited_for(self):
        with socket.create_server(("127.0.0.1", 0)) as deaf:
            way = Proxy(f"http://127.0.0.1:{deaf.getsockname()[1]}")
            with to("https://sis.invalid", proxy=way, max_seconds=0.3) as sent:
                assert sent.failure() == NO_PROXY

    def test_one_that_is_down(self):
        with to("https://sis.invalid", proxy=Proxy(nobody())) as sent:
            assert sent.failure() == NO_PROXY

    def test_a_server_that_hangs_up_in_the_tunnel_may_have_got_the_request(self, pair, wrap):
        with scripted([b"", HANG_UP], wrap=wrap) as server, connect_proxy() as proxy:
            url = f"https://localhost:{server.port}"
            with to(url, ca_file=str(pair[0]), proxy=Proxy(proxy.url)) as sent:
                assert sent.failure() == BROKE

    def test_a_tunnel_that_was_closed_is_made_anew(self, pair, wrap):
        closing = OK.replace(b"200 OK", b"200 OK\r\nConnection: close")
        with scripted([closing], wrap=wrap) as server, connect_proxy() as proxy:
            url = f"https://localhost:{server.port}"
            with to(url, ca_file=str(pair[0]), proxy=Proxy(proxy.url)) as sent:
                assert sent.get().status == 200
                proxy.refuse = b"HTTP/1.1 502 No\r\n\r\n"
                with pytest.raises(FailedError) as caught:
                    sent.post()
        assert (caught.value.why, caught.value.lost) == ("the proxy cannot reach it (502)", False)
