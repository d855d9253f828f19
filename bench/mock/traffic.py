"""The three requests that a grade passback consists of, for each SIS, as bytes on the wire.

The same bytes go to the mock and to whatever it is compared with.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import httpx

from bench.mock.client import request
from bench.rig import Mocks
from contracts.vendors import VENDORS
from load.locust.bodies import (
    LISTING,
    ONE_ROSTER,
    OTHER,
    SCORES,
    TEACHER,
    XTE,
    YEAR_ID,
    assignment,
    line_item,
    results,
    scores,
)
from mock_sis.credentials import CLIENT_SECRET

LISTED = 25
CREATES = 60_000
VARIANTS = 40

Traffic = dict[str, list[bytes]]
"""Kind of request -> requests to be sent in turn."""


@dataclass(frozen=True, slots=True)
class Api:
    """One SIS, with a token."""

    root: str
    token: str

    def send(self, method: str, path: str, body: Any = None) -> Any:
        """The JSON of an answer."""
        head = {"Authorization": f"Bearer {self.token}"}
        answer = httpx.request(method, self.root + path, headers=head, json=body, timeout=60)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def raw(self, method: str, path: str, body: Any = None) -> bytes:
        """A request on the wire."""
        head = {
            "Host": urlsplit(self.root).netloc,
            "Accept": "application/json",
            "Authorization": f"Bearer {self.token}",
        }
        if body is None:
            return request(method, path, head)
        typed = {**head, "Content-Type": "application/json"}
        return request(method, path, typed, json.dumps(body).encode())


def traffic(running: Mocks, sis: str) -> Traffic:
    """What goes to *sis*; the columns that it lists and scores are made."""
    form = {
        "grant_type": "client_credentials",
        "client_id": "passback",
        "client_secret": CLIENT_SECRET,
    }
    answer = httpx.post(running.url(sis) + VENDORS[sis].oauth, data=form, timeout=60)
    answer.raise_for_status()
    api = Api(running.url(sis), answer.json()["access_token"])
    today = date.fromisoformat(running.control("GET", "/clock")["now"][:10])
    rows = running.control("GET", f"/gradebooks/{LISTING}")["rows"]
    made = skyward if sis == "skyward" else powerschool
    return made(api, today, list(dict.fromkeys(row["student"] for row in rows)))


def skyward(api: Api, today: date, linked: list[str]) -> Traffic:
    """OneRoster 1.2: a page of line items, a line item under our id, a batch of results."""
    found = api.send("GET", f"{ONE_ROSTER}/classes/{LISTING}/categories")["categories"]
    item = partial(line_item, today, found[0]["sourcedId"])
    for n in range(LISTED):
        api.send("PUT", f"{ONE_ROSTER}/lineItems/listed-{n}", item(f"listed-{n}", LISTING))
    return _kinds(
        api.raw("GET", f"{ONE_ROSTER}/classes/{LISTING}/lineItems?limit={LISTED}"),
        (
            api.raw("PUT", f"{ONE_ROSTER}/lineItems/made-{n}", item(f"made-{n}", OTHER))
            for n in range(CREATES)
        ),
        (
            api.raw(
                "POST",
                f"{ONE_ROSTER}/lineItems/listed-0/results",
                results(today, "listed-0", linked[:SCORES], n),
            )
            for n in range(VARIANTS)
        ),
    )


def powerschool(api: Api, today: date, linked: list[str]) -> Traffic:
    """XTE: a section's assignments, an assignment in one section, a batch of scores."""
    own = f"users_dcid={TEACHER}"
    [category, *_] = api.send("GET", f"/ws/xte/teacher_category?{own}&year_id={YEAR_ID}")
    made = partial(assignment, today, category["_id"])
    for n in range(LISTED):
        api.send("POST", f"{XTE}?{own}", made(LISTING, f"Listed {n}"))
    listing = f"{XTE}?{own}&section_ids={LISTING}"
    parts = [one["_assignmentsections"][0] for one in api.send("GET", listing)]
    sitting = linked[:20]  # the section has 21 students, so 25 scores go to two columns
    cells = [(part["assignmentsectionid"], who) for part in parts[:2] for who in sitting][:SCORES]
    return _kinds(
        api.raw("GET", listing),
        (api.raw("POST", f"{XTE}?{own}", made(OTHER, f"Made {n}")) for n in range(VARIANTS)),
        (
            api.raw("PUT", f"/ws/xte/score?{own}&status=A", scores(cells, n))
            for n in range(VARIANTS)
        ),
    )


def _kinds(listed: bytes, created: Iterable[bytes], scored: Iterable[bytes]) -> Traffic:
    return {"list": [listed], "create": list(created), f"{SCORES} scores": list(scored)}
