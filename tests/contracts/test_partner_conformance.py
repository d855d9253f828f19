"""The partner conformance sequence against the Skyward mock, over real sockets."""

from collections.abc import Iterator

import httpx
import pytest

from contracts.scenarios.partner_conformance import LONG_TITLE, SEQUENCE
from contracts.scenarios.runner import Target, report_card, run
from mock_sis.districts.factory import WorldFactory
from mock_sis.server import Servers, serving
from mock_sis.sis import gradebook_of


@pytest.fixture
def skyward(tmp_path) -> Iterator[Servers]:
    """In real time, as the sequence's due date is a minute from now."""
    world = WorldFactory().make(tmp_path / "world.db")
    with serving("skyward", world=world) as servers:
        yield servers
    world.close()


def play(base: str, token: str = "/token", email: str | None = None):
    target = Target(
        token_url=base + token,
        root=f"{base}/ims/oneroster",
        client_id="passback",
        client_secret="passback-secret",
        teacher_email=email,
    )
    with httpx.Client(timeout=60) as client:
        lines = run(SEQUENCE, target, client)
    print(report_card(lines))  # noqa: T201 - shown with -s, and when a test fails
    return lines


def test_the_sequence_passes_in_lenient_mode_and_leaves_nothing_behind(skyward):
    lines = play(skyward.skyward.url)
    assert [line.step for line in lines if not line.passed] == []
    statuses = {line.step: line.status for line in lines}
    assert statuses["line item: create"] == 201
    assert statuses["line item: rename"] == 200
    assert (statuses["result: create"], statuses["result: above the maximum"]) == (201, 200)
    assert (statuses["result: delete"], statuses["line item: delete"]) == (204, 204)
    for section in ("200001", "200002", "200003"):
        assert gradebook_of(skyward.world, "skyward").columns(section) == []


def test_the_report_card_tells_step_status_and_latency(skyward):
    lines = play(skyward.skyward.url, token="/oauth/token")
    card = report_card(lines).splitlines()
    assert len(card) == len(SEQUENCE) + 1
    assert all(" pass " in line and " ms" in line for line in card[:-1])
    assert f"49 of {len(LONG_TITLE)} characters kept" in "\n".join(card)
    assert card[-1].startswith(f"{len(SEQUENCE)} of {len(SEQUENCE)} passed")


def test_it_runs_in_a_world_by_its_prefix(skyward):
    url = skyward.skyward.url
    httpx.post(f"{url}/_mock/worlds", json={"name": "south", "size": "tiny"}).raise_for_status()
    lines = play(f"{url}/w/south", email=None)
    assert all(line.passed for line in lines)


def test_strict_mode_fails_it_at_exactly_the_documented_steps(skyward):
    skyward.world.configure(skyward={"mode": "strict"})
    lines = play(skyward.skyward.url)
    failed = {line.step for line in lines if not line.passed}
    assert failed == {step.name for step in SEQUENCE if step.fails_when_strict}
    refused = {line.status for line in lines if line.step.endswith(("create", "rename"))}
    assert refused == {422}


def test_a_server_that_is_not_there_fails_every_step_and_ends_the_run():
    lines = play("http://127.0.0.1:9")
    assert not any(line.passed for line in lines)
    assert {line.status for line in lines} == {None}


def test_a_title_longer_than_any_gradebook_takes_is_what_is_sent():
    assert len(LONG_TITLE) == 112
