"""What a failure means for what was sent, and that nothing is repeated that must not be."""

import base64
import threading
from dataclasses import replace
from decimal import Decimal

import httpx2
import msgspec
import pytest
import stamina

from agent.errors import (
    AskedToWaitError,
    ConfigError,
    DeniedError,
    MaintenanceError,
    NotUnderstoodError,
    ThrottledError,
    UnavailableError,
    UnknownOutcomeError,
)
from agent.http.client import Http
from agent.http.oauth import ClientCredentials, Endpoint
from agent.http.responses import Operation
from agent.http.waiting import NOT_AT_ALL
from tests.transports import mocked

READ = Operation("getThing")
WRITE = Operation("putThing", "PUT", write=True)
ONCE = Operation("makeThing", "POST", write=True, repeatable=False)

PAGE = {"content-type": "text/html; charset=utf-8"}
DONE = httpx2.Response(200, json={})
UNREACHED = httpx2.ConnectError("refused")
LATE = httpx2.ReadTimeout("late")
LOST = httpx2.ReadError("hung up")


@pytest.fixture(autouse=True)
def _no_waiting():
    with stamina.set_testing(True, attempts=5, cap=True):
        yield


class Server:
    """Answers with each of *answers* in turn, the last one for ever; keeps what it was asked."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.requests = []
        self.events = []
        self.slept = []
        self.time = 0.0

    def handle(self, request):
        self.requests.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return httpx2.Response(answer.status_code, headers=answer.headers, content=answer.read())

    def asked(self):
        return [request.url.path for request in self.requests]

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.time += seconds

    def http(self, auth=None, **more):
        return Http(
            "https://sis.example/api/",
            "sis",
            auth,
            observe=self.events.append,
            sleep=self.sleep,
            clock=lambda: self.time,
            connect=lambda: mocked(self.handle),
            **more,
        )


def name(answer):
    """For a test's id."""
    if isinstance(answer, Exception):
        return f"{type(answer).__name__} {answer}"
    return f"{answer.status_code} {answer.content[:40].decode()}".strip()


def page(status, text, **headers):
    return httpx2.Response(status, headers=PAGE | headers, content=text.encode())


