"""`docker-compose up nights`, as a user types it: what is there soon, and how it is kept."""

import re
import subprocess
from datetime import datetime

import httpx
import pytest

from tests.containers.stack import MOCKS, NIGHTS, SERVICES, composes, until
from tests.meta.project_files import ROOT

SIS = ("powerschool", "skyward")
MARK = re.compile(r"\d+(\.\d+)?")


def marks(stack, sis):
    return {where: shown for where, shown in stack.scores(sis).items() if MARK.fullmatch(shown)}


@pytest.mark.parametrize("sis", SIS)
def test_last_nights_scores_are_served_within_two_minutes(stack, sis):
    assert len(marks(stack, sis)) > 10
    assert stack.took < 120


@pytest.mark.parametrize("mock", MOCKS)
def test_the_drivers_log_shows_a_way_in(stack, mock):
    with httpx.Client(follow_redirects=True, timeout=30) as browser:
        page = browser.get(stack.links[mock])
        [first, *_] = re.findall(r'href="([^"]*pages/classes/[^"]+)"', page.text)
        book = browser.get(str(page.url.join(first)))
        dress = re.findall(r'<(?:link|script)[^>]* (?:href|src)="([^"]+)"', book.text)
        found = {url: browser.get(str(book.url.join(url))).status_code for url in dress}

    assert [url for url in found if "/bootstrap.min.css" in url]
    assert set(found.values()) == {200}, found
    assert (page.status_code, book.status_code) == (200, 200)
    assert "<table" in book.text


@pytest.mark.parametrize("path", ["/", "/_mock/clock"])
def test_without_the_token_there_is_none(stack, path):
    for mock in MOCKS:
        assert httpx.get(f"http://127.0.0.1:{stack.ports[mock]}{path}").status_code == 401


def test_every_container_becomes_healthy(stack):
    for service in SERVICES:
        if service != "nights":  # it ends when the school year does
            until(lambda service=service: stack.healthy(service), 40)


def test_the_three_mocks_share_world_and_clock(stack):
    clocks = [datetime.fromisoformat(stack.control(m, "GET", "/clock")["now"]) for m in MOCKS]

    assert (max(clocks) - min(clocks)).total_seconds() < 10


def test_state_outlives_the_containers(stack):
    before = {sis: marks(stack, sis) for sis in SIS}
    token, clock = stack.token, stack.control("otus", "GET", "/clock")["now"]
    gone = {service: stack.container(service).id for service in SERVICES}

    stack.compose(*NIGHTS, "down", "-t", "5")
    stack.up()

    assert all(stack.container(service).id != gone[service] for service in SERVICES)
    assert {sis: marks(stack, sis) for sis in SIS} == before
    assert stack.token == token
    assert stack.control("otus", "GET", "/clock")["now"] > clock
    assert stack.log("nights").count("nothing to send") == 2


def test_the_agent_of_the_stack_can_be_asked(stack):
    code, out = stack.shell("agent-skyward", "passback status -c /etc/passback/passback.toml")

    assert code == 0
    assert "last run" in out.lower()
    assert "sent" in out or "unchanged" in out


@pytest.mark.parametrize("words", composes(), ids=" ".join)
def test_each_compose_reads_the_file(words):
    done = subprocess.run(
        [*words, *NIGHTS, "--profile", "fleet", "--profile", "load", "config", "-q"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
