"""A lane over real sockets: what an answer is read as, and what a failure says of the request."""

import gzip
import socket
import ssl
import threading
import time
from contextlib import contextmanager, suppress
from datetime import UTC, datetime

import pytest

from agent.address import Proxy
from agent.lane import (
    Lane,
    LateError,
    LostError,
    NotConnectedError,
    NotSendableError,
    ProxyError,
    RefusedError,
    UnknownHostError,
    UntrustedError,
)
from agent.wire import Reading, Request
from mock_sis.certificate import write_certificate
from tests.proxy import connect_proxy

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
            with link:
                for answer in script:
                    if answer is HANG_UP:
                        break
                    self.asked.append(_request(link))
                    for piece in [answer] if isinstance(answer, bytes) else answer:
                        link.sendall(piece)
                else:
                    with suppress(OSError):
                        link.recv(1)  # until the client hangs up
            self.hung_up.set()

    def close(self):
        self._listening.close()


def _request(link):
    data = b""
    while b"\r\n\r\n" not in data:
        data += link.recv(65536)
    head, _, body = data.partition(b"\r\n\r\n")
    length = [line for line in head.split(b"\r\n") if line.startswith(b"content-length: ")]
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


@contextmanager
def a_lane(server, **more):
    lane = Lane(server.host, server.port, **({"waiting": 5.0} | more))
    try:
        yield lane
    finally:
        lane.close()


def a_request(method="GET", target="/x", body=None, **headers):
    return Request(method, target, headers, body)


def answer_to(raw, method="GET"):
    """What *raw*, after which the server hangs up, is read as."""
    with scripted([raw, HANG_UP]) as server, a_lane(server) as lane:
        return lane.exchange(a_request(method))


class TestRequest:
    def test_head_and_body_go_out_with_the_host_and_the_length(self):
        with scripted([OK]) as server, a_lane(server) as lane:
            lane.exchange(a_request("PUT", "/a?b=c", b'{"d":1}', accept="application/json"))
        head, body = server.asked[0]
        assert head == [
            "PUT /a?b=c HTTP/1.1",
            f"host: 127.0.0.1:{server.port}",
            "accept: application/json",
            "content-length: 7",
        ]
        assert body == b'{"d":1}'

    @pytest.mark.parametrize(
        ("method", "said"), [("GET", False), ("DELETE", False), ("POST", True)]
    )
    def test_without_a_body_a_length_is_said_where_one_is_expected(self, method, said):
        with scripted([OK]) as server, a_lane(server) as lane:
            lane.exchange(a_request(method))
        assert ("content-length: 0" in server.asked[0][0]) is said

    def test_a_large_body_arrives_whole(self):
        body = bytes(range(256)) * 20_000
        with scripted([OK]) as server, a_lane(server) as lane:
            lane.exchange(a_request("POST", "/x", body))
        assert server.asked[0][1] == body

    def test_an_ipv6_address_is_named_in_brackets(self):
        with scripted([OK], family=socket.AF_INET6) as server, a_lane(server) as lane:
            assert lane.exchange(a_request()).status == 200
        assert f"host: [::1]:{server.port}" in server.asked[0][0]

    @pytest.mark.parametrize(
        ("host", "port", "tls", "named"),
        [
            *(("h", 80, False, "h"), ("h", 443, False, "h:443")),
            *(("h", 443, True, "h"), ("h", 80, True, "h:80"), ("::1", 443, True, "[::1]")),
        ],
    )
    def test_the_usual_port_is_not_named(self, host, port, tls, named):
        trust = ssl.create_default_context() if tls else None
        assert Lane(host, port, trust)._named == named

    @pytest.mark.parametrize(
        "request_",
        [
            a_request(target="/a b"),
            a_request(target="/a\r\nb: c"),
            a_request(target="/ü"),
            a_request(authorization="Bearer a\r\nb: c"),
            a_request(authorization="Bearer \x00"),
        ],
    )
    def test_what_would_be_no_http_is_not_sent(self, request_):
        with scripted([OK]) as server, a_lane(server) as lane, pytest.raises(NotSendableError):
            lane.exchange(request_)
        assert server.connections == 0


