"""An agent that does not obey makes scenarios fail, and the command ends with 3."""

import json
import tomllib
from datetime import datetime
from pathlib import Path

import pytest
import tomli_w

from contracts.demo.night import Night, run_here
from contracts.uat.acceptance.run import accept
from tests.contracts.uat.roster import configured, exported
from tests.e2e.support.recording_proxy import Exchange, relaying

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


def otherwise(config: Path, table: str, **changes: object) -> Path:
    """A configuration beside *config*, with other values in one table."""
    plain = tomllib.loads(config.read_text(encoding="utf-8"))
    path = config.with_name("otherwise.toml")
    path.write_text(tomli_w.dumps({**plain, table: {**plain[table], **changes}}), encoding="utf-8")
    return path


def failed(out: Path) -> set[str]:
    """The ids of the scenarios that failed, as the JSON has them."""
    found = json.loads((out / "results.json").read_text(encoding="utf-8"))
    return {one["id"] for one in found["scenarios"] if one["verdict"] == "failed"}


def test_scores_that_turn_into_0_on_the_way_are_found(tmp_path: Path):
    def zeroing(exchange: Exchange) -> bool:
        if exchange.method == "PUT" and "/results/" in exchange.path:
            body = exchange.sent
            body["result"]["score"] = 0
            exchange.body = json.dumps(body).encode()
        return False

    def agent(config: Path, at: datetime, command: str) -> Night:
        url = tomllib.loads(config.read_text(encoding="utf-8"))["sis"]["url"]
        with relaying(url) as relay:
            relay.before = zeroing
            return run_here(otherwise(config, "sis", url=relay.url), at, command)

    code = accept(
        configured(tmp_path), exported(tmp_path), tmp_path / "out", named=False, agent=agent
    )

    assert code == 3
    assert {"A1-1", "A2-1", "B1-1", "C3-3"} <= failed(tmp_path / "out")
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "Not accepted" in page
    assert "NOT as expected" in page


def test_another_policy_than_the_districts_is_found(tmp_path: Path):
    def agent(config: Path, at: datetime, command: str) -> Night:
        path = otherwise(config, "policy", missing_after_due="withhold", send_excluded=True)
        return run_here(path, at, command)

    code = accept(
        configured(tmp_path), exported(tmp_path), tmp_path / "out", named=False, agent=agent
    )

    assert code == 3
    assert failed(tmp_path / "out") == {"B4-1", "B4-2", "B7-2", "C6-1"}


def test_an_agent_that_sends_nothing_is_found(tmp_path: Path):
    def agent(config: Path, at: datetime, command: str) -> Night:
        del config, command
        return Night(at=at, code=6, report={}, error="the SIS is not there")

    code = accept(
        configured(tmp_path), exported(tmp_path), tmp_path / "out", named=False, agent=agent
    )

    assert code == 3
    assert len(failed(tmp_path / "out")) > 50