class TestWire:
    def test_a_body_goes_out_with_every_digit(self):
        server = Server(DONE)
        server.http().call(WRITE, "/things/1?a=b", {"points": Decimal("91.10"), "none": None})
        request = server.requests[0]
        assert request.content == b'{"points":91.10,"none":null}'
        assert str(request.url) == "https://sis.example/api/things/1?a=b"
        assert request.headers["content-type"] == "application/json"
        assert request.headers["accept"] == "application/json"

    def test_a_path_goes_below_that_of_the_base_and_is_encoded_once(self):
        server = Server(DONE)
        for path in ("/a%2Fb/x y?filter=n='ü'", "/a#b\r\nc", "https://evil.example/"):
            server.http().call(READ, path)
        assert [request.url.raw_path.replace(b"%27", b"'") for request in server.requests] == [
            b"/api/a%2Fb/x%20y?filter=n='%C3%BC'",
            b"/api/a%23b%0D%0Ac",
            b"/api/https://evil.example/",
        ]
        assert {request.url.host for request in server.requests} == {"sis.example"}

    @pytest.mark.parametrize("path", ["@evil.example/x", ".evil.example", ":9", "//evil.example/"])
    def test_no_path_leads_to_another_server(self, path):
        server = Server(DONE)
        Http("https://sis.example", "sis", None, connect=lambda: mocked(server.handle)).call(
            READ, path
        )
        assert server.requests[0].url.netloc == b"sis.example"

    def test_an_answer_comes_in_with_every_digit(self):
        server = Server(httpx2.Response(200, json={}, headers={}))
        server.answers = [
            httpx2.Response(
                200, headers={"content-type": "application/json"}, content=b'{"points":8.10}'
            )
        ]
        decoder = msgspec.json.Decoder(dict[str, Decimal])
        points = server.http().call(READ, "/x").read(decoder)["points"]
        assert str(points) == "8.10"

    def test_a_mark_before_the_json_is_no_part_of_it(self):
        json = {"content-type": "Application/JSON; charset=utf-8"}
        server = Server(httpx2.Response(200, headers=json, content=b'\xef\xbb\xbf{"a":1}'))
        assert server.http().call(READ, "/x").content == b'{"a":1}'

    def test_white_space_after_a_write_is_no_answer_to_read(self):
        text = {"content-type": "text/plain"}
        server = Server(httpx2.Response(201, headers=text, content=b" \r\n"))
        assert server.http().call(WRITE, "/x", {}).ok

    @pytest.mark.parametrize("status", [301, 308])
    def test_who_has_moved_for_good_is_not_in_maintenance(self, status):
        moved = httpx2.Response(status, headers={"location": "https://sis.example/api/x"})
        with pytest.raises(NotUnderstoodError, match="is the url right"):
            Server(moved).http().call(READ, "/x")

    def test_a_read_has_no_body_and_no_content_type(self):
        server = Server(DONE)
        server.http().call(READ, "/x")
        assert server.requests[0].content == b""
        assert "content-type" not in server.requests[0].headers

    def test_each_request_is_told_and_nothing_of_its_content(self):
        server = Server(httpx2.Response(503), DONE)
        server.http().call(WRITE, "/students/700001", {"score": 5})
        assert [set(e) for e in server.events] == [
            {"system", "operation", "method", "status", "ms", "attempt", "write"}
        ] * 2
        assert [(e["operation"], e["status"], e["attempt"], e["write"]) for e in server.events] == [
            ("putThing", 503, 1, True),
            ("putThing", 200, 2, True),
        ]

    @pytest.mark.parametrize(
        "url",
        [
            "ftp://sis.example",
            "sis.example",
            "https://",
            "https://a:b@sis.example",
            "http://x/?a=1",
        ],
    )
    def test_a_url_that_cannot_be_a_server_is_a_configuration_error(self, url):
        with pytest.raises(ConfigError):
            Http(url, "sis", None)

    def test_a_ca_file_that_is_not_there_is_a_configuration_error(self):
        with pytest.raises(ConfigError, match="ca_file"):
            Http("https://sis.example", "sis", None, ca_file="/nowhere/ca.pem")


class TestReplies:
    @pytest.mark.parametrize("status", [400, 404, 409, 410, 412, 422])
    def test_the_word_about_one_record_is_a_reply(self, status):
        server = Server(httpx2.Response(status, json={"why": "so"}))
        reply = server.http().call(WRITE, "/x", {})
        assert (reply.ok, reply.status) == (False, status)
        assert len(server.requests) == 1

    def test_a_success_may_be_empty(self):
        assert Server(httpx2.Response(204)).http().call(WRITE, "/x").ok

    def test_problem_json_is_json(self):
        answer = httpx2.Response(200, json={}, headers={"content-type": "application/hal+json"})
        assert Server(answer).http().call(READ, "/x").ok

    def test_a_200_with_html_is_not_understood(self):
        with pytest.raises(NotUnderstoodError, match="web page"):
            Server(page(200, "<h1>Log in</h1>")).http().call(READ, "/x")

    def test_a_200_with_another_type_is_not_understood(self):
        answer = httpx2.Response(200, headers={"content-type": "text/plain"}, content=b"{}")
        with pytest.raises(NotUnderstoodError):
            Server(answer).http().call(READ, "/x")

    def test_a_shape_that_was_not_promised_is_not_understood_and_not_quoted(self):
        reply = Server(httpx2.Response(200, json={"name": "Doe, Jane"})).http().call(READ, "/x")
        with pytest.raises(NotUnderstoodError) as caught:
            reply.read(msgspec.json.Decoder(dict[str, int]))
        assert "Jane" not in str(caught.value)

    @pytest.mark.parametrize(
        "answer",
        [
            httpx2.Response(302, headers={"location": "/maintenance.html"}),
            page(200, "<h1>Scheduled Maintenance</h1>"),
            page(503, "<h1>Service Unavailable</h1>"),
        ],
        ids=["302", "200", "503"],
    )
    def test_a_page_in_place_of_an_answer_is_maintenance(self, answer):
        with pytest.raises(MaintenanceError):
            Server(answer).http().call(WRITE, "/x", {})

    @pytest.mark.parametrize("status", [401, 403, 405, 501])
    def test_a_refusal_of_us_is_denied_and_not_repeated(self, status):
        server = Server(httpx2.Response(status, json={}))
        with pytest.raises(DeniedError) as caught:
            server.http().call(WRITE, "/x", {})
        assert caught.value.status == status
        assert len(server.requests) == 1

    def test_a_status_of_no_meaning_is_not_understood(self):
        with pytest.raises(NotUnderstoodError):
            Server(httpx2.Response(418, json={})).http().call(READ, "/x")