class TestAnswer:
    def test_by_its_length(self):
        raw = (
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}more"
        )
        answer = answer_to(raw)
        assert (answer.status, answer.content) == (200, b"{}")
        assert answer.headers["content-type"] == "application/json"

    def test_in_chunks_with_a_trailer(self):
        head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        assert answer_to(
            head + b'3;a=b\r\n{"a\r\nA\r\n":"bcdefg"\r\n1\r\n}\r\n0\r\nx: y\r\n\r\n'
        ).content == (b'{"a":"bcdefg"}')

    @pytest.mark.parametrize("version", [b"1.0", b"1.1"])
    def test_until_the_server_hangs_up(self, version):
        assert answer_to(b"HTTP/" + version + b" 200 OK\r\n\r\n[1]").content == b"[1]"

    @pytest.mark.parametrize("status", [204, 304])
    def test_without_a_body_is_at_its_end(self, status):
        raw = b"HTTP/1.1 %d \r\netag: x\r\n\r\n" % status
        with scripted([raw, OK]) as server, a_lane(server) as lane:
            assert lane.exchange(a_request())[::2] == (status, b"")
            assert lane.exchange(a_request()).content == b"{}"
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

    def test_unpacked(self):
        packed = gzip.compress(b"[1]") + gzip.compress(b"\n")
        head = b"HTTP/1.1 200 OK\r\nContent-Encoding: GZIP\r\nContent-Length: %d\r\n\r\n"
        assert answer_to(head % len(packed) + packed).content == b"[1]\n"

    def test_names_in_lower_case_and_repeated_headers_joined(self):
        raw = b"HTTP/1.1 200 OK\r\nLINK: <a>\r\nlink:\t<b> \r\nX: \r\ncontent-length: 0\r\n\r\n"
        assert answer_to(raw).headers == {"link": "<a>, <b>", "x": "", "content-length": "0"}

    def test_to_head_has_no_content_whatever_its_length_says(self):
        raw = HEAD + b"content-length: 5\r\n\r\n"
        with scripted([raw, OK]) as server, a_lane(server) as lane:
            assert lane.exchange(a_request("HEAD"))[::2] == (200, b"")
            assert lane.exchange(a_request()).content == b"{}"
        assert server.connections == 1

    def test_in_many_small_pieces(self):
        raw = b"HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n" + OK
        with (
            scripted([[raw[i : i + 1] for i in range(len(raw))]]) as server,
            a_lane(server) as lane,
        ):
            assert lane.exchange(a_request()).content == b"{}"

    def test_what_trails_the_chunks_is_no_header(self):
        head = HEAD + b"transfer-encoding: chunked\r\ncontent-type: text/html\r\n\r\n"
        trailer = b"content-type: application/json\r\ncontent-encoding: gzip\r\n\r\n"
        answer = answer_to(head + b"2\r\n{}\r\n0\r\n" + trailer)
        assert (answer.headers["content-type"], answer.content) == ("text/html", b"{}")

    def test_elsewhere_is_not_followed(self):
        raw = b"HTTP/1.1 302 Found\r\nlocation: /elsewhere\r\ncontent-length: 0\r\n\r\n"
        with scripted([raw]) as server, a_lane(server) as lane:
            assert lane.exchange(a_request()).status == 302
        assert len(server.asked) == 1

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
            lane = Lane(*listening.getsockname(), waiting=5.0)
            try:
                outcome = lane.exchange(a_request("POST", "/x", bytes(50_000_000))).status
            except LostError:
                outcome = "lost"  # where the network's own refusal overtook the answer
            lane.close()
        assert outcome in {413, "lost"}


