"""The three requests that a grade passback consists of, for each SIS, as bytes on the wire.

The same bytes go to the mock and to whatever it is compared with. In a world of size `small`
teacher 300001 has sections 200001 to 200005, of which Skyward links the first two.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import httpx

from contracts.configuration import SECRET
from contracts.vendors import VENDORS
from load.bench.client import request
from load.bench.rig import Mocks

SCORES = 25
LISTED = 25
CREATES = 60_000
VARIANTS = 40
TEACHER, LISTING, OTHER = "300001", "200001", "200003"
ONE_ROSTER = "/ims/oneroster/gradebook/v1p2"
XTE = "/ws/xte/section/assignment"
YEAR_ID = 36  # needed, and not looked at

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
    form = {"grant_type": "client_credentials", "client_id": "passback", "client_secret": SECRET}
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
                results(today, linked[:SCORES], n),
            )
            for n in range(VARIANTS)
        ),
    )


def line_item(today: date, category: str, name: str, section: str) -> dict[str, Any]:
    """A line item, due tomorrow."""
    return {
        "lineItem": {
            "sourcedId": name,
            "title": "Bench",
            "assignDate": f"{today}T18:00:00Z",
            "dueDate": f"{today + timedelta(days=1)}T18:00:00Z",
            "class": {"sourcedId": section},
            "category": {"sourcedId": category},
            "resultValueMin": 0,
            "resultValueMax": 20,
        }
    }


def results(today: date, students: list[str], variant: int) -> dict[str, Any]:
    """A batch of results; each *variant* has other scores."""
    return {
        "results": [
            {
                "lineItem": {"sourcedId": "listed-0"},
                "student": {"sourcedId": student},
                "score": (variant + n) % 21,
                "scoreStatus": "fully graded",
                "scoreDate": today.isoformat(),
            }
            for n, student in enumerate(students)
        ]
    }


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


def assignment(today: date, category: int, section: str, name: str) -> dict[str, Any]:
    """An assignment of one section, due tomorrow."""
    part = {
        "sectionsdcid": int(section),
        "name": name,
        "duedate": (today + timedelta(days=1)).isoformat(),
        "scoretype": "POINTS",
        "scoreentrypoints": 20,
        "totalpointvalue": 20,
        "weight": 1,
        "iscountedinfinalgrade": True,
        "isscoringneeded": True,
        "publishoption": "Immediately",
        "_assignmentcategoryassociations": [{"teachercategoryid": category, "isprimary": True}],
    }
    return {"_assignmentsections": [part]}


def scores(cells: list[tuple[int, str]], variant: int) -> dict[str, Any]:
    """A batch of scores; each *variant* has others."""
    return {
        "assignment_scores": [
            {
                "_assignmentsection": {"assignmentsectionid": part},
                "studentsdcid": int(student),
                "actualscoreentered": str((variant + n) % 21),
                "actualscorekind": "REAL_SCORE",
                "scoretype": "POINTS",
                "scorepoints": (variant + n) % 21,
            }
            for n, (part, student) in enumerate(cells)
        ]
    }


def _kinds(listed: bytes, created: Iterable[bytes], scored: Iterable[bytes]) -> Traffic:
    return {"list": [listed], "create": list(created), f"{SCORES} scores": list(scored)}
