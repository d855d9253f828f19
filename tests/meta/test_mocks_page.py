"""The pages of the mocks: every request of the control plane once, and each example runs."""

import json
import re
from datetime import date

import httpx
import pytest

from mock_sis.server import serving
from mock_sis.world.enforcement import DEFAULTS
from mock_sis.world.faults import Action
from tests.meta.project_files import ROOT, text_of

PAGE = text_of(ROOT / "docs/reference/control-plane.md")
MOCKS = text_of(ROOT / "docs/reference/mocks.md")
OPERATIONS = text_of(ROOT / "docs/trust/operations.md")
ROW = re.compile(
    r"^\| `([A-Z]+ /[^`]*)` \| [^|]+ \| `([A-Z]+) (/\S+)(?: (\{.*\}))?` \|$", re.MULTILINE
)
OTUS_ONLY = re.compile("/assessments/|/group/")


def test_every_request_of_the_control_plane_has_its_line():
    told = [f"`{row[0].replace(' /', ' /_mock/')}`" for row in ROW.findall(PAGE)]
    there = re.findall(r"`[A-Z]+ /_mock/[^`]*`", OPERATIONS)
    assert sorted(told) == sorted(there)


def test_an_example_is_of_its_own_line():
    for request, method, path, _ in ROW.findall(PAGE):
        wanted, template = request.split(" ")
        pattern = re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(template))
        assert method == wanted
        assert re.fullmatch(pattern, path.partition("?")[0]), path


@pytest.mark.timeout(60)
def test_the_examples_run_in_their_order():
    with serving("otus", "skyward") as servers, httpx.Client(timeout=30) as http:
        servers.worlds.create("page", size="tiny", seed=1, start=date(2026, 10, 14))
        for _, method, path, body in ROW.findall(PAGE):
            server = servers.otus if OTUS_ONLY.match(path) else servers.skyward
            url = f"{server.url}/w/page/_mock{path}"
            answer = http.request(method, url, json=json.loads(body) if body else None)
            assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"


def test_every_switch_and_every_fault_is_told():
    told = set(re.findall(r"`([\w]+)`", MOCKS))
    assert set(DEFAULTS) - told == set()
    assert {action.value for action in Action} - told == set()