CHUNKS = HEAD + b"transfer-encoding: chunked\r\n\r\n"
BROKEN = {
    "silence": b"",
    "half a line": b"HTTP/1.1 200",
    "half a head": HEAD + b"content-length: 0",
    "a head without its end": HEAD + b"content-length: 0\r\n",
    "another protocol": b"\x16\x03\x01 no HTTP at all\r\n\r\n",
    "a protocol that is much alike": b"RTSP/1.0 200 OK\r\n\r\n",
    "a version to come": b"HTTP/2.0 200 OK\r\n\r\n",
    "a version that was": b"HTTP/0.9 200 OK\r\n\r\n",
    "no status": b"HTTP/1.1 2OO OK\r\n\r\n",
    "a status below all": b"HTTP/1.1 007 OK\r\n\r\n",
    "nothing but an interim one": b"HTTP/1.1 100 Continue\r\n\r\n",
    "another protocol from here on": b"HTTP/1.1 101 Switching\r\nupgrade: x\r\n"
    b"connection: upgrade\r\n\r\n" + OK,
    "interim ones without end": b"HTTP/1.1 102 Processing\r\na: b\r\n\r\n" * 101 + OK,
    "short interim ones without end": b"HTTP/1.1 102 P\r\n\r\n" * 20_000 + OK,
    "cut off": HEAD + b"content-length: 5\r\n\r\n{}",
    "two lengths": HEAD + b"content-length: 2\r\ncontent-length: 7\r\n\r\n{}",
    "no length": HEAD + b"content-length: two\r\n\r\n{}",
    "an empty length": HEAD + b"content-length:\r\n\r\n{}",
    "a huge length": HEAD + b"content-length: 99999999999999999999\r\n\r\n{}",
    "a length and chunks": HEAD
    + b"content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    "cut off in chunks": CHUNKS + b"2\r\n{}\r\n",
    "no chunk": CHUNKS + b"zz\r\n{}\r\n0\r\n\r\n",
    "a huge chunk": CHUNKS + b"fffffffffffffffffff\r\n{}",
    "a chunk below nothing": CHUNKS + b"-5\r\n{}",
    "cut off in what trails": CHUNKS + b"2\r\n{}\r\n0\r\na: b\r\n",
    "trailers without end": CHUNKS + b"0\r\n" + b"a: b\r\n" * 101 + b"\r\n",
    "packed in transfer": HEAD + b"transfer-encoding: gzip, chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    "in no known coding": HEAD + b"transfer-encoding: identity\r\n\r\n{}",
    "no header": HEAD + b"no header\r\ncontent-length: 2\r\n\r\n{}",
    "a folded header": HEAD + b"a: b\r\n c\r\ncontent-length: 2\r\n\r\n{}",
    "lines that end otherwise": b"HTTP/1.1 200 OK\ncontent-length: 2\n\n{}",
    "a huge header": HEAD + b"a: %s\r\n\r\n" % (b"x" * 70_000),
    "a header without end": HEAD + b"a: %s" % (b"x" * 700_000),
    "many headers": HEAD + b"a: b\r\n" * 101 + b"\r\n",
    "not packed": HEAD + b"content-encoding: gzip\r\ncontent-length: 2\r\n\r\n{}",
    "packed and cut off": HEAD + b"content-encoding: gzip\r\n\r\n" + gzip.compress(b"[1]")[:-3],
}


class TestLost:
    @pytest.mark.parametrize("raw", BROKEN.values(), ids=BROKEN)
    def test_whatever_is_not_a_whole_answer(self, raw):
        with pytest.raises(LostError) as caught:
            answer_to(raw, "PUT")
        assert not isinstance(caught.value, LateError)

    @pytest.mark.parametrize("ours", [KeyboardInterrupt, TypeError])
    def test_what_is_not_the_servers_doing_is_not_blamed_on_it(self, ours):
        class Interrupted(Reading):
            def on_header(self, _name, _value):
                raise ours

        with pytest.raises(ours):
            Interrupted("GET").feed(OK)

    def test_hung_up_after_the_request_and_the_next_one_connects_anew(self):
        with scripted([b"", HANG_UP], [OK]) as server, a_lane(server) as lane:
            with pytest.raises(LostError):
                lane.exchange(a_request("POST", body=b"{}"))
            assert lane.exchange(a_request()).status == 200
        assert (server.connections, len(server.asked)) == (2, 2)

    @pytest.mark.parametrize("raw", [b"", HEAD, HEAD + b"content-length: 5\r\n\r\n{}"])
    def test_no_answer_in_time(self, raw):
        with scripted([raw], [OK]) as server, a_lane(server, waiting=0.1) as lane:
            with pytest.raises(LateError):
                lane.exchange(a_request())
            lane._waiting = 60.0  # what is to answer may take its time on a busy machine
            assert lane.exchange(a_request()).status == 200

    def test_a_server_that_takes_nothing_in(self):
        with socket.create_server(("127.0.0.1", 0)) as deaf:
            lane = Lane(*deaf.getsockname(), waiting=0.1)
            with pytest.raises(LateError):
                lane.exchange(a_request("PUT", "/x", bytes(50_000_000)))


