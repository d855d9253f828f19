"""A world of our own on a mock, and something in it that must not change.

Generated cases write at random, so on a mock they get a world for themselves, always the same one.
The examples of the contracts are made for it: its ids, and dates around its first day.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import httpx

from contracts.harness.service import NotServing, Service

START = "2026-09-05T17:00:00Z"
SEED = 1


@contextmanager
def own_world(service: Service, *, name: str | None = None) -> Iterator[Service]:
    """*service* below a world that goes with the block; as it is, where its address names one."""
    if "/w/" in service.url:
        yield service
        return
    name = name or f"contract-{secrets.token_hex(4)}"
    url = f"{service.url}/w/{name}"
    made = {"name": name, "size": "tiny", "seed": SEED, "start": START}
    control(service, "POST", "/worlds", made)
    verify = str(service.ca_file) if service.ca_file else True
    try:
        with httpx.Client(base_url=url, timeout=service.client.timeout, verify=verify) as client:
            yield replace(service, url=url, client=client, target=service.url)
    finally:
        control(service, "DELETE", f"/worlds/{name}")


def set_up_gradebook(service: Service) -> None:
    """A column with marks in this grading period, and one in the next, which is closed at once."""
    book = control(service, "GET", f"/gradebooks/{first_book(service)['id']}")
    now = next(one for one in book["periods"] if one["state"] == "open")
    then = next(one for one in book["periods"] if one["state"] == "upcoming")
    for period in (now, then):
        column = control(
            service,
            "POST",
            "/columns",
            {"section": book["id"], "title": "Staged", "due": period["end"], "points": 20},
        )
        for points, row in enumerate(book["rows"][:4]):
            path = f"/columns/{column['id']}/scores/{row['student']}"
            control(service, "PUT", path, {"score": points})
    control(service, "POST", f"/periods/{then['id']}/close")


def first_book(service: Service) -> dict[str, Any]:
    """The first gradebook; NotServing when the world has none."""
    books = control(service, "GET", "/gradebooks")
    if not books:
        raise NotServing("the mock's world has no gradebook")
    return dict(books[0])


def control(service: Service, method: str, path: str, body: Any = None) -> Any:
    """One call to the control plane; its JSON, if any."""
    try:
        answer = service.client.request(method, f"/_mock{path}", json=body)
        answer.raise_for_status()
    except httpx.HTTPError as error:
        raise NotServing(f"the control plane failed: {method} {path}: {error}") from error
    return answer.json() if answer.content else None
