"""The client of the bench: it knows when an answer is whole, and counts what it drives."""

from urllib.parse import urlsplit

import pytest

from bench.mock.client import complete, drive, request
from mock_sis.server import serving


@pytest.mark.parametrize(
    ("answer", "whole"),
    [
        (b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nab", True),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab", False),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n", False),
        (b"HTTP/1.1 204 No Content\r\n\r\n", True),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n", False),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n", True),
    ],
)
def test_an_answer_is_whole_when_all_of_it_is_there(answer, whole):
    assert complete(bytearray(answer)) is whole


def test_every_answer_of_a_mock_is_counted_and_the_bad_ones_too():
    with serving("otus") as servers:
        parts = urlsplit(servers.otus.url)
        requests = [
            request("GET", path, {"Host": parts.netloc}) for path in ("/_mock/health", "/nothing")
        ]
        driven = drive((parts.hostname, parts.port), requests, connections=2, seconds=1.0)

    assert len(driven.times) > 1
    assert abs(driven.bad - len(driven.times) / 2) <= 2
    assert driven.at(0.5) <= driven.at(0.99)