class TestNeverArrived:
    def test_refused(self):
        with socket.create_server(("127.0.0.1", 0)) as gone:
            address = gone.getsockname()
        with pytest.raises(RefusedError):
            Lane(*address).exchange(a_request("POST", body=b"{}"))

    @pytest.mark.parametrize(
        ("host", "error"),
        [
            ("no-such-host.invalid", UnknownHostError),
            ("a" * 64 + ".invalid", NotConnectedError),
            ("255.255.255.255", NotConnectedError),
        ],
        ids=["no such name", "no name", "no address"],
    )
    def test_no_such_server(self, host, error):
        with pytest.raises(error):
            Lane(host, 9, connecting=1.0).exchange(a_request())

    def test_nobody_accepts_in_time(self):
        with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
            waiting = [socket.socket() for _ in range(4)]
            for one in waiting:
                one.setblocking(False)
                one.connect_ex(full.getsockname())
            with pytest.raises(NotConnectedError) as caught:
                Lane(*full.getsockname(), connecting=0.2).exchange(a_request())
            for one in waiting:
                one.close()
        assert isinstance(caught.value.__cause__, TimeoutError)

    def test_a_server_that_never_begins_with_tls(self):
        with scripted([]) as server:
            lane = Lane(server.host, server.port, ssl.create_default_context(), connecting=0.2)
            with pytest.raises(NotConnectedError):
                lane.exchange(a_request())


class TestKept:
    def test_one_connection_serves_many_requests(self):
        with scripted([OK] * 5) as server, a_lane(server) as lane:
            for _ in range(5):
                assert lane.exchange(a_request()).content == b"{}"
        assert (server.connections, len(server.asked)) == (1, 5)

    def test_not_where_the_server_says_that_it_closes(self):
        closing = OK.replace(b"200 OK", b"200 OK\r\nConnection: close")
        with scripted([closing], [OK]) as server, a_lane(server) as lane:
            lane.exchange(a_request())
            assert lane.exchange(a_request("POST", body=b"{}")).status == 200

    @pytest.mark.parametrize("more", [b"more", OK])
    def test_not_after_more_was_said_than_was_asked(self, more):
        with scripted([OK + more], [OK]) as server, a_lane(server) as lane:
            assert lane.exchange(a_request()).content == b"{}"
            assert lane.exchange(a_request("POST", body=b"{}")).content == b"{}"
        assert server.connections == 2

    def test_not_after_being_idle_for_long(self):
        now = [0.0]
        with scripted([OK, OK], [OK]) as server, a_lane(server, clock=lambda: now[0]) as lane:
            lane.exchange(a_request())
            now[0] += 3.9
            lane.exchange(a_request())
            assert server.connections == 1
            now[0] += 4.0
            lane.exchange(a_request())
        assert server.connections == 2

    def test_one_that_was_hung_up_meanwhile_is_replaced_before_anything_is_sent(self):
        with scripted([OK, HANG_UP], [OK]) as server, a_lane(server) as lane:
            lane.exchange(a_request())
            assert server.hung_up.wait(60)
            _until_readable(lane)
            assert lane.exchange(a_request("POST", body=b"{}")).status == 200
        assert (server.connections, len(server.asked)) == (2, 2)

    def test_one_that_said_something_unasked_is_replaced(self):
        late = b"HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\n\r\n"
        go = threading.Event()

        def pieces():
            yield OK
            go.wait(60)
            yield late

        with scripted([pieces()], [OK]) as server, a_lane(server) as lane:
            assert lane.exchange(a_request()).status == 200
            go.set()
            _until_readable(lane)
            assert lane.exchange(a_request()).status == 200
        assert server.connections == 2

    def test_small_requests_do_not_wait_for_each_other(self):
        with scripted([OK]) as server, a_lane(server) as lane:
            lane.exchange(a_request())
            assert lane._link.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0

    def test_a_lane_that_was_closed_connects_anew(self):
        with scripted([OK], [OK]) as server, a_lane(server) as lane:
            lane.exchange(a_request())
            lane.close()
            lane.close()
            assert lane.exchange(a_request()).status == 200


def _until_readable(lane):
    until = time.monotonic() + 60
    while not lane._signs.poll(10):
        assert time.monotonic() < until


