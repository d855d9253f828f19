"""A OneRoster server of canned answers, for what a real mock would never say."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import httpx2

from agent.domain import (
    AssignmentData,
    CategoryId,
    Gradebook,
    Section,
    SectionId,
    SisPersonId,
    Span,
)
from agent.settings import Secret, SisSettings
from agent.sis.port import Draft
from agent.sis.vendors import open_sis
from tests.transports import mocked

ZONE = ZoneInfo("America/Chicago")
NOW = datetime(2026, 10, 2, 3, 15, 0, 250_000, tzinfo=UTC)
"""The evening of 1 October in the district."""

KEYS = {"route", "oneroster", "token_url", "scope"}
JSON = {"content-type": "application/json"}
CLASS = {
    "sourcedId": "3001",
    "school": {"sourcedId": "1001"},
    "terms": [{"sourcedId": "4101"}],
}
Q1 = {
    "sourcedId": "5101",
    "title": "Q1",
    "type": "gradingPeriod",
    "startDate": "2026-08-31",
    "endDate": "2026-11-01",
    "parent": {"sourcedId": "4101"},
}


def section(name, *students):
    whole_year = (Span(start=date(2026, 8, 31), end=date(2027, 5, 9)),)
    return Section(
        id=SectionId(name),
        enrolments={SisPersonId(student): whole_year for student in students},
    )


BOOK = Gradebook(
    id="group-1",
    sections={SectionId("3001"): section("3001", "71"), SectionId("3002"): section("3002", "72")},
)
DRAFT = Draft(
    external_id="pb-a17-c3",
    section=SectionId("3001"),
    data=AssignmentData(
        title="Unit 3 Quiz",
        assigned=date(2026, 10, 1),
        due=date(2026, 11, 1),
        category=CategoryId("6001"),
        points=Decimal(20),
    ),
)


def opened(kind, url, *, now, zone=ZONE, connections=None, **more):
    """The adapter of a configuration; *more*: its other keys, and options of the HTTP client."""
    given = {key: more.pop(key) for key in KEYS & more.keys()}
    sis = SisSettings(
        kind=kind,
        url=url,
        client_id="passback",
        client_secret=Secret(),
        max_connections=connections,
        **given,
    )
    return open_sis(sis, lambda: "passback-secret", zone=zone, now=now, **more)


class Canned:
    """Answers by 'METHOD /path/after/the/version' (query left out), else 404 in JSON.

    A value is a body (200), a (status, body) pair, a response, or a function of the request.
    """

    def __init__(self, answers=(), **more):
        self.answers = {
            "POST /oauth/token": {"access_token": "t", "expires_in": 3600},
            "GET /classes/3001": {"class": CLASS},
            "GET /academicSessions": {"academicSessions": [Q1]},
            "GET /categories": {"categories": []},
        } | dict(answers)
        self.requests = []
        self.sis = opened(
            more.pop("kind", "oneroster"),
            "https://sis.example",
            now=lambda: NOW,
            connect=lambda: mocked(self.handle),
            **more,
        )

    def handle(self, request):
        self.requests.append(request)
        path = request.url.path
        for root in ("/ims/oneroster/v1p1", "/ims/oneroster/rostering/v1p2"):
            path = path.removeprefix(root)
        path = path.removeprefix("/ims/oneroster/gradebook/v1p2")
        answer = self.answers.get(f"{request.method} {path}", (404, status_info("There is none.")))
        if callable(answer):
            answer = answer(request)
        if isinstance(answer, httpx2.Response):
            return answer
        status, body = answer if isinstance(answer, tuple) else (200, answer)
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return httpx2.Response(status, headers=JSON, content=content)

    def sent(self, method):
        return [request for request in self.requests if request.method == method]


def status_info(description):
    return {
        "imsx_codeMajor": "failure",
        "imsx_severity": "error",
        "imsx_description": description,
    }