class TestAgain:
    @pytest.mark.parametrize(
        "trouble",
        [
            UNREACHED,
            LATE,
            LOST,
            httpx2.Response(500, json={}),
            httpx2.Response(502),
            httpx2.Response(503),
        ],
        ids=name,
    )
    @pytest.mark.parametrize("operation", [READ, WRITE], ids=["read", "repeatable write"])
    def test_what_may_pass_is_tried_again(self, trouble, operation):
        server = Server(trouble, trouble, DONE)
        assert server.http().call(operation, "/x").ok
        assert len(server.requests) == 3

    def test_a_read_that_fails_for_good_is_unavailable(self):
        server = Server(LATE)
        with pytest.raises(UnavailableError, match="no answer in time"):
            server.http().call(READ, "/x")
        assert len(server.requests) == 5

    def test_a_write_that_never_arrived_is_not_in_doubt(self):
        server = Server(UNREACHED)
        with pytest.raises(UnavailableError, match="no connection"):
            server.http().call(ONCE, "/x", {})
        assert len(server.requests) == 5

    def test_a_write_that_may_not_be_repeated_is_in_doubt_at_once(self):
        server = Server(LATE, DONE)
        with pytest.raises(UnknownOutcomeError, match="makeThing"):
            server.http().call(ONCE, "/x", {})
        assert len(server.requests) == 1

    @pytest.mark.parametrize(
        "later",
        [
            UNREACHED,
            httpx2.Response(503),
            httpx2.Response(302),
            httpx2.Response(403, json={}),
            httpx2.Response(429, headers={"retry-after": "1"}),
        ],
        ids=["refused", "503", "302", "403", "429"],
    )
    def test_a_repeatable_write_that_may_have_arrived_once_stays_in_doubt(self, later):
        server = Server(LOST, later)
        with pytest.raises(UnknownOutcomeError):
            server.http().call(WRITE, "/x", {})

    def test_a_repeat_that_is_answered_ends_the_doubt(self):
        server = Server(LOST, httpx2.Response(409, json={}))
        assert server.http().call(WRITE, "/x", {}).status == 409

    def test_no_text_quotes_the_address(self):
        for trouble in (UNREACHED, httpx2.Response(500), httpx2.Response(302)):
            with pytest.raises((UnavailableError, UnknownOutcomeError)) as caught:
                Server(trouble).http().call(WRITE, "/students/700001", {})
            assert "700001" not in str(caught.value)


WORDS = "Too many requests from this plugin. Wait 2 seconds before the next one."


def throttled(text=WORDS, **headers):
    return httpx2.Response(429, headers=headers, json={"message": text})


