"""A HAR file made of a client's traffic, as a browser or a proxy would write it."""

import json
from contextlib import contextmanager
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlsplit

import httpx

NOW = datetime(2026, 10, 1, 17, tzinfo=UTC)


class Recorder:
    """Collects what a client sends and gets."""

    def __init__(self):
        self.entries = []

    def response(self, answer: httpx.Response) -> None:
        """An event hook of the client."""
        answer.read()
        request = answer.request
        entry = {
            "startedDateTime": NOW.replace(microsecond=len(self.entries)).isoformat(),
            "time": 12,
            "request": {
                "method": request.method,
                "url": str(request.url),
                "httpVersion": "HTTP/1.1",
                "cookies": [{"name": "session", "value": "c00kie-of-a-teacher"}],
                "headers": [{"name": n, "value": v} for n, v in request.headers.items()],
                "queryString": [
                    {"name": n, "value": v} for n, v in parse_qsl(urlsplit(str(request.url)).query)
                ],
            },
            "response": {
                "status": answer.status_code,
                "headers": [{"name": n, "value": v} for n, v in answer.headers.items()],
                "content": {
                    "mimeType": answer.headers.get("content-type", ""),
                    "text": answer.text,
                },
            },
        }
        if request.content:
            media = request.headers.get("content-type", "")
            entry["request"]["postData"] = {"mimeType": media, "text": request.content.decode()}
        self.entries.append(entry)

    def har(self, path, change=lambda entries: None):
        """Write the recording, after *change* has altered a copy of its entries."""
        entries = json.loads(json.dumps(self.entries))
        change(entries)
        path.write_text(json.dumps({"log": {"version": "1.2", "entries": entries}}))
        return path


@contextmanager
def recording(base):
    """A client of *base* that writes down what passes."""
    recorder = Recorder()
    hooks = {"response": [recorder.response]}
    with httpx.Client(base_url=base, event_hooks=hooks, timeout=30) as client:
        yield client, recorder


def body(entry, change):
    """Change the JSON of an answer."""
    content = entry["response"]["content"]
    whole = json.loads(content["text"])
    change(whole)
    content["text"] = json.dumps(whole)


def found(made):
    """(row, check, reason) of every finding of a report."""
    return {(row.name, f.check, f.reason) for row in made.rows for f in row.findings}


def answering(entries, part, method="GET"):
    """The first entry of a path, answered with a body."""
    return next(
        e
        for e in entries
        if part in e["request"]["url"] and e["request"]["method"] == method
        if e["response"]["content"]["text"]
    )


def missing_field(entries):
    entry = answering(entries, "/students?")
    body(entry, lambda whole: [one.pop("familyName") for one in whole["users"]])
