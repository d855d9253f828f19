"""Requests a second that the Skyward mock answers, validation on and state kept, at 16 connections.

Each connection is a thread of plain HTTP on a kept-alive socket; it waits for every answer, so the
slowest answers weigh less than with clients that do not wait.
"""

import json
import threading
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from itertools import count
from time import perf_counter
from typing import Any
from urllib.parse import urlsplit

import httpx

from load.bench.rig import SECRET, Mocks, mocks, table

CONNECTIONS = 16
SECONDS = 4.0
GRADEBOOK = "/ims/oneroster/gradebook/v1p2"
SECTION, STUDENTS = "200001", [f"4000{n:02}" for n in range(1, 8)]

Request = tuple[str, str, bytes | None]


def run() -> None:
    """Print the table."""
    with mocks() as running:
        token = _token(running)
        book = _context(running, token)
        _send(running, token, _line_item("bench-column", book))
        rows = []
        numbers = count(1)
        for name, make in (
            ("list", lambda _: ("GET", f"{GRADEBOOK}/classes/{SECTION}/lineItems?limit=25", None)),
            ("create", lambda n: _line_item(f"bench-{n}", book)),
            ("result put", lambda n: _result(n, book)),
        ):
            rows.append((name, *_measure(running, token, make, numbers)))
        head = ("request", "per second", "p50 ms", "p99 ms", "not 2xx")
        title = f"Skyward mock, {CONNECTIONS} connections; ready in {running.seconds:.2f} s"
        table(title, head, rows)


def _token(running: Mocks) -> str:
    answer = httpx.post(
        f"{running.url('skyward')}/token",
        data={
            "grant_type": "client_credentials",
            "client_id": "passback",
            "client_secret": SECRET,
        },
    )
    token: str = answer.json()["access_token"]
    return token


def _context(running: Mocks, token: str) -> dict[str, Any]:
    """What a line item needs: school, category, dates inside the current period."""
    today = running.control("GET", "/clock")["now"][:10]
    head = {"Authorization": f"Bearer {token}"}
    root = running.url("skyward")
    found = httpx.get(f"{root}{GRADEBOOK}/classes/{SECTION}/categories", headers=head).json()
    class_ = httpx.get(
        f"{root}/ims/oneroster/rostering/v1p2/classes/{SECTION}", headers=head
    ).json()
    return {
        "today": today,
        "category": found["categories"][0]["sourcedId"],
        "school": class_["class"]["school"]["sourcedId"],
    }


def _line_item(id_: str, book: dict[str, Any]) -> Request:
    body = {
        "lineItem": {
            "sourcedId": id_,
            "title": "Bench",
            "assignDate": f"{book['today']}T18:00:00Z",
            "dueDate": f"{book['today']}T18:00:00Z",
            "class": {"sourcedId": SECTION},
            "school": {"sourcedId": book["school"]},
            "category": {"sourcedId": book["category"]},
            "resultValueMin": 0,
            "resultValueMax": 20,
        }
    }
    return "PUT", f"{GRADEBOOK}/lineItems/{id_}", json.dumps(body).encode()


def _result(number: int, book: dict[str, Any]) -> Request:
    student = STUDENTS[number % len(STUDENTS)]
    body = {
        "result": {
            "lineItem": {"sourcedId": "bench-column"},
            "student": {"sourcedId": student},
            "score": number % 21,
            "scoreStatus": "fully graded",
            "scoreDate": book["today"],
        }
    }
    return "PUT", f"{GRADEBOOK}/results/bench-column-{student}", json.dumps(body).encode()


def _send(running: Mocks, token: str, request: Request) -> None:
    method, path, body = request
    head = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    url = running.url("skyward") + path
    httpx.request(method, url, content=body, headers=head).raise_for_status()


def _measure(
    running: Mocks, token: str, make: Callable[[int], Request], numbers: Iterator[int]
) -> tuple[str, str, str, str]:
    """Drive one kind of request for a while."""
    times: list[float] = []
    bad: list[int] = []
    lock, stop = threading.Lock(), perf_counter() + SECONDS

    def drive() -> None:
        connection = HTTPConnection(urlsplit(running.url("skyward")).netloc, timeout=30)
        head = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        while perf_counter() < stop:
            with lock:
                number = next(numbers)
            method, path, body = make(number)
            began = perf_counter()
            connection.request(method, path, body, head)
            answer = connection.getresponse()
            answer.read()
            times.append(perf_counter() - began)
            if answer.status >= 300:
                bad.append(answer.status)
        connection.close()

    threads = [threading.Thread(target=drive) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    times.sort()
    p50, p99 = times[len(times) // 2], times[int(len(times) * 0.99)]
    return (
        f"{len(times) / SECONDS:.0f}",
        f"{p50 * 1000:.1f}",
        f"{p99 * 1000:.1f}",
        str(len(bad)),
    )
