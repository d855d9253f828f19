"""A server whose answers break the contract: reports tell places and types, and no value."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import httpx
import pytest
import yaml

from contracts.harness.parts import generated
from contracts.harness.profiles import PROFILES
from contracts.harness.reports import console, junit, page
from contracts.harness.reports.report import Report
from contracts.harness.run import run
from contracts.harness.service import Service
from contracts.spec import Document
from mock_sis.server import serving
from tests.contracts.harness.conftest import URL, InProcess
from tests.e2e.support.recording_proxy import Exchange, relaying

SHORT = replace(PROFILES["ci"], examples=1, stories=1)
PLANTED = "Hernandez-Quill"
"""What a child could be called: no report may show it."""

Lie = Callable[[Any], Any]


def school(body):
    """The one school of PowerSchool's list, which may be a list of one."""
    found = body["schools"]["school"]
    return found[0] if isinstance(found, list) else found


def of_records(name: str) -> Lie:
    def lie(body):
        for record in body["users"]:
            record[name] = [PLANTED]

    return lie


ONE = {
    "otus": ("/v1/changes", [lambda body: body.update(more=PLANTED)]),
    "powerschool": (
        "/ws/v1/district/school",
        [lambda body: school(body).update(low_grade=PLANTED)],
    ),
    "skyward": ("/ims/oneroster/v1p1/users", [of_records("familyName")]),
}
TWO = {
    "otus": ("/v1/changes", [*ONE["otus"][1], lambda body: body.update(snapshot=[PLANTED])]),
    "powerschool": (
        "/ws/v1/district/school",
        [*ONE["powerschool"][1], lambda body: school(body).update(name={"it": PLANTED})],
    ),
    "skyward": (
        "/ims/oneroster/v1p1/users",
        [*ONE["skyward"][1], of_records("givenName")],
    ),
}
WRONG = {
    "otus": [
        "/more: expected boolean, received string",
        "/snapshot: expected boolean, received array",
    ],
    "powerschool": [
        "/schools/school/low_grade: expected integer, received string",
        "/schools/school/name: expected string, received object",
    ],
    "skyward": [
        "/users/0/familyName: expected string, received array",
        "/users/0/givenName: expected string, received array",
    ],
}
SIS = list(ONE)
READS_BY_ID = {"powerschool": "/ws/v1/school/{id}"}
"""What takes the ids that the lying list gives."""


class Liar:
    """An ASGI app in front of another one, which changes the JSON of good answers at a path."""

    def __init__(self, app: Any, path: str, lies: list[Lie]) -> None:
        self._app, self._path, self._lies = app, path, lies

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http" or not scope["path"].endswith(self._path):
            await self._app(scope, receive, send)
            return
        sent = []

        async def keep(message):
            sent.append(message)

        await self._app(scope, receive, keep)
        body = b"".join(message.get("body", b"") for message in sent[1:])
        if sent[0]["status"] == 200 and scope["method"] == "GET":
            body = told_otherwise(body, self._lies)
        kept = [one for one in sent[0]["headers"] if one[0].lower() != b"content-length"]
        length = (b"content-length", str(len(body)).encode())
        await send({**sent[0], "headers": [*kept, length]})
        await send({"type": "http.response.body", "body": body})


def told_otherwise(content: bytes, lies: list[Lie]) -> bytes:
    body = json.loads(content)
    for lie in lies:
        changed = lie(body)
        if isinstance(changed, bytes):
            return changed
    return json.dumps(body).encode()


class Narrow(Service):
    """Owes one path of its contract only, or two, so that a run is short."""

    contract = Path()


def lied_to(service: Service, path: str, lies: list[Lie], folder: Path) -> Service:
    app = Liar(service.app, path, lies)
    client = httpx.Client(base_url=URL, transport=InProcess(app))
    raw = Document.read(service.contract).raw
    made = Narrow(service.sis, URL, client, service.client_id, service.client_secret, app=app)
    made.contract = folder / service.contract.name
    kept = (path, READS_BY_ID.get(service.sis))
    paths = {name: without_links(one) for name, one in raw["paths"].items() if name in kept}
    made.contract.write_text(yaml.safe_dump({**raw, "paths": paths}), encoding="utf-8")
    return made


def without_links(node: Any) -> Any:
    """They lead to other paths."""
    if isinstance(node, list):
        return [without_links(one) for one in node]
    if isinstance(node, dict):
        return {name: without_links(part) for name, part in node.items() if name != "links"}
    return node


def shown(report: Report) -> Iterator[str]:
    """Everything that a run prints or writes."""
    yield console.text(report)
    yield junit.xml(report).decode()
    yield page.html(report)


def reasons(report: Report, part: str) -> set[str]:
    return {found.reason for row in report.rows if row.part == part for found in row.findings}