NEVER_SENT = [
    UNREACHED,
    httpx2.ConnectTimeout("late"),
    *(httpx2.ProxyError(f"{status} No") for status in (403, 407, 502)),
]
UNCERTAIN = [
    LOST,
    LATE,
    *(
        httpx2.Response(s)
        for s in (302, 303, 307, 301, 308, 402, 403, 405, 406, 408, 413, 415, 418)
    ),
    *(httpx2.Response(s) for s in (423, 425, 429, 451, 500, 501, 502, 503, 504, 507, 520, 599)),
    httpx2.Response(429, headers={"retry-after": "0"}),
    throttled("Too many requests"),
    throttled("Too many requests", **{"retry-after": "0"}),
    throttled("Please wait 2 seconds"),
    throttled("slow down, wait 0 seconds"),
    page(429, f"<h1>{WORDS}</h1>"),
    httpx2.Response(503, json={"message": WORDS}),
    page(200, "<h1>Log in</h1>"),
    page(201, "<h1>Scheduled Maintenance</h1>"),
    page(503, "<h1>Service Unavailable</h1>"),
    httpx2.Response(200, headers={"content-type": "text/plain"}, content=b"made"),
]


class TestOnce:
    """A write that may not be done twice: sent again only where it certainly was not done."""

    @pytest.mark.parametrize("trouble", UNCERTAIN, ids=name)
    def test_what_is_uncertain_is_not_repeated_and_ends_in_doubt(self, trouble):
        server = Server(trouble, DONE)
        with pytest.raises(UnknownOutcomeError, match="makeThing") as caught:
            server.http().call(ONCE, "/x", {})
        assert len(server.requests) == 1
        assert isinstance(caught.value.__cause__, UnavailableError)

    @pytest.mark.parametrize("trouble", NEVER_SENT, ids=name)
    def test_what_was_never_sent_is_not_in_doubt(self, trouble):
        server = Server(trouble)
        with pytest.raises(UnavailableError):
            server.http().call(ONCE, "/x", {})

    @pytest.mark.parametrize("trouble", [UNREACHED, httpx2.ProxyError("502 No")], ids=name)
    def test_what_was_never_sent_may_be_tried_again(self, trouble):
        server = Server(trouble, trouble, DONE)
        assert server.http().call(ONCE, "/x", {}).ok
        assert len(server.requests) == 3

    @pytest.mark.parametrize(
        "text",
        [WORDS, WORDS.upper(), "too many requests: try again in 2 sec", "Too Many Requests (2s)"],
    )
    def test_what_the_throttle_turned_away_is_sent_again_after_the_wait(self, text):
        server = Server(throttled(text), throttled(text, **{"retry-after": "7"}), DONE)
        assert server.http().call(ONCE, "/x", {}).ok
        assert server.slept == [2.0, 7.0]

    def test_what_the_throttle_never_lets_through_was_not_done(self):
        server = Server(throttled())
        with pytest.raises(ThrottledError):
            server.http().call(ONCE, "/x", {})
        assert len(server.requests) == 5

    @pytest.mark.parametrize("first", [UNREACHED, throttled()], ids=name)
    @pytest.mark.parametrize("then", UNCERTAIN[:8], ids=name)
    def test_a_repeat_that_is_uncertain_is_the_last(self, first, then):
        server = Server(first, then, DONE)
        with pytest.raises(UnknownOutcomeError):
            server.http().call(ONCE, "/x", {})
        assert len(server.requests) == 2

    @pytest.mark.parametrize("status", [400, 404, 409, 410, 412, 422])
    def test_the_word_about_the_record_is_a_reply_and_is_not_asked_for_again(self, status):
        server = Server(httpx2.Response(status, json={"message": "Resubmit"}), DONE)
        assert server.http().call(ONCE, "/x", {}).status == status
        assert len(server.requests) == 1

    def test_a_failure_that_the_vendor_reads_as_a_word_about_the_record_is_a_reply(self):
        told = replace(ONCE, told=lambda reply: reply.status == 403)
        server = Server(httpx2.Response(403, json={"message": "not yours"}), DONE)
        assert server.http().call(told, "/x", {}).status == 403

    @pytest.mark.parametrize("answer", [httpx2.Response(503), httpx2.Response(429)], ids=name)
    def test_a_wait_that_was_asked_for_is_kept_for_the_next_request(self, answer):
        answer.headers["retry-after"] = "7"
        server = Server(answer, DONE)
        with pytest.raises(UnknownOutcomeError):
            server.http().call(ONCE, "/x", {})
        assert (server.slept, len(server.requests)) == ([7.0], 1)

    def test_who_is_closed_for_maintenance_is_not_waited_for(self):
        server = Server(page(503, "<h1>Closed</h1>", **{"retry-after": "3600"}))
        with pytest.raises(UnknownOutcomeError) as caught:
            server.http().call(ONCE, "/x", {})
        assert isinstance(caught.value.__cause__, AskedToWaitError)
        assert server.slept == []

    def test_a_server_that_is_never_ready_opens_the_breaker(self):
        server = Server(httpx2.Response(503))
        http = server.http()
        for _ in range(5):
            with pytest.raises(UnknownOutcomeError):
                http.call(ONCE, "/x", {})
        with pytest.raises(UnavailableError, match="too many failures"):
            http.call(ONCE, "/x", {})
        assert len(server.requests) == 5

    @pytest.mark.parametrize(
        "trouble", [a for a in UNCERTAIN if getattr(a, "status_code", 0) in {408, 425, 429, 503}]
    )
    def test_what_may_be_done_twice_is_sent_again(self, trouble):
        server = Server(trouble, DONE)
        assert server.http().call(WRITE, "/x", {}).ok
        assert len(server.requests) == 2


