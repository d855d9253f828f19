"""A district that goes back in time takes the ledgers of its agents along."""

import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner

from agent.cli import passback
from agent.ledger import run_lock
from contracts.uat.registry import Registry
from mock_sis.sis import gradebook_of

pytestmark = pytest.mark.slow


@pytest.fixture
def night(registry: Registry, folder: Path) -> Callable[[], Mapping[str, Any]]:
    """Runs tonight's sync into Skyward; its counts by state."""
    district = registry.make_up()
    config = folder / "agents" / district.name / "skyward" / "mocks.toml"

    def run() -> Mapping[str, Any]:
        command = ["sync", "-c", str(config), "--json", "--at", district.world.now().isoformat()]
        done = CliRunner().invoke(passback, command)
        assert done.exit_code == 0, done.output
        counts: Mapping[str, Any] = json.loads(done.stdout)["counts"]
        return counts

    return run


def ask(registry: Registry, method: str, path: str) -> None:
    [district] = registry.all()
    httpx.request(method, f"{district.roots['skyward']}/_mock{path}").raise_for_status()


def columns(registry: Registry) -> list[str]:
    [district] = registry.all()
    return [column.title for column in gradebook_of(district.world, "skyward").columns("200001")]


def test_a_night_played_again_after_a_restore_sends_the_same(registry: Registry, night):
    ask(registry, "PUT", "/snapshots/start")
    first, sent = night(), columns(registry)
    assert first["created"]
    assert sent

    ask(registry, "POST", "/snapshots/start/restore")
    assert columns(registry) == []
    assert night() == first
    assert columns(registry) == sent


def test_a_night_after_a_restore_to_a_later_moment_sends_nothing_anew(registry: Registry, night):
    night()
    ask(registry, "PUT", "/snapshots/after")
    [district] = registry.all()
    district.world.advance(timedelta(days=8))
    assert night().get("sent")  # a due date has passed

    ask(registry, "POST", "/snapshots/after/restore")
    again = night()
    assert not {"created", "updated", "sent", "deleted_in_sis", "kept"} & set(again)


def test_a_reset_district_begins_anew(registry: Registry, night):
    first = night()
    ask(registry, "POST", "/reset")

    assert columns(registry) == []
    assert night() == first


def test_a_district_is_not_saved_in_the_middle_of_a_night(registry: Registry, night, folder: Path):
    night()
    [district] = registry.all()
    snapshots = f"{district.roots['otus']}/_mock/snapshots"
    with run_lock(f"sqlite:///{folder / 'agents' / district.name / 'skyward' / 'mocks.db'}"):
        answer = httpx.put(f"{snapshots}/half")
    assert answer.status_code == 422
    assert "a night is running" in answer.json()["detail"]
    assert httpx.get(snapshots).json() == []


def test_a_district_waits_for_a_night_before_it_goes_back(registry: Registry, night, folder: Path):
    night()
    [district] = registry.all()
    with run_lock(f"sqlite:///{folder / 'agents' / district.name / 'powerschool' / 'mocks.db'}"):
        answer = httpx.post(f"{district.roots['otus']}/_mock/reset")
    assert answer.status_code == 422
    assert "a night is running" in answer.json()["detail"]
    assert columns(registry) != []