@pytest.mark.slow
@pytest.mark.parametrize("members", [ONE, TWO], ids=["one", "two"])
@pytest.mark.parametrize("sis", SIS)
def test_wrong_members_are_told_by_place_and_type_and_never_by_value(
    sis, members, in_process, tmp_path
):
    path, lies = members[sis]
    report = run(lied_to(in_process(sis), path, lies, tmp_path), SHORT, SHORT.seed)
    for told in WRONG[sis][: len(lies)]:
        expected = f"Response violates schema at {told}"
        assert f"200: {expected}" in reasons(report, "status cases")
        assert expected in reasons(report, "operations")
    for text in shown(report):
        assert PLANTED not in text
        assert WRONG[sis][0] in text


@pytest.mark.slow
@pytest.mark.parametrize(
    ("lies", "told"),
    [
        (
            [lambda body: body.update(frozen=PLANTED)],
            ["/frozen: expected boolean, received string"],
        ),
        (
            [lambda body: body.update(frozen=PLANTED), lambda body: body.update(now=[PLANTED])],
            [
                "/frozen: expected boolean, received string",
                "/now: expected string, received array",
            ],
        ),
    ],
    ids=["one", "two"],
)
def test_so_are_those_of_the_control_plane(lies, told, in_process, tmp_path):
    service = lied_to(in_process("control", mock="skyward"), "/_mock/clock", lies, tmp_path)
    service.token = lambda: "none-needed"
    report = Report(sis="control", target=URL, profile="ci", seed=SHORT.seed)
    report.rows += generated.rows(service, SHORT, SHORT.seed)
    for one in told:
        assert f"Response violates schema at {one}" in reasons(report, "operations")
    assert not [text for text in shown(report) if PLANTED in text]


def without_cursor(body):
    del body["cursor"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("sis", "path", "lie", "told"),
    [
        ("otus", "/v1/changes", without_cursor, "at the top: lacks cursor"),
        ("otus", "/v1/changes", lambda _: f"<p>{PLANTED}".encode(), "JSON deserialization error"),
        (
            "skyward",
            "/ims/oneroster/v1p1/users",
            lambda body: body["users"][0].update({PLANTED: PLANTED}),
            "/users/0: has members that the contract does not have",
        ),
        (
            "powerschool",
            "/ws/v1/district/school",
            lambda body: school(body).update(id=[PLANTED]),
            "/schools/school/id: expected integer or string, received array",
        ),
    ],
    ids=["a member that is needed", "no JSON", "a strange member", "an id of another type"],
)
def test_an_answer_on_which_the_run_itself_relies_may_lie_as_well(
    sis, path, lie, told, in_process, tmp_path
):
    report = run(lied_to(in_process(sis), path, [lie], tmp_path), SHORT, SHORT.seed)
    found = {
        reason.removeprefix("200: Response violates schema ").removeprefix("200: ")
        for reason in reasons(report, "status cases")
    }
    assert {told, f"at {told}"} & found
    assert not [text for text in shown(report) if PLANTED in text]


@pytest.mark.slow
def test_a_server_that_hangs_up_is_told_and_does_not_end_the_run(in_process):
    service = in_process("otus")

    class HangsUp(InProcess):
        def handle_request(self, request):
            if request.url.path.endswith("/v1/changes") and "cursor" in request.url.params:
                raise httpx.RemoteProtocolError("Server disconnected")
            return super().handle_request(request)

    client = httpx.Client(base_url=URL, transport=HangsUp(service.app))
    report = run(replace(service, client=client), SHORT, SHORT.seed)
    assert "no answer: RemoteProtocolError" in reasons(report, "status cases")


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("members", [ONE, TWO], ids=["one", "two"])
def test_the_command_ends_with_a_report_and_exit_code_3(members, tmp_path):
    _, lies = members["otus"]

    def alter(exchange: Exchange) -> None:
        if "/v1/changes" in exchange.path and exchange.status == 200:
            content = told_otherwise(exchange.content, lies)
            exchange.answer(200, content.decode(), exchange.headers)

    with serving("otus") as servers, relaying(servers.otus.url) as relay:
        relay.alter = alter
        words = ("--target", relay.url, "--sis", "otus", "--junit", "r.xml", "--html", "r.html")
        ended = subprocess.run(
            [sys.executable, "-m", "agent", "contract", *words],
            cwd=tmp_path,
            env={**os.environ, "COLUMNS": "80"},
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
    assert (ended.returncode, ended.stderr) == (3, "")
    written = [(tmp_path / name).read_text(encoding="utf-8") for name in ("r.xml", "r.html")]
    for text in (ended.stdout, *written):
        assert PLANTED not in text
        assert "/more: expected boolean, received string" in text
    assert ET.fromstring(written[0]).findall(".//failure")