class TestThrottling:
    @pytest.mark.parametrize("status", [429, 503])
    def test_a_wait_that_was_asked_for_is_kept(self, status):
        server = Server(httpx2.Response(status, headers={"retry-after": "7"}), DONE)
        server.http().call(WRITE, "/x", {})
        assert server.slept == [7.0]

    def test_a_wait_until_a_moment_is_counted_on_the_servers_clock(self):
        headers = {
            "retry-after": "Tue, 08 Sep 2026 02:15:30 GMT",
            "date": "Tue, 08 Sep 2026 02:15:00 GMT",
        }
        server = Server(httpx2.Response(503, headers=headers), DONE)
        server.http().call(READ, "/x")
        assert server.slept == [30.0]

    @pytest.mark.parametrize(
        ("status", "words"),
        [(429, "throttled"), (503, "not ready"), (408, "not ready")],
    )
    def test_who_asks_for_more_than_a_call_waits_ends_it_at_once(self, status, words):
        server = Server(httpx2.Response(status, headers={"retry-after": "3600"}), DONE)
        with pytest.raises(AskedToWaitError, match=f"{words}.*wait 60 min") as caught:
            server.http().call(READ, "/x")
        assert caught.value.status == status
        assert (server.slept, len(server.requests)) == ([], 1)

    def test_waits_are_counted_over_the_repeats_of_a_call_and_not_over_calls(self):
        answers = [httpx2.Response(503, headers={"retry-after": "250"})] * 3
        server = Server(*answers, DONE)
        http = server.http()
        with pytest.raises(AskedToWaitError):
            http.call(READ, "/x")
        assert server.slept == [250.0, 250.0]
        server.answers = [answers[0], DONE]
        assert http.call(READ, "/x").ok

    def test_a_write_that_was_not_done_is_not_in_doubt_and_one_that_may_be_is(self):
        ask = {"retry-after": "3600"}
        server = Server(httpx2.Response(503, headers=ask))
        with pytest.raises(AskedToWaitError):
            server.http().call(WRITE, "/x", {})
        with pytest.raises(UnknownOutcomeError) as caught:
            server.http().call(ONCE, "/x", {})
        assert isinstance(caught.value.__cause__, AskedToWaitError)
        assert server.slept == []

    def test_who_waits_for_nobody_obeys_a_throttle_all_the_same(self):
        throttle = httpx2.Response(429, headers={"retry-after": "2"})
        server = Server(throttle, DONE)
        assert server.http(max_wait=NOT_AT_ALL).call(READ, "/x").ok
        server = Server(httpx2.Response(503, headers={"retry-after": "2"}), DONE)
        with pytest.raises(AskedToWaitError, match="wait 2 s"):
            server.http(max_wait=NOT_AT_ALL).call(READ, "/x")

    def test_nobody_waits_after_the_last_attempt(self):
        server = Server(httpx2.Response(429, headers={"retry-after": "7"}))
        with pytest.raises(ThrottledError, match="throttled for 7 s"):
            server.http().call(READ, "/x")
        assert server.slept == [7.0] * 4

    @pytest.mark.parametrize("digits", ["9" * 30, "9" * 400, "9" * 5000])
    def test_a_wait_of_any_length_of_digits_is_read(self, digits):
        server = Server(httpx2.Response(429, headers={"retry-after": digits}), DONE)
        with pytest.raises(AskedToWaitError, match="3650 days"):
            server.http().call(READ, "/x")

    @pytest.mark.parametrize("text", ["", "soon", "-5", "Tue, 08 Sep 2026 02:15:30 GMT"])
    def test_a_wait_that_cannot_be_read_is_no_wait(self, text):
        server = Server(httpx2.Response(429, headers={"retry-after": text}), DONE)
        server.http().call(READ, "/x")
        assert server.slept == []


