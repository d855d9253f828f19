"""The pages of docs/load: each command describes a load test, and what they calculate is right."""

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from load.cli import load
from load.options import Options
from tests.docs.shown import blocks
from tests.meta.project_files import text_of

PAGES = (
    *("docs/load/index.md", "docs/load/profiles.md", "docs/load/your-numbers.md"),
    *("docs/load/fleet.md", "docs/load/locust.md"),
)
COMMANDS = [
    command.partition("passback load")[2]
    for page in PAGES
    for block in blocks(page)
    for command in block.commands
    if "passback load" in command
]


@pytest.mark.parametrize("words", COMMANDS)
def test_each_command_on_the_pages_describes_a_load_test(words):
    given = load.make_context("load", shlex.split(words)).params
    options = Options(**{k: v for k, v in given.items() if k not in {"mock_alone", "as_worker"}})
    assert all(volume.scores for volume in options.setup().volumes)


def test_there_are_commands_on_the_pages():
    assert len(COMMANDS) >= 10


def test_the_answer_time_of_a_sis_is_counted_from_the_events_of_a_run(tmp_path):
    (code,) = [b.text for b in blocks("docs/load/real-sis.md") if b.language == "python"]
    event = {"event": "request", "system": "sis", "operation": "getResult", "status": 200}
    lines = [{**event, "ms": ms} for ms in (9.5, 40.0, 20.0)]
    lines += [{**event, "system": "source", "ms": 900.0}, {"event": "report", "run": "r"}]
    (tmp_path / "events.jsonl").write_text("\n".join(map(json.dumps, lines)))
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, check=True, text=True
    )
    assert ran.stdout == "3 requests, p50 20.0 ms, p95 40.0 ms\n"


def test_the_report_page_has_every_check():
    names = re.findall(r'(?:Check\(|^ +\()\s*"([^"]+)"', text_of(Path("load/checks.py")), re.M)
    assert len(names) >= 11
    told = text_of(Path("docs/load/report.md")).partition("## Checks")[2].partition("## ")[0]
    firsts = {re.split("[:,]", name)[0] for name in names}
    assert {name for name in firsts if name not in told} == set()