class TestTrust:
    @pytest.fixture
    def pair(self, tmp_path):
        return write_certificate(tmp_path, now=datetime.now(UTC))

    @pytest.fixture
    def wrap(self, pair):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*pair)
        return lambda link: context.wrap_socket(link, server_side=True)

    def test_what_vouches_for_the_server_lets_it_answer(self, pair, wrap):
        trust = ssl.create_default_context(cafile=pair[0])
        with scripted([OK, OK], wrap=wrap) as server:
            lane = Lane("localhost", server.port, trust)
            assert lane.exchange(a_request()).content == b"{}"
            assert lane.exchange(a_request()).content == b"{}"
            lane.close()
        assert server.connections == 1

    @pytest.mark.parametrize("vouched", [True, False])
    def test_an_end_counts_only_where_the_server_vouched_for_it(self, pair, vouched):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*pair)
        trust = ssl.create_default_context(cafile=pair[0])
        with socket.create_server(("127.0.0.1", 0)) as listening:

            def serve():
                with context.wrap_socket(listening.accept()[0], server_side=True) as link:
                    _request(link)
                    link.sendall(HEAD + b"\r\n[1]")
                    if vouched:
                        with suppress(OSError):
                            link.unwrap()

            threading.Thread(target=serve, daemon=True).start()
            lane = Lane("localhost", listening.getsockname()[1], trust, waiting=5.0)
            if vouched:
                assert lane.exchange(a_request()).content == b"[1]"
            else:
                with pytest.raises(LostError):
                    lane.exchange(a_request())

    @pytest.mark.parametrize("family", [socket.AF_INET, socket.AF_INET6])
    def test_it_holds_through_a_proxy_too(self, pair, wrap, family):
        trust = ssl.create_default_context(cafile=pair[0])
        with scripted([OK], [OK], wrap=wrap, family=family) as server, connect_proxy() as proxy:
            lane = Lane(server.host, server.port, trust, Proxy(proxy.host, proxy.port), waiting=5.0)
            assert lane.exchange(a_request()).content == b"{}"
            lane.close()
            stranger = ssl.create_default_context()
            with pytest.raises(UntrustedError):
                Lane(server.host, server.port, stranger, lane._proxy).exchange(a_request())
        named = f"[{server.host}]" if family == socket.AF_INET6 else server.host
        assert proxy.asked[0] == [
            f"CONNECT {named}:{server.port} HTTP/1.1",
            f"host: {named}:{server.port}",
        ]

    @pytest.mark.parametrize(
        ("refusal", "status"),
        [
            (b"HTTP/1.1 407 Who\r\nproxy-authenticate: Basic\r\ncontent-length: 9\r\n\r\n", 407),
            (b"HTTP/1.1 502 No\r\n\r\n", 502),
            (b"HTTP/1.1 302 Log in\r\nlocation: /\r\n\r\n", 302),
            (b"HTTP/1.1 200 O", None),
            (b"\r\n\r\n", None),
        ],
    )
    def test_a_proxy_that_makes_no_tunnel_sends_nothing(self, refusal, status):
        with connect_proxy() as proxy:
            proxy.refuse = refusal
            way = Proxy(proxy.host, proxy.port)
            lane = Lane("sis.invalid", 443, ssl.create_default_context(), way, connecting=1.0)
            with pytest.raises(ProxyError) as caught:
                lane.exchange(a_request("POST", body=b"{}"))
        assert (caught.value.status, proxy.carried) == (status, 0)

    def test_a_proxy_that_says_nothing_is_not_waited_for(self):
        with socket.create_server(("127.0.0.1", 0)) as deaf:
            way = Proxy(*deaf.getsockname())
            lane = Lane("sis.invalid", 443, ssl.create_default_context(), way, connecting=0.1)
            with pytest.raises(ProxyError):
                lane.exchange(a_request())

    def test_a_stranger_is_not_spoken_to(self, wrap):
        with scripted([OK], wrap=wrap) as server, pytest.raises(UntrustedError):
            Lane("localhost", server.port, ssl.create_default_context()).exchange(a_request())
        assert server.asked == []

    def test_nor_one_whose_certificate_is_anothers(self, pair, wrap):
        trust = ssl.create_default_context(cafile=pair[0])
        with scripted([OK], wrap=wrap) as server, pytest.raises(UntrustedError):
            Lane("127.1", server.port, trust).exchange(a_request())
        assert server.asked == []

    def test_a_server_without_tls_was_never_reached(self):
        trust = ssl.create_default_context()
        with scripted([b"HTTP/1.1 400 Bad Request\r\n\r\n", HANG_UP]) as server:
            lane = Lane(server.host, server.port, trust, connecting=1.0)
            with pytest.raises(NotConnectedError):
                lane.exchange(a_request())