class TestBreaker:
    def test_after_enough_failures_nobody_asks_for_a_while(self):
        server = Server(UNREACHED)
        http = server.http(attempts=1)
        for _ in range(5):
            with pytest.raises(UnavailableError):
                http.call(READ, "/x")
        asked = len(server.requests)
        with pytest.raises(UnavailableError, match="too many failures"):
            http.call(READ, "/x")
        assert len(server.requests) == asked
        server.time += 31
        server.answers = [DONE]
        assert http.call(READ, "/x").ok

    def test_an_answer_of_any_kind_starts_the_count_anew(self):
        server = Server(
            *[UNREACHED] * 4,
            httpx2.Response(404, json={}),
            *[UNREACHED] * 4,
            DONE,
        )
        http = server.http(attempts=1)
        for _ in range(4):
            with pytest.raises(UnavailableError):
                http.call(READ, "/x")
        http.call(READ, "/x")
        for _ in range(4):
            with pytest.raises(UnavailableError):
                http.call(READ, "/x")
        assert http.call(READ, "/x").ok

    def test_one_record_that_the_server_stumbles_over_does_not_stop_the_others(self):
        server = Server(httpx2.Response(500))
        http = server.http(attempts=1)
        for _ in range(20):
            with pytest.raises(UnknownOutcomeError):
                http.call(WRITE, "/x", {})
        assert len(server.requests) == 20

    def test_a_write_that_the_breaker_stopped_was_not_sent(self):
        server = Server(LATE)
        http = server.http(attempts=1)
        for _ in range(5):
            with pytest.raises(UnknownOutcomeError):
                http.call(WRITE, "/x", {})
        with pytest.raises(UnavailableError):
            http.call(WRITE, "/x", {})


def credentials(server, **more):
    settings = {"endpoints": (Endpoint("issueToken", "/token"),)} | more
    secret = settings.pop("secret", lambda: "passback-secret")
    return ClientCredentials("passback", secret, clock=lambda: server.time, **settings)


class Guarded(Server):
    """Gives out tokens t1, t2, ... and takes only the latest."""

    def __init__(self, *, expires_in=3600, stale=401):
        super().__init__(DONE)
        self.given, self.asked = 0, []
        self.valid = ""
        self.expires_in = expires_in
        self.stale = stale

    def handle(self, request):
        if request.url.path.endswith("/token"):
            self.given += 1
            self.asked.append(request.headers.get("authorization"))
            self.valid = f"t{self.given}"
            return httpx2.Response(
                200,
                json={
                    "access_token": self.valid,
                    "token_type": "bearer",
                    "expires_in": self.expires_in,
                },
            )
        if request.headers.get("authorization") != f"Bearer {self.valid}":
            return httpx2.Response(self.stale, json={})
        return super().handle(request)


