"""An Otus that says what a test wants: pages, statuses, lies."""

import json
from decimal import Decimal
from urllib.parse import parse_qs

import httpx2

from agent.http.client import Http
from agent.sources.otus.source import OtusSource
from tests.transports import mocked

TEACHER = {"kind": "teacher", "op": "put", "id": "t-1", "record": {"id": "t-1", "sisId": "901"}}
STUDENT = {"kind": "student", "op": "put", "id": "s-1", "record": {"id": "s-1", "sisId": None}}
MEMBER = {"kind": "groupMember", "op": "put", "id": "t-1", "record": {"teacherId": "t-1"}}


def a_class(**changed):
    record = {
        "id": "c-1",
        "title": "Algebra",
        "sectionId": "501",
        "teachers": [{"teacherId": "t-1", "main": True}, {"teacherId": "t-2", "main": False}],
    }
    return {"kind": "class", "op": "put", "id": "c-1", "record": record | changed}


def in_class(class_id="c-1", **changed):
    entry = {"classId": class_id, "assignedDate": "2026-09-01", "dueDate": "2026-09-08"}
    return entry | {"students": None} | changed


def an_assessment(*classes, **changed):
    record = {
        "id": "a-1",
        "activityId": "x-1",
        "title": "Quiz 1",
        "type": "Quiz",
        "gradingScale": "points",
        "totalPoints": 10,
        "includeInFinalGrade": None,
        "kind": "assessment",
        "assignedBy": "t-1",
        "createdAt": "2026-08-30T12:00:00Z",
        "submissionDate": None,
        "classes": list(classes or (in_class(),)),
    }
    return {"kind": "assessment", "op": "put", "id": "a-1", "record": record | changed}


def a_score(**changed):
    record = {"assessmentId": "a-1", "studentId": "s-1", "progress": "graded", "points": 8}
    record |= {"marks": []} | changed
    return {"kind": "score", "op": "put", "id": "a-1:s-1", "record": record}


def a_page(*changes, snapshot=True, cursor="k-1", more=False):
    return {"snapshot": snapshot, "cursor": cursor, "more": more, "changes": list(changes)}


def answer(body, status=200, kind="application/json"):
    """A response; a text or bytes body goes out as it is."""
    content = body if isinstance(body, str | bytes) else json.dumps(body, default=_number)
    return httpx2.Response(status, content=content, headers={"content-type": kind})


def source_of(answers, asked=None, **more):
    """A source over the real client; *answers* is a function of the cursor, or one answer."""

    def handle(request):
        query = {k: v[0] for k, v in parse_qs(request.url.query.decode()).items()}
        if asked is not None:
            asked.append(query)
        return answers(query.get("cursor")) if callable(answers) else answers

    http = Http(
        "http://otus.test",
        "source",
        None,
        sleep=lambda _seconds: None,
        connect=lambda: mocked(handle),
    )
    return OtusSource(http, **more)


def changes_of(*changes):
    """What a snapshot of these changes of the feed is read as."""
    (page,) = source_of(answer(a_page(*changes))).pull(None)
    return page.changes


def _number(value):
    assert isinstance(value, Decimal)
    return float(value)