class TestTokens:
    def test_a_secret_that_changed_is_read_anew_when_the_token_is_refused(self):
        server, secrets = Guarded(), ["old"]
        http = server.http(credentials(server, secret=lambda: secrets[-1]))
        http.call(ONCE, "/x", {})
        server.valid = "another"  # the server gave up the old secret, and every token with it
        secrets.append("new")
        assert http.call(ONCE, "/x", {}).ok
        sent = [base64.b64decode(basic.removeprefix("Basic ")) for basic in server.asked]
        assert sent == [b"passback:old", b"passback:new"]

    def test_a_token_is_bought_once_and_kept(self):
        server = Guarded()
        http = server.http(credentials(server))
        for _ in range(3):
            assert http.call(READ, "/x").ok
        assert server.given == 1
        assert [e["operation"] for e in server.events] == ["issueToken", *["getThing"] * 3]
        assert not any(e["write"] for e in server.events)

    @pytest.mark.parametrize("expires_in", [100, "100", 100.0])
    def test_it_is_renewed_before_it_runs_out(self, expires_in):
        server = Guarded(expires_in=expires_in)
        http = server.http(credentials(server))
        http.call(READ, "/x")
        server.time = 89
        http.call(READ, "/x")
        assert server.given == 1
        server.time = 91
        http.call(READ, "/x")
        assert server.given == 2

    def test_one_that_was_revoked_is_renewed_once_and_the_call_repeated(self):
        server = Guarded()
        http = server.http(credentials(server))
        http.call(ONCE, "/x", {})
        server.valid = "another"
        assert http.call(ONCE, "/x", {}).ok
        assert (server.given, len(server.requests)) == (2, 2)

    @pytest.mark.parametrize("then", [httpx2.Response(503), LOST], ids=name)
    def test_a_write_that_is_uncertain_with_its_new_token_is_not_sent_a_third_time(self, then):
        server = Guarded()
        http = server.http(credentials(server))
        http.call(READ, "/x")
        server.valid = "another"
        server.answers = [then, DONE]
        with pytest.raises(UnknownOutcomeError):
            http.call(ONCE, "/x", {})
        assert (server.given, len(server.requests)) == (2, 2)

    def test_a_write_that_no_token_lets_in_was_not_done(self):
        server = Guarded()
        server.answers = [httpx2.Response(401, json={})]
        with pytest.raises(DeniedError):
            server.http(credentials(server)).call(ONCE, "/x", {})
        assert len(server.requests) == 2

    def test_a_write_whose_new_token_cannot_be_had_was_not_done(self):
        server = Guarded()
        give = server.handle
        shut = httpx2.Response(503)
        server.handle = lambda r: shut if server.given and r.url.path == "/api/token" else give(r)
        http = server.http(credentials(server))
        http.call(READ, "/x")
        server.valid = "another"
        with pytest.raises(UnavailableError, match="issueToken"):
            http.call(ONCE, "/x", {})

    def test_a_server_that_refuses_every_token_is_denied_after_one_renewal(self):
        server = Guarded()
        server.answers = [httpx2.Response(401, json={})]
        with pytest.raises(DeniedError):
            server.http(credentials(server)).call(READ, "/x")
        assert server.given == 2

    def test_403_is_stale_only_where_the_operation_says_so(self):
        server = Guarded(stale=403)
        http = server.http(credentials(server))
        http.call(READ, "/x")
        server.valid = "another"
        with pytest.raises(DeniedError):
            http.call(READ, "/x")
        either = Operation("listObjects", stale=frozenset({401, 403}))
        assert http.call(either, "/x").ok

    def test_many_threads_renew_it_once(self):
        server = Guarded()
        http = server.http(credentials(server), connections=8)
        threads = [threading.Thread(target=http.call, args=(READ, "/x")) for _ in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert server.given == 1
        assert len(server.requests) == 16

    def test_credentials_in_a_basic_header(self):
        server = Server(httpx2.Response(200, json={"access_token": "t"}))
        server.http(credentials(server, scope="a b")).call(READ, "/x")
        request = server.requests[0]
        assert request.headers["authorization"] == "Basic cGFzc2JhY2s6cGFzc2JhY2stc2VjcmV0"
        assert request.headers["content-type"] == "application/x-www-form-urlencoded"
        assert request.content == b"grant_type=client_credentials&scope=a+b"

    def test_credentials_in_the_form(self):
        server = Server(httpx2.Response(200, json={"access_token": "t"}))
        server.http(credentials(server, style="form")).call(READ, "/x")
        assert server.requests[0].content == (
            b"grant_type=client_credentials&client_id=passback&client_secret=passback-secret"
        )
        assert "authorization" not in server.requests[0].headers

    @pytest.mark.parametrize("status", [400, 401, 403, 404])
    def test_refused_credentials_are_denied_without_naming_them(self, status):
        server = Server(httpx2.Response(status, json={"error": "invalid_client"}))
        with pytest.raises(DeniedError) as caught:
            server.http(credentials(server)).call(WRITE, "/x", {})
        assert caught.value.operation == "issueToken"
        assert "secret" not in str(caught.value).replace("client id and secret", "")
        assert len(server.requests) == 1

    @pytest.mark.parametrize(
        "body", [{"token": "t"}, {"access_token": "t", "expires_in": "soon"}, []]
    )
    def test_an_answer_without_a_token_is_not_understood(self, body):
        server = Server(httpx2.Response(200, json=body))
        with pytest.raises(NotUnderstoodError):
            server.http(credentials(server)).call(READ, "/x")

    def test_a_lost_token_request_leaves_no_write_in_doubt(self):
        server = Server(LATE)
        with pytest.raises(UnavailableError) as caught:
            server.http(credentials(server)).call(WRITE, "/x", {})
        assert caught.value.operation == "issueToken"

    def test_many_threads_whose_token_went_stale_renew_it_once(self):
        server = Guarded()
        http = server.http(credentials(server), connections=8)
        http.call(READ, "/x")
        server.valid = "another"
        threads = [threading.Thread(target=http.call, args=(READ, "/x")) for _ in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert server.given == 2
        assert len(server.requests) == 17

    @pytest.mark.parametrize(
        "elsewhere",
        [httpx2.Response(404), httpx2.Response(405), page(200, "<h1>Welcome</h1>")],
        ids=name,
    )
    def test_the_first_endpoint_that_exists_is_used_from_then_on(self, elsewhere):
        server = Server(elsewhere, httpx2.Response(200, json={"access_token": "t"}), DONE)
        http = server.http(two_endpoints(server))
        http.call(READ, "/x")
        assert server.asked() == ["/api/oauth/token", "/api/token", "/api/x"]
        server.time += 7200
        server.answers = [httpx2.Response(200, json={"access_token": "t"})]
        http.call(READ, "/x")
        assert server.asked()[3:] == ["/api/token", "/api/x"]

    @pytest.mark.parametrize("status", [404, 405])
    def test_where_no_endpoint_gives_tokens_the_settings_are_named(self, status):
        server = Server(httpx2.Response(status))
        with pytest.raises(DeniedError, match="look at the url and token_url") as caught:
            server.http(two_endpoints(server)).call(READ, "/x")
        assert "secret" not in str(caught.value)
        assert len(server.requests) == 2

    def test_a_server_that_is_closed_for_maintenance_is_told_as_that(self):
        for answer in (page(200, "<h1>Scheduled Maintenance</h1>"), httpx2.Response(302)):
            server = Server(answer)
            with pytest.raises(MaintenanceError):
                server.http(two_endpoints(server)).call(READ, "/x")

    def test_an_endpoint_may_be_at_another_address(self):
        server = Server(httpx2.Response(200, json={"access_token": "t"}), DONE)
        elsewhere = "https://login.example/oauth2/token"
        http = server.http(credentials(server, endpoints=(Endpoint("issueToken", elsewhere),)))
        http.call(READ, "/x")
        assert [str(r.url) for r in server.requests] == [elsewhere, "https://sis.example/api/x"]


def two_endpoints(server):
    return credentials(
        server,
        endpoints=(Endpoint("one", "/oauth/token"), Endpoint("two", "/token")),
        look_at="url and token_url",
    )
